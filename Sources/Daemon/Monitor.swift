// The shell around the monitoring machine: asks what is due, writes what it hands out, and tells it what came of both.

internal import Alerting
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
  private let silences: any SilenceStore
  private let clock: Clocks
  private let logger: Logger
  private let identifiers: IdentifierSource
  private let deliveriesCommitted: @Sendable () -> Void
  /// Takes the answers that were committed, to compare their keys.
  private let answersCommitted: @Sendable ([Sighting]) -> Void
  /// Takes the events that were committed.
  private let eventsCommitted: @Sendable ([Event]) -> Void
  /// Ends the questions under way, so that a shutdown need not wait for silent servers.
  private let stopAsking: @Sendable () -> Void

  /// How long history is kept; nil for ever.
  private(set) var retention: Duration?

  /// What the texts of looks are worth, which several look up.
  nonisolated let keys: KeyJudgements

  private var machine: MonitoringMachine
  /// Judges texts beside the monitor, for the machine to look them up.
  private let judging: KeyJudging
  private var prober: Prober
  private(set) var receivers: [Receiver]
  private var views: [View]
  private var schedule: Schedule
  /// Watches that wait until their keys are compared.
  private var delayed: Set<KeyName> = []
  private var lastTick: Duration = .zero
  private var lastTurn: Duration
  /// When it is looked for keys that sign no mail any more; not at the start, when logs were not read yet.
  private var nextSilenceCheck: Duration
  private var lastCommitError: String?
  private let wakeup = Wakeup()
  /// Until when the loop sleeps.
  private var sleepsUntil: Duration = .zero

  init(
    plan: MonitorPlan, prober: Prober, store: any ChangeStore, judgements: any JudgementStore, stored: StoredMemory,
    mail: any MailStore, silences: any SilenceStore, learned: [LearnedWatch] = [], policies: DMARCPolicies? = nil,
    clock: Clocks, logger: Logger,
    stopAsking: @escaping @Sendable () -> Void, deliveriesCommitted: @escaping @Sendable () -> Void,
    answersCommitted: @escaping @Sendable ([Sighting]) -> Void,
    eventsCommitted: @escaping @Sendable ([Event]) -> Void = { _ in }
  ) {
    self.stopAsking = stopAsking
    self.eventsCommitted = eventsCommitted
    self.prober = prober
    self.store = store
    self.mail = mail
    self.policies = policies
    self.silences = silences
    self.clock = clock
    self.logger = logger
    self.deliveriesCommitted = deliveriesCommitted
    self.answersCommitted = answersCommitted
    identifiers = plan.rules.identifiers
    retention = plan.configuration.retention
    receivers = plan.configuration.receivers
    views = plan.configuration.views
    machine = MonitoringMachine(
      plan.rules, watches: plan.watches,
      known: KnownState(watches: stored.watches, zones: stored.zones, views: stored.views), learned: learned)
    keys = machine.keys
    judging = KeyJudging(store: judgements, judgements: machine.keys, logger: logger)
    schedule = Schedule(jitter: plan.configuration.jitter)
    lastTurn = clock.elapsed()
    nextSilenceCheck = clock.elapsed() + Self.silenceCheckInterval
    schedule.replace(with: machine.watches.mapValues(\.interval), at: clock.elapsed())
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
    schedule.replace(with: machine.watches.mapValues(\.interval), at: clock.elapsed())
    prober.forget(except: Set(machine.watches.keys))
    await removeUnconfigured()
    wakeIfDue()
  }

  /// Ends the spans and incidents of what is watched no longer.
  private func removeUnconfigured() async {
    do {
      try await store.retire(
        keepingWatches: Set(machine.watches.keys), views: Set(views.map(\.name)), at: clock.now())
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
    let waiting = due.map(\.key).filter { machine.known.relations.delays(machine.known.memory(of: $0)) }
    delayed.formUnion(waiting)
    finish(waiting)
    let due = due.filter { machine.watches[$0.key] != nil && !delayed.contains($0.key) }
    let afresh = due.filter { $0.isConfirmation || machine.needsFullLook($0.key) }
    let routine = Set(due.map(\.key)).subtracting(afresh.map(\.key))
    await withDiscardingTaskGroup { group in
      for one in afresh { group.addTask { await self.look(at: one.key, isConfirming: one.isConfirmation, after: nil) } }
      if !routine.isEmpty { group.addTask { await self.sweep(Array(routine)) } }
    }
  }

  /// Asks again what is known. An unchanged answer ends here; what differs is looked at as soon as that is known, and
  /// does not wait for servers that are silent.
  private func sweep(_ keys: [KeyName]) async {
    let requests = keys.map { machine.request(for: $0) }
    let prober = self.prober
    let (differing, continuation) = AsyncStream.makeStream(of: (key: KeyName, by: SweepDifference?).self)
    await withDiscardingTaskGroup { group in
      group.addTask {
        let sweep = await prober.sweep(requests) { continuation.yield(($0, $1)) }
        continuation.finish()
        await self.take(sweep, of: keys)
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
    let unchanged = Set(keys).subtracting(sweep.differing)
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
      await judging.prepare(look, minimumBits: machine.watches[key]?.expectation.minimumBits, machine.known.relations)
      if !Task.isCancelled { await carryOut(machine.receive(look, after: difference, at: clock.now())) }
    }
    finish([key])
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
    var change = change
    await addUse(to: &change)
    await silence(&change)
    change.deliveries += Routing.deliveries(
      for: change.events, to: receivers, identifiers: identifiers, incidents: change.incidents,
      told: await receiversTold(in: change), at: change.at)
    change.deliveries += await acknowledgements(in: change)
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

  /// Marks the events that a person wants nobody to be told of. Where that cannot be read, too much is told.
  private func silence(_ change: inout Change) async {
    guard !change.events.isEmpty else { return }
    do {
      let active = try await silences.silences(endingAfter: change.at)
      Routing.silence(&change.events, by: active, at: change.at)
    } catch {
      logger.error("cannot read the silences; alerts are sent", metadata: ["error": "\(error)"])
    }
  }

  /// What tells receivers of the acknowledgements of a change.
  private func acknowledgements(in change: Change) async -> [Delivery] {
    let ids = Set(change.acknowledged.map(\.incident))
    let incidents = change.incidents.filter { ids.contains($0.id) }
    guard !incidents.isEmpty, let told = try? await silences.receiversTold(of: incidents.map(\.id)) else { return [] }
    return Routing.acknowledgements(
      of: incidents, told: told, to: receivers, identifiers: identifiers, at: change.at)
  }

  /// Who was told of what the recoveries of a change end; nothing of incidents that it opens too, and nothing where that
  /// cannot be read: then too much is told.
  private func receiversTold(in change: Change) async -> [String: Set<String>] {
    let opened = Set(change.events.filter { !$0.type.isRecovery }.compactMap(\.incident))
    let ended = Set(change.events.filter(\.type.isRecovery).compactMap(\.incident)).subtracting(opened)
    guard !ended.isEmpty else { return [:] }
    do {
      return try await silences.receiversTold(of: Array(ended))
    } catch {
      logger.error("cannot read who was alerted; all are told of the recovery", metadata: ["error": "\(error)"])
      return [:]
    }
  }

  /// How long an event waits for the policy of its domain: it is told without, rather than late.
  private static let policyPatience = Duration.milliseconds(400)

  /// Says with each event of a key how much mail hangs on it.
  private func addUse(to change: inout Change) async {
    let keys = Set(change.events.compactMap(\.key))
    guard !keys.isEmpty, let use = try? await mail.mailUse(of: Array(keys), at: change.at), !use.isEmpty else { return }
    let told = change.events.filter { $0.type != .selectorRecovered }.compactMap(\.key?.domain)
    let found = await policies?.policies(of: Set(told), within: Self.policyPatience) ?? [:]
    for index in change.events.indices {
      guard let key = change.events[index].key else { continue }
      change.events[index].use = use[key]
      change.events[index].use?.dmarcPolicy = found[key.domain]
    }
  }

  /// Whether watches wait until their keys are compared.
  func waitsForComparison() -> Bool { machine.known.watches.values.contains(where: machine.known.relations.delays) }

  /// Takes up what a comparison has found, and looks at once at the keys that it changes.
  func relate(_ relations: SharedPrimeIndex, _ affected: Set<KeyName>) {
    let affected = affected.union(delayed).filter { machine.watches[$0] != nil }
    machine.relate(relations, affected)
    for key in affected { schedule.lookAgain(key, after: .zero, at: clock.elapsed()) }
    delayed = []
    wakeIfDue()
  }

  /// How the monitor is doing, for the watchdog and `systemctl status`.
  func status() -> MonitorStatus {
    var verdicts: [Verdict: Int] = [:]
    for key in machine.watches.keys { verdicts[machine.known.memory(of: key).verdict, default: 0] += 1 }
    return MonitorStatus(
      sinceLastTurn: clock.elapsed() - lastTurn, watches: machine.watches.count, verdicts: verdicts,
      viewsDown: machine.known.viewsDown.sorted(), canWrite: lastCommitError == nil)
  }

  func watch(_ key: KeyName) -> Watch? { machine.watches[key] }

  var watchCount: Int { machine.watches.count }

  /// When a watch is asked next; nil while it is asked.
  func nextLook(at key: KeyName) -> Timestamp? {
    schedule.nextLook(at: key).map { clock.now() + ($0 - clock.elapsed()) }
  }

  /// The names of the views that are asked.
  var viewNames: [String] { views.map(\.name) }

  /// What is known of each watch.
  var watchMemories: [(key: KeyName, memory: WatchMemory)] {
    machine.watches.keys.map { ($0, machine.known.memory(of: $0)) }
  }
}
