// Where log lines go: standard error, one write a line, level and format changeable by a reload.

internal import Config
internal import Glibc
internal import Logging
public import Model
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

  private static func writeToStandardError(_ text: String) {
    var bytes = Array(text.utf8)[...]
    while !bytes.isEmpty {
      let count = bytes.withUnsafeBytes { Glibc.write(STDERR_FILENO, $0.baseAddress, $0.count) }
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

extension Timestamp {
  /// The system's clock.
  public static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }
}
