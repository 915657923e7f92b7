// What an audit comes to: findings by section, the score that they leave, and what was right.

public import Model

/// The report on one domain.
public struct AuditReport: Hashable, Sendable, Codable {
  public var domain: DomainName
  public var verdict: Verdict
  /// Points that are left, of `of`.
  public var score: Double
  /// 10, or less where something could not be judged.
  public var of: Double
  /// Nil where too little could be judged.
  public var grade: AuditGrade?
  /// One sentence.
  public var summary: String
  public var checkedAt: Timestamp
  /// The version of the table of points.
  public var scheme: Int
  /// What the domain does with mail, by which it is judged; nil where that is not known.
  public var role: MailRole?
  public var sections: [Section]
  /// The checks whose questions were not all answered, or whose findings another finding explains: that they show nothing does
  /// not say that nothing is wrong. Nil in reports of earlier versions.
  public var undecided: [String]?
  public var records: Records
  public var spf: SPF?
  public var effort: Effort

  /// One section.
  public struct Section: Hashable, Sendable, Codable {
    public var id: AuditSection
    public var title: String
    /// Of `of`, which is 10: what is left of the budget that the section shares.
    public var score: Double
    public var of: Double
    /// The worst first.
    public var findings: [ScoredFinding]
    /// What is right, one line each.
    public var good: [String]
    /// What could not be told, and why, one line each.
    public var unknown: [String]
  }

  /// A finding with what it took off the score.
  public struct ScoredFinding: Hashable, Sendable, Codable {
    public var finding: Finding
    public var points: Double

    public init(finding: Finding, points: Double) {
      self.finding = finding
      self.points = points
    }
  }

  /// What the audit took.
  public struct Effort: Hashable, Sendable, Codable {
    public var questions: Int
    /// The most questions that were allowed.
    public var limit: Int
    public var rounds: Int
    /// Whether a limit kept something from being asked.
    public var isCut: Bool

    private enum CodingKeys: String, CodingKey {
      case questions, limit, rounds
      case isCut = "cut"
    }
  }
}

extension AuditReport {
  /// The findings of all sections, the worst first.
  public var findings: [ScoredFinding] { sections.flatMap(\.findings).sorted(by: ScoredFinding.isWorse) }
}

extension AuditReport.ScoredFinding {
  private enum CodingKeys: String, CodingKey { case rule, severity, text, evidence, remedy, points }

  public init(from decoder: any Decoder) throws {
    finding = try Finding(from: decoder)
    points = try decoder.container(keyedBy: CodingKeys.self).decode(Double.self, forKey: .points)
  }

  public func encode(to encoder: any Encoder) throws {
    try finding.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(points, forKey: .points)
  }

  /// By severity, then by points, then by rule.
  static func isWorse(_ one: Self, _ other: Self) -> Bool {
    let (left, right) = (one.finding, other.finding)
    if left.severity != right.severity { return left.severity > right.severity }
    if one.points != other.points { return one.points > other.points }
    return (left.rule, left.evidence) < (right.rule, right.evidence)
  }
}
