// Audits that people ask for on a page: some at a time, not too many an hour, each report kept for a while.

internal import Auditing
internal import Config
internal import Dashboard
internal import HTTPClient
internal import Model
internal import Probing
internal import ServiceLifecycle
internal import Synchronization

/// What is asked for, what runs, and what came of it; pure.
struct AuditOrders: Sendable {
  private static let mostWaiting = 20
  private static let mostReports = 100
  /// Audits of an hour: each asks some hundred questions of strangers' servers.
  private static let mostAnHour = 60
  /// A report that is younger is not made again.
  private static let freshFor = Duration.seconds(60)

  private var reports: [DomainName: AuditReport] = [:]
  /// The domains of `reports`, the oldest first.
  private var order: [DomainName] = []
  private var running: [DomainName: Timestamp] = [:]
  private var begun: [Timestamp] = []

  /// Whether an audit has to be made; false where one runs, or is fresh. Throws where there are too many.
  mutating func ask(for domain: DomainName, at now: Timestamp) throws(WebProblem) -> Bool {
    if running[domain] != nil { return false }
    if let report = reports[domain], report.checkedAt <= now, now - report.checkedAt < Self.freshFor { return false }
    begun.removeAll { now - $0 > .seconds(3600) || $0 > now }
    if begun.count >= Self.mostAnHour, let first = begun.first {
      let wait = Int((.seconds(3600) - (now - first)).components.seconds) + 1
      throw WebProblem(
        429, "\(Self.mostAnHour) audits were made within the last hour. Try again later.", retryAfter: wait)
    }
    guard running.count < Self.mostWaiting else {
      throw WebProblem(429, "\(Self.mostWaiting) audits are waiting. Try again in a minute.", retryAfter: 60)
    }
    running[domain] = now
    begun.append(now)
    return true
  }

  mutating func finish(_ report: AuditReport) {
    running[report.domain] = nil
    order.removeAll { $0 == report.domain }
    order.append(report.domain)
    reports[report.domain] = report
    if order.count > Self.mostReports { reports[order.removeFirst()] = nil }
  }

  func state(of domain: DomainName) -> AuditState? {
    guard reports[domain] != nil || running[domain] != nil else { return nil }
    return AuditState(report: reports[domain], runningSince: running[domain])
  }
}

/// Carries the audits out that are asked for.
final class AuditDesk: Service {
  private static let parallel = 2

  private let orders = Mutex(AuditOrders())
  private let views: Mutex<[View]>
  private let makeProber: @Sendable ([View]) -> Prober
  private let http: any HTTPTransport
  private let now: @Sendable () -> Timestamp
  private let finished: @Sendable () -> Void
  private let waiting: AsyncStream<Order>
  private let waitingInput: AsyncStream<Order>.Continuation

  private struct Order: Sendable {
    var domain: DomainName
    var selectors: [DomainName]
  }

  /// - Parameter finished: called when a report has become known.
  init(
    views: [View], makeProber: @escaping @Sendable ([View]) -> Prober, http: any HTTPTransport,
    now: @escaping @Sendable () -> Timestamp, finished: @escaping @Sendable () -> Void
  ) {
    self.views = Mutex(views)
    self.makeProber = makeProber
    self.http = http
    self.now = now
    self.finished = finished
    (waiting, waitingInput) = AsyncStream.makeStream(of: Order.self)
  }

  /// Takes up other views.
  func replace(views new: [View]) { views.withLock { $0 = new } }

  /// - Parameter selectors: those that are known for the domain.
  func begin(_ domain: DomainName, selectors: [DomainName]) throws(WebProblem) {
    let now = now()
    let isNew = try orders.withLock { orders throws(WebProblem) in try orders.ask(for: domain, at: now) }
    if isNew { waitingInput.yield(Order(domain: domain, selectors: selectors)) }
  }

  func state(of domain: DomainName) -> AuditState? { orders.withLock { $0.state(of: domain) } }

  func run() async throws {
    await cancelWhenGracefulShutdown { [self] in
      await withTaskGroup(of: Void.self) { group in
        var running = 0
        for await order in waiting {
          if running >= Self.parallel {
            await group.next()
            running -= 1
          }
          running += 1
          group.addTask { await self.carryOut(order) }
        }
        group.cancelAll()
      }
    }
  }

  private func carryOut(_ order: Order) async {
    let views = views.withLock { $0 }
    let options = AuditOptions(views: views, selectors: order.selectors, at: now())
    let report = await AuditRunner(
      prober: makeProber(views), http: http, allowsPrivateAddresses: options.isPrivateInternet
    ).run(Audit(domain: order.domain, options: options))
    orders.withLock { $0.finish(report) }
    finished()
  }
}
