// A key that signs no mail any more: an incident of its own, which ends with the next mail or when somebody takes note of it.

internal import Model
internal import Phrasing

extension WatchMachine {
  /// Tells that a key fell silent.
  func silent(
    _ watch: Watch, _ memory: WatchMemory, _ mail: MailDays, _ rhythm: MailRhythm, at now: Timestamp
  ) -> WatchStep {
    var step = WatchStep(memory, keepsSightings: false)
    var event = builder.silent(watch, memory, mail, rhythm, at: now)
    guard let subject = event.subject else { return step }
    let incident = Incident(
      id: identifiers.incident(at: now), kind: .change, subject: subject, openedAt: now, openedBy: event.id,
      verdict: event.verdict, toldAt: now)
    event.incident = incident.id
    step.memory.openSilence = incident
    step.incidents.append(incident)
    step.events.append(event)
    return step
  }

  /// Mail is signed with the key again.
  func heard(_ watch: Watch, _ memory: WatchMemory, lastMail: Timestamp, at now: Timestamp) -> WatchStep {
    var step = WatchStep(memory, keepsSightings: false)
    // Mail that came before it was told ends nothing: it is what the silence was counted from.
    guard let incident = memory.openSilence, lastMail > incident.openedAt else { return step }
    endSilence(&step, watch, because: "Mail is signed with this key again.", at: now)
    return step
  }

  /// Takes up that a person has taken note of the silence; false where the incident is another.
  func acknowledgeSilence(
    _ acknowledgement: Acknowledgement, _ step: inout WatchStep, _ watch: Watch, at now: Timestamp
  )
    -> Bool
  {
    guard step.memory.openSilence?.id == acknowledgement.incident else { return false }
    step.memory.openSilence?.acknowledged = acknowledgement
    endSilence(
      &step, watch,
      because:
        "That no mail is signed with this key was acknowledged by \(acknowledgement.by): \(acknowledgement.note)",
      at: now)
    return true
  }

  private func endSilence(_ step: inout WatchStep, _ watch: Watch, because summary: String, at now: Timestamp) {
    guard var incident = step.memory.openSilence else { return }
    step.memory.openSilence = nil
    var event = builder.event(.selectorRecovered, watch, step.memory, at: now)
    event.summary = summary
    event.since = incident.openedAt
    // By it the end of a silence is told from that of a change, which has none.
    event.before = step.memory.snapshot
    event.incident = incident.id
    incident.closedAt = now
    incident.closedBy = event.id
    incident.toldAt = now
    step.incidents.append(incident)
    step.events.append(event)
  }

  /// When the silence is told again.
  func silenceDue(_ memory: WatchMemory) -> Timestamp? {
    guard let every = policy.remindAfter, let incident = memory.openSilence else { return nil }
    return incident.toldAt + every
  }

  /// Reminds of a silence that nobody has taken note of.
  func tickSilence(_ step: inout WatchStep, _ watch: Watch, at now: Timestamp) {
    guard let due = silenceDue(step.memory), due <= now, var incident = step.memory.openSilence else { return }
    incident.toldAt = now
    step.memory.openSilence = incident
    var event = builder.event(.selectorSilent, watch, step.memory, at: now)
    event.verdict = incident.verdict
    event.summary = "No mail has been signed with this key since this was first reported."
    event.since = incident.openedAt
    event.reminder = true
    event.diagnosis = nil
    event.delegation = nil
    event.incident = incident.id
    step.incidents.append(incident)
    step.events.append(event)
  }
}
