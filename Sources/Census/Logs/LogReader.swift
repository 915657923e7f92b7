// Chunks of a log in, sightings out: lines are cut, put together where a logger split them, and read by their format.

internal import Model

/// What a reader of logs hands on; bytes in it are valid as long as the call that hands it on.
package enum CensusEvent {
  case sighting(RawSighting)
  /// A line that is nearly of a known form, and why it is not.
  case unreadable(UnreadableLine)
  /// What a line of Exim says of a message's way; only where it is asked for.
  case flow(MailFlow)
  /// A logger left out lines; how many, where it says.
  case dropped(Int?)
  /// Results of a server that is not trusted.
  case untrusted(server: String)
}

/// A place that could not be read.
package struct UnreadableLine: Hashable, Sendable {
  /// From 1 on; 0 where there are no lines.
  package var line: Int
  /// What was seen and what was expected.
  package var reason: String

  package init(line: Int, reason: String) {
    self.line = line
    self.reason = reason
  }
}

/// Reads one log, chunk by chunk. A value: whoever follows a file keeps it and goes on later.
package struct LogReader: Sendable {
  package struct Options: Sendable {
    package var clock: LogClock
    /// Whose Authentication-Results are believed, in lower case.
    package var trustedServers: [String]
    /// Whether lines of Exim that tell a message's way are handed on.
    package var wantsFlow: Bool
    /// Whose lines are read; those of others are left out.
    package var format: Format

    package enum Format: Hashable, Sendable, CaseIterable {
      /// Whatever a line is.
      case auto
      /// A file of Exim's own, or what a syslog has of it.
      case exim
      /// A syslog or a journal, with the lines of all programs; a file of Exim's own is none.
      case syslog
    }

    package init(
      clock: LogClock, trustedServers: [String] = [], wantsFlow: Bool = false, format: Format = .auto
    ) {
      self.clock = clock
      self.trustedServers = trustedServers
      self.wantsFlow = wantsFlow
      self.format = format
    }
  }

  private var splitter = LineSplitter()
  private var prefix: LogPrefixReader
  var memory: LogMemory
  private var pieces = SplitLines()
  private let wantsFlow: Bool
  private let hasEximFile: Bool
  private let formats: ArraySlice<LogFormat>

  package init(_ options: Options) {
    hasEximFile = options.format != .syslog
    formats = options.format == .exim ? LogFormats.all.prefix(1) : LogFormats.all[...]
    prefix = LogPrefixReader(options.clock)
    memory = LogMemory(trustedServers: options.trustedServers)
    wantsFlow = options.wantsFlow
  }

  /// How many lines have been read.
  package var lines: Int { splitter.lines }

  /// Reads the next bytes; a line that does not end in them waits for the next ones.
  package mutating func feed(_ bytes: UnsafeRawBufferPointer, _ emit: (CensusEvent) -> Void) {
    var splitter = self.splitter
    splitter.feed(bytes) { line, number, isCut in read(line, number: number, isCut: isCut, emit) }
    self.splitter = splitter
  }

  /// Reads what was left: a last line without its end.
  package mutating func finish(_ emit: (CensusEvent) -> Void) {
    var splitter = self.splitter
    splitter.finish { line, number, isCut in read(line, number: number, isCut: isCut, emit) }
    self.splitter = splitter
    memory.closeRejected(emit)
    memory.releaseAll(emit)
  }

  /// One line. Exim's own files come first, since they are what there is most of.
  @inline(__always) private mutating func read(
    _ line: Bytes, number: Int, isCut: Bool, _ emit: (CensusEvent) -> Void
  ) {
    memory.line = number
    if memory.isInRejected, memory.readRejected(line, emit) { return }
    if let (time, end) = prefix.spacedStamp(line), let exim = EximLine(behindStamp: line, end, time: time) {
      // A syslog has none.
      guard hasEximFile else { return }
      memory.noteRejection(exim)
      EximFormat.read(exim, isCut: isCut, wantsFlow: wantsFlow, &memory, emit)
      return
    }
    readSlowly(line, isCut: isCut, emit)
  }

  /// A line of a syslog, or of a program that is not Exim.
  @inline(never) private mutating func readSlowly(_ line: Bytes, isCut: Bool, _ emit: (CensusEvent) -> Void) {
    if line.isEmpty { return }
    let whole = prefix.read(line)
    if whole.content.count > 0, whole.content[0] == UInt8(ascii: "{"), let wrapped = WrappedLine(whole.content) {
      var prefix = self.prefix
      wrapped.unwrapped(&prefix, outside: whole) { readPlain($0, isCut: isCut, emit) }
      return
    }
    readPlain(whole, isCut: isCut, emit)
  }

  /// A line whose prefix is known.
  private mutating func readPlain(_ whole: LogLine, isCut: Bool, _ emit: (CensusEvent) -> Void) {
    if pieces.isPiece(whole) {
      if let joined = pieces.join(whole) {
        joined.content.withBytes { content in
          joined.tag.withBytes { tag in
            read(
              LogLine(time: joined.time, tag: tag, content: content), isCut: isCut, repeated: 1, emit)
          }
        }
      }
      return
    }
    if Repetition.mayStand(in: whole.content), let repetition = Repetition(whole.content) {
      switch repetition {
      case .ofContent(let content, let times):
        var inner = whole
        inner.content = content
        read(inner, isCut: isCut, repeated: times, emit)
      case .ofLastLine(let times): memory.repeatLast(times: times, time: whole.time, emit)
      case .dropped(let count): emit(.dropped(count))
      }
      return
    }
    memory.last = nil
    read(whole, isCut: isCut, repeated: 1, emit)
  }

  private mutating func read(_ line: LogLine, isCut: Bool, repeated: Int, _ emit: (CensusEvent) -> Void) {
    memory.repeated = repeated
    let isKnown = formats.contains { $0.read(line, isCut, wantsFlow, &prefix, &memory, emit) }
    if !isKnown, line.tag.isEmpty || line.tag.hasPrefix("exim"), line.content.contains("DKIM: d=") {
      memory.unreadable("expected a date, the id of a message, then 'DKIM: d='; found \(line.content.shown)", emit)
    }
    memory.repeated = 1
  }
}
