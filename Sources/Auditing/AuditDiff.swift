// What changed between two reports on the same domain: what is new, and what was fixed.

public import Model

/// Two reports, compared.
public struct AuditDiff: Hashable, Sendable, Codable {
  public var domain: DomainName
  public var before: Timestamp
  public var after: Timestamp
  /// Findings that were not there before, the worst first.
  public var new: [AuditReport.ScoredFinding]
  /// Findings that are not there any more.
  public var fixed: [AuditReport.ScoredFinding]
  /// How many are as before.
  public var same: Int
  public var scoreBefore: Double
  public var scoreAfter: Double
  public var gradeBefore: AuditGrade?
  public var gradeAfter: AuditGrade?

  /// - Parameter earlier: an earlier report on the same domain.
  public init(from earlier: AuditReport, to later: AuditReport) {
    let (old, found) = (earlier.findings, later.findings)
    let match = FindingMatch(old.map(\.finding), found.map(\.finding))
    let undecided = Set(later.undecided ?? [])
    domain = later.domain
    before = earlier.checkedAt
    after = later.checkedAt
    new = match.new.map { found[$0] }
    // What could not be asked again is not fixed.
    fixed = match.gone.map { old[$0] }.filter { !undecided.contains($0.finding.rule) }
    same = match.pairs.count
    scoreBefore = earlier.score
    scoreAfter = later.score
    gradeBefore = earlier.grade
    gradeAfter = later.grade
  }
}
