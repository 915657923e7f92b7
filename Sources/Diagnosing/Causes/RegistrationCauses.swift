// Causes: domains that are not registered any more, parked, or delegated by somebody else.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

enum RegistrationCauses {
  static let all: [CauseRule] = [notRegistered, parked, takenAway]

  /// The delegation of the registrable domain at its registry; as a resolver sees it where only resolvers are asked.
  private static func registration(_ facts: DiagnosisFacts) -> Inquiry {
    facts.sorted.hasAuthoritativeView
      ? Inquiry(facts.registrableDomain, .ns, at: .parentServers, limit: 2)
      : Inquiry(facts.registrableDomain, .ns, limit: 2)
  }

  /// Whether it may be the registry that says that there is no such name.
  private static func isBelowRegistry(_ facts: DiagnosisFacts) -> Bool {
    guard facts.isNameAbsent else { return false }
    return !facts.zone.isWithin(facts.registrableDomain) || !facts.sorted.hasAuthoritativeView
  }

  private static let notRegistered = CauseRule(
    "domain-not-registered", "The registrable domain does not exist at its registry: it has expired, or is misspelled.",
    remedy: "Renew the domain at its registrar, or correct its spelling.",
    asks: { facts in isBelowRegistry(facts) ? [registration(facts)] : [] }
  ) { facts in
    let inquiry = registration(facts)
    guard isBelowRegistry(facts), facts.isNXDOMAIN(inquiry) else { return nil }
    let domain = facts.registrableDomain
    if domain.labels.count == 1 {
      return Cause(
        text: "There is no top-level domain \(domain), so the domain \(facts.domain) cannot exist.",
        certainty: .certain,
        because: "the root says that there is no such name", evidence: facts.evidence(inquiry),
        repair: .instruction(
          "Check the spelling, and the order: the domain comes first, then the selector"
            + (facts.key.selector.labels.count > 1
              ? " (\(facts.key.selector) looks like a domain)." : ".")))
    }
    return Cause(
      text: "The domain \(domain) does not exist: "
        + (facts.lastGood == nil
          ? "it is misspelled, not registered, or expired." : "its registration has expired, or it was deleted."),
      certainty: .certain,
      because: facts.sorted.hasAuthoritativeView
        ? "the servers of \(domain.parent.map { $0.isRoot ? "the root" : "\($0)" } ?? "the root") say that there is no such name"
        : "the domain itself gets NXDOMAIN, not only the key name",
      evidence: facts.evidence(inquiry),
      repair: .instruction(
        "Check the spelling of \(domain). If it is right, its holder has to register or renew it at a registrar. Until then no "
          + "mail of it can be verified, and anybody may register it."))
  }

  private static let parked = CauseRule(
    "domain-parked", "The domain is served by a parking service: it has expired, was suspended, or is for sale.",
    remedy: "Have the holder renew the domain, and set its name servers again."
  ) { facts in
    guard [.missing, .revoked, .invalid, .unreachable].contains(facts.state),
      let parking = ParkingServers.first(of: facts.servers, domain: facts.registrableDomain)
    else { return nil }
    return Cause(
      text:
        "The zone \(facts.zone) is served by a parking service (\(parking.server)): the domain has expired, was suspended, or is "
        + "for sale.",
      certainty: parking.isKnown ? .certain : .likely,
      because: parking.isKnown
        ? "\(parking.server) serves nothing but such domains" : "the name \(parking.server) says what it is for",
      repair: .instruction(
        "The holder of \(facts.registrableDomain) has to renew it at the registrar, and set the former name servers again"
          + (facts.delegationChange.map { " (\(Wording.names($0.before)))." } ?? ".")))
  }

  // MARK: somebody else's servers

  private static func names(_ facts: DiagnosisFacts) -> [DomainName] {
    [facts.domain, facts.registrableDomain].withoutRepeats
  }

  /// What a domain that has mail would have.
  private static func mail(_ facts: DiagnosisFacts, at place: Inquiry.Target = .zoneServers) -> [Inquiry] {
    names(facts).flatMap { [Inquiry($0, .mx, at: place, limit: 2), Inquiry($0, .txt, at: place, limit: 2)] }
  }

  private static func former(_ change: DelegationChange) -> Inquiry.Target {
    .servers(change.before.map { NameServer($0) })
  }

