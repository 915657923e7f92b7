// One look: judged, sorted, compared with what is known; what is confirmed is investigated, then told.

internal import Diagnosing
internal import Judging
internal import Keys
internal import Model
internal import Rotation

extension MonitoringMachine {
  mutating func judge(
    _ one: HeldLook, _ draft: inout Draft, _ actions: inout [Action], _ looked: inout Set<KeyName>
  ) {
    let look = one.look
    guard let watch = watches[look.key] else { return }
    // Its memory was not read, or something came between: what is not known whole cannot be judged.
    guard quietWatches(behind: look.key).isEmpty else { return draft.lookAgain(at: look.key, after: .zero) }
    looked.insert(look.key)
    takeZones(of: look, &draft)
    let excluded = draft.viewsDown.union(health.doubtful)
    let heard = look.without(views: excluded)
    let rotation = watch.rotation.flatMap { draft.memory(of: $0.new).rotation }
    let known = draft.memory(of: look.key)
    let judged = judged(heard, of: watch, rotation, after: known.caches)
    // Without a private key, of which history keeps the digest.
    let kept = judged.sorted.look
    let action = watchMachine.receive(
      judged, of: watch, known: known, zone: draft.zone(of: look), viewsDown: excluded,
      unchangedUntil: watches.unchangedUntil(look.key), after: one.difference,
      isCheckup: judged.delegation.map { checkups.take($0.zone, at: look.at) } ?? false,
      mailFails: mail.fails(look.key, at: look.at), mailPasses: mail.passes(look.key, at: look.at))
    switch action {
    case .done(let step): put(step, watch, kept, &draft)
    case .investigate(let settlement):
      let diagnosis = DiagnosisMachine(settlement.input)
      // What becomes of a key that is still to come is told by its rotation.
      let isBusy = settlements.count >= Self.investigationLimit
      if isBusy, settlement.kind == .checkup {
        put(watchMachine.pass(settlement), watch, kept, &draft)
      } else if rotationMachine.isComing(watch, rotation) || isBusy {
        put(watchMachine.settle(settlement, diagnosis), watch, kept, &draft)
      } else {
        settlements[look.key] = (settlement, kept)
        actions.append(.investigate(look.key, diagnosis))
      }
    }
    takeRotation(judged, of: watch, &draft)
  }

  func judged(
    _ look: Look, of watch: Watch, _ rotation: RotationMemory?, after caches: [CacheClock]
  ) -> JudgedLook {
    let judged = { (expectation: Expectation) in
      look.judged(against: expectation, formerCaches: caches) { [keys, relations = known.relations] answer, bits in
        keys.judge(answer.records, minimumBits: bits, relations: relations.of(answer)).judgement
      }
    }
    let expectation = rotationMachine.expectation(of: watch, rotation, at: look.at) { judged($0).judgement.state }
    return judged(expectation)
  }

  mutating func settle(
    _ diagnosis: DiagnosisMachine, of key: KeyName, _ draft: inout Draft, _ looked: inout Set<KeyName>
  ) {
    guard let (settlement, look) = settlements.removeValue(forKey: key), let watch = watches[key] else { return }
    var (now, before) = (draft.memory(of: key), settlement.background.memory)
    let rotation = now.rotation
    (now.rotation, before.rotation) = (nil, nil)
    // Something else came between: what was confirmed is confirmed once more.
    guard now == before else {
      draft.lookAgain(at: key, after: .zero)
      return
    }
    looked.insert(key)
    var step = watchMachine.settle(settlement, diagnosis)
    step.memory.rotation = rotation
    put(step, watch, look, &draft)
  }

  func put(_ step: WatchStep, _ watch: Watch, _ look: Look, _ draft: inout Draft) {
    let rotation = watch.rotation.flatMap { draft.memory(of: $0.new).rotation }
    draft.put(step, of: watch.key, tells: !rotationMachine.isComing(watch, rotation))
    if step.keepsSightings { draft.keep(look, unchangedUntil: watches.unchangedUntil(watch.key)) }
  }

  /// Zones before watches, so that "the key vanished" and "the name servers changed" meet in one sentence.
  func takeZones(of look: Look, _ draft: inout Draft) {
    for case let delegation? in look.views.map(\.delegation) {
      let (memory, event) = zoneMachine.step(draft.zone(delegation.zone), delegation: delegation, at: look.at)
      draft.put(memory, of: delegation.zone, event)
      if let delay = zoneMachine.lookAgainAfter(memory, at: look.at) { draft.lookAgain(at: look.key, after: delay) }
    }
  }

  /// Holds both keys of a rotation against the conditions of the switch; what is known of it is kept with the new one.
  func takeRotation(_ look: JudgedLook, of watch: Watch, _ draft: inout Draft) {
    guard let rotation = watch.rotation, !look.sorted.look.views.isEmpty else { return }
    var memory = draft.memory(of: rotation.new)
    let step = rotationMachine.step(memory.rotation, watch: watch, look: look.sorted.look, keys: look.sorted.keys)
    memory.rotation = step.memory
    draft.put(memory, of: rotation.new)
    draft.put(step.events)
    if let due = step.memory.lookDue {
      for key in [rotation.new, rotation.old] { draft.lookAgain(at: key, after: max(.zero, due - look.at)) }
    }
  }
}
