// The heart: looks, sweeps and time go in, actions come out. It knows what is committed and what is under way, and decides
// everything that the daemon does; whoever runs it asks, waits and writes.

package import Diagnosing
internal import Judging
package import Keys
package import Model
internal import Rotation

/// Makes of what was seen what is to be asked, told and remembered. One machine for all watches.
package struct MonitoringMachine: Sendable {
  package enum Action: Sendable {
    /// Put the questions of this diagnosis, then call `receive(_:of:)` with it.
    case investigate(KeyName, DiagnosisMachine)
    /// Ask these views the control question, then call `receive(_ results:)`.
    case control([String])
    /// Write this; then call `committed` or `refused`. Nothing else is handed out to commit before.
    case commit(Change)
    /// Look at this watch again without waiting for its interval.
    case lookAgain(KeyName, after: Duration)
    /// Watch this from now on, because of mail; the first look is due at once.
    case watch(KeyName, every: Duration)
    /// Watch these no longer.
    case forget([KeyName])
    /// Keep what was learned from mail for the next start.
    case keep([LearnedWatch])
  }

  /// The most diagnoses at a time: where a thousand keys vanish at once, most are told by what the look itself shows.
  static let investigationLimit = 32

  package private(set) var known: KnownState
  package internal(set) var watches: [KeyName: Watch]
  private var watchMachine: WatchMachine
  private var zoneMachine: ZoneMachine
  private var viewMachine: ViewMachine
  private var rotationMachine: RotationMachine
  private var views: [View]
  /// What the texts of looks are worth: each is judged once, by whoever asks first.
  package let keys = KeyJudgements()

  /// When a sweep last found the answers unchanged.
  private var unchangedUntil: [KeyName: Timestamp] = [:]
  /// Watches that time alone may change: with a suspicion, an incident or a cache clock.
  private var timeDependent: Set<KeyName> = []
  /// Watches that need a look although their answers may be the same: a change of theirs could not be written, they are
  /// expected to be otherwise, or their keys were found to be related.
  private var needsFullLook: Set<KeyName> = []
  /// Watches whose answers come and go.
  private var wavering: Set<KeyName> = []
  /// What is watched because of mail, and which mail failed lately.
  var mail: MailMachine
  /// How the views fare.
  private var health: ViewHealth
  /// What is being written.
  private var pending: (change: Change, looked: Set<KeyName>)?
  /// What has come meanwhile.
  private var waiting: [Input] = []
  /// Looks that wait for the control question of a view.
  private var held: [Look] = []
  /// What is confirmed, and waits for its diagnosis.
  private var settlements: [KeyName: (settlement: Settlement, look: Look)] = [:]

  package init(
    _ rules: MonitoringRules, watches: [KeyName: Watch], known: KnownState, learned: [LearnedWatch] = []
  ) {
    self.known = known
    mail = MailMachine(policy: rules.learning, learned: learned)
    self.watches = mail.added(to: watches)
    views = rules.views
    health = ViewHealth(confirmAfter: rules.policy.confirmAfter)
    (watchMachine, zoneMachine, viewMachine, rotationMachine) = rules.machines
    timeDependent = Set(self.watches.keys.filter { known.memory(of: $0).isTimeDependent })
    wavering = Set(self.watches.keys.filter { known.memory(of: $0).wavering != nil })
  }

  // MARK: what it is asked

  /// The views that need not be asked: what they say would be left out.
  package var excludedViews: Set<String> { known.viewsDown.union(health.hopeless) }

  /// What to ask for a watch; nil for its views means all.
  package func request(for key: KeyName, isConfirming: Bool = false) -> LookRequest {
    let excluded = excludedViews
    let wanted = watches[key]?.views
    guard !excluded.isEmpty else { return LookRequest(key: key, views: wanted, isConfirming: isConfirming) }
    let asked = (wanted ?? views.map(\.name)).filter { !excluded.contains($0) }
    return LookRequest(key: key, views: asked, isConfirming: isConfirming)
  }

  /// Whether a sweep of this watch is not enough.
  package func needsFullLook(_ key: KeyName) -> Bool { needsFullLook.contains(key) }

  // MARK: what comes in

  /// Something that has to wait while a change is written.
  private enum Input: Sendable {
    case look(Look)
    case settled(KeyName, DiagnosisMachine)
    case answered(views: [String], unchanged: [KeyName])
    case control([ControlResult])
    case acknowledged([Acknowledgement])
    /// Selectors that mail of watched domains is signed with and nobody watches.
    case discovered([KeyName])
    case tick
  }

  /// Takes in a look.
  package mutating func receive(_ look: Look, at now: Timestamp) -> [Action] { take(.look(look), at: now) }

  /// Takes in what came of a diagnosis that was asked for.
  package mutating func receive(_ diagnosis: DiagnosisMachine, of key: KeyName, at now: Timestamp) -> [Action] {
    take(.settled(key, diagnosis), at: now)
  }

  /// Takes in what a sweep found: watches whose answers are the same, and views that answered for any watch.
  package mutating func receive(
    unchanged keys: some Sequence<KeyName>, answering views: [String], at now: Timestamp
  ) -> [Action] {
    var steady: [KeyName] = []
    for key in keys {
      unchangedUntil[key] = now
      if wavering.contains(key) { steady.append(key) }
    }
    return take(.answered(views: views, unchanged: steady), at: now)
  }

  /// Takes in what control questions have shown.
  package mutating func receive(_ results: [ControlResult], at now: Timestamp) -> [Action] {
    take(.control(results), at: now)
  }

  /// Takes up that somebody has taken note of incidents.
  package mutating func receive(_ acknowledgements: [Acknowledgement], at now: Timestamp) -> [Action] {
    acknowledgements.isEmpty ? [] : take(.acknowledged(acknowledgements), at: now)
  }

  /// Takes in what one read of the mail brought.
  package mutating func receive(_ news: MailNews, at now: Timestamp) -> [Action] {
    let (actions, discovered) = takeMail(news, at: now)
    return actions + (discovered.isEmpty ? [] : take(.discovered(discovered), at: now))
  }

  /// Lets time pass: reminders, patience that runs out, caches that expire.
  package mutating func tick(at now: Timestamp) -> [Action] {
    // A tick that comes while something is written is no loss: there is one every second.
    pending == nil ? take(.tick, at: now) : []
  }

  /// What was handed out to commit is written: it is believed from now on.
  package mutating func committed(at now: Timestamp) -> [Action] {
    guard let (change, looked) = pending else { return [] }
    pending = nil
    known.apply(change)
    for (key, memory) in change.watches {
      if memory.isTimeDependent { timeDependent.insert(key) } else { timeDependent.remove(key) }
      if memory.wavering != nil { wavering.insert(key) } else { wavering.remove(key) }
    }
    needsFullLook.subtract(looked)
    return takeWaiting(at: now)
  }

  /// What was handed out could not be written: nothing of it is believed, and the next look finds it again.
  package mutating func refused(at now: Timestamp) -> [Action] {
    guard let (change, looked) = pending else { return [] }
    pending = nil
    needsFullLook.formUnion(change.watches.keys)
    needsFullLook.formUnion(looked)
    return takeWaiting(at: now)
  }

  private mutating func take(_ input: Input, at now: Timestamp) -> [Action] {
    waiting.append(input)
    return pending == nil ? takeWaiting(at: now) : []
  }

  /// Works on all that has come by now: while one change is written others arrive, and share the next.
  private mutating func takeWaiting(at now: Timestamp) -> [Action] {
    guard !waiting.isEmpty else { return [] }
    let inputs = waiting
    waiting = []
    var draft = Draft(known, at: now)
    var actions: [Action] = []
    var looked: Set<KeyName> = []
    for input in inputs {
      switch input {
      case .look(let look): take(look, &draft, &actions, &looked)
      case .settled(let key, let diagnosis): settle(diagnosis, of: key, &draft, &looked)
      case .answered(let views, let unchanged):
        for view in views { answered(view, &draft) }
        for key in unchanged where watches[key] != nil {
          draft.put(watchMachine.unchanged(draft.memory(of: key), at: now), of: key)
        }
      case .control(let results): take(results, &draft, &actions, &looked)
      case .acknowledged(let acknowledgements): take(acknowledgements, &draft)
      case .discovered(let keys): draft.put(keys.map { watchMachine.discovered($0, at: now) })
      case .tick: tick(&draft, &actions)
      }
    }
    for (key, delay) in draft.lookAgain where watches[key] != nil { actions.append(.lookAgain(key, after: delay)) }
    if draft.change.isEmpty {
      needsFullLook.subtract(looked)
    } else {
      pending = (draft.change, looked)
      actions.append(.commit(draft.change))
    }
    return actions
  }
}

