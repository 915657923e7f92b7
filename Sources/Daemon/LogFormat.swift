// How a log line looks: for a person, for a machine, and for the journal.

internal import Config
internal import Logging
internal import Model

/// One log line as data.
struct LogLine {
  var at: Timestamp
  var level: Logger.Level
  var message: String
  /// In the order of the names.
  var metadata: [(name: String, value: String)]
}

/// Renders lines without a final newline.
protocol LogFormat: Sendable {
  func text(of line: LogLine) -> String
}

/// `2026-11-23T20:00:00Z warning: message name=value`
struct TextLogFormat: LogFormat {
  func text(of line: LogLine) -> String {
    "\(line.at) \(line.level.rawValue): \(LogText.sentence(line))"
  }
}

/// `<4>message name=value`: the prefix is the syslog priority (sd-daemon(3)), the journal has the time.
struct JournalLogFormat: LogFormat {
  func text(of line: LogLine) -> String {
    let priority =
      switch line.level {
      case .trace, .debug: 7
      case .info: 6
      case .notice: 5
      case .warning: 4
      case .error: 3
      case .critical: 2
      }
    return "<\(priority)>\(LogText.sentence(line))"
  }
}

/// One JSON object a line: `at`, `level`, `message` and the metadata.
struct JSONLogFormat: LogFormat {
  func text(of line: LogLine) -> String {
    var fields = [("at", line.at.preciseDescription), ("level", line.level.rawValue), ("message", line.message)]
    fields += line.metadata.map { ($0.name, $0.value) }
    return "{" + fields.map { "\($0.0.jsonQuoted()):\($0.1.jsonQuoted())" }.joined(separator: ",") + "}"
  }
}

/// What the formats share.
enum LogText {
  static func sentence(_ line: LogLine) -> String {
    let fields = line.metadata.map { name, value in
      let isPlain = !value.isEmpty && value.utf8.allSatisfy { $0 > 0x20 && $0 != 0x22 && $0 != 0x3D && $0 < 0x7F }
      return " \(name)=\(isPlain ? value : value.jsonQuoted())"
    }
    let oneLine = line.message.split(whereSeparator: \.isNewline).joined(separator: " ")
    return oneLine + fields.joined()
  }
}

extension Configuration.LogSettings {
  /// The format that `auto` means here: `journal` where systemd has connected standard error to the journal.
  func format(environment: [String: String]) -> any LogFormat {
    switch format {
    case .text: TextLogFormat()
    case .json: JSONLogFormat()
    case .journal: JournalLogFormat()
    case .auto: environment["JOURNAL_STREAM"] == nil ? TextLogFormat() : JournalLogFormat()
    }
  }
}
