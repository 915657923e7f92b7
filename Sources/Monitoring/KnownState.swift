// What the monitor knows: everything that is committed, and nothing else.

package import Model
package import Tables

/// What the monitor knows of all watches, zones and views.
///
/// Of a quiet watch only an outline is held, where whoever runs the machine can read the whole again (`quiet`): it is read before
/// a look at the watch is taken in (`recall`), and let go when the look has shown that nothing is the matter.
package struct KnownState: Sendable {
  /// What an incident is about.
  enum Subject: Hashable, Sendable {
    case watch(KeyName)
    case view(String)
  }

  /// The watches that are held whole.
  package private(set) var watches: [KeyName: WatchMemory]
  /// The other ones; nil where every watch is held whole.
  package private(set) var quiet: QuietTable?
  package private(set) var zones: [DomainName: ZoneMemory]
  package private(set) var views: [String: ViewMemory]
  /// What keys have in common; not stored, but found again from what is.
  package var relations = SharedPrimeIndex()
  /// What open incidents are about, by their id.
  private var subjects: [String: Subject] = [:]

  /// Begins with what the database knows.
  ///
  /// - Parameter quiet: the quiet watches, of which the whole can be read again; nil where that cannot be done.
  package init(
    watches: [KeyName: WatchMemory] = [:], zones: [DomainName: ZoneMemory] = [:], views: [String: ViewMemory] = [:],
    quiet: QuietTable? = nil
  ) {
    self.watches = watches
    self.zones = zones
    self.views = views
    self.quiet = quiet
    for (key, memory) in watches { index(.watch(key), nil, memory.incidentIDs) }
    for (name, memory) in views { index(.view(name), nil, memory.incident.map { [$0] } ?? []) }
    letGo(watches.keys)
  }

  /// The views that are down as a whole.
  package var viewsDown: Set<String> { viewsDown(after: [:]) }

  /// The views that are down once these changes are taken up.
  func viewsDown(after changes: [String: ViewMemory]) -> Set<String> {
    if changes.isEmpty, !views.values.contains(where: { $0.downSince != nil }) { return [] }
    return Set(views.merging(changes) { _, new in new }.filter { $0.value.downSince != nil }.keys)
  }

  /// What is known of a watch; a new one is pending. Of a quiet one its outline, without texts.
  package func memory(of key: KeyName) -> WatchMemory { watches[key] ?? quiet?.outline(of: key) ?? WatchMemory() }

  /// The name of the zone that a watch was last seen in.
  func zoneName(of key: KeyName) -> DomainName? { watches[key]?.zone ?? quiet?.zone(of: key) }

  /// The zone that a watch was last seen in.
  package func zone(of key: KeyName) -> ZoneMemory? { zoneName(of: key).flatMap { zones[$0] } }

  /// What an open incident is about; nil where there is none of that id.
  func subject(ofIncident id: String) -> Subject? { subjects[id] }

  private mutating func index(_ subject: Subject, _ former: [String]?, _ now: [String]) {
    for id in former ?? [] where !now.contains(id) { subjects[id] = nil }
    for id in now { subjects[id] = subject }
  }

  // MARK: quiet watches

  /// Holds a quiet watch whole again. Left out where it is not quiet any more, or was something else meanwhile.
  mutating func recall(_ memory: WatchMemory, of key: KeyName, stamp: UInt32) {
    guard quiet?.stamp(of: key) == stamp else { return }
    quiet?.remove(key)
    watches[key] = memory
  }

  /// Holds of watches no more than an outline, as far as they are quiet.
  mutating func letGo(_ keys: some Sequence<KeyName>) {
    guard quiet != nil else { return }
    for key in keys {
      if let memory = watches[key], quiet?.put(memory, of: key) == true { watches[key] = nil }
    }
  }

  /// The memories of all that is known, those without texts that many quiet watches share counted together.
  package var tally: [(memory: WatchMemory, count: Int)] {
    watches.values.map { ($0, 1) } + (quiet?.tally.map { ($0.kind, $0.count) } ?? [])
  }

  /// How many watches are known.
  package var count: Int { watches.count + (quiet?.count ?? 0) }

  // MARK: changes

  /// Forgets one watch.
  mutating func forget(_ key: KeyName) {
    index(.watch(key), watches[key]?.incidentIDs, [])
    watches[key] = nil
    quiet?.remove(key)
  }

  /// Forgets what is watched no longer.
  package mutating func removeUnconfigured(keeping isWatched: (KeyName) -> Bool, views names: Set<String>) {
    if watches.keys.contains(where: { !isWatched($0) }) { watches = watches.filter { isWatched($0.key) } }
    quiet?.filter(isWatched)
    views = views.filter { names.contains($0.key) }
    subjects = subjects.filter { subject in
      switch subject.value {
      case .watch(let key): isWatched(key)
      case .view(let name): names.contains(name)
      }
    }
  }

  /// Takes up what was committed.
  package mutating func apply(_ change: Change) {
    for (key, memory) in change.watches {
      index(.watch(key), watches[key]?.incidentIDs, memory.incidentIDs)
      quiet?.remove(key)
    }
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
