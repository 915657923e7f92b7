// Causes: `_domainkey`, or a name between it and the key, handed on to another zone by DNAME or NS.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

enum DelegationCauses {
  static let all: [CauseRule] = [viaDNAME, delegatedAway]

  /// The answer as it came, with the DNAME in it.
  private static func whole(_ facts: DiagnosisFacts) -> Inquiry { Inquiry(facts.name, .txt, limit: 1) }

  private static let viaDNAME = CauseRule(
    "dname-in-path", "A DNAME leads from above the key name to another tree; some receivers cannot follow one.",
    remedy: "Put a CNAME at the key name instead of the DNAME.", severity: .warning, source: "RFC 6672",
    asks: { facts in facts.finding("dname-in-chain") != nil ? [whole(facts)] : [] }
  ) { facts in
    guard facts.finding("dname-in-chain") != nil, let end = facts.chain.last else { return nil }
    let record = facts.replies(to: whole(facts)).lazy.flatMap(\.records).first { $0.type == .dname }
    let place = record.map { "\($0.owner)" } ?? "a name above \(facts.name)"
    let evidence = facts.evidence(whole(facts))
    if facts.state == .missing {
      return Cause(
        text:
          "A DNAME at \(place) sends every name below it elsewhere, this key name to \(end), and there is no key there; "
          + "records that were added at \(facts.name) itself are not seen.",
        certainty: .certain, because: "the answer has a DNAME, and the servers at its end have no key",
        evidence: evidence,
        repair: facts.restoring(
          else:
            "Publish the key record as TXT at \(end), or delete the DNAME at \(place) and publish it at \(facts.name).")
      )
    }
    guard facts.state == .published else { return nil }
    return Cause(
      text:
        "A DNAME at \(place) leads to the key: some receivers, OpenDKIM among them, cannot follow one and see no key.",
      certainty: .likely, because: "the answer has a DNAME beside the CNAME that is made of it", evidence: evidence,
      repair: .replace(
        [facts.alias(to: end)], note: "Delete the DNAME at \(place) first: names below it are not seen"))
  }

  // MARK: NS

  /// The key name and what is above it, down to `_domainkey`.
  private static func path(_ facts: DiagnosisFacts) -> [DomainName] {
    var names: [DomainName] = []
    var name: DomainName? = facts.name
    while let here = name, here.isWithin(facts.domain), here != facts.domain {
      names.append(here)
      name = here.parent
    }
    return Array(names.suffix(4))
  }

  private static func delegation(_ name: DomainName) -> Inquiry { Inquiry(name, .ns, at: .parentServers, limit: 2) }

  private static func isPlausible(_ facts: DiagnosisFacts) -> Bool {
    facts.state == .unreachable && facts.chain.isEmpty
  }

  private static let delegatedAway = CauseRule(
    "domainkey-delegation-lame", "_domainkey, or a name below it, is delegated to servers that do not serve it.",
    remedy: "Have those servers serve the zone, or delete the NS records and publish the keys in the zone above.",
    asks: { facts in
      guard isPlausible(facts), facts.sorted.hasAuthoritativeView else { return [] }
      return path(facts).map(delegation)
    }
  ) { facts in
    guard isPlausible(facts) else { return nil }
    for name in path(facts).reversed() {
      let records = facts.replies(to: delegation(name)).flatMap { $0.records + $0.authorities }
        .filter { $0.type == .ns && $0.owner == name }
      var servers = records.compactMap { if case .ns(let server) = $0.data { server } else { nil } }.withoutRepeats
      if servers.isEmpty, facts.sorted.delegation?.zone == name { servers = facts.sorted.delegation?.servers ?? [] }
      guard !servers.isEmpty else { continue }
      let failures = facts.sorted.failing.compactMap(\.failure).withoutRepeats.map(\.result)
      let said = failures.isEmpty ? "" : " (\(Phrase.list(failures)))"
      let above = name.parent == facts.domain ? "the zone of \(facts.domain)" : "the zone above"
      return Cause(
        text:
          "\(name) is delegated by NS records to \(Wording.names(servers)), and none of them serves the zone\(said): no DKIM "
          + "key below it can be read.",
        certainty: .certain,
        because: "there are NS records at \(name), and the servers that they name do not answer for it",
        evidence: facts.evidence(delegation(name)),
        repair: .instruction(
          "Have the operator of \(Wording.names(servers)) serve the zone \(name), or correct the NS records at \(name). If "
            + "that service is no longer used: delete them, and publish the keys in \(above) by records of their own."))
    }
    return nil
  }
}
