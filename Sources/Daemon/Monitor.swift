// The monitor: asks what is due, has it judged, commits what changed. All knowledge is in Book, all rules in Judging.

internal import Alerting
internal import Config
internal import Logging
internal import Model
internal import Probing
internal import Scheduling
internal import ServiceLifecycle
internal import Storage

/// Watches key names until the daemon stops.
actor Monitor: Service {
  private let store: any HistoryStore
  private let clock: Clocks
  private let logger: Logger
  private let deliveriesCommitted: @Sendable () -> Void
  /// Ends the questions under way, so that a shutdown need not wait for silent servers.
  private let stopAsking: @Sendable () -> Void

  /// How long history is kept; nil for ever.
  private(set) var retention: Duration?

  private var assessor: Assessor
  private var prober: Prober
  private var watches: [KeyName: Watch]
  private var book: Book
  private var schedule: Schedule
  /// Watches that time alone may change: with a suspicion, an incident or a cache clock.
  private var restless: Set<KeyName> = []
  /// Watches whose last change could not be committed: an unchanged answer does not clear them.
  private var uncommitted: Set<KeyName> = []
  /// When a sweep last found the answers unchanged.
  private var unchangedUntil: [KeyName: Timestamp] = [:]
  private var lastTick: Duration = .zero
  private var lastTurn: Duration
  private var lastCommitError: String?
  private var turnstile = Turnstile()
  private let wakeup = Wakeup()
  /// Until when the loop sleeps.
  private var sleepsUntil: Duration = .zero

  init(
    setup: Setup, prober: Prober, store: any HistoryStore, stored: StoredMemory, clock: Clocks, logger: Logger,
    stopAsking: @escaping @Sendable () -> Void, deliveriesCommitted: @escaping @Sendable () -> Void
  ) {
    self.stopAsking = stopAsking
    self.prober = prober
    self.store = store
    self.clock = clock
    self.logger = logger
    self.deliveriesCommitted = deliveriesCommitted
    assessor = setup.assessor
    retention = setup.configuration.retention
    watches = setup.watches
    book = Book(stored)
    schedule = Schedule(jitter: setup.configuration.jitter)
    lastTurn = clock.elapsed()
    schedule.replace(with: setup.watches.mapValues(\.interval), at: clock.elapsed())
    restless = Set(setup.watches.keys.filter { [book] in book.memory(of: $0).isRestless })
  }

  /// Takes up a new configuration; history, open incidents and looks under way stay as they are. A watch whose
  /// expectations changed is looked at whole, since its answers will not differ.
  func apply(_ setup: Setup, prober newProber: Prober?) async {
    for (key, watch) in setup.watches where watches[key].map({ $0 != watch }) ?? false {
      uncommitted.insert(key)
      schedule.lookAgain(key, after: .zero, at: clock.elapsed())
    }
    assessor = setup.assessor
    retention = setup.configuration.retention
    if let newProber { prober = newProber }
    watches = setup.watches
    schedule.replace(with: setup.watches.mapValues(\.interval), at: clock.elapsed())
    restless = Set(watches.keys.filter { book.memory(of: $0).isRestless })
    unchangedUntil = unchangedUntil.filter { watches[$0.key] != nil }
    uncommitted.formIntersection(watches.keys)
    prober.forget(except: Set(watches.keys))
    await retire()
    wakeIfDue()
  }

  /// Ends the spans and incidents of what is watched no longer.
  private func retire() async {
    await exclusively {
      book.retire(keepingWatches: Set(watches.keys), views: Set(assessor.views.map(\.name)))
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
  private func wakeIfDue() {
    if let next = schedule.nextDue, next < sleepsUntil { wakeup.signal() }
  }

  private func tick() async {
    await exclusively { [self] in
      await settle(assessor.tick(restless, watches: watches, book: book, at: clock.now()))
    }
  }

  /// Runs one assessment with its commit before the next begins, so that each starts from what is committed.
  private func exclusively(_ body: () async -> Void) async {
    await withCheckedContinuation { turnstile.enter($0) }
    await body()
    turnstile.leave()
  }

  /// Asks what is due. An unchanged answer ends here; everything else is looked at whole, judged and committed.
  func round(_ due: [Schedule.Due]) async {
    let keys = due.map(\.key).filter { watches[$0] != nil }
    let confirming = Set(due.lazy.filter(\.isConfirmation).map(\.key))
    let afresh = confirming.union(uncommitted)
    let prober = self.prober
    var round = Round()
    var toLook = keys.filter(afresh.contains)
    let routine = keys.filter { !afresh.contains($0) }
    if !routine.isEmpty {
      let sweep = await prober.sweep(routine.map { request($0) })
      round.swept = sweep.tallies
      round.sweptKeys = Set(routine)
      toLook += sweep.differing
      let differing = Set(sweep.differing)
      let now = clock.now()
      for key in routine where !differing.contains(key) { unchangedUntil[key] = now }
    }
    for key in toLook { round.unchangedUntil[key] = unchangedUntil[key] }
    if !toLook.isEmpty {
      round.looks = await prober.look(at: toLook.map { request($0, confirming: confirming.contains($0)) })
    }
    if !Task.isCancelled {
      await exclusively {
        await settle(assessor.assess(round, watches: watches, book: book, at: clock.now()), looked: toLook)
      }
    }
    schedule.finish(keys, at: clock.elapsed())
    wakeIfDue()
  }

  private func request(_ key: KeyName, confirming: Bool = false) -> LookRequest {
    LookRequest(key: key, views: watches[key]?.views, isConfirming: confirming)
  }

  private func settle(_ outcomes: Outcomes, looked: [KeyName] = []) async {
    let isCommitted = await commit(outcomes.change)
    if isCommitted {
      uncommitted.subtract(looked)
    } else {
      uncommitted.formUnion(outcomes.change.watches.keys)
      uncommitted.formUnion(looked)
    }
    for (key, delay) in outcomes.lookAgain where watches[key] != nil {
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
    book.apply(change)
    for (key, memory) in change.watches {
      if memory.isRestless { restless.insert(key) } else { restless.remove(key) }
    }
    for event in change.events { logger.log(event) }
    if !change.deliveries.isEmpty { deliveriesCommitted() }
    return true
  }

  /// How the monitor is doing, for the watchdog and `systemctl status`.
  func pulse() -> Pulse {
    var verdicts: [Verdict: Int] = [:]
    for key in watches.keys { verdicts[book.memory(of: key).verdict, default: 0] += 1 }
    return Pulse(
      sinceLastTurn: clock.elapsed() - lastTurn, watches: watches.count, verdicts: verdicts,
      viewsDown: book.viewsDown.sorted(), canWrite: lastCommitError == nil)
  }
}

/// How the monitor is doing.
struct Pulse: Sendable {
  var sinceLastTurn: Duration
  var watches: Int
  var verdicts: [Verdict: Int]
  var viewsDown: [String]
  var canWrite: Bool

  /// One line for `systemctl status`.
  var statusLine: String {
    let counts = Verdict.allCases.compactMap { verdict in
      verdicts[verdict].map { "\($0) \(verdict.rawValue)" }
    }
    var line = "watching \(watches) selectors"
    if !counts.isEmpty { line += ": " + counts.joined(separator: ", ") }
    if !viewsDown.isEmpty { line += "; views down: " + viewsDown.joined(separator: ", ") }
    if !canWrite { line += "; cannot write to the database" }
    return line
  }
}

/// The two clocks: the time of day for what is recorded, the time that has passed for what is due.
struct Clocks: Sendable {
  var now: @Sendable () -> Timestamp
  var elapsed: @Sendable () -> Duration

  /// The system's clocks.
  static let system = Clocks(
    now: { .now }, elapsed: { .microseconds(SystemdNotifier.monotonicMicroseconds) })
}

extension WatchMemory {
  /// Whether time alone may change this.
  var isRestless: Bool { suspicion != nil || incident != nil || !caches.isEmpty }
}

extension Logger {
  /// Every event is a log line; its severity is the verdict's.
  func log(_ event: Event) {
    var metadata: Logger.Metadata = ["type": "\(event.type.rawValue)", "event": "\(event.id)"]
    if let name = event.name { metadata["name"] = "\(name)" }
    if let incident = event.incident { metadata["incident"] = "\(incident)" }
    let level: Logger.Level =
      switch event.verdict {
      case .ok: .notice
      case .warning, .unknown: .warning
      case .critical: .error
      }
    log(level: level, "\(event.summary)", metadata: metadata)
  }
}
