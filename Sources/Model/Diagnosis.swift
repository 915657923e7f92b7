// Diagnoses: why a key is in the state that it is in, how sure that is, what mends it, and when that is over.

/// Why something is wrong, and what mends it.
public struct Diagnosis: Hashable, Sendable, Codable {
  /// The id of the cause in docs/causes.md; nil where it is told from the state alone.
  public var rule: String?
  /// One sentence.
  public var cause: String
  public var certainty: Certainty?
  /// How bad the cause is, where the answers alone do not show it: then it is a finding as well.
  public var severity: Severity?
  /// Why it is this and not the next best cause: one sentence.
  public var reasoning: String?
  /// What led there, as command lines that can be repeated, with what they said.
  public var evidence: [String]
  public var remedy: String
  /// The zone-file lines to add, where records mend it.
  public var record: String?
  /// The same in the terms of the panel in which the zone is edited; nil where no record mends it.
  public var instructions: String?
  /// Whether this is as it should be, and no alarm.
  public var isHarmless: Bool?
  /// Other causes that would fit, the likelier first.
  public var alternatives: [Alternative]?
  public var timeline: Timeline?

  public init(cause: String, evidence: [String], remedy: String, record: String? = nil) {
    self.cause = cause
    self.evidence = evidence
    self.remedy = remedy
    self.record = record
  }

  /// What the cause adds to the findings on the answers.
  public var finding: Finding? {
    guard let rule, let severity else { return nil }
    return Finding(
      rule: rule, severity: severity, text: cause, evidence: evidence.joined(separator: "\n"), remedy: remedy)
  }

  /// How sure a cause is.
  public enum Certainty: String, Hashable, Sendable, Codable, Comparable, CaseIterable {
    case possible, likely, certain

    public static func < (left: Certainty, right: Certainty) -> Bool { left.rank < right.rank }

    private var rank: Int {
      switch self {
      case .possible: 0
      case .likely: 1
      case .certain: 2
      }
    }
  }

  /// A cause that would fit too.
  public struct Alternative: Hashable, Sendable, Codable {
    public var rule: String
    public var cause: String
    public var certainty: Certainty

    public init(rule: String, cause: String, certainty: Certainty) {
      self.rule = rule
      self.cause = cause
      self.certainty = certainty
    }
  }

  /// From when to when receivers notice.
  public struct Timeline: Hashable, Sendable, Codable {
    /// The last good look: the first receivers began to fail after it, and by `failingFrom`. Nil where there was none.
    public var failingFromEarliest: Timestamp?
    /// The first bad look: by then the first receivers had begun to fail.
    public var failingFrom: Timestamp?
    /// From when on all receivers fail, at the latest: a cache that was filled just before the first bad look has expired. Nil
    /// where that cannot be said.
    public var failingEverywhereFrom: Timestamp?
    /// How long after the repair, in seconds, the last cache holds what is wrong now.
    public var seconds: UInt32?
    /// When everyone sees the repair, were it made at the time of the diagnosis.
    public var repairedEverywhereBy: Timestamp?

    public init(
      failingFromEarliest: Timestamp? = nil, failingFrom: Timestamp? = nil, failingEverywhereFrom: Timestamp? = nil,
      seconds: UInt32? = nil, repairedEverywhereBy: Timestamp? = nil
    ) {
      self.failingFromEarliest = failingFromEarliest
      self.failingFrom = failingFrom
      self.failingEverywhereFrom = failingEverywhereFrom
      self.seconds = seconds
      self.repairedEverywhereBy = repairedEverywhereBy
    }
  }
}
