// What a confirmed situation leads to: the event that tells of it, the incident that it belongs to, reminders.

package import Diagnosing
internal import Judging
internal import Model

extension WatchMachine {
  /// The situation is confirmed: it is settled at once where nobody needs to know why.
  func confirm(
    _ memory: WatchMemory, _ watch: Watch, _ look: JudgedLook, _ background: Background, seen: Situation,
    settled: Situation?, since: Timestamp, mailFails: Bool
  ) -> Action {
    var type = eventType(seen: seen, settled: settled, before: memory.snapshot, now: look.judgement)
    if watch.isLearned, !seen.isGood, memory.lastGood == nil, memory.openIncident == nil {
      // Nobody said that there should be a key: only mail that fails for want of it is a reason to tell.
      type = mailFails ? .signatureFailing : nil
    }
    let needsCause = type != .selectorRecovered && (type != nil || !seen.isGood)
    guard needsCause else { return .done(settle(memory, watch, look, type, since: since, explanation: nil)) }
    let settlement = settlement(
      memory, watch, look, background, since: since,
      lastGood: memory.lastGood ?? (seen.isGood ? nil : Snapshots.lastGood(of: look)), type: type, kind: .situation)
    // Only what is wrong and told is worth questions.
    guard type != nil, look.judgement.verdict != .ok else {
      return .done(settle(settlement, DiagnosisMachine(settlement.input)))
    }
    return .investigate(settlement)
  }

  func settlement(
    _ memory: WatchMemory, _ watch: Watch, _ look: JudgedLook, _ background: Background, since: Timestamp,
    lastGood: Event.LastGood?, type: EventType?, kind: Settlement.Kind
  ) -> Settlement {
    var input = DiagnosisInput(
      look: look, lastGood: lastGood, since: since, zone: background.zone, repairs: look.sorted.look.repairs,
      randomLabel: randomLabel(), hasHistory: true)
    input.isRequested = kind == .checkup || memory.serverFinding != nil
    return Settlement(
      background: background, memory: memory, watch: watch, look: look, since: since, type: type, kind: kind,
      input: input)
  }

  /// Settles what was confirmed, with what a diagnosis has found.
  package func settle(_ settlement: Settlement, _ diagnosis: DiagnosisMachine) -> WatchStep {
    switch settlement.kind {
    case .warning: return warn(settlement, diagnosis)
    case .checkup: return checkUp(settlement, diagnosis)
    case .situation: break
    }
    return settle(
      settlement.memory, settlement.watch, settlement.look, settlement.type, since: settlement.since,
      explanation: diagnosis.explanation)
  }

  private func settle(
    _ memory: WatchMemory, _ watch: Watch, _ look: JudgedLook, _ type: EventType?, since: Timestamp,
    explanation: WatchMemory.Explanation?
  ) -> WatchStep {
    let (before, lastGood) = (memory.snapshot, memory.lastGood)
    let settled = Situation(of: memory, expectation: watch.expectation)
    let seen = Situation(of: look)
    var memory = memory
    memory.zone = look.delegation?.zone ?? memory.zone
    memory.suspicion = nil
    memory.wavering = nil
    memory.serverFinding = nil
    // Another key changes nothing about what warned before: that is over when looks agree that it is.
    let isSwap = seen.isGood && settled?.isGood == true
    if !isSwap { memory.warning = nil }
    if !isSwap || memory.toldWarnings == nil {
      memory.toldWarnings = nil
      memory.explanation = nil
    }
    let previousState = memory.state
    record(look, in: &memory)
    if previousState != seen.state || settled?.isGood != seen.isGood { memory.since = since }
    if let explanation {
      memory.explanation = explanation
      memory.takeExplanation()
    }
    var type = type
    if memory.isHarmless, !seen.isGood, settled == nil { type = nil }

    var step = WatchStep(memory)
    if let type {
      var event = builder.event(type, watch, memory, at: look.at)
      event.before = before
      event.since = since
      if isSwap { event.lastGood = lastGood }
      if type == .selectorChanged, isSwap {
        if step.memory.openIncident != nil, step.memory.toldWarnings == nil {
          put(&event, into: &step, closes: true, tells: false)
        }
        tellChange(event, watch, into: &step)
      } else {
        put(&event, into: &step, closes: seen.isGood || memory.isHarmless)
      }
      if type == .selectorRecovered { tellSwap(since: lastGood, event, watch, into: &step) }
    }
    // What warns now is looked at again soon: answers that stay the same bring no look by themselves.
    if seen.isGood { _ = isConfirmed(Warnings(look, step.memory), in: &step, at: look.at) }
    step.lookAgainAfter = lookDue(step.memory).map { max(.zero, $0 - look.at) }
    return step
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
  func put(_ event: inout Event, into step: inout WatchStep, closes: Bool, tells: Bool = true) {
    if var incident = step.memory.openIncident {
      if event.verdict.worse(incident.verdict) != incident.verdict { incident.acknowledged = nil }
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
    } else if !closes, let subject = event.subject {
      let incident = Incident(
        id: identifiers.incident(at: event.at), subject: subject, openedAt: event.at, openedBy: event.id,
        verdict: event.verdict, toldAt: event.at)
      event.incident = incident.id
      step.memory.openIncident = incident
      step.incidents.append(incident)
    }
    if tells { step.events.append(event) }
  }

  func reminderDue(_ memory: WatchMemory) -> Timestamp? {
    guard let every = policy.remindAfter, let incident = memory.openIncident, incident.acknowledged == nil else {
      return nil
    }
    return incident.toldAt + every
  }

  func remind(_ step: inout WatchStep, _ watch: Watch, zone: ZoneMemory?, at now: Timestamp) {
    guard let due = reminderDue(step.memory), due <= now else { return }
    let type =
      watch.isLearned && step.memory.lastGood == nil
      ? .signatureFailing
      : EventType(entering: step.memory.state)
        ?? (step.memory.toldWarnings == nil ? .selectorChanged : .selectorDegraded)
    var event = builder.event(type, watch, step.memory, at: now)
    event.reminder = true
    event.since = step.memory.since
    put(&event, into: &step, closes: false)
  }

  /// Tells of a selector that mail alone names.
  func discovered(_ key: KeyName, at now: Timestamp) -> Event { builder.discovered(key, at: now) }

  var builder: EventBuilder { EventBuilder(identifiers: identifiers) }
}
