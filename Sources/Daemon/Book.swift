// What the monitor knows: everything that is committed, and nothing else.

internal import Model
internal import Storage

/// What the monitor knows of all watches, zones and views.
struct Book {
  private(set) var watches: [KeyName: WatchMemory]
  private(set) var zones: [DomainName: ZoneMemory]
  private(set) var views: [String: ViewMemory]
  /// What keys have in common; not stored, but found again from what is.
  var relations = Relations()

  /// Begins with what the database knows.
  init(_ stored: StoredMemory) {
    watches = stored.watches
    zones = stored.zones
    views = stored.views
  }

  /// The views that are down as a whole.
  var viewsDown: Set<String> { Set(views.filter { $0.value.downSince != nil }.keys) }

  /// What is known of a watch; a new one is pending.
  func memory(of key: KeyName) -> WatchMemory { watches[key] ?? WatchMemory() }

  /// The zone that a watch was last seen in.
  func zone(of key: KeyName) -> ZoneMemory? { watches[key]?.zone.flatMap { zones[$0] } }

  /// Forgets what is watched no longer.
  mutating func retire(keepingWatches keys: Set<KeyName>, views names: Set<String>) {
    watches = watches.filter { keys.contains($0.key) }
    views = views.filter { names.contains($0.key) }
  }

  /// Takes up what was committed.
  mutating func apply(_ change: Change) {
    watches.merge(change.watches) { _, new in new }
    zones.merge(change.zones) { _, new in new }
    views.merge(change.views) { _, new in new }
  }
}