extension MonitoringMachine {
  // MARK: one look

  private mutating func take(
    _ look: Look, _ draft: inout Draft, _ actions: inout [Action], _ looked: inout Set<KeyName>
  ) {
    guard watches[look.key] != nil else { return }
    var questions: [String] = []
    var mustWait = false
    for answer in look.views {
      guard answer.isSilent else {
        answered(answer.view, &draft)
        continue
      }
      switch health.fail(answer.view, zone: answer.delegation?.zone ?? look.key.domain, at: draft.change.at) {
      case .proven: break
      case .ask:
        questions.append(answer.view)
        mustWait = true
      case .wait: mustWait = true
      }
    }
    if !questions.isEmpty { actions.append(.control(questions)) }
    if mustWait {
      held.append(look)
    } else {
      judge(look, &draft, &actions, &looked)
    }
  }

  /// A view answers for some watch: it is up.
  private mutating func answered(_ view: String, _ draft: inout Draft) {
    health.answer(view, at: draft.change.at)
    guard let view = views.first(where: { $0.name == view }) else { return }
    draft.put(viewMachine.answered(draft.view(view.name), view: view.name, at: draft.change.at), of: view.name)
  }

  private mutating func take(
    _ results: [ControlResult], _ draft: inout Draft, _ actions: inout [Action], _ looked: inout Set<KeyName>
  ) {
    for result in results {
      guard let view = views.first(where: { $0.name == result.view }) else { continue }
      let zones = health.take(result, at: draft.change.at)
      let watched = Set(
        watches.values.lazy.filter { $0.views?.contains(view.name) ?? true }.map(\.key.domain).prefix(2)
      ).count
      draft.put(
        viewMachine.receive(
          result, draft.view(view.name), isAuthoritative: view.isAuthoritative, zones: zones,
          zonesWatched: watched, at: draft.change.at), of: view.name)
    }
    let ready = held.filter { look in !look.views.contains { health.isAsked($0.view) } }
    held.removeAll { look in ready.contains(look) }
    for look in ready { judge(look, &draft, &actions, &looked) }
  }

