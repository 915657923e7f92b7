// Causes: name servers that do not serve the zone, are behind, contradict each other, or cannot be reached.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

enum ServerCauses {
  static let all: [CauseRule] = [
    ownLink, authorityUnreachable, zoneNotServed, nameFails, zoneNotLoaded, failsAtResolver, circular, serversSilent,
    wayEndsEarly, withoutAddress,
    twoHosts,
    secondaryStale, serversDiffer, emptyNameDenied, otherTypesDenied, partlyServed, answersByPlace, viewsDiffer,
    longTTL, zeroTTL,
  ]

  /// The authoritative servers, where none of them answers and each failed itself.
  static func allFailing(_ facts: DiagnosisFacts) -> [Respondent] {
    let failing = SortedLook(look: facts.sorted.look).failingThemselves.filter(\.isAuthoritative)
    let answering = facts.sorted.sources.contains { $0.isAuthoritative && ($0.answers || $0.role == .leadsOn) }
    return answering || failing.contains { $0.answer.truncated } ? [] : failing
  }

  /// The zone of servers that fail.
  static func zone(of failing: [Respondent], _ facts: DiagnosisFacts) -> DomainName {
    failing.first?.server.zone ?? facts.zone
  }

  private static func delegation(of zone: DomainName) -> Inquiry { Inquiry(zone, .ns, at: .parentServers, limit: 1) }

  private static let ownLink = CauseRule(
    "own-link-down", "Nothing can be reached from this machine: its own network is the cause.",
    remedy: "Check this machine's network and resolvers, and whether UDP and TCP port 53 are open to the internet."
  ) { facts in
    guard let finding = facts.finding("our-link-down") else { return nil }
    return Cause(
      text:
        "Nothing can be reached from this machine, neither resolvers nor name servers: its own network is the cause, "
        + "and nothing is known about the key.",
      certainty: .likely, because: "no resolver answers, and no name server can be asked",
      evidence: RecordCauses.evidence(finding),
      repair: .instruction(
        "Check this machine's network, and whether UDP and TCP port 53 are open from it to the internet; then ask again."
      ))
  }

  private static let authorityUnreachable = CauseRule(
    RuleID.authorityUnreachable,
    "This machine cannot ask authoritative name servers: port 53 is blocked or intercepted on the way.",
    remedy:
      "Allow UDP and TCP port 53 from this machine to the internet, or remove the view of type authoritative from the configuration."
  ) { facts in
    // Where the resolvers tell of a fault, that has a cause of its own.
    guard facts.state == .published, let walk = facts.sorted.blockedWalk else { return nil }
    return Cause(
      text:
        "This machine cannot ask the root servers, nor any other name server: \(Wording.whyBlocked(walk)). The resolvers have the "
        + "key, as far as can be seen from here.",
      certainty: .certain,
      because: walk.isIntercepted
        ? "a recursive resolver answered in place of the servers that were asked"
        : "the resolvers answer, and none of the root servers does",
      evidence: [walk.text],
      repair: .instruction(
        "Nothing is known to be wrong with the key. Allow UDP and TCP port 53 from this machine to the internet"
          + (walk.isIntercepted ? ", past whatever answers there in place of the servers" : "")
          + "; or remove the view of type authoritative from the configuration, to go by the resolvers alone."))
  }

