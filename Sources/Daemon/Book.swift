// The step from looks to a change: zones first, then watches, so that "the key vanished" and "the name servers
// changed" meet in one sentence. Pure; the monitor commits what comes out and only then believes it.

internal import Alerting
internal import Judging
internal import Keys
internal import Model
internal import Probing
internal import Storage

/// What the monitor knows of all watches, zones and views.
struct Book {
  private(set) var watches: [KeyName: WatchMemory]
  private(set) var zones: [DomainName: ZoneMemory]
  private(set) var views: [String: ViewMemory]

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

/// What a set of looks leads to.
struct Outcomes {
  var change: Change
  /// When a watch wants to be looked at again before its interval is over.
  var lookAgain: [KeyName: Duration] = [:]

  mutating func lookAgain(at key: KeyName, after delay: Duration) {
    lookAgain[key] = min(delay, lookAgain[key] ?? delay)
  }
}

/// What one round of asking brought.
struct Round {
  /// The watches whose answers differ from what is known, and those to confirm, looked at whole.
  var looks: [Look] = []
  /// How the views fared in the sweep before.
  var swept: [String: Sweep.Tally] = [:]
  /// The watches of that sweep.
  var sweptKeys: Set<KeyName> = []
  /// When a sweep last found the watches unchanged, where one did.
  var unchangedUntil: [KeyName: Timestamp] = [:]
}

extension Round {
  /// How a view fared: in the sweep, corrected by what the looks after it saw, and in the looks that confirm.
  func tally(of view: String, zonesWatched: Int?) -> ViewTally {
    var looked = ViewTally(zonesWatched: zonesWatched)
    var answeredAfterSweep = 0
    for look in looks {
      for answer in look.views where answer.view == view {
        let failedBefore = looked.failed
        looked.count(answer, of: look.key)
        guard sweptKeys.contains(look.key) else { continue }
        looked.asked -= 1
        if looked.failed > failedBefore { looked.failed -= 1 } else { answeredAfterSweep += 1 }
      }
    }
    guard let swept = swept[view] else { return looked }
    looked.asked += swept.asked
    looked.failed += min(swept.failed, swept.asked - answeredAfterSweep)
    if swept.asked > 0, swept.failed == swept.asked { looked.zones.formUnion(sweptKeys.lazy.map(\.domain)) }
    return looked
  }
}

/// Makes changes out of looks, by the rules of Judging.
struct Assessor {
  /// A suspicion on a whole view is confirmed by this many of its watches.
  static let confirmingWatches = 8

  var watchMonitor: WatchMonitor
  var zoneMonitor: ZoneMonitor
  var viewMonitor: ViewMonitor
  var views: [View]
  /// How many zones are watched in each view.
  var zonesWatched: [String: Int]
  var receivers: [Receiver]
  var identifiers: IdentifierSource

  /// Judges a round against what the book says: views, then zones, then watches.
  func assess(_ round: Round, watches: [KeyName: Watch], book: Book, at time: Timestamp) -> Outcomes {
    var outcomes = Outcomes(change: Change(at: time))
    let unheard = assessViews(round, book: book, at: time, into: &outcomes)
    assessZones(round, book: book, into: &outcomes)
    for look in round.looks {
      guard let watch = watches[look.key] else { continue }
      assess(look.without(views: unheard), of: watch, round: round, book: book, unheard: unheard, into: &outcomes)
    }
    route(&outcomes.change)
    return outcomes
  }

  /// Returns the views that must be left out: they are down, or everything failed in them just now.
  private func assessViews(
    _ round: Round, book: Book, at time: Timestamp, into outcomes: inout Outcomes
  ) -> Set<String> {
    var unheard: Set<String> = []
    for view in views {
      let tally = round.tally(of: view.name, zonesWatched: zonesWatched[view.name])
      let known = book.views[view.name] ?? ViewMemory()
      let (memory, events, incidents) = viewMonitor.step(
        known, view: view.name, isAuthoritative: view.isAuthoritative, tally: tally, at: time)
      if memory != known { outcomes.change.views[view.name] = memory }
      outcomes.change.events += events
      outcomes.change.incidents += incidents
      if viewMonitor.isSuspect(memory, isAuthoritative: view.isAuthoritative, tally: tally) {
        unheard.insert(view.name)
      }
      if let delay = viewMonitor.lookAgainAfter(memory, at: time) {
        for look in round.looks.prefix(Self.confirmingWatches) { outcomes.lookAgain(at: look.key, after: delay) }
      }
    }
    return unheard
  }

