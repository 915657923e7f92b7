// `status` and `history` of the audits that the daemon repeats.

package import Model

/// What the last audit of a domain came to.
package struct AuditStatus: Hashable, Sendable {
  package var result: AuditResult
  /// The findings that it showed.
  package var findings: [FindingSpan]

  package init(result: AuditResult, findings: [FindingSpan]) {
    self.result = result
    self.findings = findings
  }

  /// `8.5`, or `7.4 of 8.5` where something could not be judged.
  package var points: String { result.of < 10 ? "\(result.score) of \(result.of)" : "\(result.score)" }
}

extension StatusReport {
  /// The audits that are shown: those of the chosen domains and verdicts, the worst first. None where states of watches are chosen.
  package var shownAudits: [AuditStatus] {
    guard selection.states.isEmpty else { return [] }
    return audits.filter { audit in
      (selection.verdicts.isEmpty || selection.verdicts.contains(verdict(of: audit)))
        && (selection.domains.isEmpty || selection.domains.contains { $0.matches(audit.result.domain) })
    }.sorted { left, right in
      let (one, other) = (verdict(of: left), verdict(of: right))
      if selection.order == .name || one == other { return left.result.domain < right.result.domain }
      return one.worse(other) == one
    }
  }

  /// The verdict that counts: what nobody audits is unknown.
  package func verdict(of audit: AuditStatus) -> Verdict { isStale ? .unknown : audit.result.verdict }
}

/// The JSON object of one audit in `status`.
package struct AuditStatusObject: Encodable {
  private let audit: AuditStatus
  private let verdict: Verdict
  private let isStale: Bool

  package init(audit: AuditStatus, report: StatusReport) {
    self.audit = audit
    verdict = report.verdict(of: audit)
    isStale = report.isStale
  }

  private enum CodingKeys: String, CodingKey {
    case kind, domain, verdict, score, of, grade, summary, checkedAt, stale, findings
  }

  package func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("audit", forKey: .kind)
    try container.encode(audit.result.domain, forKey: .domain)
    try container.encode(verdict, forKey: .verdict)
    try container.encode(audit.result.score, forKey: .score)
    try container.encode(audit.result.of, forKey: .of)
    try container.encodeIfPresent(audit.result.grade, forKey: .grade)
    try container.encode(audit.result.summary, forKey: .summary)
    try container.encode(audit.result.checkedAt, forKey: .checkedAt)
    try container.encode(isStale, forKey: .stale)
    try container.encode(audit.findings.map(FindingObject.init), forKey: .findings)
  }
}

/// The JSON object of a finding in the course of time.
struct FindingObject: Encodable {
  let span: FindingSpan

  private enum CodingKeys: String, CodingKey { case kind, firstSeen, lastSeen, current, finding }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("finding", forKey: .kind)
    try container.encode(span.firstSeen, forKey: .firstSeen)
    try container.encodeIfPresent(span.lastSeen, forKey: .lastSeen)
    try container.encode(span.lastSeen == nil, forKey: .current)
    try container.encode(span.finding, forKey: .finding)
  }
}
