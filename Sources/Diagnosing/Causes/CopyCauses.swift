// Causes: two copies of one zone, of which another one is delegated than the one that has the key.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

enum CopyCauses {
  static let all: [CauseRule] = [notTransferred, notDelegated, delegationDiffers]

  private static func isPlausible(_ facts: DiagnosisFacts) -> Bool {
    facts.isAbsent && facts.sorted.hasAuthoritativeView
  }

  private static func questions(_ facts: DiagnosisFacts) -> [Inquiry] {
    guard isPlausible(facts) else { return [] }
    let copies = ZoneCopies(facts)
    return copies.survey + copies.questions
  }

  /// The primary server has a newer version than all that are delegated.
  private static let notTransferred = CauseRule(
    "secondaries-behind-primary",
    "The primary server has the key, and no delegated server got that version of the zone.",
    remedy: "Repair the zone transfer (NOTIFY, AXFR, TSIG) from the primary to the delegated servers.", asks: questions
  ) { facts in
    guard isPlausible(facts) else { return nil }
    let copies = ZoneCopies(facts)
    guard let holding = copies.holding.first(where: { $0.origin == .primary }),
      let newer = copies.serial(at: holding.server), let known = facts.sorted.delegation?.newestSerial,
      Int32(bitPattern: newer &- known) > 0
    else { return nil }
    let servers = Wording.names(facts.servers)
    return Cause(
      text:
        "The primary server \(holding.server) has the record, and the servers that \(facts.zone) is delegated to (\(servers)) did "
        + "not get it: it is at serial \(newer), and they are at \(known).",
      certainty: .certain, because: "the primary that the SOA names is ahead of all others, and has the key",
      evidence: [copies.key(at: holding.server), copies.start(at: holding.server)].flatMap(facts.evidence),
      repair: .publish(
        holding.found.records,
        note:
          "It is in the zone at \(holding.server) already: repair the zone transfer from there to \(servers) (NOTIFY, AXFR over "
          + "TCP port 53, TSIG), and have them fetch the zone again"))
  }

  /// The servers that somebody edits are none that receivers ask.
  private static let notDelegated = CauseRule(
    "edited-zone-not-delegated",
    "The key was added to a copy of the zone at servers that the zone is not delegated to.",
    remedy: "Add the record at the servers that are delegated, or delegate to those that have it.", asks: questions
  ) { facts in
    guard let (records, holders, origin) = undelegated(facts) else { return nil }
    let copies = ZoneCopies(facts)
    let delegated = Wording.names(facts.servers)
    let host = DNSHosts.host(servers: holders)
    let names = Wording.names(holders) + (host.isZoneFile ? "" : " (\(host.name))")
    return Cause(
      text:
        "The zone that was edited is not the one that the internet uses: \(names) \(holders.count == 1 ? "has" : "have") the "
        + "record, and \(facts.zone) is delegated to \(delegated), which \(facts.servers.count == 1 ? "does" : "do") not have it.",
      certainty: .certain, because: because(origin),
      evidence: ([copies.ownRecords] + holders.map(copies.key)).flatMap(facts.evidence),
      repair: .publish(
        records,
        note:
          "It is what \(Wording.names(holders)) \(holders.count == 1 ? "has" : "have"). Or, where that host is to serve the zone, enter "
          + "its name servers \(Wording.whoDelegates(facts.zone)) in place of \(delegated)"))
  }

  private static func because(_ origin: ZoneCopies.Origin) -> String {
    switch origin {
    case .former: "it was delegated there before, and is no longer"
    case .ownRecords: "only the zone's own NS records name these servers, and the zone above names others"
    case .primary: "the SOA names that server, and no NS record does"
    case .cached(let view): "\(view) remembers that server, and the zone above names others"
    }
  }

