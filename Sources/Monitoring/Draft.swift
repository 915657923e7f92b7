// What is about to be committed: the change so far, laid over what is known.

internal import Model

/// A change that grows by what looks, sweeps and time bring, until it is committed.
struct Draft: Sendable {
  let known: KnownState
  private(set) var change: Change
  /// When a watch wants to be looked at before its interval is over.
  private(set) var lookAgain: [KeyName: Duration] = [:]

  init(_ known: KnownState, at time: Timestamp) {
    self.known = known
    change = Change(at: time)
  }

  func memory(of key: KeyName) -> WatchMemory { change.watches[key] ?? known.memory(of: key) }
  func zone(_ zone: DomainName) -> ZoneMemory? { change.zones[zone] ?? known.zones[zone] }
  func view(_ view: String) -> ViewMemory { change.views[view] ?? known.views[view] ?? ViewMemory() }

  /// The zone that a look was made in, or that its watch was last seen in.
  func zone(of look: Look) -> ZoneMemory? {
    look.views.lazy.compactMap(\.delegation).first.flatMap { zone($0.zone) } ?? memory(of: look.key).zone.flatMap(zone)
  }

  /// The views that are down.
  var viewsDown: Set<String> { known.viewsDown(after: change.views) }

  mutating func put(_ memory: WatchMemory, of key: KeyName) {
    if memory != self.memory(of: key) { change.watches[key] = memory }
  }

  mutating func put(_ memory: ZoneMemory, of zone: DomainName, _ event: Event?) {
    if memory != self.zone(zone) { change.zones[zone] = memory }
    if let event { change.events.append(event) }
  }

  mutating func put(_ step: ViewStep, of view: String) {
    if step.memory != self.view(view) { change.views[view] = step.memory }
    change.events += step.events
    change.incidents += step.incidents
  }

  mutating func put(_ step: WatchStep, of key: KeyName, tells: Bool = true) {
    put(step.memory, of: key)
    if tells { change.events += step.events }
    change.incidents += step.incidents
    if let delay = step.lookAgainAfter { lookAgain(at: key, after: delay) }
  }

  mutating func put(_ acknowledgement: Acknowledgement) { change.acknowledged.append(acknowledgement) }

  mutating func put(_ events: [Event]) { change.events += events }

  mutating func keep(_ look: Look, unchangedUntil: Timestamp?) {
    change.sightings += look.sightings
    change.unchangedUntil[look.key] = unchangedUntil
  }

  mutating func lookAgain(at key: KeyName, after delay: Duration) {
    lookAgain[key] = min(delay, lookAgain[key] ?? delay)
  }
}
