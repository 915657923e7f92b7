// Notices that a whole view is down: our own link, told once and not for every watch.

internal import Diagnosing
internal import Judging
public import Model
internal import Phrasing

/// The state machine of one view; holds no state of its own.
public struct ViewMachine: Sendable {
  let policy: MonitoringPolicy
  let identifiers: IdentifierSource

  public init(policy: MonitoringPolicy, identifiers: IdentifierSource = IdentifierSource()) {
    self.policy = policy
    self.identifiers = identifiers
  }

  /// Takes in what a sweep saw of the view.
  ///
  /// The view is down when every watch fails in it, over `confirmTimes` further sweeps that stand `confirmAfter` apart,
  /// and more than one zone is concerned (or all that are watched). The first answer ends that.
  public func step(
    _ memory: ViewMemory, view: String, isAuthoritative: Bool, tally: ViewTally, at now: Timestamp
  ) -> (memory: ViewMemory, events: [Event], incidents: [Incident]) {
    guard tally.asked > 0 else { return (memory, [], []) }
    var memory = memory
    guard tally.failed >= tally.asked else {
      memory.suspicion = nil
      return memory.downSince == nil ? (memory, [], []) : recover(memory, view, at: now)
    }
    guard memory.downSince == nil else { return (memory, [], []) }

    var suspicion =
      memory.suspicion ?? ViewMemory.Suspicion(firstSeen: now, count: 0, lastCounted: now, zones: [])
    if suspicion.count == 0 || now - suspicion.lastCounted >= policy.confirmAfter / 2 {
      suspicion.count += 1
      suspicion.lastCounted = now
    }
    suspicion.zones = Array(Set(suspicion.zones).union(tally.zones).sorted().prefix(2))
    memory.suspicion = suspicion
    guard isSuspect(memory, isAuthoritative: isAuthoritative, tally: tally), suspicion.count > policy.confirmTimes
    else {
      return (memory, [], [])
    }
    return goDown(memory, view, isAuthoritative: isAuthoritative, tally: tally, since: suspicion.firstSeen, at: now)
  }

  /// Whether what the view says now must be left out of looks: it is down, or everything failed in it just now.
  public func isSuspect(_ memory: ViewMemory, isAuthoritative: Bool, tally: ViewTally) -> Bool {
    if memory.downSince != nil { return true }
    guard let suspicion = memory.suspicion, tally.asked > 0, tally.failed >= tally.asked else { return false }
    let severalZones = suspicion.zones.count >= 2
    // One zone's dead servers are that zone's fault; a walk that ends at the top is ours.
    if isAuthoritative { return severalZones || tally.failedAtTop >= tally.failed }
    // A resolver that answers SERVFAIL for a single zone may well be right about it.
    if tally.servfail > 0, !severalZones { return false }
    return severalZones || tally.zonesWatched.map { $0 <= 1 } ?? true
  }

  /// How long until a suspicion can be confirmed by a further look; nil where nothing is suspected.
  public func lookAgainAfter(_ memory: ViewMemory, at now: Timestamp) -> Duration? {
    guard memory.downSince == nil else { return nil }
    return memory.suspicion.map { max(.zero, $0.lastCounted + policy.confirmAfter - now) }
  }

  /// Tells again of a view that is still down.
  public func tick(
    _ memory: ViewMemory, view: String, at now: Timestamp
  ) -> (memory: ViewMemory, events: [Event], incidents: [Incident]) {
    guard let every = policy.remindAfter, var incident = memory.openIncident, let since = memory.downSince,
      incident.toldAt + every <= now
    else { return (memory, [], []) }
    var event = event(.viewDown, view, .warning, "The view \(view) is still down, since \(since).", at: now)
    event.reminder = true
    event.since = since
    event.incident = incident.id
    incident.toldAt = now
    var memory = memory
    memory.openIncident = incident
    return (memory, [event], [incident])
  }
}

extension ViewMachine {
  private func goDown(
    _ memory: ViewMemory, _ view: String, isAuthoritative: Bool, tally: ViewTally, since: Timestamp, at now: Timestamp
  ) -> (ViewMemory, [Event], [Incident]) {
    var memory = memory
    let what = isAuthoritative ? "no name server answered" : "its resolver gave no answer"
    var event = event(
      .viewDown, view, .warning,
      "The view \(view) is down: \(what) for any of \(Phrase.count(tally.asked, "watch", "watches")); they are judged without it.",
      at: now)
    event.since = since
    event.diagnosis = Diagnosis(
      cause: isAuthoritative
        ? "Name servers of different zones, or the root, stopped answering at once: the cause is most likely this machine's network or a firewall on port 53."
        : "The resolver, or the way to it, is down.",
      evidence: [
        "\(tally.failed) of \(Phrase.count(tally.asked, "watch", "watches")) failed at \(now), the first at \(since)",
        "zones: \(Phrase.list(tally.zones.sorted().map(\.description), limit: 3))",
      ],
      remedy: isAuthoritative
        ? "Check this machine's network and whether UDP and TCP port 53 are open to the internet."
        : "Check the resolver that the view \(view) asks, and the network between.")
    let incident = Incident(
      id: identifiers.incident(at: now), subject: "view:\(view)", openedAt: now, openedBy: event.id, verdict: .warning,
      toldAt: now)
    event.incident = incident.id
    memory.downSince = since
    memory.suspicion = nil
    memory.openIncident = incident
    return (memory, [event], [incident])
  }

  private func recover(
    _ memory: ViewMemory, _ view: String, at now: Timestamp
  ) -> (ViewMemory, [Event], [Incident]) {
    var memory = memory
    let downFor = memory.downSince.map { " after \(Phrase.duration(now - $0))" } ?? ""
    var event = event(.viewRecovered, view, .ok, "The view \(view) answers again\(downFor).", at: now)
    event.since = now
    var closed: [Incident] = []
    if var incident = memory.openIncident {
      incident.closedAt = now
      incident.closedBy = event.id
      incident.toldAt = now
      event.incident = incident.id
      closed = [incident]
    }
    memory.downSince = nil
    memory.openIncident = nil
    return (memory, [event], closed)
  }

  private func event(
    _ type: EventType, _ view: String, _ verdict: Verdict, _ summary: String, at now: Timestamp
  ) -> Event {
    var event = Event(id: identifiers.event(at: now), type: type, at: now, verdict: verdict, summary: summary)
    event.view = view
    return event
  }
}
