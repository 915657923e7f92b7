// A key that was swapped for another valid one: nobody announced it, so somebody has to say that it is right.

internal import Judging
internal import Model
internal import Phrasing

extension WatchMachine {
  /// Whether the configuration says that the key may change, or which one is right. A rotation says so of the key that comes, until
  /// it is ready; not of the one that is in use.
  private func isAnnounced(_ watch: Watch, _ memory: WatchMemory) -> Bool {
    if watch.expectation.fingerprint != nil || watch.expectation.values != nil { return true }
    guard let rotation = watch.rotation, rotation.new == watch.key else { return false }
    return rotation.fingerprint != nil || memory.rotation?.readySince == nil
  }

  /// `the key`, `the MX record set`.
  private func what(_ watch: Watch) -> String {
    watch.key.isKey ? "the key" : "the \(watch.key.type) record set"
  }

  /// Tells of a changed key, in an incident of its own that stays open until the change is accepted.
  func tellChange(_ event: Event, _ watch: Watch, into step: inout WatchStep) {
    var event = event
    guard !isAnnounced(watch, step.memory), let subject = event.subject else {
      step.events.append(event)
      return
    }
    event.verdict = event.verdict.worse(.warning)
    var incident =
      step.memory.openChange
      ?? Incident(
        id: identifiers.incident(at: event.at), kind: .change, subject: subject, openedAt: event.at,
        openedBy: event.id, verdict: event.verdict, toldAt: event.at)
    incident.toldAt = event.at
    incident.verdict = incident.verdict.worse(event.verdict)
    event.incident = incident.id
    step.memory.openChange = incident
    step.memory.add(MonitoringFindings.keyChanged(incident, watch.key))
    event.findings = step.memory.findings
    step.incidents.append(incident)
    step.events.append(event)
  }

  /// What comes back as another key than the last good one was swapped, whatever was in between.
  func tellSwap(since lastGood: Event.LastGood?, _ recovery: Event, _ watch: Watch, into step: inout WatchStep) {
    guard !isAnnounced(watch, step.memory), let lastGood, let now = step.memory.lastGood,
      Set(lastGood.records) != Set(now.records)
    else { return }
    var event = builder.event(.selectorChanged, watch, step.memory, at: recovery.at)
    event.before = recovery.before
    event.since = recovery.since
    event.lastGood = lastGood
    tellChange(event, watch, into: &step)
  }

  /// Closes the incident of a change, and says why.
  func accept(_ step: inout WatchStep, _ watch: Watch, because summary: String, at now: Timestamp) {
    guard var incident = step.memory.openChange else { return }
    step.memory.openChange = nil
    step.memory.findings.removeAll { $0.rule == MonitoringFindings.keyChanged.id }
    let worst = step.memory.findings.map { Verdict($0.severity) }.reduce(Verdict.ok) { $0.worse($1) }
    if step.memory.verdict == .warning, worst == .ok { step.memory.verdict = .ok }
    var event = builder.event(.selectorRecovered, watch, step.memory, at: now)
    event.summary = summary
    event.since = incident.openedAt
    event.incident = incident.id
    incident.closedAt = now
    incident.closedBy = event.id
    incident.toldAt = now
    step.incidents.append(incident)
    step.events.append(event)
  }

  /// Closes the incident of a change where a rotation or a pinned key has announced it by now.
  func acceptIfAnnounced(_ step: inout WatchStep, _ watch: Watch, at now: Timestamp) {
    guard isAnnounced(watch, step.memory), step.memory.openChange != nil else { return }
    accept(&step, watch, because: "The change of \(what(watch)) is announced by the configuration now.", at: now)
  }

  /// Takes up that a person has taken note of an incident of this watch.
  func acknowledge(_ acknowledgement: Acknowledgement, _ memory: WatchMemory, _ watch: Watch, at now: Timestamp)
    -> WatchStep
  {
    var step = WatchStep(memory, keepsSightings: false)
    if var change = memory.openChange, change.id == acknowledgement.incident {
      change.acknowledged = acknowledgement
      step.memory.openChange = change
      accept(
        &step, watch,
        because: "The change of \(what(watch)) was acknowledged by \(acknowledgement.by): \(acknowledgement.note)",
        at: now)
    } else if acknowledgeSilence(acknowledgement, &step, watch, at: now) {
      return step
    } else if var incident = memory.openIncident, incident.id == acknowledgement.incident {
      incident.acknowledged = acknowledgement
      step.memory.openIncident = incident
      step.incidents.append(incident)
    }
    return step
  }

  /// When the incident of a change is told again, or taken as accepted.
  func changeDue(_ memory: WatchMemory) -> Timestamp? {
    guard let change = memory.openChange else { return nil }
    let reminder = policy.remindAfter.map { change.toldAt + $0 }
    let acceptance = policy.acceptChangesAfter.map { change.openedAt + $0 }
    return [reminder, acceptance].compactMap(\.self).min()
  }

  /// What time makes of a change that nobody has acknowledged.
  func tickChange(_ step: inout WatchStep, _ watch: Watch, at now: Timestamp) {
    guard var change = step.memory.openChange else { return }
    if let after = policy.acceptChangesAfter, change.openedAt + after <= now {
      accept(
        &step, watch,
        because: "Nobody objected to the change of \(what(watch)) for \(Phrase.duration(after)): it is taken as right.",
        at: now)
    } else if let every = policy.remindAfter, change.toldAt + every <= now {
      change.toldAt = now
      step.memory.openChange = change
      var event = builder.event(.selectorChanged, watch, step.memory, at: now)
      event.verdict = event.verdict.worse(.warning)
      event.reminder = true
      event.since = change.openedAt
      event.incident = change.id
      step.incidents.append(change)
      step.events.append(event)
    }
  }
}
