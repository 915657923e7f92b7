// `status` as JSON.

internal import Model

/// The JSON object of one watch: as `check` prints it, from what was remembered.
package struct StatusObject: Encodable {
  let watch: StatusReport.WatchStatus
  let report: StatusReport

  package init(watch: StatusReport.WatchStatus, report: StatusReport) {
    self.watch = watch
    self.report = report
  }

  private enum CodingKeys: String, CodingKey {
    case domain, selector, name, recordType, state, verdict, summary, since, watchedAt, stale, views, key, findings,
      caches
    case suspicion, lastGood, incident, use
  }

  package func encode(to encoder: any Encoder) throws {
    let memory = watch.memory
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(watch.key.domain, forKey: .domain)
    if watch.key.isKey { try container.encode(watch.key.selector, forKey: .selector) }
    try container.encode(watch.key.name, forKey: .name)
    if !watch.key.isKey { try container.encode(watch.key.type.description, forKey: .recordType) }
    try container.encode(memory.state, forKey: .state)
    try container.encode(report.verdict(of: watch), forKey: .verdict)
    try container.encode(memory.summary, forKey: .summary)
    try container.encodeIfPresent(watch.since, forKey: .since)
    try container.encodeIfPresent(report.lastWatched, forKey: .watchedAt)
    try container.encode(report.isStale, forKey: .stale)
    try container.encode(views, forKey: .views)
    try container.encodeIfPresent(memory.snapshot?.key, forKey: .key)
    try container.encode(memory.findings, forKey: .findings)
    if !memory.caches.isEmpty { try container.encode(memory.caches, forKey: .caches) }
    try container.encodeIfPresent(Suspicion(memory, policy: report.policy), forKey: .suspicion)
    try container.encodeIfPresent(memory.lastGood, forKey: .lastGood)
    try container.encodeIfPresent(memory.openIncident, forKey: .incident)
    try container.encodeIfPresent(watch.use, forKey: .use)
  }

  /// What is seen and not confirmed yet.
  private struct Suspicion: Encodable {
    var state: State
    var since: Timestamp
    var looks: Int
    /// When it is reported, if it lasts.
    var reportedAt: Timestamp

    init?(_ memory: WatchMemory, policy: MonitoringPolicy) {
      guard let suspicion = memory.suspicion, let suspected = memory.suspectedState,
        let reported = memory.reportedAt(policy)
      else { return nil }
      state = suspected
      since = suspicion.firstSeen
      looks = suspicion.count
      reportedAt = reported
    }
  }

  /// The answers of now, in the shape of a look.
  private var views: [ViewAnswer] {
    var views: [ViewAnswer] = []
    for span in watch.answers {
      let server = ServerAnswer(
        server: span.server, endpoint: span.endpoint, question: watch.key.name, type: watch.key.type,
        answer: span.answer)
      if let index = views.firstIndex(where: { $0.view == span.view }) {
        views[index].servers.append(server)
      } else {
        views.append(
          ViewAnswer(view: span.view, isAuthoritative: span.answer.authoritative, servers: [server]))
      }
    }
    return views
  }
}
