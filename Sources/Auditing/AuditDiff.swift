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
    var old = earlier.findings
    var rest: [AuditReport.ScoredFinding] = []
    // Findings with the same evidence first; then those of the same rule, whose evidence counts or names something else now.
    for finding in later.findings {
      if let index = old.firstIndex(where: {
        $0.finding.rule == finding.finding.rule && $0.finding.evidence == finding.finding.evidence
      }) {
        old.remove(at: index)
      } else {
        rest.append(finding)
      }
    }
    var new: [AuditReport.ScoredFinding] = []
    for finding in rest {
      if let index = old.firstIndex(where: { $0.finding.rule == finding.finding.rule }) {
        old.remove(at: index)
      } else {
        new.append(finding)
      }
    }
    domain = later.domain
    before = earlier.checkedAt
    after = later.checkedAt
    self.new = new
    fixed = old
    same = later.findings.count - new.count
    scoreBefore = earlier.score
    scoreAfter = later.score
    gradeBefore = earlier.grade
    gradeAfter = later.grade
  }
}
