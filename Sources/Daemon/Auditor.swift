// Audits domains again and again: when, by `AuditSchedule`; what it comes to, by `Auditing`; who is told, by `Routing`.

internal import Alerting
internal import Auditing
internal import Config
internal import Logging
internal import Model
internal import Probing
internal import Scheduling
internal import ServiceLifecycle
internal import Storage

/// Audits the domains of `audits`. It has a prober and an executor of its own: no look of the monitor waits for it.
actor Auditor: Service {
  private let store: any ChangeStore & AuditStore & SilenceStore
  private let clock: Clocks
  private let logger: Logger
  private let identifiers: IdentifierSource
  private let makeRunner: @Sendable ([View]) -> AuditRunner
  /// The views of the monitor that are down now: what an audit sees by these says nothing of a zone.
  private let viewsDown: @Sendable () async -> [String]
  private let eventsCommitted: @Sendable ([Event]) -> Void
  private let deliveriesCommitted: @Sendable () -> Void

  private var audits: [DomainName: Configuration.Audit] = [:]
  private var selectors: [DomainName: [DomainName]] = [:]
  private var views: [View] = []
  private var receivers: [Receiver] = []
  private var runner: AuditRunner
  private var memories: [DomainName: AuditMemory] = [:]
  private var schedule = AuditSchedule()

  init(
    configuration: Configuration, selectors: [DomainName: [DomainName]], stored: [StoredAudit],
    store: any ChangeStore & AuditStore & SilenceStore,
    clock: Clocks, logger: Logger, identifiers: IdentifierSource = IdentifierSource(),
    makeRunner: @escaping @Sendable ([View]) -> AuditRunner, viewsDown: @escaping @Sendable () async -> [String],
    eventsCommitted: @escaping @Sendable ([Event]) -> Void = { _ in },
    deliveriesCommitted: @escaping @Sendable () -> Void = {}
  ) {
    self.store = store
    self.clock = clock
    self.logger = logger
    self.identifiers = identifiers
    self.makeRunner = makeRunner
    self.viewsDown = viewsDown
    self.eventsCommitted = eventsCommitted
    self.deliveriesCommitted = deliveriesCommitted
    runner = makeRunner(configuration.views)
    views = configuration.views
    memories = Dictionary(stored.compactMap { one in one.memory.map { (one.result.domain, $0) } }) { first, _ in first }
    audits = Self.audits(configuration)
    self.selectors = selectors
    receivers = configuration.receivers
    schedule.replace(with: Self.entries(audits, memories, clock), at: clock.elapsed())
  }

  /// Takes up a new configuration; audits under way end by the old one.
  func apply(_ configuration: Configuration, selectors: [DomainName: [DomainName]]) async {
    if configuration.views != views { runner = makeRunner(configuration.views) }
    views = configuration.views
    audits = Self.audits(configuration)
    self.selectors = selectors
    receivers = configuration.receivers
    schedule.replace(with: Self.entries(audits, memories, clock), at: clock.elapsed())
    await retire()
  }

  private static func audits(_ configuration: Configuration) -> [DomainName: Configuration.Audit] {
    Dictionary(configuration.audits.map { ($0.domain, $0) }) { first, _ in first }
  }

  /// The selectors of each domain that is audited: those that are named with it, and those that are watched.
  static func selectors(
    _ configuration: Configuration, watched keys: some Sequence<KeyName>
  ) -> [DomainName: [DomainName]] {
    var selectors = audits(configuration).mapValues(\.selectors)
    if selectors.isEmpty { return selectors }
    for key in keys where key.isKey {
      guard selectors[key.domain]?.contains(key.selector) == false else { continue }
      selectors[key.domain]?.append(key.selector)
    }
    return selectors
  }

  private static func entries(
    _ audits: [DomainName: Configuration.Audit], _ memories: [DomainName: AuditMemory], _ clock: Clocks
  ) -> [DomainName: AuditSchedule.Entry] {
    let now = clock.now()
    return audits.mapValues { audit in
      AuditSchedule.Entry(
        interval: audit.interval, sinceLast: memories[audit.domain]?.result.map { now - $0.checkedAt })
    }
  }

  /// Ends the findings of domains that are audited no longer.
  private func retire() async {
    memories = memories.filter { audits[$0.key] != nil }
    do {
      try await store.retireAudits(keeping: Set(audits.keys))
    } catch {
      logger.error("cannot close the findings of removed audits", metadata: ["error": "\(error)"])
    }
  }

  func run() async throws {
    await retire()
    await cancelWhenGracefulShutdown { await self.loop() }
  }

  private func loop() async {
    await withDiscardingTaskGroup { group in
      while !Task.isCancelled {
        while let domain = next() { group.addTask { await self.audit(domain) } }
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  /// Takes a domain that is due; nil where none is, or enough are under way.
  func next() -> DomainName? { schedule.next(at: clock.elapsed()) }

  /// Selectors that signed no mail for longer are not looked for.
  private static let mailAge = Duration.seconds(30 * 86_400)

  /// Audits one domain, and keeps and tells what came of it.
  func audit(_ domain: DomainName) async {
    guard let plan = audits[domain] else { return }
    let started = clock.now()
    var options = AuditOptions(views: views, selectors: selectors[domain] ?? [], at: started)
    options.ignored = Set(plan.ignore)
    options.likelySelectors = (try? await store.selectorsInMail(of: domain, since: started - Self.mailAge)) ?? []
    let report = await runner.run(Audit(domain: domain, options: options))
    var isSoon = false
    let down = await viewsDown()
    if Task.isCancelled || audits[domain] == nil {
      // Asked in vain: a half audit says nothing.
    } else if !down.isEmpty {
      logger.notice(
        "an audit counts for nothing while a view is down",
        metadata: ["domain": "\(domain)", "views": "\(down.joined(separator: ","))"])
      isSoon = true
    } else {
      isSoon = await take(report, plan)
    }
    schedule.finish(domain, soon: isSoon, at: clock.elapsed())
  }

  /// Whether a further audit has to follow soon.
  private func take(_ report: AuditReport, _ plan: Configuration.Audit) async -> Bool {
    var memory = memories[report.domain] ?? AuditMemory()
    let step = memory.take(report)
    var change = Change(at: report.checkedAt)
    change.audits = [AuditChange(result: step.result, memory: memory, spans: step.spans)]
    change.events = step.event(plan, id: identifiers.event(at: report.checkedAt)).map { [$0] } ?? []
    await silence(&change)
    change.deliveries = Routing.deliveries(
      for: change.events, to: receivers, identifiers: identifiers, at: change.at)
    do {
      try await store.commit(change)
    } catch {
      // Nothing of it is believed: the next audit finds it again.
      logger.error("cannot write an audit to the database; will retry", metadata: ["error": "\(error)"])
      return true
    }
    memories[report.domain] = memory
    logger.info(
      "audited",
      metadata: [
        "domain": "\(report.domain)", "score": "\(report.score) of \(report.of)",
        "grade": "\(report.grade?.rawValue ?? "-")", "questions": "\(report.effort.questions)",
      ])
    for event in change.events { logger.log(event) }
    eventsCommitted(change.events)
    if !change.deliveries.isEmpty { deliveriesCommitted() }
    return step.needsConfirmation
  }

  private func silence(_ change: inout Change) async {
    guard !change.events.isEmpty else { return }
    do {
      Routing.silence(&change.events, by: try await store.silences(endingAfter: change.at), at: change.at)
    } catch {
      logger.error("cannot read the silences; alerts are sent", metadata: ["error": "\(error)"])
    }
  }
}

extension AuditStep {
  /// The event that tells what is new and what was fixed; nil where nothing is to be told.
  fileprivate func event(_ plan: Configuration.Audit, id: String) -> Event? {
    guard let news else { return nil }
    var event = Event(
      id: id, type: .auditChanged, at: result.checkedAt, verdict: news.verdict,
      summary: news.summary(of: result.domain))
    event.domain = result.domain
    event.since = since
    event.audit = news
    event.labels = plan.labels.isEmpty ? nil : plan.labels
    event.note = plan.note
    event.ours = plan.isOurs ? nil : false
    return event
  }
}
