// The step from looks to a change: zones before watches, so that "the key vanished" and "the name servers changed" meet
// in one sentence. Pure; the monitor commits what comes out and only then believes it.

package import Diagnosing
internal import Judging
package import Model
package import Rotation

/// What a set of looks leads to.
package struct Assessment {
  package var change: Change
  /// When a watch wants to be looked at again before its interval is over.
  package var lookAgain: [KeyName: Duration] = [:]

  package mutating func lookAgain(at key: KeyName, after delay: Duration) {
    lookAgain[key] = min(delay, lookAgain[key] ?? delay)
  }
}

/// Makes changes out of looks, by the rules of Judging.
package struct Assessor {
  /// A suspicion on a whole view is confirmed by this many of its watches.
  package static let confirmingWatches = 8

  package var watchMachine: WatchMachine
  package var zoneMachine: ZoneMachine
  package var viewMachine: ViewMachine
  package var rotationMachine: RotationMachine
  package var views: [View]
  /// How many zones are watched in each view.
  package var zonesWatched: [String: Int]

  package init(policy: MonitoringPolicy, identifiers: IdentifierSource, views: [View], zonesWatched: [String: Int]) {
    watchMachine = WatchMachine(policy: policy, identifiers: identifiers)
    zoneMachine = ZoneMachine(policy: policy, identifiers: identifiers)
    viewMachine = ViewMachine(policy: policy, identifiers: identifiers)
    rotationMachine = RotationMachine(policy: policy, identifiers: identifiers, views: views)
    self.views = views
    self.zonesWatched = zonesWatched
  }

  /// Judges looks against what is known: views, then zones, then watches.
  ///
  /// - Parameter unchangedUntil: when a sweep last found a watch unchanged, where that is known.
  package func assess(
    _ looks: [Look], unchangedUntil: [KeyName: Timestamp], watches: [KeyName: Watch], state: KnownState,
    at time: Timestamp,
    results: [KeyName: InquiryResults] = [:]
  ) -> Assessment {
    var assessment = Assessment(change: Change(at: time))
    let unheard = assessViews(tallies(of: looks), looks.map(\.key), state: state, at: time, into: &assessment)
    assessZones(looks, state: state, into: &assessment)
    for look in looks {
      guard let watch = watches[look.key] else { continue }
      assess(
        look.without(views: unheard), of: watch, unchangedUntil: unchangedUntil[look.key], state: state,
        unheard: unheard, results: results[look.key] ?? InquiryResults(), into: &assessment)
    }
    for look in looks {
      guard let watch = watches[look.key] else { continue }
      assessRotation(look.without(views: unheard), of: watch, state: state, into: &assessment)
    }
    return assessment
  }

  /// What a sweep over these keys tells of the views as a whole.
  package func assess(
    _ tallies: [String: ViewTally], of keys: [KeyName], state: KnownState, at time: Timestamp
  ) -> Assessment {
    var assessment = Assessment(change: Change(at: time))
    _ = assessViews(tallies, keys, state: state, at: time, into: &assessment)
    return assessment
  }

  private func tallies(of looks: [Look]) -> [String: ViewTally] {
    looks.reduce(into: [:]) { tallies, look in
      for answer in look.views { tallies[answer.view, default: ViewTally()].count(answer, of: look.key) }
    }
  }

  /// Returns the views that must be left out: they are down, or everything failed in them just now.
  private func assessViews(
    _ tallies: [String: ViewTally], _ keys: [KeyName], state: KnownState, at time: Timestamp,
    into assessment: inout Assessment
  ) -> Set<String> {
    var unheard: Set<String> = []
    for view in views {
      var tally = tallies[view.name] ?? ViewTally()
      tally.zonesWatched = zonesWatched[view.name]
      let known = state.views[view.name] ?? ViewMemory()
      let (memory, events, incidents) = viewMachine.step(
        known, view: view.name, isAuthoritative: view.isAuthoritative, tally: tally, at: time)
      if memory != known { assessment.change.views[view.name] = memory }
      assessment.change.events += events
      assessment.change.incidents += incidents
      if viewMachine.isSuspect(memory, isAuthoritative: view.isAuthoritative, tally: tally) {
        unheard.insert(view.name)
      }
      if let delay = viewMachine.lookAgainAfter(memory, at: time) {
        for key in keys.prefix(Self.confirmingWatches) { assessment.lookAgain(at: key, after: delay) }
      }
    }
    return unheard
  }

  private func assessZones(_ looks: [Look], state: KnownState, into assessment: inout Assessment) {
    for look in looks {
      for case let delegation? in look.views.map(\.delegation) {
        let known = state.zones[delegation.zone]
        if assessment.change.zones[delegation.zone] == nil {
          let (memory, event) = zoneMachine.step(known, delegation: delegation, at: look.at)
          if memory != known { assessment.change.zones[delegation.zone] = memory }
          if let event { assessment.change.events.append(event) }
        }
        if let memory = assessment.change.zones[delegation.zone] ?? known,
          let delay = zoneMachine.lookAgainAfter(memory, at: look.at)
        {
          assessment.lookAgain(at: look.key, after: delay)
        }
      }
    }
  }

  private func assess(
    _ look: Look, of watch: Watch, unchangedUntil: Timestamp?, state: KnownState, unheard: Set<String>,
    results: InquiryResults, into assessment: inout Assessment
  ) {
    guard !look.views.isEmpty else { return }
    let rotation = watch.rotation.flatMap { state.memory(of: $0.new).rotation }
    let watch = expecting(watch, of: look, rotation)
    let judgement = look.judged(against: watch.expectation, relations: state.relations.of)
    let zone = zone(of: look, state: state, assessment)
    let known = state.memory(of: look.key)
    var step = watchMachine.step(
      known, watch: watch, judgement: judgement, zone: zone, viewsDown: unheard, unchangedUntil: unchangedUntil,
      results: results)
    // What becomes of a key that is still to come is told by its rotation.
    if rotationMachine.isComing(watch, rotation) { step.events = [] }
    take(step, of: look.key, known: known, into: &assessment)
    if step.keepsSightings {
      assessment.change.sightings += look.sightings
      assessment.change.unchangedUntil[look.key] = unchangedUntil
    }
  }

  /// The watch as its rotation wants it at the time of a look.
  private func expecting(_ watch: Watch, of look: Look, _ rotation: RotationMemory?) -> Watch {
    var watch = watch
    watch.expectation = rotationMachine.expectation(of: watch, rotation, at: look.at) {
      look.judged(against: $0).state
    }
    return watch
  }

  private func zone(of look: Look, state: KnownState, _ assessment: Assessment) -> ZoneMemory? {
    look.views.lazy.compactMap(\.delegation).first.flatMap { assessment.change.zones[$0.zone] ?? state.zones[$0.zone] }
      ?? state.zone(of: look.key)
  }

  /// The diagnosis that is to be made before a look is assessed; nil where nothing will be told of it.
  package func diagnosis(for look: Look, of watch: Watch, state: KnownState) -> DiagnosisMachine? {
    let look = look.without(views: state.viewsDown)
    guard !look.views.isEmpty else { return nil }
    let rotation = watch.rotation.flatMap { state.memory(of: $0.new).rotation }
    let watch = expecting(watch, of: look, rotation)
    guard !rotationMachine.isComing(watch, rotation) else { return nil }
    let judgement = look.judged(against: watch.expectation, relations: state.relations.of)
    guard judgement.verdict != .ok else { return nil }
    var assessment = Assessment(change: Change(at: look.at))
    assessZones([look], state: state, into: &assessment)
    return watchMachine.diagnostician(
      state.memory(of: look.key), watch: watch, judgement: judgement, zone: zone(of: look, state: state, assessment),
      viewsDown: state.viewsDown, texts: look.knownTexts, randomLabel: DiagnosisInput.randomLabel())
  }

  /// Holds both keys of a rotation against the conditions of the switch; what is known of it stands with the new one.
  private func assessRotation(_ look: Look, of watch: Watch, state: KnownState, into assessment: inout Assessment) {
    guard let rotation = watch.rotation, !look.views.isEmpty else { return }
    let known = assessment.change.watches[rotation.new] ?? state.memory(of: rotation.new)
    let step = rotationMachine.step(
      known.rotation, watch: watch, look: look,
      keys: look.keyJudgements(minimumBits: watch.expectation.minimumBits, relations: state.relations.of))
    if step.memory != known.rotation {
      var memory = known
      memory.rotation = step.memory
      assessment.change.watches[rotation.new] = memory
    }
    assessment.change.events += step.events
    if let due = step.memory.lookDue {
      for key in [rotation.new, rotation.old] { assessment.lookAgain(at: key, after: max(.zero, due - look.at)) }
    }
  }

  /// What time alone changes: reminders, patience that ran out, caches that expired.
  package func tick(_ keys: some Sequence<KeyName>, watches: [KeyName: Watch], state: KnownState, at time: Timestamp)
    -> Assessment
  {
    var assessment = Assessment(change: Change(at: time))
    for (name, known) in state.views {
      let (memory, events, incidents) = viewMachine.tick(known, view: name, at: time)
      if memory != known { assessment.change.views[name] = memory }
      assessment.change.events += events
      assessment.change.incidents += incidents
    }
    for key in keys {
      guard let watch = watches[key] else { continue }
      let known = state.memory(of: key)
      if let rotation = watch.rotation, let due = known.rotation?.lookDue, due <= time {
        for key in [rotation.new, rotation.old] { assessment.lookAgain(at: key, after: .zero) }
      }
      guard let next = watchMachine.nextTick(known), next <= time else { continue }
      let step = watchMachine.tick(known, watch: watch, zone: state.zone(of: key), at: time)
      take(step, of: key, known: known, into: &assessment)
    }
    return assessment
  }

  private func take(_ step: WatchStep, of key: KeyName, known: WatchMemory, into assessment: inout Assessment) {
    if step.memory != known { assessment.change.watches[key] = step.memory }
    assessment.change.events += step.events
    assessment.change.incidents += step.incidents
    if let delay = step.lookAgainAfter { assessment.lookAgain(at: key, after: delay) }
  }
}

extension Look {
  /// The answers of this look as history keeps them.
  package var sightings: [Sighting] {
    views.flatMap { view in
      view.servers.map {
        Sighting(key: key, view: view.view, server: $0.server, endpoint: $0.endpoint, answer: $0.answer, at: at)
      }
    }
  }
}
