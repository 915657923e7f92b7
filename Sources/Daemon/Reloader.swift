// SIGHUP: a new configuration is loaded whole, or the old one stays and the reason is told.

internal import Alerting
internal import Config
internal import Dashboard
internal import Logging
internal import Model
internal import Monitoring
internal import Probing
internal import ServiceLifecycle
internal import UnixSignals

/// Loads the configuration again on every SIGHUP.
struct Reloader: Service {
  var path: String
  var environment: [String: String]
  var monitor: Monitor
  var auditor: Auditor
  var deliverer: Deliverer
  var output: LogOutput
  var notifier: SystemdNotifier
  var logger: Logger
  /// What runs at the start.
  var first: Configuration
  var mail: MailConfiguration
  var makeProber: @Sendable ([View]) -> Prober
  var notices: NoticeService
  /// nil where nothing is served.
  var site: Site?
  var backend: DashboardBackend?
  var counters: DashboardCounters
  var now: @Sendable () -> Timestamp

  func run() async throws {
    var running = first
    for await _ in await UnixSignalsSequence(trapping: .sighup).cancelOnGracefulShutdown() {
      notifier.send(.reloading(monotonicMicroseconds: Duration.monotonic.microseconds))
      do {
        let (configuration, warnings) = try Configuration.load(path: path, environment: environment)
        for warning in warnings { logger.warning("\(warning)") }
        for fault in configuration.templateFaults { logger.error("\(fault)") }
        await apply(configuration, over: &running)
        counters.reloaded(isSuccessful: true, at: now())
      } catch {
        counters.reloaded(isSuccessful: false, at: now())
        for issue in error.issues { logger.error("\(issue)") }
        logger.error("the configuration has errors; keeping the running one", metadata: ["file": "\(path)"])
      }
      notifier.send(.ready)
    }
  }

  private func apply(_ configuration: Configuration, over running: inout Configuration) async {
    var configuration = configuration
    if configuration.database != running.database {
      logger.warning(
        "the database cannot be changed while the daemon runs; restart it to use the new one",
        metadata: ["running": "\(running.database)", "configured": "\(configuration.database)"])
      configuration.database = running.database
    }
    backend?.replace(configuration)
    applyAccess(of: configuration, over: running)
    output.apply(configuration.log, environment: environment)
    let prober = configuration.views == running.views ? nil : makeProber(configuration.views)
    let plan = MonitorPlan(configuration)
    let selectors = plan.watches.count
    let audited = Auditor.selectors(configuration, watched: plan.watches.keys)
    await auditor.apply(plan.configuration, selectors: audited)
    configuration = plan.configuration
    await monitor.apply(plan, prober: prober)
    notices.replace(with: configuration.notify)
    mail.replace(with: configuration.mail)
    deliverer.replaceReceivers(configuration.receivers)
    running = configuration
    logger.notice("configuration reloaded", metadata: ["selectors": "\(selectors)"])
  }

  /// New tokens hold at once; another address is listened at after a restart.
  private func applyAccess(of configuration: Configuration, over running: Configuration) {
    guard configuration.http != running.http else { return }
    var restarted = configuration.http
    restarted?.token = running.http?.token
    restarted?.readToken = running.http?.readToken
    if restarted != running.http {
      logger.warning("'http' is served as before until selectord is restarted, except for new tokens")
    }
    // Without a token the page is for this machine alone, which only a restart makes sure of.
    guard let settings = configuration.http, let site, (settings.token == nil) == site.isOpen else { return }
    site.replace(settings.access)
  }
}
