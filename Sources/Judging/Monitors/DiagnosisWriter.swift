// Why a watch is in a bad state, as far as is known, and what mends it.

internal import Model

struct DiagnosisWriter {
  /// How long after a change of the name servers a vanished key is put down to it.
  static let delegationMemory: Duration = .seconds(7 * 86_400)

  let watch: Watch
  let memory: WatchMemory
  let judgement: Judgement?
  let zone: ZoneMemory?
  let now: Timestamp

  var diagnosis: Diagnosis {
    Diagnosis(cause: cause, evidence: evidence, remedy: remedy, record: record)
  }

  /// The change of name servers that belongs in the same sentence; nil where there was none of late.
  var delegationChange: DelegationChange? {
    let isBogus = memory.findings.contains { $0.rule == RuleID.dnssecBogus }
    guard isBad, memory.state != .unreachable || isBogus, let change = zone?.suspectedChange ?? zone?.lastChange else {
      return nil
    }
    let since = memory.since ?? now
    return since - Self.delegationMemory <= change.at && change.at <= now ? change : nil
  }

  private var isBad: Bool {
    memory.state != (watch.expectation.state ?? .published) || memory.verdict == .critical
  }

  private var cause: String {
    if let change = delegationChange {
      return "The name servers of \(change.zone) changed from \(names(change.before)) to \(names(change.after)) at "
        + "\(change.at), and \(whatTheNewOnesDo)."
    }
    if let worst = worstFinding { return worst.text }
    return memory.summary
  }

  private var whatTheNewOnesDo: String {
    switch memory.state {
    case .missing: "the new ones do not have the key"
    case .revoked: "the new ones have a revoked key"
    case .invalid: "the new ones have a record that no receiver can use"
    case .mismatched: "the new ones have another key than the pinned one"
    case .divergent: "not all servers have the same key since"
    case .unreachable: "DNSSEC validation fails since"
    case .published, .pending: "the record is another one since"
    }
  }

  private var worstFinding: Finding? {
    memory.findings.first { $0.severity == .critical } ?? memory.findings.first { $0.severity == .warning }
  }

  private var evidence: [String] {
    var lines: [String] = []
    if let judgement {
      let reading = Snapshots.reading(of: judgement)
      let telling = reading.sources + reading.caches
      lines += telling.prefix(12).map(Wording.dig)
      lines += reading.walkFailures.map(\.text)
    } else {
      lines += memory.findings.filter { $0.severity != .info }.flatMap {
        $0.evidence.split(separator: "\n").map(String.init)
      }
      .withoutRepeats.prefix(12)
    }
    if let change = delegationChange {
      lines.append(
        "dig \(change.zone) NS → \(names(change.after)); before \(change.at): \(names(change.before))")
    }
    return lines
  }

  private var remedy: String {
    guard isBad else { return "Nothing, where the change was meant; else publish the former record again." }
    if let record, memory.state == .missing || memory.state == .invalid || memory.state == .revoked {
      let holder = chainStands ? "the zone that holds \(owner)" : place
      let meant = memory.state == .revoked ? "Where the revocation was not meant: " : ""
      let verb = memory.state == .missing ? "add" : "put"
      let rest = memory.state == .missing ? "to \(holder)" : "in place of the present record into \(holder)"
      let sentence =
        "\(verb) the record that was last good (\(memory.lastGood?.at.description ?? "")) \(rest): \(record)"
      return meant + (meant.isEmpty ? sentence.prefix(1).uppercased() + sentence.dropFirst() : sentence)
    }
    return worstFinding?.remedy ?? "Look at the evidence, and bring the zone to what the watch expects."
  }

  /// The zone-file line that was last good; nil where none is known or a record mends nothing.
  private var record: String? {
    guard isBad, watch.expectation.state == nil || watch.expectation.state == .published, let good = memory.lastGood,
      [.missing, .revoked, .invalid, .mismatched, .divergent].contains(memory.state)
    else { return nil }
    let ttl = good.ttl.map { max($0, 60) } ?? 3600
    if let link = good.cname?.first, !chainStands { return "\(watch.key.name). \(ttl) IN CNAME \(link)." }
    return good.records.map { "\(owner). \(ttl) IN TXT \(TextRecord($0).zoneFileText)" }.joined(separator: "\n")
  }

  /// Whether the CNAME by which the good record came is still there, so that only its target has to be mended.
  private var chainStands: Bool {
    guard let link = memory.lastGood?.cname?.first else { return false }
    if let judgement { return Snapshots.reading(of: judgement).chain.first == link }
    return memory.findings.contains { $0.rule == RuleID.cnameDangling || $0.rule == RuleID.cnameWithoutText }
  }

  /// The name whose record was last good and has to be mended.
  private var owner: DomainName {
    chainStands ? memory.lastGood?.cname?.last ?? watch.key.name : watch.key.name
  }

  private var place: String {
    let zone = memory.zone ?? watch.key.domain
    guard let servers = (delegationChange?.after ?? self.zone?.delegation.servers), !servers.isEmpty else {
      return "the zone \(zone)"
    }
    return "the zone \(zone) at \(names(servers))"
  }

  private func names(_ servers: [DomainName]) -> String {
    Wording.list(servers.map(\.description))
  }
}
