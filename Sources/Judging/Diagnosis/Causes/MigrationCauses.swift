// Causes: name servers that changed, and what they left behind.

internal import Conventions
internal import Model

enum MigrationCauses {
  static let all: [CauseRule] = [notRegistered, parked, lostInMigration, nameServersChanged]

  /// The delegation of the registrable domain at its registry.
  private static func registration(_ facts: Facts) -> Inquiry {
    Inquiry(facts.registrableDomain, .ns, at: .parentServers, limit: 2)
  }

  /// Whether it is the registry that says that there is no such name.
  private static func isBelowRegistry(_ facts: Facts) -> Bool {
    facts.isAbsent && !facts.zone.isWithin(facts.registrableDomain)
  }

  private static let notRegistered = CauseRule(
    "domain-not-registered", "The registrable domain does not exist at its registry: it has expired, or is misspelt.",
    remedy: "Renew the domain at its registrar, or correct its spelling.",
    asks: { facts in isBelowRegistry(facts) ? [registration(facts)] : [] }
  ) { facts in
    let inquiry = registration(facts)
    guard isBelowRegistry(facts), facts.isNXDOMAIN(inquiry) else { return nil }
    let domain = facts.registrableDomain
    return Cause(
      text:
        "The domain \(domain) does not exist: \(facts.lastGood == nil ? "it is misspelt, not registered, or expired" : "its registration has expired, or it was deleted").",
      certainty: .certain, because: "the servers of \(domain.parent ?? .root) say that there is no such name",
      evidence: facts.evidence(inquiry),
      repair: .deed(
        "Check the spelling of \(domain); where it is right, its holder has to renew it at the registrar. Until then no mail "
          + "of it can be verified, and anybody may register it."))
  }

  /// Name servers that serve domains which are for sale, suspended or expired.
  private static let parkingServers = [
    "sedoparking.com", "parkingcrew.net", "bodis.com", "above.com", "parklogic.com", "dan.com", "afternic.com",
    "namebrightdns.com", "cashparking.com", "pendingrenewaldeletion.com", "expiredns.com", "dns-parking-expired.com",
    "domainparkingserver.net", "fabulous.com", "uniregistrymarket.link", "parked.com", "failed-whois-verification.com",
    "verify-contact-details.namecheap.com", "renewyourname.net", "suspended-domain.com", "hugedomains.com",
  ].compactMap { try? DomainName($0) }

  private static let parked = CauseRule(
    "domain-parked", "The domain is served by a parking service: it has expired, was suspended, or is for sale.",
    remedy: "Have the holder renew the domain, and set its name servers again."
  ) { facts in
    guard facts.state == .missing || facts.state == .revoked || facts.state == .unreachable,
      let parking = facts.servers.first(where: { server in parkingServers.contains { server.isWithin($0) } })
    else { return nil }
    return Cause(
      text:
        "The zone \(facts.zone) is served by a parking service (\(parking)): the domain has expired, was suspended, or is "
        + "for sale.", certainty: .certain, because: "\(parking) serves nothing but such domains",
      repair: .deed(
        "The holder of \(facts.registrableDomain) has to renew it at the registrar, and set the former name servers again"
          + (facts.delegationChange.map { " (\(Wording.names($0.before)))." } ?? ".")))
  }

  /// Whether nothing at all stands below `_domainkey` says how much was lost (RFC 8020).
  private static func tree(_ facts: Facts) -> Inquiry? {
    domainKeyTree(facts.domain).map { Inquiry($0, .txt, limit: 2) }
  }

  /// The servers that had the zone before.
  private static func former(_ facts: Facts, _ change: DelegationChange) -> Inquiry {
    Inquiry(facts.name, .txt, at: .servers(change.before.map { NameServer($0) }))
  }

  private static let lostInMigration = CauseRule(
    "lost-in-migration", "The name servers of the zone changed, and the key was not carried over to the new ones.",
    remedy: "Add the key to the zone at the new name servers, and whatever else the old ones had.",
    asks: { facts in
      guard facts.isAbsent, let change = facts.delegationChange else { return [] }
      return [former(facts, change)] + [tree(facts)].compactMap(\.self)
    }
  ) { facts in
    guard facts.isAbsent, let change = facts.delegationChange else { return nil }
    let old = former(facts, change)
    let stillThere =
      facts.keyRecord(old)
      ?? facts.positive(old).first.flatMap { reply in
        reply.answer.records.first.map { ($0, reply) }
      }
    let tree = tree(facts)
    let isWholeTree = tree.map(facts.isNXDOMAIN) ?? false
    let host = DNSHosts.host(servers: change.after)
    var text =
      "The zone \(change.zone) moved from \(Wording.names(change.before)) to \(Wording.names(change.after))"
      + (host.isZoneFile ? "" : " (\(host.name))") + " at \(change.at), and "
      + (isWholeTree ? "none of its DKIM keys was carried over" : "this key was not carried over") + "."
    if stillThere != nil { text += " The old name servers still have it." }
    let repair: Cause.Repair =
      if facts.lastGood == nil, let stillThere {
        .publish(
          [stillThere.1.answer.cname.first.map { facts.alias(to: $0) } ?? facts.text(stillThere.0)],
          note: "This is what \(stillThere.1.server) still serves")
      } else {
        facts.restoring(else: "Add the key to the zone \(change.zone) at \(Wording.names(change.after)).")
      }
    return Cause(
      text: text, certainty: stillThere != nil || facts.lastGood != nil ? .certain : .likely,
      because: stillThere != nil
        ? "the old name servers still serve the key and the new ones do not"
        : facts.lastGood != nil
          ? "the key was there until the name servers changed" : "the name servers changed just before",
      evidence: ([old] + [tree].compactMap(\.self)).flatMap(facts.evidence), repair: repair)
  }

  private static let nameServersChanged = CauseRule(
    "name-servers-changed", "The name servers of the zone changed shortly before, and the new ones say something else.",
    remedy: "Bring the zone at the new name servers to what the old ones served."
  ) { facts in
    guard let change = facts.delegationChange, facts.state != .published || facts.judgement.verdict == .critical,
      facts.state != .missing, facts.state != .unreachable || facts.finding(RuleID.dnssecBogus) != nil
    else { return nil }
    return Cause(
      text: "The name servers of \(change.zone) changed from \(Wording.names(change.before)) to "
        + "\(Wording.names(change.after)) at \(change.at), and \(whatTheNewOnesDo(facts.state)).",
      certainty: .likely, because: "both were first seen within a week of each other",
      repair: facts.replacing(
        else: "Bring the zone \(change.zone) at \(Wording.names(change.after)) to what the old name servers served."))
  }

  private static func whatTheNewOnesDo(_ state: State) -> String {
    switch state {
    case .missing: "the new ones do not have the key"
    case .revoked: "the new ones have a revoked key"
    case .invalid: "the new ones have a record that no receiver can use"
    case .mismatched: "the new ones have another key than the pinned one"
    case .divergent: "not all servers have the same key since"
    case .unreachable: "DNSSEC validation fails since"
    case .published, .pending: "the record is another one since"
    }
  }
}
