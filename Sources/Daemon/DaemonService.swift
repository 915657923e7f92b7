// The daemon put together: the only place that knows every stage.

internal import Alerting
internal import Config
internal import Dashboard
internal import Glibc
internal import HTTPClient
internal import Logging
internal import Model
internal import Probing
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
    let (configuration, warnings) = try Configuration.load(path: path, environment: environment)
    let output = LogOutput(
      format: configuration.log.format(environment: environment), level: Logger.Level(configuration.log.level))
    let logger = Logger(label: "selectord") { _ in OutputLogHandler(output: output) }
    for warning in warnings { logger.warning("\(warning)") }

    let clock = Clocks.system
    let lock = try DatabaseLock(database: configuration.database)
    defer { withExtendedLifetime(lock) {} }
    let store = try SQLiteHistory(path: configuration.database, mode: .readWrite)
    let stored = try await store.memory()
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
      transport: http, now: clock.now, display: InternationalName.display, withhold: withoutPrivateKeys)
    let deliverer = Deliverer(
      receivers: configuration.receivers, store: Outbox(store: store), sender: sender, now: clock.now,
      report: { report in
        logger.log(report)
        if case .tried(let delivery, _) = report { counters.add(delivery) }
      })
    let keys = KeyQueue()
    let policies = DMARCPolicies(elapsed: clock.elapsed)
    let monitor = Monitor(
      plan: MonitorPlan(configuration), prober: makeProber(configuration.views), store: store, judgements: store,
      stored: stored, mail: store, silences: store, learned: learned, policies: policies, clock: clock, logger: logger,
      stopAsking: { engine.shutdown() },
      deliveriesCommitted: { deliverer.wake() },
      answersCommitted: { keys.add($0) },
      eventsCommitted: { events in
        counters.add(events)
        if !events.isEmpty { announcer.announce() }
      })
    let auditor = Auditor(
      configuration: configuration, stored: try await store.audits(), store: store, clock: clock, logger: logger,
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
    let backend = try configuration.http.map { _ in
      DashboardBackend(
        monitor: monitor, store: store, reader: try SQLiteHistory(path: configuration.database, mode: .readOnly),
        configuration: configuration, engine: engine, counters: counters, clock: clock,
        deliveriesRequeued: { deliverer.wake() })
    }
    let site: Site? = configuration.http.flatMap { settings in
      guard let backend else { return nil }
      return Site(
        source: backend,
        settings: Site.Settings(
          version: version, prefix: settings.prefix, watchMetrics: settings.watchMetrics,
          display: InternationalName.display), access: settings.access, now: clock.now)
    }
    announcer.site = site
    let server = configuration.http.flatMap { settings in
      site.map { DashboardServer(site: $0, listen: settings.listen, proxies: settings.proxies) }
    }
    let mail = MailConfiguration(configuration.mail)
    let services: [any Service] = [
      DeliveryService(deliverer: deliverer),
      AlertRefreshing(refresh: AlertRefresh(sender: sender), monitor: monitor, store: store, logger: logger),
      monitor,
      KeyComparer(store: store, queue: keys, monitor: monitor, judgements: monitor.keys, logger: logger),
      Heartbeat(monitor: monitor, store: store, notifier: notifier, clock: clock, logger: logger),
      auditor,
      MailFollower(configuration: mail, store: store, monitor: monitor, clock: clock, logger: logger),
      DMARCService(policies: policies, monitor: monitor),
      Retention(store: store, mail: store, settings: mail, monitor: monitor, clock: clock, logger: logger),
      DashboardService(server: server, logger: logger),
      Reloader(
        path: path, environment: environment, monitor: monitor, auditor: auditor, deliverer: deliverer, output: output,
        notifier: notifier, logger: logger, first: configuration, mail: mail, makeProber: makeProber, site: site,
        backend: backend, counters: counters, now: clock.now),
      Greeter(notifier: notifier, logger: logger, configuration: configuration),
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

  func run() async throws {
    logger.notice(
      "watching",
      metadata: [
        "selectors": "\(configuration.watches.count)",
        "views": "\(configuration.views.map(\.name).joined(separator: ","))",
        "receivers": "\(configuration.receivers.count)", "database": "\(configuration.database)",
      ])
    notifier.send(.ready)
    try? await gracefulShutdown()
    notifier.send(.stopping)
    logger.notice("stopping")
  }
}
