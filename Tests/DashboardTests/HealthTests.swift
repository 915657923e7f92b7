// Health and metrics: what supervisors and Prometheus read.

import Model
import Synchronization
import TestSupport
import Testing

@testable import Dashboard

@Suite struct HealthTests {
  @Test(arguments: ["/-/healthy", "/healthz"]) func healthyWhileTheLoopTurns(_ path: String) async {
    let source = FakeSource()
    let site = makeSite(source)
    #expect(await site.get(path).status == 200)
    source.healthReport.withLock { $0 = HealthReport(isAlive: true, reasons: ["the database cannot be written"]) }
    #expect(await site.get(path).status == 200)
    source.healthReport.withLock { $0.isAlive = false }
    #expect(await site.get(path).status == 503)
  }

  @Test(arguments: ["/-/ready", "/readyz"]) func readyNamesItsReasons(_ path: String) async {
    let source = FakeSource()
    let site = makeSite(source)
    #expect(await site.get(path).text == "ready\n")
    source.healthReport.withLock { $0.reasons = ["the database cannot be written", "two\u{202E}"] }
    let response = await site.get(path)
    #expect(response.status == 503)
    #expect(response.text == "the database cannot be written\ntwo\\u{202E}\n")
    #expect(await site.send("HEAD", path).status == 503)
  }

  @Test func healthNeedsNeitherTokenNorName() async {
    let site = makeSite(access: Access(token: Secret("correct horse battery"), readToken: nil))
    #expect(await site.get("/-/healthy", ["host": "selectord.example.org"]).status == 200)
    #expect(await makeSite().get("/-/healthy", ["host": "evil.example"]).status == 200)
  }

  @Test func metricsAreAsRecorded() async throws {
    let source = FakeSource()
    source.metricsReport.withLock { $0 = sampleMetrics }
    let response = await makeSite(source).get("/metrics")
    #expect(response["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8")
    expectGolden(response.text, "metrics.txt")
  }

  @Test func everyMetricIsNamedByTheRules() {
    var names: Set<String> = []
    for metric in Metric.all {
      #expect(names.insert(metric.name).inserted, "\(metric.name) is there twice")
      #expect(metric.name.hasPrefix("selectord_") || metric.name.hasPrefix("process_"))
      #expect((metric.kind == .counter) == metric.name.hasSuffix("_total"), "\(metric.name)")
      #expect(metric.help.hasSuffix("."), "\(metric.name)")
      #expect(!metric.help.contains("\\") && !metric.help.contains("\n"), "\(metric.name)")
    }
  }

  @Test func labelsAreEscaped() {
    #expect(MetricsText.escaped(#"a"b\c"#) == #"a\"b\\c"#)
    #expect(MetricsText.escaped("a\nb\u{202E}\u{1B}") == #"a\nb\\u202e\\u001b"#)
  }

  @Test func seriesOfWatchesCanBeTurnedOff() async {
    let source = FakeSource()
    source.metricsReport.withLock { $0 = sampleMetrics }
    let site = Site(
      source: source, settings: Site.Settings(version: "0.0.0", watchMetrics: false),
      access: Access(token: nil, readToken: nil), now: { moment })
    let text = await site.get("/metrics").text
    #expect(!text.contains("example.org"))
    #expect(text.contains("selectord_watches{verdict=\"critical\"} 1"))
  }
}

private let sampleMetrics: MetricsReport = {
  var report = MetricsReport()
  report.version = "0.0.0"
  report.startedAt = moment - .seconds(86_400)
  report.process.residentBytes = 50_000_000
  report.process.processorSeconds = 12.5
  report.process.openFiles = 23
  report.reload.succeededAt = moment - .seconds(3600)
  report.monitor.sinceLastTurn = .milliseconds(250)
  report.monitor.lastHeartbeat = moment - .seconds(7)
  report.monitor.databaseBytes = 1_048_576
  report.watches.verdicts = [.ok: 2, .critical: 1]
  report.watches.states = [.published: 2, .missing: 1]
  report.watches.findings = [
    .init(id: "key-name-absent", severity: .critical): 1, .init(id: "rsa-short", severity: .warning): 2,
  ]
  report.watches.openIncidents = [.critical: 1]
  report.views = ["local": true, "8.8.8.8 \"google\"": false]
  report.questions.asked = 1200
  report.questions.answered = 1190
  report.questions.failed = 10
  report.events = [.selectorMissing: 1]
  var postmaster = MetricsReport.Deliveries()
  postmaster.tries = 3
  postmaster.delivered = 1
  postmaster.failedTries = 2
  report.receivers = ["postmaster": postmaster]
  report.samples = ["zendesk1._domainkey.domain.com", "s1._domainkey.example.org", "a\\\"b._domainkey.example.org"]
    .compactMap { try? DomainName($0) }.compactMap { KeyName(keyName: $0) }.enumerated().map { index, key in
      MetricsReport.Sample(
        key: key, verdict: index == 0 ? .critical : .ok, state: index == 0 ? .missing : .published,
        keyType: index == 0 ? nil : .rsa, keyBits: index == 0 ? nil : 2048, since: moment - .seconds(600))
    }
  return report
}()

@Suite struct MetricsPageTests {
  @Test func thePageHasEveryMetric() {
    let rows = Metric.all.map { metric in
      "| `\(metric.name)` | \(metric.kind.rawValue) | \(metric.labels.map { "`\($0)`" }.joined(separator: ", ")) | \(metric.help) |"
    }
    expectGolden(
      """
      # Metrics

      With a section `http` in the configuration ([configuration.md](configuration.md)), `/metrics` is in the text format of
      Prometheus. It needs a token if one is set; `readToken` is enough. [deploy/prometheus](../deploy/prometheus) has alert rules,
      [deploy/grafana](../deploy/grafana) a dashboard, and [run-behind-nginx.md](run-behind-nginx.md) the lines for Prometheus.

      No label holds the text of a record. Those of each watch (`domain`, `selector`) can be turned off by `watchMetrics`, and there
      are none with more than 10000 watches.

      | metric | type | labels | meaning |
      |---|---|---|---|
      \(rows.joined(separator: "\n"))

      """, "../../../docs/metrics.md")
  }
}
