// A daemon that says what the test wants.

import Auditing
import Dashboard
import Mail
import Model
import Reporting
import Synchronization

final class FakeSource: DashboardSource {
  let healthReport = Mutex(HealthReport(isAlive: true, reasons: []))
  let metricsReport = Mutex(MetricsReport())
  let list = Mutex(WatchList(rows: [], next: nil, counts: [:], report: makeReport(), configured: 0, labels: []))
  let reports = Mutex([KeyName: WatchReport]())
  let eventList = Mutex([Event]())
  let incidentList = Mutex([IncidentItem]())
  let deliveryList = Mutex([DeliveryItem]())
  let domains = Mutex([DomainName: DomainReport]())
  let silenceList = Mutex([Silence]())
  let audits = Mutex([DomainName: AuditState]())
  /// What was asked for and done, as text.
  let actions = Mutex([String]())
  let lastQuery = Mutex(WatchQuery())

  func health() async -> HealthReport { healthReport.withLock { $0 } }

  func metrics(withWatches: Bool) async -> MetricsReport {
    var report = metricsReport.withLock { $0 }
    if !withWatches { report.samples = nil }
    return report
  }

  func watches(_ query: WatchQuery, label: String?) async throws -> WatchList {
    lastQuery.withLock { $0 = query }
    return list.withLock { $0 }
  }

  func watch(_ key: KeyName, since: Timestamp) async throws -> WatchReport? { reports.withLock { $0[key] } }

  func events(_ query: EventQuery) async throws -> [(number: Int64, event: Event)] {
    eventList.withLock { $0 }.enumerated().map { (number: Int64(100 - $0), event: $1) }.prefix(query.limit).map(\.self)
  }

  func incidents(_ query: IncidentQuery) async throws -> [IncidentItem] {
    incidentList.withLock { $0 }.filter { query.id == nil || query.id == $0.incident.id }
  }

  func deliveries(_ query: DeliveryQuery) async throws -> [(number: Int64, item: DeliveryItem)] {
    deliveryList.withLock { $0 }.enumerated().map { (number: Int64(100 - $0), item: $1) }
  }

  func about() async throws -> AboutReport {
    AboutReport(
      startedAt: moment - .seconds(86_400), watches: 3,
      views: [("authoritative", "the name servers of each zone", nil), ("google", "8.8.8.8 over UDP", moment)],
      receivers: [("postmaster", "slack")], configuration: "{\n  \"url\": \"<hidden>\"\n}\n",
      database: "/var/lib/selectord/history.sqlite", databaseBytes: 1_048_576)
  }

  func acknowledge(incident: String, by author: String, note: String) async throws -> Bool {
    actions.withLock { $0.append("acknowledge \(incident) \(author): \(note)") }
    return incidentList.withLock { $0.contains { $0.incident.id == incident } }
  }

  func retry(delivery: String) async throws -> Bool {
    actions.withLock { $0.append("retry \(delivery)") }
    return deliveryList.withLock { $0.contains { $0.delivery.id == delivery } }
  }

  func domain(_ name: DomainName) async throws -> DomainReport? { domains.withLock { $0[name] } }

  func silences(endingAfter time: Timestamp?) async throws -> [Silence] {
    silenceList.withLock { $0 }.filter { silence in time.map { silence.expiresAt > $0 } ?? true }
  }

  func silence(
    _ matchers: Silence.Matchers, by author: String, reason: String, until end: Timestamp
  ) async throws -> Silence {
    let silence = Silence(
      id: "sil_new", matchers: matchers, by: author, reason: reason, createdAt: moment, expiresAt: end)
    silenceList.withLock { $0.append(silence) }
    return silence
  }

  func endSilence(_ id: String) async throws -> Bool {
    actions.withLock { $0.append("end \(id)") }
    return silenceList.withLock { $0.contains { $0.id == id } }
  }

  func checkNow(_ key: KeyName) async -> Bool {
    actions.withLock { $0.append("check \(key)") }
    return reports.withLock { $0[key] != nil }
  }

  func verify(_ message: [UInt8]) async throws -> MessageVerification {
    var intake = MessageIntake()
    message.withUnsafeBytes { intake.take($0) }
    return intake.finish().verified(keys: [:], at: moment)
  }

  func beginAudit(of domain: DomainName) async throws {
    actions.withLock { $0.append("audit \(domain)") }
    if domain.description == "busy.example" { throw WebProblem(429, "Too many audits.", retryAfter: 60) }
    audits.withLock { $0[domain, default: AuditState()].runningSince = moment }
  }

  func audit(of domain: DomainName) async throws -> AuditState? { audits.withLock { $0[domain] } }
}

func makeReport(viewsDown: [String: ViewMemory] = [:]) -> StatusReport {
  StatusReport(now: moment, lastWatched: moment - .seconds(5), watches: [], viewsDown: viewsDown, countsViews: true)
}

/// A site for tests: nobody needs a token, and the clock stands still.
func makeSite(
  _ source: FakeSource = FakeSource(), access: Access = Access(token: nil, readToken: nil), prefix: String = "",
  now: @escaping @Sendable () -> Timestamp = { moment }
) -> Site {
  Site(source: source, settings: Site.Settings(version: "0.0.0", prefix: prefix), access: access, now: now)
}

/// 2026-11-23 20:00:00 UTC.
let moment = Timestamp(seconds: 1_795_464_000)

extension Site {
  /// Sends a request from this machine, with the headers of a browser at `localhost`.
  func get(_ target: String, _ headers: [String: String] = [:]) async -> WebResponse {
    await send("GET", target, headers)
  }

  func send(
    _ method: String, _ target: String, _ headers: [String: String] = [:], body: String = ""
  ) async -> WebResponse {
    let all = ["host": "localhost:8053"].merging(headers) { $1 }
    guard var request = WebRequest(method: method, target: target, prefix: settings.prefix, headers: all) else {
      return WebResponse(400, type: "text/plain", "")
    }
    request.body = Array(body.utf8)
    request.peer = .v4(0x7F00_0001)
    return await respond(to: request)
  }
}