  /// A change to servers of no host that is known, and of nobody who had to do with the domain before.
  private static func strangers(_ facts: DiagnosisFacts) -> DelegationChange? {
    guard facts.isAbsent, facts.lastGood != nil, let change = facts.delegationChange,
      DNSHosts.host(servers: change.after).isZoneFile
    else { return nil }
    let known = Set(change.before.map { $0.registrableDomain ?? $0 } + [facts.registrableDomain])
    return known.isDisjoint(with: change.after.map { $0.registrableDomain ?? $0 }) ? change : nil
  }

  private static func hasMail(_ inquiries: [Inquiry], _ facts: DiagnosisFacts) -> Bool {
    inquiries.contains { inquiry in
      facts.positive(inquiry).contains { reply in
        inquiry.question.type == .mx
          || reply.answer.records.contains { $0.text.lowercased().hasPrefix("v=spf1") }
      }
    }
  }

  private static let takenAway = CauseRule(
    "name-servers-unexpected",
    "The name servers changed to unknown ones, and MX and SPF are missing as well as the key: the domain may have been hijacked.",
    remedy: "Verify the change with the registrar at once; set the former name servers again if nobody intended it.",
    asks: { facts in strangers(facts).map { mail(facts) + mail(facts, at: former($0)) } ?? [] }
  ) { facts in
    guard let change = strangers(facts) else { return nil }
    let (now, before) = (mail(facts), mail(facts, at: former(change)))
    let haveAnswered = now.allSatisfy { inquiry in
      facts.replies(to: inquiry).contains { $0.answer.outcome.failure == nil }
    }
    // Where the former servers still tell that there was no mail, nothing is gone but the key.
    let formerTell = before.contains { inquiry in
      facts.replies(to: inquiry).contains { $0.answer.outcome.failure == nil }
    }
    guard haveAnswered, !hasMail(now, facts), !formerTell || hasMail(before, facts) else { return nil }
    let registrar =
      "with the registrar of \(facts.registrableDomain) at once, and over another way than mail of this domain"
    return Cause(
      text:
        "The zone \(change.zone) moved from \(Wording.names(change.before)) to \(Wording.names(change.after)) at \(Phrase.dateAndTime(change.at)), and "
        + "nothing for mail was carried over, neither the key nor MX nor SPF; if nobody on your side moved it, somebody else took the "
        + "domain over (hijacked).",
      certainty: .certain,
      because: "the new servers are of no host that is known, and have none of the records for mail",
      evidence: now.flatMap(facts.evidence),
      repair: facts.restoring(
        else:
          "Verify the change \(registrar). If nobody intended it, set the former name servers again and lock the domain.",
        besides:
          "But first verify the change of name servers \(registrar): if nobody intended it, set the former ones again and lock "
          + "the domain"))
  }
}

/// Name servers of domains that are for sale, suspended or expired.
private enum ParkingServers {
  private static let domains = [
    "sedoparking.com", "parkingcrew.net", "bodis.com", "above.com", "parklogic.com", "dan.com", "afternic.com",
    "namebrightdns.com", "cashparking.com", "pendingrenewaldeletion.com", "expiredns.com", "dns-parking-expired.com",
    "domainparkingserver.net", "fabulous.com", "uniregistrymarket.link", "parked.com", "failed-whois-verification.com",
    "verify-contact-details.namecheap.com", "renewyourname.net", "suspended-domain.com", "hugedomains.com",
    "dsredirection.com", "parkpage.foundationapi.com",
  ].compactMap { try? DomainName($0) }

  /// What such servers are called at registrars that are not listed.
  private static let words: Set<Substring> = [
    "parking", "parked", "expired", "expire", "expires", "expirens", "suspended", "suspend", "forsale",
  ]

  /// The first of these servers that is one, and whether that is known or told by its name alone.
  static func first(of servers: [DomainName], domain: DomainName) -> (server: DomainName, isKnown: Bool)? {
    if let known = servers.first(where: { server in domains.contains { server.isWithin($0) } }) { return (known, true) }
    guard DNSHosts.host(servers: servers).isZoneFile else { return nil }
    let telling = servers.first { server in
      let isOwn = server.isWithin(domain)
      return !isOwn && server.description.lowercased().split { !$0.isLetter }.contains(where: words.contains)
    }
    return telling.map { ($0, false) }
  }
}