  private static let zoneNotServed = CauseRule(
    "zone-not-served", "The delegation points to name servers that do not serve the zone, or no longer do.",
    remedy: "Add the zone at the host whose name servers are delegated, or delegate to the servers that have it.",
    asks: { facts in
      let failing = allFailing(facts)
      return failing.contains { isRefusal($0) } ? [delegation(of: zone(of: failing, facts))] : []
    }
  ) { facts in
    let failing = allFailing(facts)
    let refusing = failing.filter(isRefusal)
    guard !refusing.isEmpty else { return nil }
    let zone = zone(of: failing, facts)
    let host = DNSHosts.host(servers: facts.servers)
    let isLame = refusing.allSatisfy { $0.failure == .lame }
    let above = Wording.whoDelegates(zone)
    let others = failing.filter { !isRefusal($0) }
    let deed = Wording.agreeing(
      refusing, isLame ? "it answers" : "it refuses", isLame ? "they answer" : "they refuse")
    return Cause(
      text: "The domain's zone \(zone) is delegated to \(Wording.names(refusing))"
        + (host.isZoneFile ? "" : " (\(host.name))") + ", and "
        + (isLame
          ? "\(deed) without authority: the zone is not set up there."
          : "\(deed) to answer for it: the zone is not, or no longer, set up or active there.")
        + (others.isEmpty
          ? ""
          : " \(Phrase.clause(others.map(\.name), "gives no answer", "give no answer")) that anybody can use either."),
      certainty: refusing.count == failing.count ? .certain : .likely,
      because: isLame ? "no answer has the flag AA" : "each of them answers, with REFUSED, and none has the zone",
      evidence: facts.evidence(delegation(of: zone)),
      repair: .instruction(
        "Set the zone \(zone) up again at \(host.isZoneFile ? Wording.names(refusing) : host.name), with all its records; "
          + "or, where another host has the zone, enter that host's name servers \(above) in place of these."))
  }

  private static func isRefusal(_ source: Respondent) -> Bool { source.failure == .refused || source.failure == .lame }

  /// The beginning of the zone: who serves it has loaded the zone.
  private static func start(_ facts: DiagnosisFacts) -> Inquiry? {
    let failing = allFailing(facts).filter { $0.failure == .servfail }
    return failing.isEmpty ? nil : Inquiry(zone(of: failing, facts), .soa)
  }

  private static func isLoaded(_ facts: DiagnosisFacts) -> Bool { start(facts).map(facts.has) ?? false }

  private static let nameFails = CauseRule(
    "name-fails", "All name servers answer SERVFAIL for the key name, though they serve the zone.",
    remedy: "Check what is at the name, and the logs of the servers.",
    asks: { [start($0)].compactMap(\.self) }
  ) { facts in
    guard isLoaded(facts), let start = start(facts) else { return nil }
    let failing = allFailing(facts)
    let owner = failing.first?.server.question ?? facts.name
    return Cause(
      text: "\(Wording.names(failing)) \(Wording.agreeing(failing, "answers", "answer")) SERVFAIL for \(owner), though "
        + "\(Wording.agreeing(failing, "it serves", "they serve")) the zone \(start.question.name): something is wrong with what "
        + "is at this name.",
      certainty: .certain, because: "the same servers give the beginning (SOA) of the zone",
      evidence: facts.evidence(start),
      repair: .instruction(
        "Check what is at \(owner), and the logs of \(Wording.names(failing)): a CNAME that leads to itself, an "
          + "ALIAS that cannot be resolved, a script or a database that fails. Then enter the key there as a TXT record again."
      ))
  }

  private static let zoneNotLoaded = CauseRule(
    "zone-not-loaded", "All name servers answer SERVFAIL: they have the zone configured, and could not load it.",
    remedy: "Check the logs of the servers: the zone has expired on the secondaries, or its file has an error.",
    asks: { [start($0)].compactMap(\.self) }
  ) { facts in
    let failing = allFailing(facts)
    let broken = failing.filter { $0.failure == .servfail || $0.failure == .malformed }
    guard !broken.isEmpty, !isLoaded(facts) else { return nil }
    let isMalformed = broken.allSatisfy { $0.failure == .malformed }
    let zone = zone(of: failing, facts)
    return Cause(
      text: isMalformed
        ? "\(Phrase.clause(broken.map(\.name), "sends malformed responses", "send malformed responses")) for \(zone), which nobody can use."
        : "\(Wording.names(broken)) \(Wording.agreeing(broken, "answers", "answer")) SERVFAIL for \(zone): the zone is "
          + "configured there, but has expired or could not be loaded.",
      certainty: broken.count == failing.count ? .certain : .likely,
      because: isMalformed ? "no answer can be decoded" : "the servers themselves say that they cannot answer",
      repair: .instruction(
        isMalformed
          ? "Update the software of the name servers of \(zone), or look for a firewall in front of them that rewrites DNS."
          : "Check the logs of \(Wording.names(broken)). If they are secondaries, the zone has expired: repair the zone "
            + "transfer from the primary. Otherwise the zone file has an error: correct it and reload."))
  }

