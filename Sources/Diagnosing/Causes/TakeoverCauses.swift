// Causes: a CNAME that leads to where a stranger can move in.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

enum TakeoverCauses {
  static let all: [CauseRule] = [targetFree]

  private static let targetFree = CauseRule(
    "cname-target-free",
    "The registrable domain that the CNAME leads to does not exist, or that of one of its name servers: whoever registers "
      + "it can sign mail as the domain.",
    remedy: "Delete the CNAME at once.", severity: .critical, source: "RFC 1034, section 3.6.2",
    asks: { facts in
      let suspects = suspects(facts)
      let further = suspects.flatMap { servers(of: $0, facts) }.compactMap(\.registrableDomain).withoutRepeats
      return (suspects + further.filter { !suspects.contains($0) }.prefix(6)).flatMap { existence(of: $0, facts) }
    }
  ) { facts in
    for domain in suspects(facts) {
      if isFree(domain, facts) {
        return cause(
          facts, domain, text: "the domain \(domain), to which it leads, does not exist",
          because: "the name servers of the zone above say that \(domain) does not exist")
      }
      for server in servers(of: domain, facts) {
        guard let place = server.registrableDomain, place != domain, isFree(place, facts) else { continue }
        return cause(
          facts, place, above: domain,
          text: "\(domain), to which it leads, is served by \(server), and the domain \(place) does not exist",
          because: "\(domain) is delegated to \(server), and the zone above says that \(place) does not exist")
      }
    }
    return nil
  }

  private static func cause(
    _ facts: DiagnosisFacts, _ domain: DomainName, above: DomainName? = nil, text: String, because: String
  ) -> Cause {
    let right = facts.rightAlias
    let advice =
      "Delete the CNAME at \(facts.name) from the zone \(facts.zone) at once. If the sender is still used, ask it "
      + "for the record that it wants today, and publish that one."
    return Cause(
      text:
        "\(facts.name) is a CNAME, and \(text): anybody can register \(domain), publish a key of their own there, and "
        + "sign mail as \(facts.domain).",
      certainty: .certain, because: because,
      evidence: ([above].compactMap(\.self) + [domain]).flatMap { facts.evidence(delegation(of: $0, facts)) },
      repair: facts.exchanging(
        right?.records, note: right.map { "Do it at once. This is the record that \($0.origin)" }, else: advice))
  }

  /// The registrable domains on the way whose own servers nobody has reached, and which are not the signer's own.
  private static func suspects(_ facts: DiagnosisFacts) -> [DomainName] {
    guard facts.state != .published, !facts.chain.isEmpty else { return [] }
    let reached = facts.sorted.sources.filter { $0.isAuthoritative && ($0.answers || $0.role == .leadsOn) }
      .compactMap(\.server.zone)
    let domains = facts.chain.filter { !facts.isOwn($0) && !$0.looksLikeKeyText }.compactMap(\.registrableDomain)
    return Array(
      domains.withoutRepeats.filter { domain in !reached.contains { $0.isWithin(domain) } }.prefix(4))
  }

  /// The zone above knows whether a domain exists. Without an authoritative view a resolver has to do.
  private static func delegation(of domain: DomainName, _ facts: DiagnosisFacts) -> Inquiry {
    Inquiry(domain, .ns, at: facts.sorted.hasAuthoritativeView ? .parentServers : .zoneServers, limit: 2)
  }

  private static func existence(of domain: DomainName, _ facts: DiagnosisFacts) -> [Inquiry] {
    ([domain] + [domain.parent].compactMap(\.self).filter { !$0.isRoot }).map { delegation(of: $0, facts) }
  }

  /// Whether it does not exist, but could: its public suffix does.
  private static func isFree(_ domain: DomainName, _ facts: DiagnosisFacts) -> Bool {
    guard facts.isNXDOMAIN(delegation(of: domain, facts)), let suffix = domain.parent else { return false }
    return suffix.isRoot || !facts.isNXDOMAIN(delegation(of: suffix, facts))
  }

  /// The name servers of a domain, by the zone above; those that are below the domain itself are nobody else's.
  private static func servers(of domain: DomainName, _ facts: DiagnosisFacts) -> [DomainName] {
    facts.replies(to: delegation(of: domain, facts)).flatMap { $0.records + $0.authorities }
      .filter { $0.type == .ns && $0.owner == domain }
      .compactMap { if case .ns(let name) = $0.data, !name.isWithin(domain) { name } else { nil } }.withoutRepeats
  }
}