  /// The record at servers that are not delegated, where all that are lack it.
  private static func undelegated(
    _ facts: DiagnosisFacts
  ) -> (records: [ResourceRecord], holders: [DomainName], origin: ZoneCopies.Origin)? {
    let copies = ZoneCopies(facts)
    if isPlausible(facts) {
      // A zone that has just moved has a row of its own.
      let moved = Set((facts.delegationChange?.before ?? []) + (copies.rememberedServers?.names ?? []))
      guard let first = copies.holding.first(where: { !moved.contains($0.server) }) else { return nil }
      let same = copies.holding.filter { $0.origin == first.origin && !moved.contains($0.server) }
      return (first.found.records, same.map(\.server), first.origin)
    }
    // Servers that only the zone itself names are asked with the others.
    guard facts.state == .divergent, copies.isKnown, let first = facts.sorted.with.first,
      facts.sorted.texts.count == 1
    else { return nil }
    let holders = facts.sorted.with.compactMap { try? DomainName($0.server.server) }.withoutRepeats
    guard Set(holders).isDisjoint(with: facts.servers), !facts.sorted.without.isEmpty else { return nil }
    let records =
      first.answer.cname.first.map { [facts.alias(to: $0)] }
      ?? first.answer.records.map { facts.text($0, ttl: first.answer.repairTTL) }
    return (records, holders, .ownRecords)
  }

  // MARK: different sets of NS records

  private static func isSplit(_ facts: DiagnosisFacts) -> Bool {
    facts.state == .divergent && ZoneCopies(facts).isKnown
      && facts.sorted.answering.allSatisfy { $0.isAuthoritative && $0.server.question == facts.name }
  }

  private static func ownRecords(_ facts: DiagnosisFacts) -> Inquiry { Inquiry(facts.zone, .ns) }

  /// Which NS records name a server.
  private enum Side: Hashable { case both, above, own }

  private static let delegationDiffers = CauseRule(
    "delegation-differs",
    "The zone above and the zone itself name different servers, and the key is only at those of one side.",
    remedy: "Bring the NS records of the zone and its delegation to the same servers.",
    asks: { facts in isSplit(facts) ? [ownRecords(facts)] : [] }
  ) { facts in
    guard isSplit(facts) else { return nil }
    let above = Set(facts.servers)
    let own = Set(ZoneCopies(facts).names(ownRecords(facts)))
    guard !own.isEmpty, above != own else { return nil }
    var sides: [Side: Set<String>] = [:]
    for source in facts.sorted.answering {
      guard let server = try? DomainName(source.server.server) else { return nil }
      let side: Side = above.contains(server) ? (own.contains(server) ? .both : .above) : .own
      let text = source.role == .without ? "" : source.answer.records.map(\.text).sorted().joined(separator: "\n")
      sides[side, default: []].insert(text)
    }
    // Servers of one side that contradict each other have another cause.
    guard sides.values.allSatisfy({ $0.count == 1 }), Set(sides.values).count > 1 else { return nil }
    let onlyAbove = above.subtracting(own).sorted()
    let onlyOwn = own.subtracting(above).sorted()
    let parts = [
      onlyAbove.isEmpty ? nil : "only the zone above names \(Wording.names(onlyAbove))",
      onlyOwn.isEmpty ? nil : "only the zone itself names \(Wording.names(onlyOwn))",
    ].compactMap(\.self)
    let level =
      "Bring the NS records of \(facts.zone) and its delegation \(Wording.whoDelegates(facts.zone)) to the same servers"
    let with = facts.sorted.with
    var repair = Cause.Repair.instruction(level + ", and the zone to the same contents at each of them.")
    if facts.sorted.texts.count == 1, let source = with.first {
      let records =
        source.answer.cname.first.map { [facts.alias(to: $0)] } ?? source.answer.records.map { facts.text($0) }
      repair = .publish(
        records,
        note:
          "It is what \(Wording.names(with)) \(with.count == 1 ? "has" : "have"), and \(Wording.names(facts.sorted.without)) "
          + "\(facts.sorted.without.count == 1 ? "lacks" : "lack"). \(level), or drop those that lack it"
      )
    }
    return Cause(
      text:
        "The delegation of \(facts.zone) and its own NS records do not name the same servers: \(Phrase.list(parts)); "
        + "and \(Wording.camps(of: facts.sorted)).",
      certainty: .certain,
      because: "the servers of each side agree with each other, and contradict those of the other",
      evidence: facts.evidence(ownRecords(facts)), repair: repair)
  }
}
