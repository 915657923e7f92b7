// Who is told of which event.

public import Model
internal import Phrasing

/// Chooses receivers for events; pure.
public enum Routing {
  /// Marks the events that a silence holds for.
  public static func silence(_ events: inout [Event], by silences: [Silence], at time: Timestamp) {
    for index in events.indices {
      events[index].silencedBy = silences.first { $0.matches(events[index], at: time) }?.id
    }
  }

  /// One delivery for each event and each receiver that wants it, in the order of the events.
  ///
  /// A recovery goes to whoever was told of what it ends. `told` has, by incident, the receivers that were; of another
  /// incident it passes a receiver's `minimumSeverity` and `types` where the opening event would have. `incidents` are
  /// those that the events belong to.
  ///
  /// A receiver that is read by people gets its deliveries a little after `time`: what a zone loses at once is found
  /// within seconds, and is told in one message. A receiver that others escalate to gets them when nobody has acknowledged
  /// them in time. What is silenced is told to nobody, but for a recovery of what was told before: it waits in the outbox for
  /// the end of the silence.
  public static func deliveries(
    for events: [Event], to receivers: [Receiver], identifiers: IdentifierSource, incidents: [Incident] = [],
    told: [String: Set<String>] = [:], at time: Timestamp
  ) -> [Delivery] {
    let known = Dictionary(incidents.map { ($0.id, $0) }, uniquingKeysWith: { _, last in last })
    return events.flatMap { event in
      let informed = event.incident.flatMap { told[$0] }
      return receivers.filter { receiver in
        if event.type.isRecovery, let informed { return informed.contains(receiver.name) }
        return wants(receiver, event, of: event.incident.flatMap { known[$0] })
      }.map { receiver in
        var delivery = Delivery(
          id: identifiers.delivery(at: event.at), event: event.id, receiver: receiver.name, createdAt: event.at)
        if event.type != .test {
          let gathering = receiver.format.mergesEvents ? receiver.groupWithin : .zero
          let escalation = event.type.isRecovery ? .zero : receiver.escalateAfter ?? .zero
          let wait = max(gathering, escalation)
          if wait > .zero { delivery.nextAttemptAt = time + wait }
        }
        return delivery
      }
    }
  }

  /// The deliveries that tell of incidents that a person has acknowledged: to the receivers that show so by themselves, where
  /// they were told. What opened the incident goes again; its standing says the rest.
  public static func acknowledgements(
    of incidents: [Incident], told: [String: Set<String>], to receivers: [Receiver], identifiers: IdentifierSource,
    at time: Timestamp
  ) -> [Delivery] {
    incidents.filter { $0.acknowledged != nil && $0.closedAt == nil }.flatMap { incident in
      receivers.filter { $0.format.showsAcknowledgements && told[incident.id]?.contains($0.name) == true }.map {
        Delivery(id: identifiers.delivery(at: time), event: incident.openedBy, receiver: $0.name, createdAt: time)
      }
    }
  }

  /// Whether a receiver wants an event; `incident` is the one that it belongs to, where that is known.
  public static func wants(_ receiver: Receiver, _ event: Event, of incident: Incident? = nil) -> Bool {
    if event.type == .test { return true }
    if event.silencedBy != nil && !event.type.isRecovery || receiver.escalateAfter != nil && event.incident == nil {
      return false
    }
    guard receiver.labels.allSatisfy({ event.labels?[$0.key] == $0.value }) else { return false }
    return isSevere(event, for: receiver, worst: incident?.verdict)
      && isOfType(event, for: receiver, kind: incident?.kind) && isWithin(receiver.domains, event)
  }

  private static func isSevere(_ event: Event, for receiver: Receiver, worst: Verdict?) -> Bool {
    // Good news that somebody waits for: whoever is told of warnings is told of it.
    if event.type == .rotationReady { return receiver.minimumSeverity <= .warning }
    // Whoever is told of a finding is told that it was fixed.
    if let news = event.audit { return news.severity >= receiver.minimumSeverity }
    guard event.type.isRecovery else { return severity(event.verdict) >= receiver.minimumSeverity }
    let verdicts = [worst, event.before?.verdict].compactMap { $0 }
    // Nothing known of what it ends: too much told is better than an alarm that never ends.
    return verdicts.isEmpty || verdicts.contains { severity($0) >= receiver.minimumSeverity }
  }

  private static func isOfType(_ event: Event, for receiver: Receiver, kind: Incident.Kind?) -> Bool {
    receiver.types.isEmpty || receiver.types.contains(event.type)
      || event.openingType(kind).map(receiver.types.contains) ?? false
  }

  /// An event about no domain (a view that is down) concerns every receiver.
  private static func isWithin(_ patterns: [String], _ event: Event) -> Bool {
    guard !patterns.isEmpty, let subject = event.domain ?? event.zone else { return true }
    return patterns.lazy.compactMap(DomainPattern.init).contains { pattern in
      if pattern.matches(subject) { return true }
      // A delegation is told to those whose domains stand in the zone.
      guard event.domain == nil, let base = pattern.base else { return false }
      return base.isWithin(subject)
    }
  }

  private static func severity(_ verdict: Verdict) -> Severity {
    switch verdict {
    case .ok: .info
    // Not to know is no proof of harm.
    case .warning, .unknown: .warning
    case .critical: .critical
    }
  }
}

extension EventType {
  package var isRecovery: Bool { [.selectorRecovered, .recordRecovered, .viewRecovered].contains(self) }
}

extension Event {
  /// The type of the event that a recovery answers.
  func openingType(_ kind: Incident.Kind?) -> EventType? {
    switch type {
    case .selectorRecovered where kind == .change: isEndOfSilence ? .selectorSilent : .selectorChanged
    case .selectorRecovered:
      before.flatMap { $0.state == .published ? .selectorDegraded : EventType(entering: $0.state) }
    case .recordRecovered where kind == .change: .recordChanged
    case .recordRecovered:
      before.flatMap { $0.state == .published ? .recordDegraded : EventType(entering: $0.state)?.ofRecordSet }
    case .viewRecovered: .viewDown
    default: nil
    }
  }

  /// The types that the event may have had that a recovery answers, where its incident is not at hand.
  var openingTypes: [EventType] {
    let types = [openingType(nil), openingType(.change), isEndOfSilence ? .selectorChanged : nil]
    return types.compactMap(\.self).withoutRepeats
  }

  /// The end of a silence says what was published all the while; that of a change does not.
  private var isEndOfSilence: Bool { type == .selectorRecovered && before != nil && before == after }
}