  private func assessZones(_ round: Round, book: Book, into outcomes: inout Outcomes) {
    for look in round.looks {
      for case let delegation? in look.views.map(\.delegation) {
        let known = book.zones[delegation.zone]
        if outcomes.change.zones[delegation.zone] == nil {
          let (memory, event) = zoneMonitor.step(known, delegation: delegation, at: look.at)
          if memory != known { outcomes.change.zones[delegation.zone] = memory }
          if let event { outcomes.change.events.append(event) }
        }
        if let memory = outcomes.change.zones[delegation.zone] ?? known,
          let delay = zoneMonitor.lookAgainAfter(memory, at: look.at)
        {
          outcomes.lookAgain(at: look.key, after: delay)
        }
      }
    }
  }

  private func assess(
    _ look: Look, of watch: Watch, round: Round, book: Book, unheard: Set<String>, into outcomes: inout Outcomes
  ) {
    guard !look.views.isEmpty else { return }
    let judgement = Judge.judge(
      look, keys: Self.keyJudgements(of: look, watch.expectation), expectation: watch.expectation)
    let zone = look.views.lazy.compactMap(\.delegation).first.flatMap {
      outcomes.change.zones[$0.zone] ?? book.zones[$0.zone]
    }
    let known = book.memory(of: look.key)
    let step = watchMonitor.step(
      known, watch: watch, judgement: judgement, zone: zone ?? book.zone(of: look.key), viewsDown: unheard,
      unchangedUntil: round.unchangedUntil[look.key])
    take(step, of: look.key, known: known, into: &outcomes)
    if step.keepsSightings {
      outcomes.change.sightings += look.sightings
      outcomes.change.unchangedUntil[look.key] = round.unchangedUntil[look.key]
    }
  }

  /// What time alone changes: reminders, patience that ran out, caches that expired.
  func tick(_ keys: some Sequence<KeyName>, watches: [KeyName: Watch], book: Book, at time: Timestamp) -> Outcomes {
    var outcomes = Outcomes(change: Change(at: time))
    for (name, known) in book.views {
      let (memory, events, incidents) = viewMonitor.tick(known, view: name, at: time)
      if memory != known { outcomes.change.views[name] = memory }
      outcomes.change.events += events
      outcomes.change.incidents += incidents
    }
    for key in keys {
      guard let watch = watches[key] else { continue }
      let known = book.memory(of: key)
      guard let next = watchMonitor.nextTick(known), next <= time else { continue }
      let step = watchMonitor.tick(known, watch: watch, zone: book.zone(of: key), at: time)
      take(step, of: key, known: known, into: &outcomes)
    }
    route(&outcomes.change)
    return outcomes
  }

  private func take(_ step: Step, of key: KeyName, known: WatchMemory, into outcomes: inout Outcomes) {
    if step.memory != known { outcomes.change.watches[key] = step.memory }
    outcomes.change.events += step.events
    outcomes.change.incidents += step.incidents
    if let delay = step.lookAgainAfter { outcomes.lookAgain(at: key, after: delay) }
  }

  private func route(_ change: inout Change) {
    change.deliveries += Routing.deliveries(
      for: change.events, to: receivers, identifiers: identifiers, incidents: change.incidents)
  }

  /// Judges every different answer once.
  static func keyJudgements(of look: Look, _ expectation: Expectation) -> [Digest: KeyJudgement] {
    var judgements: [Digest: KeyJudgement] = [:]
    for server in look.views.lazy.flatMap(\.servers)
    where server.answer.outcome == .records && judgements[server.answer.digest] == nil {
      judgements[server.answer.digest] = KeyJudge.judge(
        server.answer.records, minimumBits: expectation.minimumBits)
    }
    return judgements
  }
}

extension Look {
  /// The answers of this look as history keeps them.
  var sightings: [Sighting] {
    views.flatMap { view in
      view.servers.map {
        Sighting(key: key, view: view.view, server: $0.server, endpoint: $0.endpoint, answer: $0.answer, at: at)
      }
    }
  }
}
