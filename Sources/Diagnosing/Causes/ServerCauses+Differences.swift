// Causes: servers of one zone that do not say the same, and what some of them do wrong.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

extension ServerCauses {
  /// Servers of the zone that contradict each other.
  private static func isSplit(_ facts: DiagnosisFacts) -> Bool {
    facts.state == .divergent && facts.sorted.answering.contains(where: \.isAuthoritative)
  }

  /// Those that have the right text, and those that have not; nil where nobody can tell which is right.
  private static func camps(_ facts: DiagnosisFacts) -> (right: [Respondent], wrong: [Respondent])? {
    let sorted = facts.sorted
    let answering = sorted.answering
    let texts = sorted.texts
    let known = texts.first { text in
      facts.lastGood.map { Set(text.map(\.text)) == Set($0.records) } ?? false
    }
    let usable = texts.filter(sorted.isUsable)
    guard let text = texts.count == 1 ? texts.first : known ?? (usable.count == 1 ? usable.first : nil) else {
      return nil
    }
    let right = answering.filter { $0.answer.says(text) }
    return (right, answering.filter { !$0.answer.says(text) })
  }

  /// The records that the servers which have them give; those of another owner where a CNAME leads there.
  private static func records(_ right: [Respondent], _ facts: DiagnosisFacts) -> [ResourceRecord] {
    guard let source = right.first else { return [] }
    let ttl = source.answer.repairTTL
    if let link = source.answer.cname.first, source.server.question == facts.name {
      return [facts.alias(to: link, ttl: ttl)]
    }
    return source.answer.records.map { facts.text($0, at: source.server.question, ttl: ttl) }
  }

  /// What brings the others to what the right ones have.
  private static func levelling(_ facts: DiagnosisFacts, _ deed: String) -> Cause.Repair {
    guard let camps = camps(facts), !camps.right.isEmpty else {
      return .instruction(deed + " Keep the record whose key the signer uses.")
    }
    let note =
      "It is what \(Wording.names(camps.right)) \(Wording.agreeing(camps.right, "has", "have")); "
      + "\(Wording.names(camps.wrong)) \(Wording.agreeing(camps.wrong, "lacks", "lack")) it. \(deed)"
    let zone = dividedZone(facts) == facts.zone ? nil : dividedZone(facts)
    return camps.wrong.allSatisfy { $0.role == .without }
      ? .publish(records(camps.right, facts), note: note, zone: zone)
      : .replace(records(camps.right, facts), note: note, zone: zone)
  }

  private static func who(_ facts: DiagnosisFacts) -> String { Wording.camps(of: facts.sorted) }

  /// The zone whose servers contradict each other: that at the end of a chain, where all agree on the chain.
  private static func dividedZone(_ facts: DiagnosisFacts) -> DomainName {
    let zones = facts.sorted.answering.compactMap(\.server.zone).withoutRepeats
    return zones.count == 1 ? zones[0] : facts.zone
  }

  /// The names of its servers, as far as they answered.
  private static func dividedServers(_ facts: DiagnosisFacts) -> [DomainName] {
    dividedZone(facts) == facts.zone
      ? facts.servers
      : facts.sorted.answering.compactMap { try? DomainName($0.server.server) }.withoutRepeats
  }

  static let twoHosts = CauseRule(
    "two-hosts-differ", "The domain is delegated to the name servers of two hosts, and they have different zones.",
    remedy:
      "Bring the zone to the same contents at both hosts, or take the one that is not meant out of the delegation."
  ) { facts in
    guard isSplit(facts) else { return nil }
    let sorted = facts.sorted
    var hosts: [DomainName: Set<String>] = [:]
    for source in sorted.answering {
      guard let server = try? DomainName(source.server.server) else { return nil }
      let text = source.role == .without ? "" : source.answer.records.map(\.text).sorted().joined(separator: "\n")
      hosts[server.registrableDomain ?? server, default: []].insert(text)
    }
    guard hosts.count > 1, hosts.values.allSatisfy({ $0.count == 1 }), hosts[facts.registrableDomain] == nil else {
      return nil
    }
    let names = Phrase.list(hosts.keys.sorted().map(\.description))
    return Cause(
      text:
        "The zone \(facts.zone) is delegated to name servers of different hosts (\(names)), and they do not have the same "
        + "zone: \(who(facts)).",
      certainty: .certain, because: "the servers of one host agree with each other, and contradict those of the other",
      repair: levelling(
        facts,
        "Do so at each host on its own, or take the host that is not meant any more out of the delegation "
          + Wording.whoDelegates(facts.zone) + "."))
  }

