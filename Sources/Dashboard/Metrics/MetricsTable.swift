// The metrics: a row each, with its type, what it means, and where its values come from.

internal import Model

/// One metric of the text format of Prometheus.
struct Metric: Sendable {
  enum Kind: String, Sendable { case gauge, counter }

  var name: String
  var kind: Kind
  /// One sentence.
  var help: String
  /// The label that the values differ in, for docs/metrics.md; empty for none.
  var labels: [String] = []
  var samples: @Sendable (MetricsReport) -> [MetricSample]

  init(
    _ name: String, _ kind: Kind, _ help: String, labels: [String] = [],
    _ samples: @escaping @Sendable (MetricsReport) -> [MetricSample]
  ) {
    self.name = name
    self.kind = kind
    self.help = help
    self.labels = labels
    self.samples = samples
  }

  /// A metric without labels.
  static func plain(
    _ name: String, _ kind: Kind, _ help: String, _ value: @escaping @Sendable (MetricsReport) -> MetricValue?
  ) -> Metric {
    Metric(name, kind, help) { report in value(report).map { [MetricSample([], $0)] } ?? [] }
  }
}

/// One line: the values of the labels, and the value.
struct MetricSample: Sendable {
  var labels: [String]
  var value: MetricValue

  init(_ labels: [String], _ value: MetricValue) {
    self.labels = labels
    self.value = value
  }
}

/// A number as it is written.
struct MetricValue: Sendable, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  var text: String

  init(_ number: some BinaryInteger) { text = "\(number)" }
  init(_ seconds: Double) { text = "\(seconds)" }
  init(_ flag: Bool) { text = flag ? "1" : "0" }
  init(_ time: Timestamp) { self.init(time.seconds) }
  init(_ duration: Duration) { self.init(Double(duration.microseconds) / 1_000_000) }
  init(integerLiteral value: Int) { self.init(value) }
  init(booleanLiteral value: Bool) { self.init(value) }
}

extension Metric {
  static let all: [Metric] = daemon + watches + asking + pulse + telling + perWatch

  private static let daemon = [
    Metric("selectord_build_info", .gauge, "The version of the running daemon; always 1.", labels: ["version"]) {
      [MetricSample([$0.version], 1)]
    },
    plain("selectord_start_time_seconds", .gauge, "When the daemon was started, in Unix time.") {
      MetricValue($0.startedAt)
    },
    plain("process_resident_memory_bytes", .gauge, "Memory in use.") { MetricValue($0.process.residentBytes) },
    plain("process_cpu_seconds_total", .counter, "Processor time spent.") {
      MetricValue($0.process.processorSeconds)
    },
    plain("process_open_fds", .gauge, "Open file descriptors.") { MetricValue($0.process.openFiles) },
    plain(
      "selectord_config_last_reload_successful", .gauge,
      "Whether the last reload of the configuration was successful."
    ) { MetricValue($0.reload.isSuccessful) },
    plain(
      "selectord_config_last_reload_success_timestamp_seconds", .gauge,
      "When the running configuration was loaded, in Unix time."
    ) { MetricValue($0.reload.succeededAt) },
    plain(
      "selectord_monitor_idle_seconds", .gauge,
      "Time since the loop of the monitor last turned; it turns at least once a second."
    ) { MetricValue($0.monitor.sinceLastTurn) },
    plain("selectord_last_heartbeat_timestamp_seconds", .gauge, "When the database was last written, in Unix time.") {
      $0.monitor.lastHeartbeat.map { MetricValue($0) }
    },
    plain("selectord_database_writable", .gauge, "Whether the last change could be written to the database.") {
      MetricValue($0.monitor.canWrite)
    },
    plain("selectord_database_size_bytes", .gauge, "The size of the database file.") {
      MetricValue($0.monitor.databaseBytes)
    },
  ]

  private static let watches = [
    Metric("selectord_watches", .gauge, "Watched selectors by verdict.", labels: ["verdict"]) { report in
      Verdict.allCases.map { MetricSample([$0.rawValue], MetricValue(report.watches.verdicts[$0] ?? 0)) }
    },
    Metric("selectord_watch_states", .gauge, "Watched selectors by state.", labels: ["state"]) { report in
      State.allCases.map { MetricSample([$0.rawValue], MetricValue(report.watches.states[$0] ?? 0)) }
    },
    Metric(
      "selectord_finding_watches", .gauge, "Watched selectors that have a finding of a rule.",
      labels: ["rule", "severity"]
    ) { report in
      report.watches.findings.sorted { ($0.key.id, $0.key.severity) < ($1.key.id, $1.key.severity) }
        .map { MetricSample([$0.key.id, $0.key.severity.rawValue], MetricValue($0.value)) }
    },
    Metric("selectord_open_incidents", .gauge, "Open incidents by their worst verdict.", labels: ["verdict"]) {
      report in
      [Verdict.warning, .critical, .unknown].map {
        MetricSample([$0.rawValue], MetricValue(report.watches.openIncidents[$0] ?? 0))
      }
    },
    Metric("selectord_view_up", .gauge, "Whether a view answers.", labels: ["view"]) { report in
      report.views.sorted { $0.key < $1.key }.map { MetricSample([$0.key], MetricValue($0.value)) }
    },
  ]

