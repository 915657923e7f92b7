// Who is told of which event.

public import Model

/// Chooses receivers for events; pure.
public enum Routing {
  /// One delivery for each event and each receiver that wants it, in the order of the events.
  ///
  /// A recovery goes to whoever was told of what it ends: it passes a receiver's `minimumSeverity` and `types` where
  /// the opening event would have. `incidents` tells the worst verdict of the incidents that the events belong to.
  public static func deliveries(
    for events: [Event], to receivers: [Receiver], identifiers: IdentifierSource, incidents: [Incident] = []
  ) -> [Delivery] {
    let worst = Dictionary(incidents.map { ($0.id, $0.verdict) }, uniquingKeysWith: { $0.worse($1) })
    return events.flatMap { event in
      receivers.filter { wants($0, event, worst: event.incident.flatMap { worst[$0] }) }.map { receiver in
        Delivery(
          id: identifiers.delivery(at: event.at), event: event.id, receiver: receiver.name, createdAt: event.at)
      }
    }
  }

  /// Whether a receiver wants an event; `worst` is the worst verdict of the event's incident.
  public static func wants(_ receiver: Receiver, _ event: Event, worst: Verdict? = nil) -> Bool {
    if event.type == .test { return true }
    return isSevere(event, for: receiver, worst: worst) && isOfType(event, for: receiver)
      && isWithin(receiver.domains, event)
  }

  private static func isSevere(_ event: Event, for receiver: Receiver, worst: Verdict?) -> Bool {
    // Good news that somebody waits for: whoever is told of warnings is told of it.
    if event.type == .rotationReady { return receiver.minimumSeverity <= .warning }
    guard event.type.isRecovery else { return severity(event.verdict) >= receiver.minimumSeverity }
    let verdicts = [worst, event.before?.verdict].compactMap { $0 }
    // Nothing known of what it ends: too much told is better than an alarm that never ends.
    return verdicts.isEmpty || verdicts.contains { severity($0) >= receiver.minimumSeverity }
  }

  private static func isOfType(_ event: Event, for receiver: Receiver) -> Bool {
    receiver.types.isEmpty || receiver.types.contains(event.type)
      || event.openingType.map(receiver.types.contains) ?? false
  }

  /// An event about no domain (a view that is down) concerns every receiver.
  private static func isWithin(_ patterns: [String], _ event: Event) -> Bool {
    guard !patterns.isEmpty, let subject = event.domain ?? event.zone else { return true }
    return patterns.contains { pattern in
      if matches(pattern, subject) { return true }
      // A delegation is told to those whose domains stand in the zone.
      guard event.domain == nil, let base = base(of: pattern) else { return false }
      return base.isWithin(subject)
    }
  }

  /// `example.org` matches that domain, `*.example.org` every one below it, `*` all.
  public static func matches(_ pattern: String, _ domain: DomainName) -> Bool {
    if pattern == "*" { return true }
    guard let base = base(of: pattern) else { return false }
    return pattern.hasPrefix("*.") ? domain != base && domain.isWithin(base) : domain == base
  }

  private static func base(of pattern: String) -> DomainName? {
    try? DomainName(pattern.hasPrefix("*.") ? pattern.dropFirst(2) : pattern[...])
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
  var isRecovery: Bool { self == .selectorRecovered || self == .viewRecovered }
}

extension Event {
  /// The type of the event that a recovery answers.
  fileprivate var openingType: EventType? {
    switch type {
    case .selectorRecovered: before.flatMap { EventType(entering: $0.state) }
    case .viewRecovered: .viewDown
    default: nil
    }
  }
}
