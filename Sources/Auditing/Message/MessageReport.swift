// What the audit of one message comes to: findings by area, the score, what becomes of it, and the requirements of receivers.

internal import Mail
public import Model
internal import Phrasing

/// The report on one message.
public struct MessageReport: Hashable, Sendable, Codable {
  public var verdict: Verdict
  /// Points that are left, of `of`.
  public var score: Double
  /// 10, or less where something could not be judged.
  public var of: Double
  /// One sentence.
  public var summary: String
  public var from: String?
  public var messageId: String?
  public var checkedAt: Timestamp
  /// By DMARC.
  public var fate: MessageFate
  public var sections: [Section]
  public var requirements: [ReceiverRequirement]

  /// One area.
  public struct Section: Hashable, Sendable, Codable {
    public var id: MessageArea
    public var title: String
    public var score: Double
    public var of: Double
    public var findings: [AuditReport.ScoredFinding]
    public var good: [String]
    public var unknown: [String]
  }

  init(_ facts: MessageFacts) {
    var sections: [Section] = []
    var (lost, total) = (0, 0)
    for area in MessageArea.allCases {
      var section = Section(id: area, title: area.title, score: 10, of: 10, findings: [], good: [], unknown: [])
      var isJudged = true
      var left = area.budget
      var found: [(finding: Finding, cost: Int)] = []
      for check in MessageCheck.all where check.area == area {
        switch check.look(facts) {
        case .nothing: break
        case .good(let text, _): section.good.append(text)
        case .unknown(let reason): section.unknown.append(reason)
        case .unjudged(let reason):
          section.unknown.append(reason)
          // Of a host that is not known, what the message itself shows is judged still.
          if area != .host { isJudged = false }
        case .found(let observations):
          found += observations.map { seen in
            let severity = seen.severity ?? check.rule.severity
            return (
              Finding(
                rule: check.rule.id, severity: severity, text: seen.text ?? check.rule.summary, evidence: seen.evidence,
                remedy: seen.remedy ?? check.rule.remedy), check.cost(of: severity)
            )
          }
        case .findings(let findings):
          found += findings.map { ($0, $0.severity == .warning ? 3 : check.cost(of: $0.severity)) }
        }
      }
      for (finding, cost) in found.sorted(by: { $0.cost > $1.cost }) {
        let taken = isJudged ? min(cost, left) : 0
        left -= taken
        section.findings.append(AuditReport.ScoredFinding(finding: finding, points: Double(taken) / 10))
      }
      section.findings.sort(by: AuditReport.ScoredFinding.isWorse)
      section.score = Double(left * 100 / area.budget) / 10
      if isJudged {
        total += area.budget
        lost += area.budget - left
      }
      sections.append(section)
    }
    self.sections = sections
    let findings = sections.flatMap(\.findings).map(\.finding)
    verdict = findings.reduce(.ok) { $0.worse(Verdict($1.severity)) }
    score = Double(total - lost) / 10
    of = Double(total) / 10
    fate = facts.fate
    from = facts.verification.authorDomain
    messageId = facts.verification.messageID
    checkedAt = facts.now
    requirements = ReceiverRequirement.list(facts)
    let worst = findings.filter { $0.severity > .info }.max { $0.severity < $1.severity }
    summary =
      worst.map { "\(facts.fate.sentence) \($0.text == facts.fate.sentence ? "" : $0.text)" }
      .map { $0.hasSuffix(" ") ? String($0.dropLast()) : $0 } ?? "\(facts.fate.sentence) No problems found."
  }
}