  static let secondaryStale = CauseRule(
    "secondary-stale", "A secondary server did not get the newest version of the zone.",
    remedy: "Repair the zone transfer (NOTIFY, AXFR, TSIG) to the servers that are behind.",
    asks: SecondaryCauses.asks
  ) { facts in
    guard isSplit(facts) else { return SecondaryCauses.stale(facts) }
    guard let finding = facts.finding("secondary-stale"), let serials = facts.sorted.delegation?.serials
    else { return nil }
    let newest = facts.sorted.delegation?.newestSerial
    let behind = serials.filter { $0.value != newest }.sorted { $0.key < $1.key }
    let names = Phrase.list(behind.map { "\($0.key) (serial \($0.value))" })
    return Cause(
      text: "\(names) did not get the newest version of the zone \(facts.zone), which has the serial "
        + "\(newest.map(String.init) ?? "unknown"), and still \(behind.count == 1 ? "serves" : "serve") an old one: \(who(facts)).",
      certainty: .certain, because: "the servers are at different serials", evidence: RecordCauses.evidence(finding),
      repair: .instruction(SecondaryCauses.transferring(to: behind.map(\.key), of: facts.zone)))
  }

  static let serversDiffer = CauseRule(
    "servers-differ",
    "Name servers of the zone give different answers, though they claim the same version of the zone.",
    remedy: "Bring all servers to the same contents, or ask the DNS host to."
  ) { facts in
    guard isSplit(facts) else { return nil }
    let serials = facts.sorted.delegation?.serials ?? [:]
    let isSameSerial = serials.count > 1 && Set(serials.values).count == 1
    let zone = dividedZone(facts)
    let host = DNSHosts.host(servers: dividedServers(facts))
    return Cause(
      text: "The name servers of \(zone)"
        + (zone == facts.zone ? "" : ", where the CNAME at \(facts.name) leads,") + " contradict each other"
        + (isSameSerial ? ", though all are at serial \(serials.values.first ?? 0)" : "") + ": \(who(facts)).",
      certainty: isSameSerial ? .certain : .likely,
      because: isSameSerial
        ? "the serials are equal, so no transfer is outstanding"
        : "they were asked directly, with no cache between",
      repair: !facts.isOwn(zone)
        ? .instruction(
          "Tell the operator of \(zone) which of its servers give another answer, and send the evidence above. Nothing in the "
            + "zone \(facts.zone) has to be changed.")
        : levelling(
          facts,
          host.isZoneFile
            ? "Edit the zone on the primary, raise its serial, and reload it there (rndc reload \(zone), nsd-control reload "
              + "\(zone), knotc zone-reload \(zone)); then fetch it on each secondary (rndc retransfer \(zone), nsd-control "
              + "force_transfer \(zone), knotc zone-retransfer \(zone)). If each server has a zone file of its own, do the first on "
              + "each of them."
            : "If saving the record again does not help, ask \(host.name) why its servers differ."))
  }

  static let partlyServed = CauseRule(
    "server-fails", "One of the name servers of the zone fails, while others answer.",
    remedy: "Repair the server, or remove it from the delegation."
  ) { facts in
    let failing = facts.sorted.failingThemselves.filter { $0.isAuthoritative && !$0.answer.truncated }
    guard facts.sorted.sources.contains(where: { $0.isAuthoritative && ($0.answers || $0.role == .leadsOn) }),
      let first = failing.first,
      let finding = facts.judgement.findings.first(where: {
        $0.rule.hasPrefix("server-failed-") || $0.rule == "server-without-address"
      })
    else { return nil }
    let deed =
      first.server.endpoint == nil ? "has no address" : first.failure.map(Wording.predicate) ?? "gives no answer"
    return Cause(
      text: "\(first.name), one of the name servers of \(first.server.zone ?? facts.zone), \(deed)"
        + (failing.count > 1 ? " (and \(failing.count - 1) more)" : "")
        + ": receivers that happen to ask it are delayed, or get no key.",
      certainty: facts.state == .published ? .certain : .possible,
      because: "the other servers answer, and this one does not",
      evidence: RecordCauses.evidence(finding),
      repair: .instruction(
        "\(finding.remedy) The delegation is changed \(Wording.whoDelegates(first.server.zone ?? facts.zone))."))
  }