  /// The delegations of the domains that hold the names of servers whose addresses nobody tells.
  private static func delegations(_ facts: DiagnosisFacts) -> [Inquiry] {
    hiddenServers(facts).compactMap(\.registrableDomain).withoutRepeats.map(delegation)
  }

  private static let circular = CauseRule(
    "delegation-circular",
    "The addresses of the name servers can only be asked from servers whose addresses are in the zone itself.",
    remedy:
      "Give the zone a name server whose name is in another zone, or enter the addresses as glue at the registrar.",
    asks: { facts in addresses(facts).map(\.inquiry) + delegations(facts) }
  ) { facts in
    let failing = allFailing(facts)
    let hidden = hiddenServers(facts)
    guard !failing.isEmpty, failing.allSatisfy({ $0.server.endpoint == nil }) else { return nil }
    let zone = zone(of: failing, facts)
    for inquiry in delegations(facts) {
      let servers = facts.replies(to: inquiry).flatMap { $0.records + $0.authorities }
        .compactMap { record in
          if case .ns(let name) = record.data, record.owner == inquiry.question.name { name } else { nil }
        }.withoutRepeats
      guard !servers.isEmpty, servers.allSatisfy({ $0.isWithin(zone) }) else { continue }
      return Cause(
        text:
          "The delegation of \(zone) leads in a circle: its name servers (\(Wording.names(hidden))) are in \(inquiry.question.name), "
          + "and the name servers of \(inquiry.question.name) (\(Wording.names(servers))) are in \(zone), so that nobody can find the "
          + "address of either.",
        certainty: .certain,
        because: "each of the two zones is delegated to names in the other one, without addresses (glue)",
        evidence: facts.evidence(inquiry),
        repair: .instruction(
          "Enter name servers whose names are in a third zone \(Wording.whoDelegates(zone)), or enter name servers inside \(zone) together "
            + "with their addresses (glue)."))
    }
    return nil
  }

  private static let serversSilent = CauseRule(
    "servers-unreachable", "No name server of the zone can be reached.",
    remedy: "Start the name servers, or open UDP and TCP port 53 to them; otherwise delegate to servers that run.",
    asks: { addresses($0).map(\.inquiry) }
  ) { facts in
    let all = allFailing(facts)
    let failing = all.filter { $0.server.endpoint != nil }
    let hidden = hiddenServers(facts)
    guard !failing.isEmpty || !hidden.isEmpty,
      failing.allSatisfy({ $0.failure == .timeout || $0.failure == .unreachable }),
      facts.finding("our-link-down") == nil
    else { return nil }
    let zone = zone(of: all, facts)
    if failing.isEmpty {
      let above = hidden.map { $0.registrableDomain ?? $0 }.withoutRepeats
      return Cause(
        text:
          "No name server of \(zone) can be reached: \(Phrase.agreeing(hidden.count, "the address", "the addresses")) of \(Wording.names(hidden)) cannot be looked up, because the "
          + "servers of \(Wording.names(above)) do not answer.",
        certainty: .certain,
        because:
          "the zone above delegates to \(Phrase.agreeing(hidden.count, "this name", "these names")), and nobody answers for \(Phrase.agreeing(hidden.count, "it", "them"))",
        evidence: addresses(facts).map(\.inquiry).flatMap(facts.evidence),
        repair: .instruction(
          "Check that \(Phrase.clause(hidden.map(\.description), "runs", "run")), and that UDP and TCP port 53 are open to "
            + "\(Phrase.agreeing(hidden.count, "it. If it was", "them. If they were")) switched off for good, enter servers that have the zone \(Wording.whoDelegates(zone))."
        ))
    }
    let isOneNetwork =
      failing.count > 1 && Set(failing.compactMap { $0.server.endpoint.map { network($0.address) } }).count == 1
    return Cause(
      text: "No name server of \(zone) can be reached: \(Wording.names(failing)) "
        + Wording.agreeing(failing, "does", "do") + " not answer"
        + (isOneNetwork ? ", and all of them are in one network" : "") + ".",
      certainty: .certain,
      because:
        "other servers answer, and \(Wording.agreeing(failing, "this one does", "these do")) not, in several tries over UDP and TCP",
      repair: .instruction(
        "Check that \(Phrase.clause(failing.map(\.server.server), "runs", "run")), and that UDP and TCP port 53 are open to "
          + "\(Wording.agreeing(failing, "it. If it was", "them. If they were")) switched off for good, enter servers that have the zone \(Wording.whoDelegates(zone)), and put a second one into another network."
      ))
  }

