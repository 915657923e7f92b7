// Notices that the name servers of a zone changed.

internal import Diagnosing
internal import Judging
internal import Model
internal import Phrasing

/// Compares the delegation of a zone with what was known; holds no state of its own.
struct ZoneMachine: Sendable {
  let policy: MonitoringPolicy
  let identifiers: IdentifierSource

  init(policy: MonitoringPolicy, identifiers: IdentifierSource = IdentifierSource()) {
    self.policy = policy
    self.identifiers = identifiers
  }

  /// Takes in a delegation as a walk has found it. A changed set of servers is told once further looks agree.
  func step(
    _ memory: ZoneMemory?, delegation: Delegation, at now: Timestamp
  ) -> (memory: ZoneMemory, event: Event?) {
    guard var memory else {
      return (
        ZoneMemory(delegation: delegation, firstSeen: now, serialSince: delegation.newestSerial.map { _ in now }), nil
      )
    }
    if let serial = delegation.newestSerial, memory.serialSince == nil || serial != memory.delegation.newestSerial {
      memory.serialSince = now
    }
    let known = memory.delegation.servers.sorted()
    let seen = delegation.servers.sorted()
    guard !seen.isEmpty else { return (memory, nil) }
    if known == seen {
      (memory.suspectedChange, memory.suspicion) = (nil, nil)
      memory.delegation = delegation
      return (memory, nil)
    }
    // Many watches of a zone are judged from one walk: only a later one confirms.
    let suspicion = memory.suspicion.add(seen.map(\.description).joined(separator: "\n"), at: now, policy)
    memory.suspectedChange = DelegationChange(
      zone: delegation.zone, at: suspicion.firstSeen, before: known, after: seen)
    return suspicion.isConfirmed(policy) ? settle(memory, delegation, at: now) : (memory, nil)
  }

  /// How long until a suspected change can be confirmed by a further walk; nil where nothing is suspected.
  func lookAgainAfter(_ memory: ZoneMemory, at now: Timestamp) -> Duration? {
    memory.suspicion.map { max(.zero, $0.nextLook(policy) - now) }
  }

  private func settle(_ memory: ZoneMemory, _ delegation: Delegation, at now: Timestamp) -> (ZoneMemory, Event?) {
    guard let change = memory.suspectedChange else { return (memory, nil) }
    var memory = memory
    memory.delegation = delegation
    memory.lastChange = change
    (memory.suspectedChange, memory.suspicion) = (nil, nil)
    func names(_ servers: [DomainName]) -> String { Phrase.list(servers.map(\.description)) }
    var event = Event(
      id: identifiers.event(at: now), type: .delegationChanged, at: now, verdict: .warning,
      summary: "The name servers of \(change.zone) changed from \(names(change.before)) to \(names(change.after)).")
    event.zone = change.zone
    event.since = change.at
    event.delegation = change
    event.diagnosis = Diagnosis(
      cause: "The zone \(change.zone) has been delegated to other name servers since \(Phrase.dateAndTime(change.at)).",
      evidence: ["dig \(change.zone) NS → \(names(change.after)); before: \(names(change.before))"],
      remedy: "Where the zone moved, check that every DKIM key came along: a watch that lost its key tells on its own.")
    return (memory, event)
  }
}
