// Where log lines go: standard error, one write a line, level and format changeable by a reload.

internal import Config
internal import Glibc
internal import Logging
internal import Model
internal import Synchronization

/// The one destination of all log lines.
final class LogOutput: Sendable {
  private struct State {
    var format: any LogFormat
    var level: Logger.Level
  }

  private let state: Mutex<State>
  private let clock: @Sendable () -> Timestamp
  private let write: @Sendable (String) -> Void

  /// Takes the clock and the sink; tests hand in their own.
  init(
    format: any LogFormat, level: Logger.Level, clock: @escaping @Sendable () -> Timestamp = { .now },
    write: @escaping @Sendable (String) -> Void = LogOutput.writeToStandardError
  ) {
    state = Mutex(State(format: format, level: level))
    self.clock = clock
    self.write = write
  }

  /// The lowest level that is printed.
  var level: Logger.Level { state.withLock { $0.level } }

  /// Takes up new settings.
  func apply(_ settings: Configuration.LogSettings, environment: [String: String]) {
    state.withLock {
      $0.format = settings.format(environment: environment)
      $0.level = Logger.Level(settings.level)
    }
  }

  func print(level: Logger.Level, message: String, metadata: Logger.Metadata) {
    let (format, lowest) = state.withLock { ($0.format, $0.level) }
    guard level >= lowest else { return }
    let fields = metadata.sorted { $0.key < $1.key }.map { (name: $0.key, value: "\($0.value)") }
    write(format.text(of: LogLine(at: clock(), level: level, message: message, metadata: fields)) + "\n")
  }

  /// How long a reader of standard error may make the daemon wait, in milliseconds; one that did so once is not waited
  /// for again until it reads.
  private static let patience: Int32 = 1000
  private static let isStalled = Atomic(false)

  private static func writeToStandardError(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      // A pipe that nobody empties would stop the daemon: then lines are lost rather than alerts.
      var place = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
      let isReady = poll(&place, 1, isStalled.load(ordering: .relaxed) ? 0 : patience) != 0
      isStalled.store(!isReady, ordering: .relaxed)
      guard isReady else { return }
      // A pipe that is ready takes so much at once (PIPE_BUF, pipe(7)).
      let count = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, min($0.count, 4096)) }
      if count < 0 {
        if errno == EINTR { continue }
        return
      }
      bytes = bytes.dropFirst(count)
    }
  }
}

/// The bridge from swift-log.
struct OutputLogHandler: LogHandler {
  let output: LogOutput
  var metadata: Logger.Metadata = [:]
  var metadataProvider: Logger.MetadataProvider?
  private var ownLevel = Logger.Level.trace

  init(output: LogOutput) { self.output = output }

  /// A logger can say less than the output lets through, never more: so a reload reaches every logger.
  var logLevel: Logger.Level {
    get { max(ownLevel, output.level) }
    set { ownLevel = newValue }
  }

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    var fields = metadata
    if let own = event.metadata { fields.merge(own) { _, new in new } }
    output.print(level: event.level, message: "\(event.message)", metadata: fields)
  }
}

extension Logger.Level {
  init(_ level: Configuration.LogSettings.Level) {
    switch level {
    case .debug: self = .debug
    case .info: self = .info
    case .notice: self = .notice
    case .warning: self = .warning
    case .error: self = .error
    }
  }
}
