// Causes: resolvers that fail, where nobody else was asked.

internal import Judging
internal import Model

extension ServerCauses {
  /// Whether all that is known are resolvers that answer SERVFAIL.
  private static func hasOnlyFailure(_ facts: DiagnosisFacts) -> Bool {
    facts.state == .unreachable && !facts.sorted.hasAuthoritativeView && facts.finding(RuleID.dnssecBogus) == nil
      && facts.sorted.failing.contains { $0.failure == .servfail }
  }

  /// The beginnings of the domain, and of the zone above the registrable one.
  private static func beginnings(_ facts: DiagnosisFacts) -> [Inquiry] {
    hasOnlyFailure(facts)
      ? ([facts.domain] + [facts.registrableDomain.parent].compactMap(\.self)).map { Inquiry($0, .soa) } : []
  }

  static let failsAtResolver = CauseRule(
    "zone-fails-at-resolver",
    "The resolver answers SERVFAIL for the key, and no authoritative view is there to tell which server fails.",
    remedy: "Ask the zone's own servers: add a view of type authoritative, or use dig +trace.",
    asks: beginnings
  ) { facts in
    let asked = beginnings(facts)
    guard let own = asked.first, let above = asked.last else { return nil }
    func isAnswered(_ inquiry: Inquiry) -> Bool {
      facts.replies(to: inquiry).contains { $0.answer.outcome.failure == nil }
    }
    guard isAnswered(above) else { return nil }
    let who = Wording.names(facts.sorted.failing.filter { $0.failure == .servfail })
    let isBelow = isAnswered(own)
    return Cause(
      text: isBelow
        ? "The domain \(facts.domain) can be looked up at \(who), and \(facts.name) cannot: _domainkey is delegated to servers that "
          + "do not serve it, or the record leads to where nobody answers."
        : "No name server of \(facts.domain) gives \(who) a usable answer: they cannot be reached, do not serve the zone, or could "
          + "not load it.",
      certainty: .likely,
      because: isBelow
        ? "the same resolver gives the beginning (SOA) of the domain"
        : "the same resolver answers for the zone above, and for nothing of the domain",
      evidence: asked.flatMap(facts.evidence),
      repair: .instruction(
        "Run dig +trace \(facts.name) TXT, and check the logs of the servers where it ends: each server that a zone is "
          + "delegated to must run and serve that zone. Delete NS records of a service that is no longer used."
      ))
  }
}
