// Which checks could not tell: their silence says nothing about the zone.

internal import Model
internal import Phrasing
internal import Policies

extension AuditReport {
  /// - Parameter told: the rules whose findings are in the report.
  static func undecided(
    _ sights: [(check: AuditCheck, sight: AuditSight)], told: Set<String>, _ facts: AuditFacts, isCut: Bool
  ) -> [String] {
    let sections = facts.mail.map(\.undecidedSections) ?? Set(AuditSection.ofMail)
    return sights.flatMap { check, sight -> [String] in
      switch sight {
      case .found, .findings:
        // Explained by another finding, or ignored.
        return sight.findings(of: check).map(\.rule).withoutRepeats.filter { !told.contains($0) }
      case .unknown, .unjudged: return [check.rule.id]
      case .good, .nothing:
        // Of a zone that is not there, or that nobody serves, nothing else can be told.
        let isLost = (facts.zone == nil || !facts.isServed) && !AuditSection.ofMail.contains(check.section)
        let isOpen =
          isCut || isLost || sections.contains(check.section) || check.asks(facts).contains(where: facts.isUnanswered)
        return isOpen ? [check.rule.id] : []
      }
    }.withoutRepeats.sorted()
  }
}

extension AuditFacts {
  /// Whether a request went out and nobody gave an answer that tells anything.
  func isUnanswered(_ request: AuditRequest) -> Bool {
    switch request {
    case .inquiry:
      guard let answer = answer(request) else { return true }
      // Whoever refuses has answered.
      return !answer.replies.contains { reply in
        reply.answer.outcome.failure == nil || reply.answer.outcome == .failed(.refused)
      }
    case .look(let key): return look(at: key) == nil
    case .fetch(let file):
      guard case .failed(let failure, _)? = self.file(file) else { return false }
      return failure == .timeout || failure == .unreachable
    }
  }
}

extension MailFacts {
  /// The sections whose facts are not complete.
  var undecidedSections: Set<AuditSection> {
    // Without these the role of the domain is not known, and everything is judged by it.
    if exists != true || mx.failure != nil || spf.record.failure != nil || isCut {
      return Set(AuditSection.ofMail + [.takeover])
    }
    var open: Set<AuditSection> = []
    if mx.hosts.contains(where: { $0.failure != nil }) { open.formUnion([.mx, .dane, .takeover]) }
    if mx.hosts.contains(where: { $0.tlsaFailure != nil }) { open.insert(.dane) }
    if !spf.nodes({ if case .unanswered = $0 { true } else { false } }).isEmpty { open.formUnion([.spf, .takeover]) }
    if dmarc.discovery?.byTreeWalk.isUnknown ?? true || dmarc.record.failure != nil { open.insert(.dmarc) }
    if dkim.base.failure != nil || !dkim.unanswered.isEmpty { open.insert(.dkim) }
    if mtaSTS.record.failure != nil || mtaSTS.addressFailure != nil { open.insert(.mtaSTS) }
    if tlsRPT.failure != nil { open.insert(.tlsRPT) }
    if bimi.record.failure != nil { open.insert(.bimi) }
    if caa.contains(where: { $0.failure != nil }) { open.insert(.caa) }
    return open
  }
}
