// What the monitor knows: everything that is committed, and nothing else.

package import Model

/// What the monitor knows of all watches, zones and views.
package struct KnownState: Sendable {
  /// What an incident is about.
  enum Subject: Hashable, Sendable {
    case watch(KeyName)
    case view(String)
  }

  package private(set) var watches: [KeyName: WatchMemory]
  package private(set) var zones: [DomainName: ZoneMemory]
  package private(set) var views: [String: ViewMemory]
  /// What keys have in common; not stored, but found again from what is.
  package var relations = SharedPrimeIndex()
  /// What open incidents are about, by their id.
  private var subjects: [String: Subject] = [:]

  /// Begins with what the database knows.
  package init(
    watches: [KeyName: WatchMemory] = [:], zones: [DomainName: ZoneMemory] = [:], views: [String: ViewMemory] = [:]
  ) {
    self.watches = watches
    self.zones = zones
    self.views = views
    for (key, memory) in watches { index(.watch(key), nil, memory.incidentIDs) }
    for (name, memory) in views { index(.view(name), nil, memory.incident.map { [$0] } ?? []) }
  }

  /// The views that are down as a whole.
  package var viewsDown: Set<String> { viewsDown(after: [:]) }

  /// The views that are down once these changes are taken up.
  func viewsDown(after changes: [String: ViewMemory]) -> Set<String> {
    Set(views.merging(changes) { _, new in new }.filter { $0.value.downSince != nil }.keys)
  }

  /// What is known of a watch; a new one is pending.
  package func memory(of key: KeyName) -> WatchMemory { watches[key] ?? WatchMemory() }

  /// The zone that a watch was last seen in.
  package func zone(of key: KeyName) -> ZoneMemory? { watches[key]?.zone.flatMap { zones[$0] } }

  /// What an open incident is about; nil where there is none of that id.
  func subject(ofIncident id: String) -> Subject? { subjects[id] }

  private mutating func index(_ subject: Subject, _ former: [String]?, _ now: [String]) {
    for id in former ?? [] where !now.contains(id) { subjects[id] = nil }
    for id in now { subjects[id] = subject }
  }

  /// Forgets what is watched no longer.
  package mutating func removeUnconfigured(keepingWatches keys: Set<KeyName>, views names: Set<String>) {
    watches = watches.filter { keys.contains($0.key) }
    views = views.filter { names.contains($0.key) }
    subjects = subjects.filter { subject in
      switch subject.value {
      case .watch(let key): keys.contains(key)
      case .view(let name): names.contains(name)
      }
    }
  }

  /// Takes up what was committed.
  package mutating func apply(_ change: Change) {
    for (key, memory) in change.watches { index(.watch(key), watches[key]?.incidentIDs, memory.incidentIDs) }
    for (name, memory) in change.views {
      index(.view(name), views[name]?.incident.map { [$0] }, memory.incident.map { [$0] } ?? [])
    }
    watches.merge(change.watches) { _, new in new }
    zones.merge(change.zones) { _, new in new }
    views.merge(change.views) { _, new in new }
  }
}

extension WatchMemory {
  /// The ids of its open incidents.
  fileprivate var incidentIDs: [String] { [openIncident?.id, openChange?.id, openSilence?.id].compactMap(\.self) }
}
