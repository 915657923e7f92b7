// The three questions that a report answers first: can mail get in, can it get out, can others forge it.

public import Model

extension AuditReport {
  /// One of the questions, and its answer in one sentence.
  public struct Answer: Hashable, Sendable, Codable {
    public enum Question: String, Hashable, Sendable, Codable, CaseIterable {
      case receiving, sending, forgery

      /// As a heading.
      public var title: String {
        switch self {
        case .receiving: "Can mail get in?"
        case .sending: "Can mail get out?"
        case .forgery: "Can others forge it?"
        }
      }
    }

    public var question: Question
    public var verdict: Verdict
    public var text: String
  }

  /// The answers, in the order of the questions.
  public var answers: [Answer] {
    [
      Answer(question: .receiving, of: self), Answer(question: .sending, of: self),
      Answer(question: .forgery, of: self),
    ]
  }

  /// The worst finding of some sections that is above info.
  fileprivate func worst(_ sections: [AuditSection]) -> ScoredFinding? {
    findings(in: sections).first { $0.finding.severity > .info }
  }

  fileprivate func findings(in ids: [AuditSection]) -> [ScoredFinding] {
    sections.filter { ids.contains($0.id) }.flatMap(\.findings).sorted(by: ScoredFinding.isWorse)
  }

  fileprivate func isUnknown(_ area: AuditArea) -> Bool {
    sections.contains { $0.id.area == area && !$0.unknown.isEmpty && $0.findings.isEmpty && $0.good.isEmpty }
  }
}

extension AuditReport.Answer {
  fileprivate init(question: Question, of report: AuditReport) {
    self.question = question
    let isDead = report.findings.first {
      ["delegation-absent", "source-down", "dnssec-bogus"].contains($0.finding.rule)
    }
    if let isDead, isDead.finding.severity == .critical, question != .forgery {
      (verdict, text) = (.critical, "No. \(isDead.finding.text)")
      return
    }
    switch question {
    case .receiving: (verdict, text) = Self.receiving(report)
    case .sending: (verdict, text) = Self.sending(report)
    case .forgery: (verdict, text) = Self.forgery(report)
    }
  }

  private static func receiving(_ report: AuditReport) -> (Verdict, String) {
    switch report.role {
    case .parked: return (.ok, "No, and that is intended: the domain is closed.")
    case .unused: return (.ok, "No: the domain has no MX record.")
    case .sendsOnly where report.worst([.mx]) == nil: return (.ok, "No, and that is intended: it takes no mail.")
    default: break
    }
    let sections: [AuditSection] = [.delegation, .nameservers, .zone, .dnssec, .mx, .mtaSTS, .dane]
    guard let worst = report.worst(sections) else { return (.ok, "Yes, no problems found.") }
    return worst.finding.severity == .critical
      ? (.critical, "Not safely. \(worst.finding.text)") : (.warning, "Yes, with a weakness. \(worst.finding.text)")
  }

  private static func sending(_ report: AuditReport) -> (Verdict, String) {
    switch report.role {
    case .parked: return (.ok, "No, and that is intended: the domain is closed.")
    case .unused: return (.ok, "Nothing shows that the domain sends mail.")
    default: break
    }
    guard let worst = report.worst([.spf, .dkim, .dmarc]) else {
      return report.isUnknown(.dkim)
        ? (.unknown, "Yes, as far as can be seen; its DKIM keys were not found.") : (.ok, "Yes, no problems found.")
    }
    return worst.finding.severity == .critical
      ? (.critical, "Not safely. \(worst.finding.text)") : (.warning, "Yes, with a weakness. \(worst.finding.text)")
  }

  private static func forgery(_ report: AuditReport) -> (Verdict, String) {
    if let taken = report.worst([.takeover]), taken.finding.severity == .critical {
      return (.critical, "Yes. \(taken.finding.text)")
    }
    let found = report.findings(in: [.dmarc])
    if let open = found.first(where: { $0.points >= 1 }) {
      return (open.finding.severity == .critical ? .critical : .warning, "Yes. \(open.finding.text)")
    }
    if report.isUnknown(.dmarc) { return (.unknown, "That cannot be told: DMARC was not answered.") }
    if let weak = report.worst([.dmarc]) { return (.warning, "Hardly. \(weak.finding.text)") }
    return report.sections.contains { $0.id == .dmarc && !$0.good.isEmpty }
      ? (.ok, "No: receivers refuse or quarantine forged mail.") : (.unknown, "That cannot be told.")
  }
}
