// Pages and the API: read from the database by a connection of their own, with what only the monitor knows.

internal import Auditing
internal import Config
internal import Dashboard
internal import Mail
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

  /// The rows of a page.
  private func rows(_ page: WatchPage) async throws -> (rows: [WatchRow], configured: Int) {
    let keys = page.watches.map(\.key)
    let strips = try await reader.strips(of: keys, since: clock.now() - .seconds(Self.stripDays * 86_400))
    let known = await monitor.schedule(of: keys)
    let rows = page.watches.map { key, memory in
      WatchRow(
        status: StatusReport.WatchStatus(key: key, memory: memory), watch: known.watches[key],
        nextLook: known.nextLooks[key], strips: strips[key] ?? [])
    }
    return (rows, known.count)
  }

  func watches(_ query: WatchQuery, label: String?) async throws -> WatchList {
    let labels = plan.withLock { $0.labels }
    var query = query
    if let label { query.keys = labels[label] ?? [] }
    let page = try await reader.watchPage(query)
    let (rows, configured) = try await rows(page)
    return WatchList(
      rows: rows, next: page.next, counts: try await reader.verdictCounts(query), report: try await report(),
      configured: configured, labels: Array(labels.keys.sorted().prefix(Self.mostLabels)))
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
    var report = WatchReport(
      row: WatchRow(
        status: StatusReport.WatchStatus(key: key, memory: memory, answers: spans.filter(\.isCurrent)),
        watch: known.watches[key], nextLook: known.nextLooks[key], strips: []),
      report: try await report(), spans: spans,
      periods: try await reader.watchingPeriods(since: since).map { ($0.began, $0.last) } + [(now, now)],
      events: try await reader.events(matching: filter), incidents: try await self.incidents(incidents),
      deliveries: try await self.deliveries(deliveries).map(\.item), delegation: delegation,
      use: use.map { Event.Use(messages7d: $0.messages7d, failing7d: $0.failing7d, lastSeen: $0.lastSeen) })
    report.silences = try await reader.silences(endingAfter: now).filter {
      $0.concerns(key.domain, selector: key.isKey ? key.selector : nil, labels: known.watches[key]?.labels ?? [:])
    }
    return report
  }

  /// The most rows, events and selectors of the page of a domain.
  private static let mostOfDomain = 100

  func domain(_ name: DomainName) async throws -> DomainReport? {
    var query = WatchQuery()
    query.within = name
    query.limit = Self.mostOfDomain
    let page = try await reader.watchPage(query)
    let (rows, _) = try await rows(page)
    let zone = rows.first { $0.key.domain == name }?.memory.zone ?? name
    var report = DomainReport(
      domain: name, rows: rows, counts: try await reader.verdictCounts(query), report: try await self.report(),
      delegation: try await reader.zoneMemory(of: zone))
    let now = clock.now()
    report.census = try await reader.census(of: name, at: now, limit: Self.mostOfDomain)
    report.audit = audits.state(of: name)
    report.rotations = try await rotations(of: rows)
    var events = EventQuery()
    events.zone = zone
    events.types = [.delegationChanged]
    report.delegationChanges = try await reader.eventPage(events).map(\.event)
    events = EventQuery()
    events.domain = name
    events.limit = 30
    report.events = try await reader.eventPage(events).map(\.event)
    report.silences = try await reader.silences(endingAfter: now).filter {
      $0.concerns(name, selector: nil, labels: [:])
    }
    let isKnown =
      !rows.isEmpty || !report.census.isEmpty || !report.events.isEmpty || report.audit != nil
      || report.delegation != nil
    return isKnown ? report : nil
  }

  /// The changes of selectors that are under way, each once.
  private func rotations(of rows: [WatchRow]) async throws -> [RotationItem] {
    var seen: Set<Rotation> = []
    var items: [RotationItem] = []
    for case let rotation? in rows.map(\.watch?.rotation) where seen.insert(rotation).inserted {
      var query = EventQuery()
      query.domain = rotation.new.domain
      query.types = [.rotationReady, .rotationBlocked, .rotationTooEarly]
      query.limit = 20
      let events = try await reader.eventPage(query).map(\.event)
      items.append(
        RotationItem(
          old: rotation.old, new: rotation.new,
          event: events.first { $0.selector == rotation.new.selector || $0.selector == rotation.old.selector }))
    }
    return items
  }

  // MARK: Silences

  func silences(endingAfter time: Timestamp?) async throws -> [Silence] { try await reader.silences(endingAfter: time) }

  func silence(
    _ matchers: Silence.Matchers, by author: String, reason: String, until end: Timestamp
  ) async throws -> Silence {
    let now = clock.now()
    let silence = Silence(
      id: identifiers.silence(at: now), matchers: matchers, by: author, reason: reason, createdAt: now, expiresAt: end)
    try await store.add(silence)
    return silence
  }

  func endSilence(_ id: String) async throws -> Bool { try await store.expireSilence(id, at: clock.now()) }

  // MARK: What is checked now

  func checkNow(_ key: KeyName) async -> Bool { await monitor.checkNow(key) }

  func verify(_ message: [UInt8]) async throws -> MessageVerification {
    let reader = reader
    let monitor = monitor
    return try await verifier.verify(
      message, at: clock.now(), spans: { (try? await reader.spans(of: $0, since: nil)) ?? [] },
      look: { await monitor.look(at: $0) })
  }

  func beginAudit(of domain: DomainName) async throws {
    var query = WatchQuery()
    query.domain = domain
    query.limit = Self.mostOfDomain
    let selectors = try await reader.watchPage(query).watches.filter(\.key.isKey).map(\.key.selector)
    try audits.begin(domain, selectors: selectors)
  }

  func audit(of domain: DomainName) async throws -> AuditState? { audits.state(of: domain) }

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

extension Silence {
  /// Whether it keeps events of a watch, or all of a domain with nil, from being told; those of some types only too.
  fileprivate func concerns(_ domain: DomainName, selector: DomainName?, labels: [String: String]) -> Bool {
    if let pattern = matchers.domain, DomainPattern(pattern)?.matches(domain) != true { return false }
    if let wanted = matchers.selector, wanted != selector { return false }
    return matchers.labels.allSatisfy { labels[$0.key] == $0.value }
  }
}
