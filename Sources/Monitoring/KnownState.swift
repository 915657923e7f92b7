// What the monitor knows: everything that is committed, and nothing else.

package import Model

/// What the monitor knows of all watches, zones and views.
package struct KnownState {
  package private(set) var watches: [KeyName: WatchMemory]
  package private(set) var zones: [DomainName: ZoneMemory]
  package private(set) var views: [String: ViewMemory]
  /// What keys have in common; not stored, but found again from what is.
  package var relations = SharedPrimeIndex()

  /// Begins with what the database knows.
  package init(
    watches: [KeyName: WatchMemory] = [:], zones: [DomainName: ZoneMemory] = [:], views: [String: ViewMemory] = [:]
  ) {
    self.watches = watches
    self.zones = zones
    self.views = views
  }

  /// The views that are down as a whole.
  package var viewsDown: Set<String> { Set(views.filter { $0.value.downSince != nil }.keys) }

  /// What is known of a watch; a new one is pending.
  package func memory(of key: KeyName) -> WatchMemory { watches[key] ?? WatchMemory() }

  /// The zone that a watch was last seen in.
  package func zone(of key: KeyName) -> ZoneMemory? { watches[key]?.zone.flatMap { zones[$0] } }

  /// Forgets what is watched no longer.
  package mutating func removeUnconfigured(keepingWatches keys: Set<KeyName>, views names: Set<String>) {
    watches = watches.filter { keys.contains($0.key) }
    views = views.filter { names.contains($0.key) }
  }

  /// Takes up what was committed.
  package mutating func apply(_ change: Change) {
    watches.merge(change.watches) { _, new in new }
    zones.merge(change.zones) { _, new in new }
    views.merge(change.views) { _, new in new }
  }
}
