// The monitor: asks what is due, has it judged, commits what changed. All knowledge is in KnownState, all rules in Judging.

internal import Alerting
internal import Config
internal import Diagnosing
internal import Logging
internal import Model
internal import Monitoring
internal import Probing
internal import Scheduling
internal import ServiceLifecycle
internal import Storage

/// Watches key names until the daemon stops.
actor Monitor: Service {
  private let store: any HistoryStore
  let clock: Clocks
  private let logger: Logger
  private let deliveriesCommitted: @Sendable () -> Void
  /// Takes the answers that were committed, to compare their keys.
  private let answersCommitted: @Sendable ([Sighting]) -> Void
  /// Ends the questions under way, so that a shutdown need not wait for silent servers.
  private let stopAsking: @Sendable () -> Void

  /// How long history is kept; nil for ever.
  private(set) var retention: Duration?

  private var assessor: Assessor
  private var receivers: [Receiver]
  private let identifiers: IdentifierSource
  private var prober: Prober
  private(set) var watches: [KeyName: Watch]
  var known: KnownState
  var schedule: Schedule
  /// Watches that time alone may change: with a suspicion, an incident or a cache clock.
  private var restless: Set<KeyName> = []
  /// Watches whose last change could not be committed: an unchanged answer does not clear them.
  var uncommitted: Set<KeyName> = []
  /// Watches that wait until their keys are compared.
  var delayed: Set<KeyName> = []
  /// When a sweep last found the answers unchanged.
  private var unchangedUntil: [KeyName: Timestamp] = [:]
  /// Looks that wait to be judged.
  private var arrived: [Look] = []
  /// What was asked because of them.
  private var results: [KeyName: InquiryResults] = [:]
  /// How many diagnoses are under way.
  private var investigations = 0
  private var lastTick: Duration = .zero
  private var lastTurn: Duration
  private var lastCommitError: String?
  private var turnstile = Turnstile()
  private let wakeup = Wakeup()
  /// Until when the loop sleeps.
  private var sleepsUntil: Duration = .zero

  init(
    plan: MonitorPlan, prober: Prober, store: any HistoryStore, stored: StoredMemory, clock: Clocks, logger: Logger,
    stopAsking: @escaping @Sendable () -> Void, deliveriesCommitted: @escaping @Sendable () -> Void,
    answersCommitted: @escaping @Sendable ([Sighting]) -> Void
  ) {
    self.stopAsking = stopAsking
    self.prober = prober
    self.store = store
    self.clock = clock
    self.logger = logger
    self.deliveriesCommitted = deliveriesCommitted
    self.answersCommitted = answersCommitted
    assessor = plan.assessor
    receivers = plan.configuration.receivers
    identifiers = plan.identifiers
    retention = plan.configuration.retention
    watches = plan.watches
    known = KnownState(watches: stored.watches, zones: stored.zones, views: stored.views)
    schedule = Schedule(jitter: plan.configuration.jitter)
    lastTurn = clock.elapsed()
    schedule.replace(with: plan.watches.mapValues(\.interval), at: clock.elapsed())
    restless = Set(plan.watches.keys.filter { [known] in known.memory(of: $0).isRestless })
  }

  /// Takes up a new configuration; history, open incidents and looks under way stay as they are. A watch whose
  /// expectations changed is looked at whole, since its answers will not differ.
  func apply(_ plan: MonitorPlan, prober newProber: Prober?) async {
    for (key, watch) in plan.watches where watches[key].map({ $0 != watch }) ?? false {
      uncommitted.insert(key)
      schedule.lookAgain(key, after: .zero, at: clock.elapsed())
    }
    assessor = plan.assessor
    receivers = plan.configuration.receivers
    retention = plan.configuration.retention
    if let newProber { prober = newProber }
    watches = plan.watches
    schedule.replace(with: plan.watches.mapValues(\.interval), at: clock.elapsed())
    restless = Set(watches.keys.filter { known.memory(of: $0).isRestless })
    unchangedUntil = unchangedUntil.filter { watches[$0.key] != nil }
    uncommitted.formIntersection(watches.keys)
    prober.forget(except: Set(watches.keys))
    await retire()
    wakeIfDue()
  }

  /// Ends the spans and incidents of what is watched no longer.
  private func retire() async {
    await exclusively {
      known.retire(keepingWatches: Set(watches.keys), views: Set(assessor.views.map(\.name)))
      do {
        try await store.retire(
          keepingWatches: Set(watches.keys), views: Set(assessor.views.map(\.name)), at: clock.now())
      } catch {
        logger.error("cannot end what is watched no longer", metadata: ["error": "\(error)"])
      }
    }
  }

  /// Runs until graceful shutdown; looks under way are given up then, since what they saw can be asked again.
  func run() async throws {
    await retire()
    await cancelWhenGracefulShutdown {
      await withTaskCancellationHandler {
        await self.loop()
      } onCancel: {
        self.stopAsking()
      }
    }
  }

  private func loop() async {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let now = clock.elapsed()
        let due = await turn(at: now)
        if !due.isEmpty { group.addTask { await self.round(due) } }
        let pause = pause
        sleepsUntil = clock.elapsed() + pause
        await wakeup.wait(atMost: pause) { try await Task.sleep(for: $0, tolerance: .milliseconds(5)) }
      }
    }
  }

  /// One turn of the loop: what is due now; once a second also what time alone changes.
  func turn(at now: Duration) async -> [Schedule.Due] {
    lastTurn = now
    if now - lastTick >= .seconds(1) {
      lastTick = now
      await tick()
    }
    return schedule.due(at: now)
  }

  private var pause: Duration {
    let next = schedule.nextDue.map { max($0 - clock.elapsed(), .milliseconds(1)) } ?? .seconds(1)
    return min(next, .seconds(1))
  }

  /// Wakes the loop where something has become due before it would wake by itself.
  func wakeIfDue() {
    if let next = schedule.nextDue, next < sleepsUntil { wakeup.signal() }
  }

  private func tick() async {
    await exclusively { [self] in
      await settle(assessor.tick(restless, watches: watches, state: known, at: clock.now()))
    }
  }

  /// Runs one assessment with its commit before the next begins, so that each starts from what is committed.
  private func exclusively(_ body: () async -> Void) async {
    await withCheckedContinuation { turnstile.enter($0) }
    await body()
    turnstile.leave()
  }

  /// Asks what is due. Looks that confirm do not wait for the sweep.
  func round(_ due: [Schedule.Due]) async {
    let waiting = due.map(\.key).filter { [known] in known.relations.delays(known.memory(of: $0)) }
    delayed.formUnion(waiting)
    finish(waiting)
    let due = due.filter { watches[$0.key] != nil && !delayed.contains($0.key) }
    let afresh = due.filter { $0.isConfirmation || uncommitted.contains($0.key) }
    let routine = Set(due.map(\.key)).subtracting(afresh.map(\.key))
    await withDiscardingTaskGroup { group in
      for one in afresh { group.addTask { await self.look(at: one.key, isConfirming: one.isConfirmation) } }
      if !routine.isEmpty { group.addTask { await self.sweep(Array(routine)) } }
    }
  }

  /// Asks again what is known. An unchanged answer ends here; what differs is looked at as soon as that is known, and
  /// does not wait for servers that are silent.
  private func sweep(_ keys: [KeyName]) async {
    let requests = keys.map { LookRequest(key: $0, views: watches[$0]?.views) }
    let prober = self.prober
    let (differing, continuation) = AsyncStream.makeStream(of: KeyName.self)
    await withDiscardingTaskGroup { group in
      group.addTask {
        let sweep = await prober.sweep(requests) { continuation.yield($0) }
        continuation.finish()
        await self.settle(sweep, of: keys)
      }
      for await key in differing { group.addTask { await self.look(at: key, isConfirming: false) } }
    }
  }

  private func finish(_ keys: some Sequence<KeyName>) {
    schedule.finish(keys, at: clock.elapsed())
    wakeIfDue()
  }

  private func settle(_ sweep: Sweep, of keys: [KeyName]) async {
    guard !Task.isCancelled else { return }
    let now = clock.now()
    let unchanged = Set(keys).subtracting(sweep.differing)
    for key in unchanged { unchangedUntil[key] = now }
    finish(unchanged)
    let tallies = sweep.tallies.mapValues { tally in
      // Where everything failed, all zones are concerned; else it does not matter which.
      ViewTally(
        asked: tally.asked, failed: tally.failed,
        zones: tally.failed == tally.asked ? Set(keys.lazy.map(\.domain)) : [])
    }
    await exclusively { await settle(assessor.assess(tallies, of: keys, state: known, at: now)) }
  }

  /// Looks at everything about one watch and has it judged.
  private func look(at key: KeyName, isConfirming: Bool) async {
    let request = LookRequest(key: key, views: watches[key]?.views, isConfirming: isConfirming)
    let looks = await prober.look(at: [request])
    for look in looks { await investigate(look) }
    arrived += looks
    await exclusively { await settleArrived() }
    finish([key])
  }

  /// The most diagnoses at a time: where a thousand keys vanish at once, most are told by what the look itself shows.
  private static let investigationLimit = 32

  /// Asks what the diagnosis needs, where this look is going to be told.
  private func investigate(_ look: Look) async {
    guard investigations < Self.investigationLimit, let watch = watches[look.key],
      let diagnosis = assessor.diagnosis(for: look, of: watch, state: known)
    else { return }
    investigations += 1
    defer { investigations -= 1 }
    results[look.key] = await Investigation(prober: prober).finish(diagnosis).results
  }

  /// Judges all looks that have come by now: while one commit is written others arrive, and share the next.
  private func settleArrived() async {
    let looks = arrived
    let results = results
    arrived = []
    self.results = [:]
    guard !looks.isEmpty, !Task.isCancelled else { return }
    let assessment = assessor.assess(
      looks, unchangedUntil: unchangedUntil, watches: watches, state: known, at: clock.now(),
      results: results)
    await settle(assessment, looked: looks.map(\.key))
  }

  private func settle(_ assessment: Assessment, looked: [KeyName] = []) async {
    var change = assessment.change
    change.deliveries += Routing.deliveries(
      for: change.events, to: receivers, identifiers: identifiers, incidents: change.incidents)
    if await commit(change) {
      uncommitted.subtract(looked)
    } else {
      uncommitted.formUnion(assessment.change.watches.keys)
      uncommitted.formUnion(looked)
    }
    for (key, delay) in assessment.lookAgain where watches[key] != nil {
      schedule.lookAgain(key, after: delay, at: clock.elapsed())
    }
  }

  /// Writes a change and believes it then. Where it cannot be written nothing is believed, so that the next look
  /// finds the same change again and nothing is lost.
  @discardableResult
  private func commit(_ change: Change) async -> Bool {
    guard !change.isEmpty else { return true }
    do {
      try await store.commit(change)
    } catch {
      let text = "\(error)"
      if lastCommitError != text {
        logger.error("cannot write to the database; will try again", metadata: ["error": "\(text)"])
      }
      lastCommitError = text
      return false
    }
    if lastCommitError != nil {
      lastCommitError = nil
      logger.notice("the database can be written again")
    }
    known.apply(change)
    for (key, memory) in change.watches {
      if memory.isRestless { restless.insert(key) } else { restless.remove(key) }
    }
    if !change.sightings.isEmpty { answersCommitted(change.sightings) }
    for event in change.events { logger.log(event) }
    if !change.deliveries.isEmpty { deliveriesCommitted() }
    return true
  }

  /// How the monitor is doing, for the watchdog and `systemctl status`.
  func pulse() -> MonitorStatus {
    var verdicts: [Verdict: Int] = [:]
    for key in watches.keys { verdicts[known.memory(of: key).verdict, default: 0] += 1 }
    return MonitorStatus(
      sinceLastTurn: clock.elapsed() - lastTurn, watches: watches.count, verdicts: verdicts,
      viewsDown: known.viewsDown.sorted(), canWrite: lastCommitError == nil)
  }
}

extension WatchMemory {
  /// Whether time alone may change this.
  var isRestless: Bool { suspicion != nil || incident != nil || !caches.isEmpty || rotation?.lookDue != nil }
}
