// What a confirmed situation leads to: the event that tells of it, the incident that it belongs to, reminders.

internal import Diagnosing
internal import Judging
internal import Model

extension WatchMachine {
  /// The situation is confirmed: it becomes the settled one, and is told.
  func settle(
    _ memory: WatchMemory, _ watch: Watch, _ judgement: Judgement, seen: Situation, settled: Situation?,
    since: Timestamp, zone: ZoneMemory?, results: InquiryResults
  ) -> WatchStep {
    let (before, lastGood, previousState) = (memory.snapshot, memory.lastGood, memory.state)
    var memory = memory
    memory.suspicion = nil
    memory.explanation = nil
    record(judgement, in: &memory)
    if previousState != seen.state || settled?.isGood != seen.isGood { memory.since = since }

    var type = eventType(seen: seen, settled: settled, before: before, now: judgement)
    if type != .selectorRecovered, type != nil || !seen.isGood {
      var input = DiagnosisInput(
        watch: watch, memory: memory, judgement: judgement, zone: zone, results: results)
      input.since = since
      if seen.isGood || lastGood != nil { input.lastGood = lastGood }
      memory.explanation = DiagnosisMachine(input, answers: results.answers).explanation
      applyExplanation(to: &memory)
    }
    if memory.isHarmless, !seen.isGood, settled == nil { type = nil }

    var step = WatchStep(memory)
    if let type {
      var event = builder.event(type, watch, memory, at: judgement.checkedAt)
      event.before = before
      event.since = since
      if seen.isGood, settled?.isGood == true { event.lastGood = lastGood }
      put(&event, into: &step, closes: seen.isGood || memory.isHarmless)
    }
    step.lookAgainAfter = lookDue(step.memory).map { max(.zero, $0 - judgement.checkedAt) }
    return step
  }

  /// What the diagnosis adds to the judgement of the look: a state that is as it should be is no alarm, and a cause may be
  /// worse than what the answers show.
  func applyExplanation(to memory: inout WatchMemory) {
    if memory.isHarmless { memory.verdict = .ok }
    guard let finding = memory.explanation?.diagnosis.finding else { return }
    memory.findings.append(finding)
    memory.verdict = memory.verdict.worse(Verdict(finding.severity))
  }

  /// What a settled change is told as; nil where it is only recorded.
  private func eventType(
    seen: Situation, settled: Situation?, before: Event.Snapshot?, now: Judgement
  ) -> EventType? {
    guard let settled else { return EventType(entering: seen.state) ?? .selectorChanged }
    if seen.isGood { return settled.isGood ? .selectorChanged : .selectorRecovered }
    if seen.state != settled.state || settled.isGood { return EventType(entering: seen.state) ?? .selectorChanged }
    // The same bad state with other texts: servers that are coming round one by one are no news.
    if seen.state == .divergent {
      return now.verdict == .critical && before?.verdict != .critical ? .selectorDivergent : nil
    }
    return .selectorChanged
  }

  /// Opens, continues or closes the incident that the event belongs to.
  private func put(_ event: inout Event, into step: inout WatchStep, closes: Bool) {
    if var incident = step.memory.openIncident {
      incident.toldAt = event.at
      if closes {
        incident.closedAt = event.at
        incident.closedBy = event.id
      } else {
        incident.verdict = incident.verdict.worse(event.verdict)
      }
      event.incident = incident.id
      step.memory.openIncident = closes ? nil : incident
      step.incidents.append(incident)
    } else if !closes, let name = event.name {
      let incident = Incident(
        id: identifiers.incident(at: event.at), subject: name.description, openedAt: event.at, openedBy: event.id,
        verdict: event.verdict, toldAt: event.at)
      event.incident = incident.id
      step.memory.openIncident = incident
      step.incidents.append(incident)
    }
    step.events.append(event)
  }

  func reminderDue(_ memory: WatchMemory) -> Timestamp? {
    guard let every = policy.remindAfter, let incident = memory.openIncident else { return nil }
    return incident.toldAt + every
  }

  func remind(_ step: inout WatchStep, _ watch: Watch, zone: ZoneMemory?, at now: Timestamp) {
    guard let due = reminderDue(step.memory), due <= now else { return }
    let type = EventType(entering: step.memory.state) ?? .selectorChanged
    var event = builder.event(type, watch, step.memory, at: now)
    event.reminder = true
    event.since = step.memory.since
    put(&event, into: &step, closes: false)
  }

  private var builder: EventBuilder { EventBuilder(identifiers: identifiers) }
}
