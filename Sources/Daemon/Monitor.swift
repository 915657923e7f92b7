// The shell around the monitoring machine: asks what is due, writes what it hands out, and tells it what came of both.

internal import Config
internal import Waking
internal import Diagnosing
internal import Keys
internal import Logging
internal import Model
internal import Monitoring
internal import Probing
internal import Scheduling
internal import ServiceLifecycle
internal import Storage

/// Watches key names until the daemon stops.
actor Monitor: Service {
  private let store: any ChangeStore
  private let mail: any MailStore
  /// Says which DMARC policy holds; nil where nobody asks.
  private let policies: DMARCPolicies?
  /// What changes are completed with.
  private let completion: ChangeCompletion
  let clock: Clocks
  private let logger: Logger
  private let deliveriesCommitted: @Sendable () -> Void
  /// Takes the answers that were committed, to compare their keys.
  private let answersCommitted: @Sendable ([Sighting]) -> Void
  /// Takes the events that were committed.
  private let eventsCommitted: @Sendable ([Event]) -> Void
  /// Ends the questions under way, so that a shutdown need not wait for silent servers.
  private let stopAsking: @Sendable () -> Void
  /// Is told which zones keys depend on; nil where nobody asks zones.
  private let pulser: Pulser?

  /// How long history is kept; nil for ever.
  private(set) var retention: Duration?

  /// What the texts of looks are worth, which several look up.
  nonisolated let keys: KeyJudgements

  private(set) var machine: MonitoringMachine
  /// Judges texts beside the monitor, for the machine to look them up.
  private let judging: KeyJudging
  private(set) var prober: Prober
  private(set) var receivers: [Receiver]
  private(set) var views: [View]
  private(set) var schedule: Schedule
  /// Watches that wait until their keys are compared.
  private(set) var delayed: Set<KeyName> = []
  private var lastTick: Duration = .zero
  private(set) var lastTurn: Duration
  /// When it is looked for keys that sign no mail any more; not at the start, when logs were not read yet.
  private var nextSilenceCheck: Duration
  private(set) var lastCommitError: String?
  private var lastReadError: String?
  private let wakeup = Wakeup()
  /// Until when the loop sleeps.
  private var sleepsUntil: Duration = .zero

  init(
    plan: MonitorPlan, prober: Prober, store: any ChangeStore, judgements: any JudgementStore, stored: StoredMemory,
    mail: any MailStore, silences: any SilenceStore, learned: [LearnedWatch] = [], policies: DMARCPolicies? = nil,
    pulser: Pulser? = nil, clock: Clocks, logger: Logger,
    stopAsking: @escaping @Sendable () -> Void, deliveriesCommitted: @escaping @Sendable () -> Void,
    answersCommitted: @escaping @Sendable ([Sighting]) -> Void,
    eventsCommitted: @escaping @Sendable ([Event]) -> Void = { _ in }
  ) {
    self.stopAsking = stopAsking
    self.pulser = pulser
    self.eventsCommitted = eventsCommitted
    self.prober = prober
    self.store = store
    self.mail = mail
    self.policies = policies
    completion = ChangeCompletion(
      mail: mail, policies: policies, silences: silences, identifiers: plan.rules.identifiers, logger: logger)
    self.clock = clock
    self.logger = logger
    self.deliveriesCommitted = deliveriesCommitted
    self.answersCommitted = answersCommitted
    retention = plan.configuration.retention
    receivers = plan.configuration.receivers
    views = plan.configuration.views
    machine = MonitoringMachine(
      plan.rules, watches: plan.watches,
      known: KnownState(watches: stored.watches, zones: stored.zones, views: stored.views, quiet: stored.quiet),
      learned: learned, lastWatched: stored.lastWatched)
    keys = machine.keys
    judging = KeyJudging(store: judgements, judgements: machine.keys, logger: logger)
    schedule = Schedule(jitter: plan.configuration.jitter)
    lastTurn = clock.elapsed()
    nextSilenceCheck = clock.elapsed() + Self.silenceCheckInterval
    schedule.replace(with: machine.watches.intervals, at: clock.elapsed())
  }

  /// Takes up a new configuration.
  func apply(_ plan: MonitorPlan, prober newProber: Prober?) async {
    for key in machine.apply(plan.rules, watches: plan.watches) {
      schedule.lookAgain(key, after: .zero, at: clock.elapsed())
    }
    retention = plan.configuration.retention
    receivers = plan.configuration.receivers
    views = plan.configuration.views
    if let newProber { prober = newProber }
    pulser?.apply(plan.configuration, prober: newProber)
    schedule.replace(with: machine.watches.intervals, at: clock.elapsed())
    prober.forget(keeping: machine.watches.contains)
    await removeUnconfigured()
    wakeIfDue()
  }

  /// Ends the spans and incidents of what is watched no longer.
  private func removeUnconfigured() async {
    let watches = machine.watches
    pulser?.forget(keeping: watches.contains)
    do {
      try await store.retire(
        keepingWatches: { watches.contains($0) }, views: Set(views.map(\.name)), at: clock.now())
    } catch {
      logger.error("cannot close the history of removed watches", metadata: ["error": "\(error)"])
    }
  }

  /// Runs until graceful shutdown; looks under way are given up then, since what they saw can be asked again.
  func run() async throws {
    await removeUnconfigured()
    await cancelWhenGracefulShutdown {
      await withTaskCancellationHandler {
        await withTaskGroup(of: Void.self) { group in
          group.addTask { await self.judging.run() }
          await self.loop()
        }
      } onCancel: {
        self.stopAsking()
      }
    }
  }

  private func loop() async {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        let now = clock.elapsed()
        let (due, actions) = turn(at: now)
        if !due.isEmpty { group.addTask { await self.round(due) } }
        if !actions.isEmpty { group.addTask { await self.carryOut(actions) } }
        if lastTick == now { group.addTask { await self.takeAcknowledgements() } }
        if now >= nextSilenceCheck {
          nextSilenceCheck = now + Self.silenceCheckInterval
          group.addTask { await self.listenForSilence() }
        }
        let pause = pause
        sleepsUntil = clock.elapsed() + pause
        await wakeup.wait(atMost: pause) { try await Task.sleep(for: $0, tolerance: .milliseconds(5)) }
      }
    }
  }

  /// One turn of the loop: what is due now; once a second also what time alone changes.
  func turn(at now: Duration) -> (due: [Schedule.Due], actions: [MonitoringMachine.Action]) {
    lastTurn = now
    var actions: [MonitoringMachine.Action] = []
    if now - lastTick >= .seconds(1) {
      lastTick = now
      for action in machine.tick(at: clock.now()) {
        // What is due now is asked in this very turn.
        if case .lookAgain(let key, let delay) = action {
          schedule.lookAgain(key, after: delay, at: clock.elapsed())
        } else {
          actions.append(action)
        }
      }
    }
    return (schedule.due(at: now), actions)
  }

  /// What somebody has said by `selectord incident acknowledge`, while we run or before; looked for once a second.
  func takeAcknowledgements() async {
    do {
      await carryOut(machine.receive(try await store.pendingAcknowledgements(), at: clock.now()))
    } catch {
      logger.error("cannot read acknowledgements", metadata: ["error": "\(error)"])
    }
  }

  private var pause: Duration {
    let next = schedule.nextDue.map { max($0 - clock.elapsed(), .milliseconds(1)) } ?? .seconds(1)
    return min(next, .seconds(1))
  }

  /// Wakes the loop where something has become due before it would wake by itself.
  private func wakeIfDue() {
    if let next = schedule.nextDue, next < sleepsUntil { wakeup.signal() }
  }

  /// Asks what is due. Looks that confirm do not wait for the sweep.
  func round(_ due: [Schedule.Due]) async {
    var due = due.filter { machine.watches.contains($0.key) }
    if !machine.known.relations.isComplete {
      let waiting = due.map(\.key).filter { machine.known.relations.delays(machine.known.memory(of: $0)) }
      delayed.formUnion(waiting)
      finish(waiting)
      due.removeAll { delayed.contains($0.key) }
    }
    var routine: [KeyName] = []
    routine.reserveCapacity(due.count)
    var afresh: [Schedule.Due] = []
    for one in due {
      if one.isConfirmation || machine.needsFullLook(one.key) { afresh.append(one) } else { routine.append(one.key) }
    }
    await withDiscardingTaskGroup { group in
      for one in afresh { group.addTask { await self.look(at: one.key, isConfirming: one.isConfirmation, after: nil) } }
      if !routine.isEmpty { group.addTask { [routine] in await self.sweep(routine) } }
    }
  }

  private func sweep(_ keys: [KeyName]) async {
    await sweep(machine.requests(for: keys)) { await self.take($0, of: keys) }
  }

  /// Asks again what is known. An unchanged answer ends here; what differs is looked at as soon as that is known, and
  /// does not wait for servers that are silent.
  func sweep(_ requests: [LookRequest], finished: @escaping @Sendable (Sweep) async -> Void) async {
    let prober = self.prober
    let (differing, continuation) = AsyncStream.makeStream(of: (key: KeyName, by: SweepDifference?).self)
    await withDiscardingTaskGroup { group in
      group.addTask {
        let sweep = await prober.sweep(requests) { continuation.yield(($0, $1)) }
        continuation.finish()
        await finished(sweep)
      }
      for await found in differing {
        group.addTask { await self.look(at: found.key, isConfirming: false, after: found.by) }
      }
    }
  }

  private func finish(_ keys: some Sequence<KeyName>) {
    schedule.finish(keys, at: clock.elapsed())
    wakeIfDue()
  }

  private func take(_ sweep: Sweep, of keys: [KeyName]) async {
    guard !Task.isCancelled else { return }
    let differing = Set(sweep.differing)
    let unchanged = differing.isEmpty ? keys : keys.filter { !differing.contains($0) }
    finish(unchanged)
    let answering = sweep.tallies.filter { $0.value.failed < $0.value.asked }.map(\.key)
    await carryOut(machine.receive(unchanged: unchanged, answering: answering.sorted(), at: clock.now()))
  }

  /// Looks at everything about one watch and hands it to the machine.
  ///
  /// - Parameter difference: what a sweep saw just before.
  private func look(at key: KeyName, isConfirming: Bool, after difference: SweepDifference?) async {
    let looks = await prober.look(at: [machine.request(for: key, isConfirming: isConfirming)])
    for look in looks where !Task.isCancelled {
      pulser?.looked(look)
      await judging.prepare(look, minimumBits: machine.watches[key]?.expectation.minimumBits, machine.known.relations)
      let memories = await read(machine.quietWatches(behind: key))
      guard !Task.isCancelled, let memories else { continue }
      machine.recall(memories)
      await carryOut(machine.receive(look, after: difference, at: clock.now()))
    }
    finish([key])
  }

  /// What the database knows of quiet watches; nil where it cannot be read: the next look tries again.
  private func read(_ watches: [QuietWatch]) async -> [(watch: QuietWatch, memory: WatchMemory)]? {
    var memories: [(watch: QuietWatch, memory: WatchMemory)] = []
    for watch in watches {
      do {
        memories.append((watch, try await store.memory(of: watch.key) ?? WatchMemory()))
      } catch {
        tellOfReading("\(error)")
        return nil
      }
    }
    if !watches.isEmpty { lastReadError = nil }
    return memories
  }

  private func tellOfReading(_ error: String) {
    if lastReadError != error {
      logger.error("cannot read what is known of a watch; will retry", metadata: ["error": "\(error)"])
    }
    lastReadError = error
  }

  /// Does what the machine wants, and what comes of that, until nothing is left to do.
  func carryOut(_ actions: [MonitoringMachine.Action]) async {
    await withDiscardingTaskGroup { group in
      for action in actions {
        switch action {
        case .lookAgain(let key, let delay): schedule.lookAgain(key, after: delay, at: clock.elapsed())
        case .watch(let key, let interval):
          schedule.add(key, every: interval, at: clock.elapsed())
          logger.info("watching because of mail", metadata: ["name": "\(key.name)"])
        case .forget(let keys):
          for key in keys { schedule.remove(key) }
          group.addTask { await self.removeUnconfigured() }
        case .keep(let learned): group.addTask { await self.keep(learned) }
        case .commit(let change): group.addTask { await self.carryOut(await self.commit(change)) }
        case .control(let views): group.addTask { await self.carryOut(await self.control(views)) }
        case .investigate(let key, let diagnosis):
          group.addTask { await self.carryOut(await self.investigate(key, diagnosis)) }
        }
      }
    }
    wakeIfDue()
  }

  /// Takes in what one read of the mail brought.
  func receive(_ news: MailNews) async {
    // What fails is told soon, with the policy that holds for it.
    await policies?.want(news.failures.map(\.key.domain))
    await carryOut(machine.receive(news, at: clock.now()))
  }

  private static let silenceCheckInterval = Duration.seconds(3600)

  /// Tells of keys that signed mail regularly, and sign none any more.
  func listenForSilence() async {
    let now = clock.now()
    do {
      let silence = try await mail.mailSilence(
        since: now - MailRhythm.leastSilence, atLeast: MailRhythm.leastMessages)
      let keys = silence.keys.map(\.key) + silence.ended.keys
      guard let memories = await read(machine.quietWatches(among: keys)) else { return }
      machine.recall(memories)
      await carryOut(machine.receive(silence, at: now))
    } catch {
      logger.error("cannot read what is known of mail", metadata: ["error": "\(error)"])
    }
  }

  /// Looks at a watch as soon as its servers may be asked; false where it is not watched.
  func checkNow(_ key: KeyName) -> Bool {
    guard machine.watches[key] != nil else { return false }
    schedule.lookAgain(key, after: .zero, at: clock.elapsed())
    wakeIfDue()
    return true
  }

  /// Looks at keys for others, whether they are watched or not.
  func look(at requests: [LookRequest]) async -> [Look] { await prober.look(at: requests) }

  /// Puts questions that are not about keys.
  func inquire(_ inquiries: [Inquiry]) async -> [InquiryAnswer] { await prober.inquire(inquiries) }

  private func keep(_ learned: [LearnedWatch]) async {
    do {
      try await mail.keep(learnedWatches: learned)
    } catch {
      logger.error("cannot keep what was learned from mail", metadata: ["error": "\(error)"])
    }
  }

  private func control(_ views: [String]) async -> [MonitoringMachine.Action] {
    let results = await prober.control(views: views)
    return Task.isCancelled ? [] : machine.receive(results, at: clock.now())
  }

  private func investigate(_ key: KeyName, _ diagnosis: DiagnosisMachine) async -> [MonitoringMachine.Action] {
    let finished = await Investigation(prober: prober).finish(diagnosis)
    return Task.isCancelled ? [] : machine.receive(finished, of: key, at: clock.now())
  }

  /// Writes a change; the machine believes it only then.
  private func commit(_ change: Change) async -> [MonitoringMachine.Action] {
    let change = await completion.complete(change, for: receivers)
    do {
      try await store.commit(change)
    } catch {
      let text = "\(error)"
      if lastCommitError != text {
        logger.error("cannot write to the database; will retry", metadata: ["error": "\(text)"])
      }
      lastCommitError = text
      return machine.refused(at: clock.now())
    }
    if lastCommitError != nil {
      lastCommitError = nil
      logger.notice("the database can be written again")
    }
    if !change.sightings.isEmpty { answersCommitted(change.sightings) }
    for event in change.events { logger.log(event) }
    eventsCommitted(change.events)
    if !change.deliveries.isEmpty { deliveriesCommitted() }
    return machine.committed(at: clock.now())
  }

  /// Takes up what a comparison has found, and looks at once at the keys that it changes.
  func relate(_ relations: SharedPrimeIndex, _ affected: Set<KeyName>) {
    let affected = affected.union(delayed).filter(machine.watches.contains)
    machine.relate(relations, affected)
    for key in affected { schedule.lookAgain(key, after: .zero, at: clock.elapsed()) }
    delayed = []
    wakeIfDue()
  }
}
