// Notices that a whole view is down: our own path, told once and not for every watch.

internal import Model
internal import Phrasing

/// What something that was seen of a view leads to.
struct ViewStep: Hashable, Sendable {
  var memory: ViewMemory
  var events: [Event] = []
  /// Incidents that were opened, told again or closed.
  var incidents: [Incident] = []
}

/// The state machine of one view; holds no state of its own.
struct ViewMachine: Sendable {
  let policy: MonitoringPolicy
  let identifiers: IdentifierSource

  /// The view has answered for some watch: whatever was suspected is over.
  func answered(_ memory: ViewMemory, view: String, at now: Timestamp) -> ViewStep {
    var memory = memory
    (memory.suspicion, memory.suspectedZones) = (nil, nil)
    return memory.downSince == nil ? ViewStep(memory: memory) : recover(memory, view, at: now)
  }

  /// Takes in a control question, which was asked because watches failed in this view and none was answered.
  ///
  /// The view is down when `confirmTimes` further control questions, `confirmAfter` apart, fail too, nothing is answered
  /// meanwhile, and watches of several zones failed (or of all, where fewer are watched).
  /// - Parameters:
  ///   - zones: the zones whose watches failed.
  ///   - zonesWatched: how many there are in this view; what is beyond two does not matter.
  func receive(
    _ result: ControlResult, _ memory: ViewMemory, isAuthoritative: Bool, zones: Set<DomainName>, zonesWatched: Int,
    at now: Timestamp
  ) -> ViewStep {
    if result.outcome == .reachable { return answered(memory, view: result.view, at: now) }
    var memory = memory
    guard memory.downSince == nil else { return ViewStep(memory: memory) }
    let suspicion = memory.suspicion.add("", at: now, policy)
    let failing = Array(Set(memory.suspectedZones ?? []).union(zones).sorted().prefix(2))
    memory.suspectedZones = failing
    guard suspicion.isConfirmed(policy), failing.count >= min(2, max(1, zonesWatched)) else {
      return ViewStep(memory: memory)
    }
    return goDown(memory, result, isAuthoritative: isAuthoritative, failing, since: suspicion.firstSeen, at: now)
  }

  /// Somebody has taken note: the view is told again only when it is back.
  func acknowledge(_ acknowledgement: Acknowledgement, _ memory: ViewMemory) -> ViewStep {
    guard var incident = memory.openIncident else { return ViewStep(memory: memory) }
    incident.acknowledged = acknowledgement
    var memory = memory
    memory.openIncident = incident
    return ViewStep(memory: memory, incidents: [incident])
  }

  /// Tells again of a view that is still down.
  func tick(_ memory: ViewMemory, view: String, at now: Timestamp) -> ViewStep {
    guard let every = policy.remindAfter, var incident = memory.openIncident, let since = memory.downSince,
      incident.acknowledged == nil, incident.toldAt + every <= now
    else { return ViewStep(memory: memory) }
    var event = event(
      .viewDown, view, .warning, "The view \(view) is still down, since \(Phrase.time(since, now: now)).", at: now)
    event.reminder = true
    event.since = since
    event.incident = incident.id
    incident.toldAt = now
    var memory = memory
    memory.openIncident = incident
    return ViewStep(memory: memory, events: [event], incidents: [incident])
  }
}

extension ViewMachine {
  private func goDown(
    _ memory: ViewMemory, _ result: ControlResult, isAuthoritative: Bool, _ zones: [DomainName], since: Timestamp,
    at now: Timestamp
  ) -> ViewStep {
    var memory = memory
    let view = result.view
    let what: String
    switch result.outcome {
    case .intercepted: what = "port 53 is intercepted, a resolver answers in place of the root servers"
    case .reachable, .unreachable:
      what =
        isAuthoritative ? "not even the root servers answer" : "its resolver does not even answer for the root zone"
    }
    var event = event(
      .viewDown, view, .warning, "The view \(view) is down: \(what); watches are judged without it.", at: now)
    event.since = since
    event.diagnosis = Diagnosis(
      cause: isAuthoritative
        ? "This machine cannot ask authoritative name servers: its network or a firewall on port 53 is in the way."
        : "The resolver, or the way to it, is down.",
      evidence: result.evidence
        + [
          "no answer for \(Phrase.names(zones)) either, since \(Phrase.time(since, now: now))"
        ],
      remedy: isAuthoritative
        ? "Check this machine's network, and open UDP and TCP port 53 to the internet. Where that is not wanted, remove the view \(view) from the configuration."
        : "Check the resolver that the view \(view) asks, and the network between.")
    let incident = Incident(
      id: identifiers.incident(at: now), subject: "view:\(view)", openedAt: now, openedBy: event.id, verdict: .warning,
      toldAt: now)
    event.incident = incident.id
    memory.downSince = since
    (memory.suspicion, memory.suspectedZones) = (nil, nil)
    memory.openIncident = incident
    return ViewStep(memory: memory, events: [event], incidents: [incident])
  }

  private func recover(
    _ memory: ViewMemory, _ view: String, at now: Timestamp
  ) -> ViewStep {
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
    return ViewStep(memory: memory, events: [event], incidents: closed)
  }

  private func event(
    _ type: EventType, _ view: String, _ verdict: Verdict, _ summary: String, at now: Timestamp
  ) -> Event {
    var event = Event(id: identifiers.event(at: now), type: type, at: now, verdict: verdict, summary: summary)
    event.view = view
    return event
  }
}
