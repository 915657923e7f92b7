// Pages and the API: read from the database by a connection of their own, with what only the monitor knows.

internal import Config
internal import Dashboard
internal import Model
internal import Reporting
internal import Storage
internal import Synchronization

/// What pages need of a configuration.
struct DashboardPlan: Sendable {
  /// The watches that have a label, by `name=value`.
  var labels: [String: [KeyName]]
  var policy: MonitoringPolicy
  var shown: String
  var views: [(name: String, source: String)]
  var receivers: [(name: String, format: String)]
  var database: String

  init(_ configuration: Configuration) {
    labels = configuration.watches.reduce(into: [:]) { labels, watch in
      for (name, value) in watch.labels { labels["\(name)=\(value)", default: []].append(watch.key) }
    }
    policy = configuration.policy
    shown = configuration.shownText()
    views = configuration.views.map { ($0.name, $0.sourceText) }
    receivers = configuration.receivers.map { ($0.name, $0.format.rawValue) }
    database = configuration.database
  }
}

extension View {
  /// What is asked, in words.
  fileprivate var sourceText: String {
    switch source {
    case .system(let path): "the resolvers in \(path)"
    case .resolver(let endpoint, let transport): "\(endpoint) over \(transport.rawValue.uppercased())"
    case .https(let url): url
    case .authoritative: "the name servers of each zone"
    }
  }
}

extension DashboardBackend {
  /// How many days the picture of a list shows.
  private static let stripDays: Int64 = 7
  /// The most labels that can be chosen from.
  private static let mostLabels = 100

  /// What is known beside the watches.
  private func report() async throws -> StatusReport {
    let views = try await reader.viewMemories()
    var report = StatusReport(
      now: clock.now(), lastWatched: store.lastHeartbeat ?? clock.now(), watches: [],
      viewsDown: views.filter { $0.value.downSince != nil }, countsViews: true)
    report.policy = plan.withLock { $0.policy }
    return report
  }

  func watches(_ query: WatchQuery, label: String?) async throws -> WatchList {
    let labels = plan.withLock { $0.labels }
    var query = query
    if let label { query.keys = labels[label] ?? [] }
    let page = try await reader.watchPage(query)
    let keys = page.watches.map(\.key)
    let strips = try await reader.strips(of: keys, since: clock.now() - .seconds(Self.stripDays * 86_400))
    let known = await monitor.schedule(of: keys)
    let rows = page.watches.map { key, memory in
      WatchRow(
        status: StatusReport.WatchStatus(key: key, memory: memory), watch: known.watches[key],
        nextLook: known.nextLooks[key], strips: strips[key] ?? [])
    }
    return WatchList(
      rows: rows, next: page.next, counts: try await reader.verdictCounts(query), report: try await report(),
      configured: known.count, labels: Array(labels.keys.sorted().prefix(Self.mostLabels)))
  }

  func watch(_ key: KeyName, since: Timestamp) async throws -> WatchReport? {
    guard let memory = try await reader.watchMemory(of: key) else { return nil }
    let spans = try await reader.spans(of: key, since: since)
    let known = await monitor.schedule(of: [key])
    let now = clock.now()
    var incidents = IncidentQuery()
    incidents.subject = key.name.description
    incidents.limit = 10
    var deliveries = DeliveryQuery()
    deliveries.domain = key.domain
    deliveries.selector = key.selector
    deliveries.limit = 10
    let filter = EventFilter(key: key, zone: memory.zone, since: since)
    let use = try await reader.mailUse(of: [key], at: now)[key]
    let delegation: ZoneMemory? =
      if let zone = memory.zone { try await reader.zoneMemory(of: zone) } else { nil }
    return WatchReport(
      row: WatchRow(
        status: StatusReport.WatchStatus(key: key, memory: memory, answers: spans.filter(\.isCurrent)),
        watch: known.watches[key], nextLook: known.nextLooks[key], strips: []),
      report: try await report(), spans: spans,
      periods: try await reader.watchingPeriods(since: since).map { ($0.began, $0.last) } + [(now, now)],
      events: try await reader.events(matching: filter), incidents: try await self.incidents(incidents),
      deliveries: try await self.deliveries(deliveries).map(\.item), delegation: delegation,
      use: use.map { Event.Use(messages7d: $0.messages7d, failing7d: $0.failing7d, lastSeen: $0.lastSeen) })
  }

  func events(_ query: EventQuery) async throws -> [(number: Int64, event: Event)] {
    try await reader.eventPage(query)
  }

  func incidents(_ query: IncidentQuery) async throws -> [IncidentItem] {
    try await reader.incidentPage(query).map { IncidentItem(incident: $0.incident, opening: $0.opening) }
  }

  func deliveries(_ query: DeliveryQuery) async throws -> [(number: Int64, item: DeliveryItem)] {
    try await reader.deliveryPage(query).map { number, queued in
      (number, DeliveryItem(delivery: queued.delivery, event: queued.event))
    }
  }

  func about() async throws -> AboutReport {
    let plan = plan.withLock { $0 }
    let down = try await reader.viewMemories()
    return AboutReport(
      startedAt: counters.startedAt, watches: await monitor.schedule(of: []).count,
      views: plan.views.map { ($0.name, $0.source, down[$0.name]?.downSince) }, receivers: plan.receivers,
      configuration: plan.shown, database: plan.database, databaseBytes: store.fileSize ?? 0)
  }

  func acknowledge(incident: String, by author: String, note: String) async throws -> Bool {
    try await store.acknowledge(Acknowledgement(incident: incident, by: author, note: note, at: clock.now()))
  }

  func retry(delivery: String) async throws -> Bool {
    let requeued = try await store.requeue(.ids([delivery]), at: clock.now())
    if !requeued.isEmpty { deliveriesRequeued() }
    return !requeued.isEmpty
  }
}

extension Monitor {
  /// What the configuration says of some watches, when they are asked next, and how many watches there are.
  func schedule(of keys: [KeyName]) -> (watches: [KeyName: Watch], nextLooks: [KeyName: Timestamp], count: Int) {
    var watches: [KeyName: Watch] = [:]
    var nextLooks: [KeyName: Timestamp] = [:]
    for key in keys {
      watches[key] = watch(key)
      nextLooks[key] = nextLook(at: key)
    }
    return (watches, nextLooks, watchCount)
  }
}
