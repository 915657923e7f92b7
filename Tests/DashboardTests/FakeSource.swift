// A daemon that says what the test wants.

import Dashboard
import Model
import Synchronization

final class FakeSource: DashboardSource {
  let healthReport = Mutex(HealthReport(isAlive: true, reasons: []))
  let metricsReport = Mutex(MetricsReport())

  func health() async -> HealthReport { healthReport.withLock { $0 } }

  func metrics(withWatches: Bool) async -> MetricsReport {
    var report = metricsReport.withLock { $0 }
    if !withWatches { report.samples = nil }
    return report
  }
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
