// The step from looks to a change: zones before watches, so that "the key vanished" and "the name servers changed" meet
// in one sentence. Pure; the monitor commits what comes out and only then believes it.

internal import Alerting
internal import Judging
internal import Model
internal import Probing
internal import Rotation

/// What a set of looks leads to.
struct Outcomes {
  var change: Change
  /// When a watch wants to be looked at again before its interval is over.
  var lookAgain: [KeyName: Duration] = [:]

  mutating func lookAgain(at key: KeyName, after delay: Duration) {
    lookAgain[key] = min(delay, lookAgain[key] ?? delay)
  }
}

/// Makes changes out of looks, by the rules of Judging.
struct Assessor {
  /// A suspicion on a whole view is confirmed by this many of its watches.
  static let confirmingWatches = 8

  var watchMonitor: WatchMonitor
  var zoneMonitor: ZoneMonitor
  var viewMonitor: ViewMonitor
  var rotationMonitor: RotationMonitor
  var views: [View]
  /// How many zones are watched in each view.
  var zonesWatched: [String: Int]
  var receivers: [Receiver]
  var identifiers: IdentifierSource

  /// Judges looks against what the book says: views, then zones, then watches.
  ///
  /// - Parameter unchangedUntil: when a sweep last found a watch unchanged, where that is known.
  func assess(
    _ looks: [Look], unchangedUntil: [KeyName: Timestamp], watches: [KeyName: Watch], book: Book, at time: Timestamp,
    followUps: [KeyName: FollowUp] = [:]
  ) -> Outcomes {
    var outcomes = Outcomes(change: Change(at: time))
    let unheard = assessViews(tallies(of: looks), looks.map(\.key), book: book, at: time, into: &outcomes)
    assessZones(looks, book: book, into: &outcomes)
    for look in looks {
      guard let watch = watches[look.key] else { continue }
      assess(
        look.without(views: unheard), of: watch, unchangedUntil: unchangedUntil[look.key], book: book,
        unheard: unheard, followUp: followUps[look.key] ?? FollowUp(), into: &outcomes)
    }
    for look in looks {
      guard let watch = watches[look.key] else { continue }
      assessRotation(look.without(views: unheard), of: watch, book: book, into: &outcomes)
    }
    route(&outcomes.change)
    return outcomes
  }

  /// What a sweep over these keys tells of the views as a whole.
  func assess(_ sweep: Sweep, of keys: [KeyName], book: Book, at time: Timestamp) -> Outcomes {
    var outcomes = Outcomes(change: Change(at: time))
    let tallies = sweep.tallies.mapValues { tally in
      // Where everything failed, all zones are concerned; else it does not matter which.
      ViewTally(
        asked: tally.asked, failed: tally.failed,
        zones: tally.failed == tally.asked ? Set(keys.lazy.map(\.domain)) : [])
    }
    _ = assessViews(tallies, keys, book: book, at: time, into: &outcomes)
    route(&outcomes.change)
    return outcomes
  }

  private func tallies(of looks: [Look]) -> [String: ViewTally] {
    looks.reduce(into: [:]) { tallies, look in
      for answer in look.views { tallies[answer.view, default: ViewTally()].count(answer, of: look.key) }
    }
  }

