// What pages, API and metrics show of the daemon: from the monitor's memory and from the database.

internal import Config
internal import Dashboard
internal import Glibc
internal import Model
internal import Probing
internal import Scheduling
internal import Storage
internal import Synchronization

/// The daemon as the dashboard sees it.
final class DashboardBackend: DashboardSource {
  let monitor: Monitor
  /// What the monitor writes by too; for the little that pages change.
  let store: SQLiteHistory
  /// A connection of its own, so that no page keeps the monitor waiting.
  let reader: SQLiteHistory
  let plan: Mutex<DashboardPlan>
  private let engine: Engine
  private let pulser: Pulser
  private let notices: NoticeService
  let counters: DashboardCounters
  let clock: Clocks
  /// Tells the deliverer that something is due.
  let deliveriesRequeued: @Sendable () -> Void
  let audits: AuditDesk
  let verifier = MessageVerifier()
  let identifiers = IdentifierSource()

  init(
    monitor: Monitor, store: SQLiteHistory, reader: SQLiteHistory, plan: DashboardPlan, engine: Engine, pulser: Pulser,
    notices: NoticeService, counters: DashboardCounters, clock: Clocks, audits: AuditDesk,
    deliveriesRequeued: @escaping @Sendable () -> Void
  ) {
    self.monitor = monitor
    self.store = store
    self.reader = reader
    self.deliveriesRequeued = deliveriesRequeued
    self.audits = audits
    self.plan = Mutex(plan)
    self.engine = engine
    self.pulser = pulser
    self.notices = notices
    self.counters = counters
    self.clock = clock
  }

  /// Takes up a new configuration.
  func replace(_ configuration: Configuration) {
    let new = DashboardPlan(configuration)
    plan.withLock { $0 = new }
    audits.replace(views: configuration.views)
  }

  // MARK: Health

  func health() async -> HealthReport {
    let status = await monitor.status()
    var reasons: [String] = []
    let isAlive = status.sinceLastTurn < Heartbeat.patience
    if !isAlive { reasons.append("the monitor makes no progress") }
    if !status.canWrite { reasons.append("the database cannot be written; the log says why") }
    if !counters.reload.isSuccessful {
      reasons.append("the configuration has errors, and the one before is still running; the log says which")
    }
    return HealthReport(isAlive: isAlive, reasons: reasons)
  }

  // MARK: Metrics

  /// With more watches there are no series for each.
  private static let mostSamples = 10_000

  func metrics(withWatches: Bool) async -> MetricsReport {
    var report = await monitor.metrics(withSamples: withWatches ? Self.mostSamples : nil)
    counters.fill(&report)
    report.process = .current
    let engine = engine.counters
    report.questions.asked = engine.asked
    report.questions.answered = engine.answered
    report.questions.unchanged = engine.unchanged
    report.questions.failed = engine.failed
    report.questions.sent = engine.sent
    report.questions.timeouts = engine.timeouts
    report.questions.retries = engine.retries
    report.questions.tcp = engine.tcp
    report.questions.discarded = engine.hostile
    let pulse = pulser.counters
    report.pulse.zones = pulse.zones
    report.pulse.questions = pulse.totals.questions
    report.pulse.changes = pulse.totals.changes
    report.pulse.keys = pulse.totals.keys
    let notices = notices.counters
    report.pulse.notices = notices.received
    report.pulse.refusedNotices = notices.refused
    report.monitor.lastHeartbeat = store.lastHeartbeat
    report.monitor.databaseBytes = store.fileSize ?? 0
    return report
  }
}

extension MetricsReport.Process {
  /// This process, as Linux tells it.
  fileprivate static var current: Self {
    var process = Self()
    var usage = rusage()
    if getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 {
      let seconds = usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
      let microseconds = usage.ru_utime.tv_usec + usage.ru_stime.tv_usec
      process.processorSeconds = Double(seconds) + Double(microseconds) / 1_000_000
    }
    if let file = fopen("/proc/self/statm", "r") {
      defer { fclose(file) }
      var bytes = [UInt8](repeating: 0, count: 256)
      let count = fread(&bytes, 1, bytes.count, file)
      let words = String(decoding: bytes[..<count], as: UTF8.self).split(separator: " ")
      process.residentBytes = (words.count > 1 ? Int(words[1]) ?? 0 : 0) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
    if let folder = opendir("/proc/self/fd") {
      defer { closedir(folder) }
      // Without `.`, `..` and the folder that is being read.
      var count = -3
      while readdir(folder) != nil { count += 1 }
      process.openFiles = max(0, count)
    }
    return process
  }
}

/// What happened since the start, for `/metrics`.
final class DashboardCounters: Sendable {
  private struct State {
    var events: [EventType: Int] = [:]
    var receivers: [String: MetricsReport.Deliveries] = [:]
    var reload = MetricsReport.Reload()
  }

  private let version: String
  let startedAt: Timestamp
  private let state: Mutex<State>

  init(version: String, receivers: [Receiver], at now: Timestamp) {
    self.version = version
    startedAt = now
    var state = State()
    state.reload.succeededAt = now
    // A receiver that was not used yet counts from zero, so that its first failure is an increase.
    for receiver in receivers { state.receivers[receiver.name] = MetricsReport.Deliveries() }
    self.state = Mutex(state)
  }

  var reload: MetricsReport.Reload { state.withLock { $0.reload } }

  func add(_ events: [Event]) {
    state.withLock { state in
      for event in events { state.events[event.type, default: 0] += 1 }
    }
  }

  func add(_ delivery: Delivery) {
    state.withLock { state in
      var counts = state.receivers[delivery.receiver] ?? MetricsReport.Deliveries()
      counts.tries += 1
      switch delivery.status {
      case .delivered: counts.delivered += 1
      case .pending: counts.failedTries += 1
      case .failed:
        counts.failedTries += 1
        counts.givenUp += 1
      case .dropped: counts.tries -= 1
      }
      state.receivers[delivery.receiver] = counts
    }
  }

  /// A reload has taken place.
  func reloaded(isSuccessful: Bool, at now: Timestamp) {
    state.withLock { state in
      state.reload.isSuccessful = isSuccessful
      if isSuccessful { state.reload.succeededAt = now }
    }
  }

  func fill(_ report: inout MetricsReport) {
    let state = state.withLock { $0 }
    report.version = version
    report.startedAt = startedAt
    report.events = state.events
    report.receivers = state.receivers
    report.reload = state.reload
  }
}
