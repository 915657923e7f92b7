// Causes: name servers that changed, and what they left behind.

internal import Conventions
internal import Judging
internal import Model
internal import Phrasing

enum MigrationCauses {
  static let all: [CauseRule] = [lostInMigration, nameServersChanged]

  /// From which servers to which the zone moved.
  private struct Move {
    var before: [DomainName]
    var after: [DomainName]
    /// When that was seen, or how it is known.
    var time: String
    /// Whether the servers that were left were seen to be delegated to.
    var isWitnessed: Bool
  }

  /// As the history tells it, else as a resolver that has not noticed yet.
  private static func move(_ facts: DiagnosisFacts) -> Move? {
    guard facts.isAbsent else { return nil }
    // A key that nobody ever saw was not lost by what came later.
    if let change = facts.delegationChange, facts.lastGood != nil || change.at <= facts.input.since ?? facts.now {
      return Move(
        before: change.before, after: change.after, time: "at \(Phrase.dateAndTime(change.at))", isWitnessed: true)
    }
    let copies = ZoneCopies(facts)
    guard copies.isKnown, facts.sorted.hasAuthoritativeView, let remembered = copies.rememberedServers else {
      return nil
    }
    return Move(
      before: remembered.names, after: facts.servers, time: "a short time ago (\(remembered.view) has not noticed yet)",
      isWitnessed: false)
  }

  /// The servers that had the zone before.
  private static func former(_ facts: DiagnosisFacts, _ move: Move) -> Inquiry {
    Inquiry(facts.name, .txt, at: .servers(move.before.map { NameServer($0) }))
  }

  private static let lostInMigration = CauseRule(
    "lost-in-migration", "The name servers of the zone changed, and the key was not carried over to the new ones.",
    remedy: "Add the key to the zone at the new name servers, and whatever else the old ones had.",
    asks: { facts in
      guard let move = move(facts) else { return [] }
      let old = former(facts, move)
      return [old] + facts.ways(from: old) + [AbsenceCauses.tree(facts)].compactMap(\.self)
    }
  ) { facts in
    guard let move = move(facts) else { return nil }
    let old = former(facts, move)
    let stillThere = facts.found(old)
    let tree = AbsenceCauses.tree(facts)
    let isWholeTree = AbsenceCauses.isTreeAbsent(facts)
    let host = DNSHosts.host(servers: move.after)
    let text =
      "The zone \(facts.zone) moved from \(Wording.names(move.before)) to \(Wording.names(move.after))"
      + (host.isZoneFile ? "" : " (\(host.name))") + " \(move.time), and "
      + (isWholeTree ? "none of its DKIM keys was carried over" : "this key was not carried over") + "."
      + facts.scanning + (stillThere == nil ? "" : " The old name servers still have it.")
    let advice = "Add the key to the zone \(facts.zone) at \(Wording.names(move.after))."
    let carryOver = "Compare the two zones name by name: whatever else the old name servers had may be missing too"
    let repair: Cause.Repair =
      if facts.lastGood == nil, let stillThere {
        .publish(stillThere.records, note: "This is what \(stillThere.reply.server) still serves. \(carryOver)")
      } else {
        facts.restoring(else: advice, besides: carryOver)
      }
    return Cause(
      text: text, certainty: stillThere != nil || facts.lastGood != nil && move.isWitnessed ? .certain : .likely,
      because: stillThere != nil
        ? "the old name servers still serve the key and the new ones do not"
        : facts.lastGood != nil
          ? "the key was there until the name servers changed" : "the name servers changed just before",
      evidence: ([old] + [tree].compactMap(\.self)).flatMap(facts.evidence), repair: repair)
  }

  private static let nameServersChanged = CauseRule(
    "name-servers-changed", "The name servers of the zone changed shortly before, and the new ones answer differently.",
    remedy: "Bring the zone at the new name servers to what the old ones served."
  ) { facts in
    guard let change = facts.delegationChange, facts.state != .published || facts.judgement.verdict == .critical,
      facts.state != .missing, facts.state != .unreachable || facts.finding(RuleID.dnssecBogus) != nil
    else { return nil }
    return Cause(
      text: "The name servers of \(change.zone) changed from \(Wording.names(change.before)) to "
        + "\(Wording.names(change.after)) at \(Phrase.dateAndTime(change.at)), and \(whatTheNewOnesDo(facts.state)).",
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

extension DiagnosisFacts {
  /// What hosts overlook that search for the records of a zone when it is added there; empty for others.
  var scanning: String {
    let host = DNSHosts.host(servers: servers)
    guard host.name == "Cloudflare" else { return "" }
    return " When a zone is added, \(host.name) searches only for common names, and no selector is among them."
  }
}
