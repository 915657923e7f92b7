// Findings: what is wrong or notable with a zone, and how bad that is.

/// How bad a finding is.
public enum Severity: String, Hashable, Sendable, Codable, Comparable, CaseIterable {
  case info, warning, critical

  public static func < (left: Severity, right: Severity) -> Bool {
    left.rank < right.rank
  }

  private var rank: Int {
    switch self {
    case .info: 0
    case .warning: 1
    case .critical: 2
    }
  }
}

/// Something wrong or notable with *their* zone. What fails in selectord itself is an Error.
public struct Finding: Hashable, Sendable, Codable {
  /// The stable id of the rule, listed in docs/rules.md.
  public var rule: String
  public var severity: Severity
  /// One sentence: what is wrong.
  public var text: String
  /// What was seen, with its place (the server; the byte in the text).
  public var evidence: String
  /// What to do.
  public var remedy: String

  public init(rule: String, severity: Severity, text: String, evidence: String, remedy: String) {
    self.rule = rule
    self.severity = severity
    self.text = text
    self.evidence = evidence
    self.remedy = remedy
  }
}

/// One row of a rule table: what a rule id means. Tables of `Keys` and `Judging` make up docs/rules.md.
public struct Rule: Hashable, Sendable, Codable {
  public var id: String
  public var severity: Severity
  /// One sentence: when it fires.
  public var summary: String
  /// What a reader should do, in general.
  public var remedy: String
  /// Where the rule comes from, as in `RFC 6376, section 3.6.1`.
  public var source: String

  public init(id: String, severity: Severity, summary: String, remedy: String, source: String) {
    self.id = id
    self.severity = severity
    self.summary = summary
    self.remedy = remedy
    self.source = source
  }
}
