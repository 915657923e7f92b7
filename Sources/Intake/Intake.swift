// Sources in, a census out: opens what is named, finds out what it is, and hands its bytes to the readers of Census.

package import Census
internal import Glibc
internal import Mail
package import Model

/// Reads sources one after another into one census. Nothing is kept of them but sums.
package struct Intake {
  package private(set) var census: Census
  package private(set) var tally = IntakeTally()
  private let trustedServers: [String]
  private let now: Timestamp
  private let since: Timestamp?
  private let offset: @Sendable (Int64) -> Int64
  /// Sees everything that is counted, and the ways of messages, which are not; nil where nobody wants to.
  private let observe: ((CensusEvent) -> Void)?

  /// How deep packings may be nested: a report in gzip in gzip in zip in a mail.
  private static let deepest = 5
  private static let largestReport = 256 << 20
  private static let largestMessage = 64 << 20
  /// Small enough to stay in the cache of a processor while it is read.
  private static let chunk = 128 << 10

  package init(
    trustedServers: [String] = [], since: Timestamp? = nil, now: Timestamp,
    offset: @escaping @Sendable (Int64) -> Int64 = LocalTime.offset, observe: ((CensusEvent) -> Void)? = nil
  ) {
    census = Census(since: since)
    self.trustedServers = trustedServers
    self.now = now
    self.since = since
    self.offset = offset
    self.observe = observe
  }

  /// Reads a source. What goes wrong with it is in the tally; the next one can be read all the same.
  package mutating func read(_ source: NamedSource) {
    switch source {
    case .standardInput:
      let place = open("standard input")
      take(FileSource(standardInput: ()), place: place, name: "standard input", reference: now)
    case .file(let path): readFile(path, place: nil)
    case .maildir(let path):
      let place = open(path)
      var paths: [String] = []
      SourceFiles.messages(ofMaildir: path) { paths.append($0) }
      tally.places[place].add(.messages)
      for path in paths { readFile(path, place: place) }
    case .folder(let path):
      var count = 0
      var sources: [NamedSource] = []
      SourceFiles.files(below: path, count: &count) { sources.append($0) }
      let place = open(path)
      for source in sources {
        if case .file(let path) = source { readFile(path, place: place) } else { read(source) }
      }
    case .journal:
      let place = open("journal")
      tally.places[place].add(.journal)
      readJournal(place)
    }
    census.finishSource()
  }

  private mutating func open(_ name: String) -> Int {
    tally.places.append(.init(name: name))
    return tally.places.count - 1
  }

  /// A file of a folder counts for the folder, unless it is a log.
  private mutating func readFile(_ path: String, place: Int?) {
    do throws(IntakeError) {
      let source = try FileSource(path: path)
      let reference = SourceFiles.modified(path).map { min(Timestamp(seconds: $0), now) } ?? now
      take(source, place: place ?? open(path), name: path, reference: reference)
    } catch {
      tally.addFailure(path, error)
    }
  }

  /// Reads bytes whatever they are; what is packed is unpacked and read the same way.
  private mutating func take(
    _ source: any ByteSource, place: Int, name: String, reference: Timestamp, depth: Int = 0
  ) {
    do throws(IntakeError) {
      let source = try PeekedSource(source, upTo: ContentKind.enough)
      let kind = ContentKind(source.head)
      if depth > Self.deepest { throw IntakeError("it is packed more than \(Self.deepest) times") }
      switch kind {
      case .gzip: take(try GzipSource(source), place: place, name: name, reference: reference, depth: depth + 1)
      case .xz: take(try XZSource(source), place: place, name: name, reference: reference, depth: depth + 1)
      case .zip:
        let archive = try ZipArchive(try whole(source, limit: ZipArchive.largest, "the zip archive"))
        for index in 0..<archive.count {
          guard let entry = try archive.entry(index) else { continue }
          take(entry, place: place, name: name, reference: reference, depth: depth + 1)
        }
      case .report: try readReport(source, place: place, name: name)
      case .mailbox: try readMailbox(source, place: place, name: name, reference: reference, depth: depth)
      case .message:
        let message = try beginning(source, limit: Self.largestMessage)
        readMessage(message, place: place, name: name, line: 0, reference: reference, depth: depth)
      case .log: try readLog(source, place: place, name: name, reference: reference)
      }
    } catch {
      tally.addFailure(name, error)
    }
  }

  private mutating func readLog(
    _ source: any ByteSource, place: Int, name: String, reference: Timestamp
  ) throws(IntakeError) {
    tally.places[place].add(.log)
    var reader = LogReader(
      .init(
        clock: LogClock(reference: reference, offset: offset), trustedServers: trustedServers,
        wantsFlow: observe != nil))
    defer { tally.places[place].lines += reader.lines }
    try forEachChunk(source) { chunk in
      reader.feed(chunk) { count($0, place: place, name: name) }
    }
    reader.finish { count($0, place: place, name: name) }
  }

  private mutating func readReport(_ source: any ByteSource, place: Int, name: String) throws(IntakeError) {
    tally.places[place].add(.reports)
    tally.places[place].reports += 1
    let reader = ReportReader()
    var length = 0
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { buffer.deallocate() }
    while true {
      let read = try source.read(buffer)
      if read == 0 { break }
      length += read
      if length > Self.largestReport {
        throw IntakeError("the report has more than \(Self.largestReport >> 20) MiB; the rest is not read")
      }
      let goesOn = reader.feed(UnsafeRawBufferPointer(rebasing: buffer[..<read])) {
        count($0, place: place, name: name)
      }
      if !goesOn { return }
    }
    reader.finish { count($0, place: place, name: name) }
  }

  private mutating func readMailbox(
    _ source: any ByteSource, place: Int, name: String, reference: Timestamp, depth: Int
  ) throws(IntakeError) {
    var reader = MailboxReader()
    var message: (bytes: [UInt8], line: Int)?
    // The reader hands out pieces while it is fed; they are few in a chunk.
    var pieces: [MailboxPiece] = []
    func take(_ intake: inout Intake) {
      for piece in pieces {
        switch piece {
        case .message(let line):
          close(&intake)
          message = ([], line)
        case .bytes(let bytes):
          let room = Self.largestMessage - (message?.bytes.count ?? 0)
          message?.bytes.append(contentsOf: bytes.prefix(room))
        }
      }
      pieces = []
    }
    func close(_ intake: inout Intake) {
      guard let (bytes, line) = message else { return }
      intake.readMessage(bytes, place: place, name: name, line: line, reference: reference, depth: depth)
    }
    try forEachChunk(source) { chunk in
      reader.take(chunk) { pieces.append($0) }
      take(&self)
    }
    reader.finish { pieces.append($0) }
    take(&self)
    close(&self)
    tally.places[place].lines += reader.lines
  }

  private mutating func readMessage(
    _ message: [UInt8], place: Int, name: String, line: Int, reference: Timestamp, depth: Int
  ) {
    tally.places[place].add(.messages)
    tally.places[place].messages += 1
    let header = MessageHeader(message)
    MessageSightings.read(header, trustedServers: trustedServers) { event in
      guard case .unreadable(var fault) = event else { return count(event, place: place, name: name) }
      fault.line = line
      count(.unreadable(fault), place: place, name: name)
    }
    for part in Attachments.reports(in: message, header: header) {
      let shown = part.name.isEmpty ? name : "\(name), attachment \(part.name)"
      take(MemorySource(part.bytes), place: place, name: shown, reference: reference, depth: depth + 1)
    }
  }

  private mutating func readJournal(_ place: Int) {
    do throws(IntakeError) {
      let journal = try JournalSource(since: since)
      var reader = LogReader(
        .init(
          clock: LogClock(reference: now, offset: offset), trustedServers: trustedServers, wantsFlow: observe != nil))
      while let entry = try journal.next() {
        entry.withUnsafeBytes { reader.feed($0) { count($0, place: place, name: "journal") } }
      }
      reader.finish { count($0, place: place, name: "journal") }
      tally.places[place].lines += reader.lines
    } catch {
      tally.addFailure("journal", error)
    }
  }

  /// Takes what a reader hands on.
  @inline(__always) private mutating func count(_ event: CensusEvent, place: Int, name: String) {
    observe?(event)
    switch event {
    case .sighting(let sighting):
      tally.places[place].sightings += 1
      if let fault = census.add(sighting, source: place) {
        tally.addFault(name, UnreadableLine(line: 0, reason: fault.description))
      }
    case .unreadable(let line): tally.addFault(name, line)
    case .dropped(let lines):
      tally.dropped += 1
      tally.droppedLines += lines ?? 0
    case .untrusted(let server):
      if tally.untrusted.count < 20 || tally.untrusted[server] != nil { tally.untrusted[server, default: 0] += 1 }
    case .flow: break
    }
  }

  private func forEachChunk(
    _ source: any ByteSource, _ body: (UnsafeRawBufferPointer) -> Void
  ) throws(IntakeError) {
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunk, alignment: 4096)
    defer { buffer.deallocate() }
    while true {
      let count = try source.read(buffer)
      if count == 0 { return }
      body(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    }
  }

  /// All bytes of a source that must be held whole.
  private func whole(_ source: any ByteSource, limit: Int, _ what: String) throws(IntakeError) -> [UInt8] {
    let bytes = try beginning(source, limit: limit + 1)
    if bytes.count > limit { throw IntakeError("\(what) has more than \(limit >> 20) MiB") }
    return bytes
  }

  private func beginning(_ source: any ByteSource, limit: Int) throws(IntakeError) -> [UInt8] {
    var bytes: [UInt8] = []
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
    defer { buffer.deallocate() }
    while bytes.count < limit {
      let count = try source.read(buffer)
      if count == 0 { break }
      bytes.append(contentsOf: buffer[..<min(count, limit - bytes.count)])
    }
    return bytes
  }
}

/// The time zone of this machine.
package enum LocalTime {
  /// Seconds that local time is ahead of UTC, for seconds of local time that are counted as if they were UTC.
  @Sendable package static func offset(_ local: Int64) -> Int64 {
    func ahead(_ time: Int64) -> Int64 {
      var seconds = time_t(time)
      var parts = tm()
      return localtime_r(&seconds, &parts) == nil ? 0 : Int64(parts.tm_gmtoff)
    }
    return ahead(local - ahead(local))
  }
}
