// What goes wrong while a configuration is read: collected, never thrown, so that one run tells everything.

internal import Model

/// A place in the configuration.
struct SourceLocation: Hashable, Sendable {
  /// As in `watches[3].interval`.
  var path: String
  /// In bytes of the file; nil for a default, which stands in no file.
  var offset: Int?
}

/// The errors and warnings of one reading.
struct IssueLog {
  let source: SourceText
  /// Whether some value breaks the shape that the JSON Schema describes.
  private(set) var breaksShape = false

  private var placed: [(offset: Int, isError: Bool, issue: ConfigurationIssue)] = []
  private var elsewhere: [(isError: Bool, issue: ConfigurationIssue)] = []

  init(source: SourceText) { self.source = source }

  /// The value has a form that the JSON Schema refuses as well.
  mutating func refuseShape(_ location: SourceLocation, _ message: String) {
    breaksShape = true
    add(location, message, isError: true)
  }

  /// The value has the right form, but its meaning is wrong.
  mutating func refuse(_ location: SourceLocation, _ message: String) { add(location, message, isError: true) }

  mutating func warn(_ location: SourceLocation, _ message: String) { add(location, message, isError: false) }

  /// A warning about a line of another file.
  mutating func warn(file: String, line: Int, _ message: String) {
    elsewhere.append((false, ConfigurationIssue(file: file, line: line, message: message)))
  }

  private mutating func add(_ location: SourceLocation, _ message: String, isError: Bool) {
    var issue = ConfigurationIssue(file: source.file, path: location.path, message: message)
    if let offset = location.offset { (issue.line, issue.column) = source.location(of: offset) }
    placed.append((location.offset ?? -1, isError, issue))
  }

  /// How many errors there are so far.
  var errorCount: Int { placed.count { $0.isError } + elsewhere.count { $0.isError } }

  /// The errors in the order of the file.
  var errors: [ConfigurationIssue] { issues { $0 } }

  /// The warnings in the order of the file; those about other files follow.
  var warnings: [ConfigurationIssue] { issues { !$0 } }

  private func issues(_ isWanted: (Bool) -> Bool) -> [ConfigurationIssue] {
    let sorted = placed.enumerated().filter { isWanted($0.element.isError) }
      .sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }
    return sorted.map(\.element.issue) + elsewhere.filter { isWanted($0.isError) }.map(\.issue)
  }
}

extension String {
  /// The path of a member; names that are no plain words stand in brackets.
  func appendingPath(name: String) -> String {
    let isPlain =
      !name.isEmpty
      && name.utf8.allSatisfy { byte in
        byte.isDigit || byte.isLetter || byte == 0x5F || byte == 0x2D
          || byte == 0x24
      }
    return isPlain ? (isEmpty ? name : self + "." + name) : self + "[" + name.quoted + "]"
  }

  /// The path of an element.
  func appendingPath(index: Int) -> String { "\(self)[\(index)]" }
}