  private static let asking = [
    plain("selectord_queries_total", .counter, "Queries that were put to servers; each may take several packets.") {
      MetricValue($0.questions.asked)
    },
    plain("selectord_queries_answered_total", .counter, "Queries that were answered.") {
      MetricValue($0.questions.answered)
    },
    plain("selectord_queries_unchanged_total", .counter, "Queries whose answer was the expected one.") {
      MetricValue($0.questions.unchanged)
    },
    plain("selectord_queries_failed_total", .counter, "Queries that ended without an answer.") {
      MetricValue($0.questions.failed)
    },
    plain("selectord_query_packets_total", .counter, "Packets that were sent over UDP.") {
      MetricValue($0.questions.sent)
    },
    plain("selectord_query_timeouts_total", .counter, "Tries that were not answered in time.") {
      MetricValue($0.questions.timeouts)
    },
    plain("selectord_query_retries_total", .counter, "Questions that were asked again.") {
      MetricValue($0.questions.retries)
    },
    plain("selectord_query_tcp_connections_total", .counter, "TCP connections that were opened.") {
      MetricValue($0.questions.tcp)
    },
    plain(
      "selectord_discarded_packets_total", .counter, "Packets that answered no open question, or were malformed."
    ) { MetricValue($0.questions.discarded) },
  ]

  private static let pulse = [
    plain("selectord_pulse_zones", .gauge, "Zones that are asked whether they have changed.") {
      MetricValue($0.pulse.zones)
    },
    plain("selectord_pulse_queries_total", .counter, "Queries for the serial or the name servers of a zone.") {
      MetricValue($0.pulse.questions)
    },
    plain("selectord_pulse_changes_total", .counter, "Changes of a zone that were noticed so.") {
      MetricValue($0.pulse.changes)
    },
    plain("selectord_pulse_checks_total", .counter, "Watches that were checked because their zone changed.") {
      MetricValue($0.pulse.keys)
    },
    plain("selectord_notify_total", .counter, "NOTIFY messages of configured servers.") {
      MetricValue($0.pulse.notices)
    },
    plain(
      "selectord_notify_refused_total", .counter,
      "Packets at the addresses of 'notify' that came from others, came too often, or were no NOTIFY."
    ) { MetricValue($0.pulse.refusedNotices) },
  ]

  private static let telling = [
    Metric("selectord_events_total", .counter, "Events since the start by type.", labels: ["type"]) { report in
      EventType.allCases.filter { $0 != .test }.map {
        MetricSample([$0.rawValue], MetricValue(report.events[$0] ?? 0))
      }
    },
    perReceiver("selectord_notifications_total", "Tries to deliver an alert.") { $0.tries },
    perReceiver("selectord_notifications_delivered_total", "Alerts that were accepted.") { $0.delivered },
    perReceiver("selectord_notifications_failed_total", "Tries to deliver an alert that failed.") { $0.failedTries },
    perReceiver("selectord_notifications_given_up_total", "Alerts that were given up.") { $0.givenUp },
  ]

  private static func perReceiver(
    _ name: String, _ help: String, _ value: @escaping @Sendable (MetricsReport.Deliveries) -> Int
  ) -> Metric {
    Metric(name, .counter, help, labels: ["receiver"]) { report in
      report.receivers.sorted { $0.key < $1.key }.map { MetricSample([$0.key], MetricValue(value($0.value))) }
    }
  }

  private static let perWatch = [
    sample("selectord_watch_verdict", "The verdict on a selector: 0 ok, 1 warning, 2 critical, 3 unknown.") {
      MetricSample([], MetricValue($0.verdict.exitCode))
    },
    sample("selectord_watch_state", "The state of a selector, as a label; always 1.", labels: ["state"]) {
      MetricSample([$0.state.rawValue], 1)
    },
    sample(
      "selectord_watch_state_since_timestamp_seconds", "When the state of a selector began to be seen, in Unix time."
    ) { sample in sample.since.map { MetricSample([], MetricValue($0)) } },
    sample("selectord_dkim_key_size", "The size of the published key in bits.", labels: ["type"]) { sample in
      guard let type = sample.keyType, let bits = sample.keyBits else { return nil }
      return MetricSample([type.rawValue], MetricValue(bits))
    },
  ]

  /// A metric with a line a watch.
  private static func sample(
    _ name: String, _ help: String, labels: [String] = [],
    _ value: @escaping @Sendable (MetricsReport.Sample) -> MetricSample?
  ) -> Metric {
    Metric(name, .gauge, help, labels: ["domain", "selector"] + labels) { report in
      (report.samples ?? []).compactMap { sample in
        guard var result = value(sample) else { return nil }
        result.labels = [sample.key.domain.description, sample.key.selectorOrType()] + result.labels
        return result
      }
    }
  }
}
