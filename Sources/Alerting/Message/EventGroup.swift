// Which events are one fault to a person: a zone that loses ten keys is one message, not eleven.

internal import Model

/// What events have in common that are told in one message.
struct EventGroup: Hashable {
  private var type: EventType
  private var verdict: Verdict
  private var isReminder: Bool
  private var isOurs: Bool
  private var cause: String?
  /// The zone whose name servers changed, else the signing domain.
  private var place: DomainName

  /// nil for events that are always told alone.
  private init?(_ event: Event) {
    switch event.type {
    case .selectorMissing, .selectorChanged, .selectorRevoked, .selectorInvalid, .selectorMismatched,
      .selectorDivergent, .selectorUnreachable, .selectorDegraded, .selectorRecovered, .signatureFailing,
      .selectorDiscovered, .selectorSilent:
      break
    case .delegationChanged, .viewDown, .viewRecovered, .rotationReady, .rotationBlocked, .rotationTooEarly, .test,
      .auditChanged, .recordMissing, .recordChanged, .recordDivergent, .recordUnreachable, .recordDegraded,
      .recordRecovered:
      return nil
    }
    guard let place = event.delegation?.zone ?? event.domain else { return nil }
    self.place = place
    type = event.type
    verdict = event.verdict
    isReminder = event.reminder ?? false
    isOurs = event.ours ?? true
    cause = event.diagnosis?.rule
  }

  /// The positions of the events that go into one message with the first, in their order. A change of name servers
  /// belongs to the keys that are told with it.
  static func withFirst(of events: [Event]) -> [Int] {
    guard let first = events.first else { return [] }
    let zone: DomainName?
    let group: EventGroup?
    if first.type == .delegationChanged {
      zone = first.zone
      group = events.lazy.filter { $0.delegation?.zone == zone }.compactMap(EventGroup.init).first
    } else {
      group = EventGroup(first)
      zone = group == nil ? nil : first.delegation?.zone
    }
    guard let group else { return [0] }
    return events.indices.filter { index in
      let event = events[index]
      if event.type == .delegationChanged { return zone != nil && event.zone == zone }
      return EventGroup(event) == group
    }
  }
}
