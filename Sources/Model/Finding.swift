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

/// The verdict on a watch: the plugin states of Nagios.
public enum Verdict: String, Hashable, Sendable, Codable, CaseIterable {
  case ok, warning, critical, unknown

  /// 0 ok, 1 warning, 2 critical, 3 unknown.
  public var exitCode: Int32 {
    switch self {
    case .ok: 0
    case .warning: 1
    case .critical: 2
    case .unknown: 3
    }
  }

  /// The worse of two; critical is worse than unknown, unknown is worse than warning.
  public func worse(_ other: Verdict) -> Verdict {
    rank >= other.rank ? self : other
  }

  private var rank: Int {
    switch self {
    case .ok: 0
    case .warning: 1
    case .unknown: 2
    case .critical: 3
    }
  }

  /// The verdict that a severity alone leads to; information leaves it ok.
  public init(_ severity: Severity) {
    switch severity {
    case .info: self = .ok
    case .warning: self = .warning
    case .critical: self = .critical
    }
  }
}

/// The state of a watch.
public enum State: String, Hashable, Sendable, Codable, CaseIterable {
  /// Not asked yet.
  case pending
  /// The key is there and can be used.
  case published
  /// No key at the source.
  case missing
  /// `p=` is empty.
  case revoked
  /// A record is there that no receiver can use.
  case invalid
  /// A valid key, but not the pinned one.
  case mismatched
  /// Servers or views disagree.
  case divergent
  /// No way to tell: nobody answers, or answers do not validate.
  case unreachable
}
