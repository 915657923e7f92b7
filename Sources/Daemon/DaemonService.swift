// The daemon put together: the only place that knows every stage.

internal import Alerting
internal import Config
internal import Dashboard
internal import Glibc
internal import HTTPClient
internal import Logging
internal import Model
internal import Monitoring
internal import Probing
internal import Reporting
internal import ServiceLifecycle
internal import Storage
internal import UnixSignals

/// `selectord run`.
public enum DaemonService {
  /// Watches what the file configures until SIGTERM or SIGINT.
  ///
  /// Throws what kept it from starting: ConfigurationError, StorageError, EngineError, HTTPError.
  public static func run(
    configurationPath path: String, environment: [String: String], version: String = "unknown"
  ) async throws {
    signal(SIGPIPE, SIG_IGN)
    let notifier = SystemdNotifier(environment: environment)
    let (plan, dashboard, warnings) = try load(path: path, environment: environment)
    // Without its watches: a million of them are held once, by the monitor.
    let configuration = plan.configuration
    let selectors = plan.watches.count
    let audited = Auditor.selectors(configuration, watched: plan.watches.keys)
    let output = LogOutput(
      format: configuration.log.format(environment: environment), level: Logger.Level(configuration.log.level))
    let logger = Logger(label: "selectord") { _ in OutputLogHandler(output: output) }
    for warning in warnings { logger.warning("\(warning)") }
    for fault in configuration.templateFaults { logger.error("\(fault)") }

    let clock = Clocks.system
    let lock = try DatabaseLock(database: configuration.database)
    defer { withExtendedLifetime(lock) {} }
    let store = try SQLiteHistory(path: configuration.database, mode: .readWrite)
    let stored = try await store.outlinedMemory()
    let learned = try await store.learnedWatches()
    try await store.beginWatching(at: clock.now())
    let engine = try Engine()
    defer { engine.shutdown() }
    let http = try CurlClient()
    defer { http.shutdown() }

    let counters = DashboardCounters(version: version, receivers: configuration.receivers, at: clock.now())
    let announcer = Announcer()
    let makeProber = { @Sendable (views: [View]) in
      Prober(views: views, engine: engine, http: http, clock: clock.now)
    }
    let sender = MessageSender(
      transport: http, now: clock.now, display: InternationalName.display, withhold: withoutPrivateKeys,
      link: configuration.pageLink)
    let deliverer = Deliverer(
      receivers: configuration.receivers, store: Outbox(store: store), sender: sender, now: clock.now,
      report: { report in
        logger.log(report)
        if case .tried(let delivery, _) = report { counters.add(delivery) }
      })
    let keys = KeyQueue()
    let policies = DMARCPolicies(elapsed: clock.elapsed)
    let prober = makeProber(configuration.views)
    let pulser = Pulser(configuration, prober: prober, elapsed: clock.elapsed, logger: logger)
    let notices = NoticeService(configuration.notify, pulser: pulser, elapsed: clock.elapsed, logger: logger)
    let monitor = Monitor(
      plan: consume plan, prober: prober, store: store, judgements: store, stored: consume stored, mail: store,
      silences: store, learned: learned, policies: policies, pulser: pulser, clock: clock, logger: logger,
      stopAsking: { engine.shutdown() },
      deliveriesCommitted: { deliverer.wake() },
      answersCommitted: { keys.add($0) },
      eventsCommitted: { events in
        counters.add(events)
        if !events.isEmpty { announcer.announce() }
      })
    let audits = AuditDesk(
      views: configuration.views, makeProber: makeProber, http: http, now: clock.now,
      finished: { announcer.announce() })
    let auditor = Auditor(
      configuration: configuration, selectors: audited, stored: try await store.audits(), store: store, clock: clock,
      logger: logger,
      makeRunner: { views in
        AuditRunner(
          prober: makeProber(views), http: http, allowsPrivateAddresses: views.contains(where: \.isOfPrivateInternet))
      },
      viewsDown: { await monitor.status().viewsDown },
      eventsCommitted: { events in
        counters.add(events)
        if !events.isEmpty { announcer.announce() }
      },
      deliveriesCommitted: { deliverer.wake() })
    let backend = try dashboard.map { dashboard in
      DashboardBackend(
        monitor: monitor, store: store, reader: try SQLiteHistory(path: configuration.database, mode: .readOnly),
        plan: dashboard, engine: engine, pulser: pulser, notices: notices, counters: counters, clock: clock,
        audits: audits, deliveriesRequeued: { deliverer.wake() })
    }
    let site: Site? = configuration.http.flatMap { settings in
      guard let backend else { return nil }
      return Site(
        source: backend,
        settings: Site.Settings(
          version: version, prefix: settings.prefix, watchMetrics: settings.watchMetrics,
          display: InternationalName.display, read: { try? InternationalName.parse($0) }), access: settings.access,
        now: clock.now)
    }
    announcer.site = site
    let server = configuration.http.flatMap { settings in
      site.map { DashboardServer(site: $0, listen: settings.listen, proxies: settings.proxies) }
    }
    let mail = MailConfiguration(configuration.mail)
    let services: [any Service] = [
      DeliveryService(deliverer: deliverer),
      AlertRefreshing(refresh: AlertRefresh(sender: sender), monitor: monitor, store: store, logger: logger),
      monitor, PulseService(pulser: pulser, monitor: monitor), notices,
      KeyComparer(store: store, queue: keys, monitor: monitor, judgements: monitor.keys, logger: logger),
      Heartbeat(monitor: monitor, store: store, notifier: notifier, clock: clock, logger: logger),
      auditor,
      MailFollower(configuration: mail, store: store, monitor: monitor, clock: clock, logger: logger),
      DMARCService(policies: policies, monitor: monitor),
      Retention(store: store, mail: store, settings: mail, monitor: monitor, clock: clock, logger: logger),
      DashboardService(server: server, logger: logger),
      audits,
      Reloader(
        path: path, environment: environment, monitor: monitor, auditor: auditor, deliverer: deliverer, output: output,
        notifier: notifier, logger: logger, first: configuration, mail: mail, makeProber: makeProber, notices: notices,
        site: site,
        backend: backend, counters: counters, now: clock.now),
      Greeter(notifier: notifier, logger: logger, configuration: configuration, selectors: selectors),
    ]
    // What the lifecycle has to say is of no use to an operator, and prints whole services: the environment with them.
    let quiet = Logger(label: "lifecycle") { _ in SwiftLogNoOpLogHandler() }
    var group = ServiceGroupConfiguration(
      services: services.map { .init(service: Named(service: $0)) }, gracefulShutdownSignals: [.sigterm, .sigint],
      logger: quiet)
    group.maximumGracefulShutdownDuration = .seconds(4)
    try await ServiceGroup(configuration: group).run()
    logger.notice("stopped")
  }
}

