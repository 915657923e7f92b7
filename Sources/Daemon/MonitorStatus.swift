// How the daemon is doing, in numbers and in one line.

internal import Dashboard
internal import Model

/// How the monitor is doing.
struct MonitorStatus: Sendable {
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

extension Monitor {
  /// What the monitor knows, counted.
  ///
  /// - Parameter mostSamples: how many watches may have a sample each; nil for none.
  func metrics(withSamples mostSamples: Int?) -> MetricsReport {
    let status = status()
    var report = MetricsReport()
    report.monitor.sinceLastTurn = status.sinceLastTurn
    report.monitor.canWrite = status.canWrite
    report.watches.verdicts = status.verdicts
    for view in viewNames { report.views[view] = !status.viewsDown.contains(view) }
    var samples: [MetricsReport.Sample] = []
    let hasSamples = mostSamples.map { status.watches <= $0 } ?? false
    for (memory, count) in tally {
      report.watches.states[memory.state, default: 0] += count
      for finding in Set(memory.findings.map { MetricsReport.Watches.Rule(id: $0.rule, severity: $0.severity) }) {
        report.watches.findings[finding, default: 0] += count
      }
      for incident in [memory.openIncident, memory.openChange, memory.openSilence].compactMap(\.self) {
        report.watches.openIncidents[incident.verdict, default: 0] += count
      }
    }
    for (key, memory) in hasSamples ? watchMemories : [] {
      let published = memory.snapshot?.key
      samples.append(
        MetricsReport.Sample(
          key: key, verdict: memory.verdict, state: memory.state, keyType: published?.type,
          keyBits: published.flatMap { $0.revoked ? nil : $0.bits }, since: memory.since))
    }
    if hasSamples { report.samples = samples.sorted { $0.key < $1.key } }
    return report
  }
}
