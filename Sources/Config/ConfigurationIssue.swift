// What is wrong with a configuration, each thing with its place.

/// One thing that is wrong, or worth a warning, with its place in a file.
public struct ConfigurationIssue: Hashable, Sendable, CustomStringConvertible {
  /// The path of the file as it was named: the configuration file or a watch list.
  public var file: String
  /// The place in the configuration, as in `watches[3].interval`; empty for the file as a whole.
  public var path: String
  /// Counted from 1; 0 where the file as a whole is meant.
  public var line: Int
  /// In characters, counted from 1; 0 where the whole line or file is meant.
  public var column: Int
  /// What was seen, what was expected, what to do.
  public var message: String

  public init(file: String, path: String = "", line: Int = 0, column: Int = 0, message: String) {
    self.file = file
    self.path = path
    self.line = line
    self.column = column
    self.message = message
  }

  /// `config.json:12:5: watches[3].interval: …`; parts that are not known are left out.
  public var description: String {
    var text = file
    if line > 0 { text += ":\(line)" }
    if column > 0 { text += ":\(column)" }
    text += ": "
    if !path.isEmpty { text += path + ": " }
    return text + message
  }
}

/// Everything that keeps a configuration from being used, at once and in the order of the file.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
  public var issues: [ConfigurationIssue]
  /// Whether this user may not read the file, which another one may.
  public var isPermission: Bool

  public init(issues: [ConfigurationIssue], isPermission: Bool = false) {
    self.issues = issues
    self.isPermission = isPermission
  }

  /// One line an issue.
  public var description: String { issues.map(\.description).joined(separator: "\n") }
}

/// Why a text is no key that can be pinned.
public struct PinnedKeyError: Error, Hashable, Sendable {
  /// What was expected.
  public var message: String

  public init(message: String) { self.message = message }
}
