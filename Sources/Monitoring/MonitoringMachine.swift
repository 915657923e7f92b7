// The heart: looks, sweeps and time go in, actions come out. It knows what is committed and what is under way, and decides
// everything that the daemon does; whoever runs it asks, waits and writes.

package import Diagnosing
internal import Judging
package import Keys
package import Model
internal import Rotation
internal import Tables

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

  /// A look, and what a sweep saw before it.
  struct HeldLook: Sendable {
    var look: Look
    var difference: SweepDifference?
  }

  /// The most diagnoses at a time: where a thousand keys vanish at once, most are told by what the look itself shows.
  static let investigationLimit = 32

  package internal(set) var known: KnownState
  package internal(set) var watches: WatchTable
  var watchMachine: WatchMachine
  var zoneMachine: ZoneMachine
  var viewMachine: ViewMachine
  var rotationMachine: RotationMachine
  var views: [View]
  /// What the texts of looks are worth: each is judged once, by whoever asks first.
  package let keys = KeyJudgements()

  /// Watches that are held whole since something stirred, and may be let go when it is over.
  var stirred: Set<KeyName> = []
  /// Watches that time alone may change: with a suspicion, an incident or a cache clock.
  var timeDependent: Set<KeyName> = []
  /// Watches that need a look although their answers may be the same: a change of theirs could not be written, they are
  /// expected to be otherwise, or their keys were found to be related.
  var needsFullLook: Set<KeyName> = []
  /// Watches whose answers come and go.
  var wavering: Set<KeyName> = []
  /// What is watched because of mail, and which mail failed lately.
  var mail: MailMachine
  /// How the views fare.
  var health: ViewHealth
  /// What is being written.
  private var pending: (change: Change, looked: Set<KeyName>)?
  /// What has come meanwhile.
  private var waiting: [Input] = []
  /// Looks that wait for the control question of a view.
  var held: [HeldLook] = []
  /// When the servers of each zone are checked one by one.
  var checkups = ZoneCheckups()
  /// What is confirmed, and waits for its diagnosis.
  var settlements: [KeyName: (settlement: Settlement, look: Look)] = [:]

  package init(
    _ rules: MonitoringRules, watches: [KeyName: Watch], known: KnownState, learned: [LearnedWatch] = []
  ) {
    self.init(rules, watches: WatchTable(watches.values), known: known, learned: learned)
  }

  /// - Parameter lastWatched: when watches were last looked at before the start: what is quiet was as it is until then.
  package init(
    _ rules: MonitoringRules, watches: WatchTable, known: KnownState, learned: [LearnedWatch] = [],
    lastWatched: Timestamp? = nil
  ) {
    self.known = known
    mail = MailMachine(policy: rules.learning, learned: learned)
    self.watches = mail.added(to: watches)
    views = rules.views
    health = ViewHealth(confirmAfter: rules.policy.confirmAfter)
    (watchMachine, zoneMachine, viewMachine, rotationMachine) = rules.machines
    // What the database knows of watches that are none any more is of no use.
    self.known.removeUnconfigured(keeping: self.watches.contains, views: Set(known.views.keys))
    timeDependent = Set(self.known.watches.lazy.filter { $0.value.isTimeDependent }.map(\.key))
    wavering = Set(self.known.watches.lazy.filter { $0.value.wavering != nil }.map(\.key))
    if let lastWatched, let quiet = self.known.quiet {
      for key in quiet.keys { self.watches.setUnchanged(key, until: lastWatched) }
    }
  }

  // MARK: what it is asked

  /// The views that need not be asked: what they say would be left out.
  package var excludedViews: Set<String> { known.viewsDown.union(health.hopeless) }

  /// What to ask for a watch; nil for its views means all.
  package func request(for key: KeyName, isConfirming: Bool = false) -> LookRequest {
    request(for: key, isConfirming: isConfirming, without: excludedViews)
  }

  /// The same for many.
  package func requests(for keys: [KeyName]) -> [LookRequest] {
    let excluded = excludedViews
    return keys.map { request(for: $0, isConfirming: false, without: excluded) }
  }

  private func request(for key: KeyName, isConfirming: Bool, without excluded: Set<String>) -> LookRequest {
    let wanted = watches[key]?.views
    guard !excluded.isEmpty else { return LookRequest(key: key, views: wanted, isConfirming: isConfirming) }
    let asked = (wanted ?? views.map(\.name)).filter { !excluded.contains($0) }
    return LookRequest(key: key, views: asked, isConfirming: isConfirming)
  }

  /// Whether a sweep of this watch is not enough.
  package func needsFullLook(_ key: KeyName) -> Bool {
    // A sweep does not see the end of a fault that it did not see the beginning of.
    !needsFullLook.isEmpty && needsFullLook.contains(key) || known.watches[key]?.serverFinding != nil
  }

  // MARK: what comes in

  /// Something that has to wait while a change is written.
  private enum Input: Sendable {
    case look(Look, after: SweepDifference?)
    case settled(KeyName, DiagnosisMachine)
    case answered(views: [String], unchanged: [KeyName])
    case control([ControlResult])
    case acknowledged([Acknowledgement])
    /// Selectors that mail of watched domains is signed with and nobody watches.
    case discovered([KeyName])
    case silence(MailSilence)
    case tick
  }

  /// Takes in a look.
  ///
  /// - Parameter difference: what a sweep saw just before, where that is why it was looked.
  package mutating func receive(
    _ look: Look, after difference: SweepDifference? = nil, at now: Timestamp
  ) -> [Action] {
    take(.look(look, after: difference), at: now)
  }

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
      watches.setUnchanged(key, until: now)
      if !wavering.isEmpty, wavering.contains(key) { steady.append(key) }
      let isDue = known.zoneName(of: key).map { checkups.wants($0, at: now) } ?? false
      if isDue || key.isKey && MonitoringFindings.isNewlyOld(known.memory(of: key), at: now) {
        needsFullLook.insert(key)
      }
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
    let ended = news.passed.merging(news.inUse, uniquingKeysWith: max)
      .filter { known.watches[$0.key]?.openSilence != nil }
    return actions + (discovered.isEmpty ? [] : take(.discovered(discovered), at: now))
      + receive(MailSilence(ended: ended), at: now)
  }

  /// Takes in which keys sign no mail any more, and which do again.
  package mutating func receive(_ silence: MailSilence, at now: Timestamp) -> [Action] {
    silence.keys.isEmpty && silence.ended.isEmpty ? [] : take(.silence(silence), at: now)
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
    stirred.formUnion(change.watches.keys)
    for (key, memory) in change.watches {
      if memory.isTimeDependent { timeDependent.insert(key) } else { timeDependent.remove(key) }
      if memory.wavering != nil { wavering.insert(key) } else { wavering.remove(key) }
    }
    needsFullLook.subtract(looked)
    let actions = takeWaiting(at: now)
    settleDown()
    return actions
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
    guard pending == nil else { return [] }
    let actions = takeWaiting(at: now)
    settleDown()
    return actions
  }

  /// The watches of which something waits, is written, or is investigated.
  var keysUnderWay: Set<KeyName> {
    var keys = Set(settlements.keys)
    if let pending { keys.formUnion(pending.change.watches.keys) }
    for one in held { keys.insert(one.look.key) }
    for input in waiting {
      switch input {
      case .look(let look, _): keys.insert(look.key)
      case .silence(let silence): keys.formUnion(silence.keys.map(\.key) + silence.ended.keys)
      default: break
      }
    }
    return keys
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
      case .look(let look, let difference):
        take(HeldLook(look: look, difference: difference), &draft, &actions, &looked)
      case .settled(let key, let diagnosis): settle(diagnosis, of: key, &draft, &looked)
      case .answered(let views, let unchanged):
        for view in views { answered(view, &draft) }
        for key in unchanged where watches.contains(key) {
          draft.put(watchMachine.unchanged(draft.memory(of: key), at: now), of: key)
        }
      case .control(let results): take(results, &draft, &actions, &looked)
      case .acknowledged(let acknowledgements): take(acknowledgements, &draft)
      case .discovered(let keys): draft.put(keys.map { watchMachine.discovered($0, at: now) })
      case .silence(let silence): take(silence, &draft, at: now)
      case .tick: tick(&draft, &actions)
      }
    }
    for (key, delay) in draft.lookAgain where watches.contains(key) { actions.append(.lookAgain(key, after: delay)) }
    if draft.change.isEmpty {
      needsFullLook.subtract(looked)
    } else {
      pending = (draft.change, looked)
      actions.append(.commit(draft.change))
    }
    return actions
  }
}