extension DaemonService {
  private static func load(
    path: String, environment: [String: String]
  ) throws(ConfigurationError) -> (MonitorPlan, DashboardPlan?, [ConfigurationIssue]) {
    let (configuration, warnings) = try Configuration.load(path: path, environment: environment)
    return (MonitorPlan(configuration), configuration.http.map { _ in DashboardPlan(configuration) }, warnings)
  }
}

/// A service by the name of its type: the lifecycle describes each service, and some hold a configuration of many watches.
private struct Named: Service, CustomStringConvertible {
  let service: any Service

  var description: String { "\(type(of: service))" }

  func run() async throws { try await service.run() }
}

/// Says that the daemon is up, and that it is going.
struct Greeter: Service {
  var notifier: SystemdNotifier
  var logger: Logger
  var configuration: Configuration
  /// How many watches there are, which are not in it any more.
  var selectors: Int

  func run() async throws {
    logger.notice(
      "watching",
      metadata: [
        "selectors": "\(selectors)",
        "views": "\(configuration.views.map(\.name).joined(separator: ","))",
        "receivers": "\(configuration.receivers.count)", "database": "\(configuration.database)",
      ])
    notifier.send(.ready)
    try? await gracefulShutdown()
    notifier.send(.stopping)
    logger.notice("stopping")
  }
}