  private mutating func judge(
    _ look: Look, _ draft: inout Draft, _ actions: inout [Action], _ looked: inout Set<KeyName>
  ) {
    guard let watch = watches[look.key] else { return }
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
      unchangedUntil: unchangedUntil[look.key], mailFails: mail.fails(look.key, at: look.at))
    switch action {
    case .done(let step): put(step, watch, kept, &draft)
    case .investigate(let settlement):
      let diagnosis = DiagnosisMachine(settlement.input)
      // What becomes of a key that is still to come is told by its rotation.
      if rotationMachine.isComing(watch, rotation) || settlements.count >= Self.investigationLimit {
        put(watchMachine.settle(settlement, diagnosis), watch, kept, &draft)
      } else {
        settlements[look.key] = (settlement, kept)
        actions.append(.investigate(look.key, diagnosis))
      }
    }
    takeRotation(judged, of: watch, &draft)
  }

  private func judged(
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

  private mutating func settle(
    _ diagnosis: DiagnosisMachine, of key: KeyName, _ draft: inout Draft, _ looked: inout Set<KeyName>
  ) {
    guard let (settlement, look) = settlements.removeValue(forKey: key), let watch = watches[key] else { return }
    var (now, before) = (draft.memory(of: key), settlement.known)
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

  private func put(_ step: WatchStep, _ watch: Watch, _ look: Look, _ draft: inout Draft) {
    let rotation = watch.rotation.flatMap { draft.memory(of: $0.new).rotation }
    draft.put(step, of: watch.key, tells: !rotationMachine.isComing(watch, rotation))
    if step.keepsSightings { draft.keep(look, unchangedUntil: unchangedUntil[watch.key]) }
  }

  /// Zones before watches, so that "the key vanished" and "the name servers changed" meet in one sentence.
  private func takeZones(of look: Look, _ draft: inout Draft) {
    for case let delegation? in look.views.map(\.delegation) {
      let (memory, event) = zoneMachine.step(draft.zone(delegation.zone), delegation: delegation, at: look.at)
      draft.put(memory, of: delegation.zone, event)
      if let delay = zoneMachine.lookAgainAfter(memory, at: look.at) { draft.lookAgain(at: look.key, after: delay) }
    }
  }

  /// Holds both keys of a rotation against the conditions of the switch; what is known of it is kept with the new one.
  private func takeRotation(_ look: JudgedLook, of watch: Watch, _ draft: inout Draft) {
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

  // MARK: people

  private func take(_ acknowledgements: [Acknowledgement], _ draft: inout Draft) {
    for acknowledgement in acknowledgements {
      draft.put(acknowledgement)
      let id = acknowledgement.incident
      for (key, memory) in known.watches where memory.openIncident?.id == id || memory.openChange?.id == id {
        guard let watch = watches[key] else { continue }
        draft.put(
          watchMachine.acknowledge(acknowledgement, draft.memory(of: key), watch, at: draft.change.at), of: key)
      }
      for name in known.views.keys where known.views[name]?.openIncident?.id == id {
        draft.put(viewMachine.acknowledge(acknowledgement, draft.view(name)), of: name)
      }
    }
  }

  // MARK: time

  private mutating func tick(_ draft: inout Draft, _ actions: inout [Action]) {
    let now = draft.change.at
    actions += tickMail(at: now)
    for name in known.views.keys.sorted() {
      draft.put(viewMachine.tick(draft.view(name), view: name, at: now), of: name)
    }
    var questions: [String] = []
    for view in views where health.mustAsk(view.name, isDown: draft.view(view.name).downSince != nil, at: now) {
      questions.append(view.name)
    }
    if !questions.isEmpty { actions.append(.control(questions)) }
    for key in timeDependent {
      guard let watch = watches[key] else { continue }
      let memory = draft.memory(of: key)
      if let rotation = watch.rotation, let due = memory.rotation?.lookDue, due <= now {
        for key in [rotation.new, rotation.old] { draft.lookAgain(at: key, after: .zero) }
      }
      guard let next = watchMachine.nextTick(memory), next <= now, settlements[key] == nil else { continue }
      draft.put(
        watchMachine.tick(memory, watch: watch, zone: memory.zone.flatMap(draft.zone), at: now), of: key)
    }
  }

  // MARK: another configuration, other relations

  /// Takes up a new configuration; history, open incidents and looks under way stay as they are. Gives the watches whose
  /// expectations changed: they have to be looked at whole, since their answers will not differ.
  package mutating func apply(_ rules: MonitoringRules, watches new: [KeyName: Watch]) -> Set<KeyName> {
    let new = mail.taking(rules.learning, beside: new)
    let changed = Set(new.filter { key, watch in watches[key].map { $0 != watch } ?? false }.keys)
    needsFullLook.formUnion(changed)
    watches = new
    views = rules.views
    health.keep(views.map(\.name), confirmAfter: rules.policy.confirmAfter)
    (watchMachine, zoneMachine, viewMachine, rotationMachine) = rules.machines
    timeDependent = Set(watches.keys.filter { known.memory(of: $0).isTimeDependent })
    unchangedUntil = unchangedUntil.filter { watches[$0.key] != nil }
    needsFullLook.formIntersection(watches.keys)
    known.removeUnconfigured(keepingWatches: Set(watches.keys), views: Set(views.map(\.name)))
    return changed
  }

  /// Takes up what a comparison of keys has found. The keys that it concerns have to be looked at.
  package mutating func relate(_ relations: SharedPrimeIndex, _ affected: Set<KeyName>) {
    known.relations = relations
    // Their answers have not changed: only a look at the whole finds something new.
    needsFullLook.formUnion(affected.filter { watches[$0] != nil })
  }
}

extension WatchMemory {
  /// Whether time alone may change this.
  var isTimeDependent: Bool {
    suspicion != nil || warning != nil || incident != nil || openChange != nil || !caches.isEmpty
      || rotation?.lookDue != nil
  }
}