  /// Returns the views that must be left out: they are down, or everything failed in them just now.
  private func assessViews(
    _ tallies: [String: ViewTally], _ keys: [KeyName], book: Book, at time: Timestamp, into outcomes: inout Outcomes
  ) -> Set<String> {
    var unheard: Set<String> = []
    for view in views {
      var tally = tallies[view.name] ?? ViewTally()
      tally.zonesWatched = zonesWatched[view.name]
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
        for key in keys.prefix(Self.confirmingWatches) { outcomes.lookAgain(at: key, after: delay) }
      }
    }
    return unheard
  }

  private func assessZones(_ looks: [Look], book: Book, into outcomes: inout Outcomes) {
    for look in looks {
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
    _ look: Look, of watch: Watch, unchangedUntil: Timestamp?, book: Book, unheard: Set<String>,
    followUp: FollowUp, into outcomes: inout Outcomes
  ) {
    guard !look.views.isEmpty else { return }
    let rotation = watch.rotation.flatMap { book.memory(of: $0.new).rotation }
    let watch = expecting(watch, of: look, rotation)
    let judgement = look.judged(against: watch.expectation, relations: book.relations.of)
    let zone = zone(of: look, book: book, outcomes)
    let known = book.memory(of: look.key)
    var step = watchMonitor.step(
      known, watch: watch, judgement: judgement, zone: zone, viewsDown: unheard, unchangedUntil: unchangedUntil,
      followUp: followUp)
    // What becomes of a key that is still to come is told by its rotation.
    if rotationMonitor.isComing(watch, rotation) { step.events = [] }
    take(step, of: look.key, known: known, into: &outcomes)
    if step.keepsSightings {
      outcomes.change.sightings += look.sightings
      outcomes.change.unchangedUntil[look.key] = unchangedUntil
    }
  }

  /// The watch as its rotation wants it at the time of a look.
  private func expecting(_ watch: Watch, of look: Look, _ rotation: RotationMemory?) -> Watch {
    var watch = watch
    watch.expectation = rotationMonitor.expectation(of: watch, rotation, at: look.at) {
      look.judged(against: $0).state
    }
    return watch
  }

  private func zone(of look: Look, book: Book, _ outcomes: Outcomes) -> ZoneMemory? {
    look.views.lazy.compactMap(\.delegation).first.flatMap { outcomes.change.zones[$0.zone] ?? book.zones[$0.zone] }
      ?? book.zone(of: look.key)
  }

  /// The diagnosis that is to be made before a look is assessed; nil where nothing will be told of it.
  func diagnostician(for look: Look, of watch: Watch, book: Book) -> Diagnostician? {
    let look = look.without(views: book.viewsDown)
    guard !look.views.isEmpty else { return nil }
    let rotation = watch.rotation.flatMap { book.memory(of: $0.new).rotation }
    let watch = expecting(watch, of: look, rotation)
    guard !rotationMonitor.isComing(watch, rotation) else { return nil }
    let judgement = look.judged(against: watch.expectation, relations: book.relations.of)
    guard judgement.verdict != .ok else { return nil }
    var outcomes = Outcomes(change: Change(at: look.at))
    assessZones([look], book: book, into: &outcomes)
    return watchMonitor.diagnostician(
      book.memory(of: look.key), watch: watch, judgement: judgement, zone: zone(of: look, book: book, outcomes),
      viewsDown: book.viewsDown, texts: look.knownTexts, randomLabel: Investigation.randomLabel())
  }

  /// Holds both keys of a rotation against the conditions of the switch; what is known of it stands with the new one.
  private func assessRotation(_ look: Look, of watch: Watch, book: Book, into outcomes: inout Outcomes) {
    guard let rotation = watch.rotation, !look.views.isEmpty else { return }
    let known = outcomes.change.watches[rotation.new] ?? book.memory(of: rotation.new)
    let step = rotationMonitor.step(
      known.rotation, watch: watch, look: look,
      keys: look.keyJudgements(minimumBits: watch.expectation.minimumBits, relations: book.relations.of))
    if step.memory != known.rotation {
      var memory = known
      memory.rotation = step.memory
      outcomes.change.watches[rotation.new] = memory
    }
    outcomes.change.events += step.events
    if let due = step.memory.lookDue {
      for key in [rotation.new, rotation.old] { outcomes.lookAgain(at: key, after: max(.zero, due - look.at)) }
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
      if let rotation = watch.rotation, let due = known.rotation?.lookDue, due <= time {
        for key in [rotation.new, rotation.old] { outcomes.lookAgain(at: key, after: .zero) }
      }
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