  /// The questions for the addresses of servers of which none is known.
  private static func addresses(_ facts: DiagnosisFacts) -> [(server: DomainName, inquiry: Inquiry)] {
    allFailing(facts).filter { $0.server.endpoint == nil }.compactMap { try? DomainName($0.server.server) }
      .withoutRepeats
      .prefix(4).map { ($0, Inquiry($0, .a, limit: 1)) }
  }

  /// Servers whose addresses nobody tells, which is not to say that they have none.
  private static func hiddenServers(_ facts: DiagnosisFacts) -> [DomainName] {
    addresses(facts).filter { _, inquiry in
      facts.answer(to: inquiry).map { $0.replies.allSatisfy { $0.answer.outcome.failure != nil } } ?? false
    }.map(\.server)
  }

  /// The /24 or /48 that an address belongs to.
  private static func network(_ address: IPAddress) -> UInt64 {
    switch address {
    case .v4(let bits): UInt64(bits >> 8)
    case .v6(let high, _): high >> 16
    }
  }

  private static let wayEndsEarly = CauseRule(
    "way-ends-early",
    "The name servers of the zone cannot be found from the root down: a zone on the way does not answer.",
    remedy: "Correct the delegation of the zone that does not answer."
  ) { facts in
    guard facts.sorted.sources.filter(\.isAuthoritative).isEmpty, let walk = facts.sorted.walkFailures.first,
      facts.finding("our-link-down") == nil
    else { return nil }
    let isOwn = walk.zone.registrableDomain != nil
    return Cause(
      text: "The key of \(facts.domain) cannot be looked up, because the search for its name servers ends at the zone "
        + "\(walk.zone): \(walk.text.asClause).",
      certainty: isOwn ? .certain : .likely, because: "no server further down could be asked",
      repair: .instruction(
        isOwn
          ? "Correct the name servers of \(walk.zone) \(Wording.whoDelegates(walk.zone)): each must have an address, and serve the zone."
          : "Ask again later, and from another network: a zone like \(walk.zone) does not fail everywhere. Check whether UDP and TCP port 53 are open from this machine."
      ))
  }

  private static let withoutAddress = CauseRule(
    "servers-without-address", "The zone is delegated to names that have no address.",
    remedy: "Give the names of the servers their addresses again, or delegate to servers that exist.",
    asks: { addresses($0).map(\.inquiry) }
  ) { facts in
    let failing = allFailing(facts)
    guard !failing.isEmpty, failing.allSatisfy({ $0.server.endpoint == nil }), hiddenServers(facts).isEmpty
    else { return nil }
    let zone = zone(of: failing, facts)
    let names = Phrase.list(failing.map(\.server.server).withoutRepeats)
    return Cause(
      text: "The zone \(zone) is delegated to \(names), and these names have no address, so that nobody can ask them.",
      certainty: .certain, because: "neither A nor AAAA records exist for any of them",
      repair: .instruction(
        "Enter name servers that exist \(Wording.whoDelegates(zone)), or give \(names) their A and AAAA records again; check their "
          + "spelling, and whether the domain that they are in still exists."))
  }
}