  static let answersByPlace = CauseRule(
    "answers-by-place", "The answer depends on the place of who asks, though the zone's own servers agree.",
    remedy: "Ask the DNS host whether it answers by place, and give all places the same record."
  ) { facts in
    let sorted = facts.sorted
    guard sorted.hasAuthoritativeView, facts.state == .published, sorted.texts.count == 1,
      let text = sorted.texts.first
    else { return nil }
    // One other text is the former one in a cache; several others were never published one after the other.
    let strange = sorted.caches.filter { $0.role == .with && !$0.answer.says(text) && !$0.answer.authoritative }
    guard Set(strange.map { Set($0.answer.records.map(\.joined)) }).count > 1 else { return nil }
    let host = DNSHosts.host(servers: facts.servers)
    return Cause(
      text:
        "\(Wording.names(strange)) give other records than the zone's servers give here, and each another one: the servers "
        + "answer by the place of who asks.",
      certainty: .likely, because: "several different records cannot all be the former one",
      repair: .replace(
        text.map { facts.text($0) },
        note:
          "Ask \(host.isZoneFile ? "the DNS host" : host.name) whether the zone is answered by place (GeoDNS, views), and "
          + "enter this record, which is given here, for all places"))
  }

  /// The key at the source, where only resolvers were asked.
  private static func source(_ facts: DiagnosisFacts) -> Inquiry { Inquiry(facts.name, .txt) }

  static let viewsDiffer = CauseRule(
    "resolver-behind",
    "Resolvers contradict each other; the zone's own servers, asked now, tell which of them is behind.",
    remedy: "Wait until the entry of the resolver that is behind has expired.",
    asks: { facts in facts.finding("views-disagree") == nil || facts.sorted.hasAuthoritativeView ? [] : [source(facts)]
    }
  ) { facts in
    let inquiry = source(facts)
    guard facts.finding("views-disagree") != nil, let first = facts.positive(inquiry).first,
      facts.positive(inquiry).count == facts.replies(to: inquiry).count,
      facts.positive(inquiry).allSatisfy({ $0.answer.says(first.answer.records) })
    else { return nil }
    let behind = facts.sorted.answering.filter { !$0.answer.says(first.answer.records) }
    guard !behind.isEmpty, behind.count < facts.sorted.answering.count else { return nil }
    let seconds = behind.compactMap { $0.answer.ttl ?? $0.answer.negativeTTL }.max()
    let until = seconds.map { " until \(Phrase.time(facts.now + .seconds(Int64($0)), now: facts.now))" } ?? ""
    return Cause(
      text:
        "The zone's own servers agree on the key; \(Wording.names(behind)) \(Wording.agreeing(behind, "has", "have")) an older answer "
        + "in the cache\(until).",
      certainty: .likely, because: "the servers of the zone, asked directly, all give what the other resolvers give",
      evidence: facts.evidence(inquiry),
      repair: .instruction(
        "Nothing has to be changed in the zone: wait\(until.isEmpty ? " until the entry has expired" : until), and sign with the "
          + "former key until then."))
  }

  static let longTTL = CauseRule(
    "ttl-too-long", "The TTL of the key is so long that a change takes days to arrive.",
    remedy: "Lower the TTL to an hour, well before the next change of the key."
  ) { facts in
    ttl(
      facts, "ttl-long", "caches keep an old key for days after a change",
      "Lower the TTL to 3600 well before the key is changed.")
  }

  static let zeroTTL = CauseRule(
    "ttl-zero", "The TTL of the key is 0, so that every message costs a DNS query.",
    remedy: "Raise the TTL to an hour."
  ) { facts in
    ttl(facts, "ttl-zero", "no resolver keeps it, and every message costs a DNS query", "Raise the TTL to 3600.")
  }

  private static func ttl(_ facts: DiagnosisFacts, _ rule: String, _ effect: String, _ deed: String) -> Cause? {
    guard facts.state == .published, let finding = facts.finding(rule) else { return nil }
    let isAlone = facts.judgement.verdict == .ok
    return Cause(
      text: "The key is right; only its TTL is unusual: \(effect).", certainty: .possible,
      because: "\(finding.text.prefix(1).lowercased() + String(finding.text.dropFirst()).asClause)",
      evidence: RecordCauses.evidence(finding), repair: .instruction(deed), isHarmless: isAlone)
  }
}
