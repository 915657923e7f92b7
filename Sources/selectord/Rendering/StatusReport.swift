// `status`: what the database knows, and whether it can still be believed.

import Model

/// What is known of all watches that were asked for.
struct StatusReport {
  var now: Timestamp
  /// When the daemon last said that it watches; nil where it never did.
  var lastWatched: Timestamp?
  var watches: [WatchStatus]
  /// Views that are down, by name.
  var viewsDown: [String: ViewMemory]
  /// Whether the views count for the verdict: not where one domain was asked for.
  var countsViews: Bool

  struct WatchStatus: Hashable, Sendable {
    var key: KeyName
    var memory: WatchMemory
    /// What each server of each view last said; filled where details are wanted.
    var answers: [AnswerSpan] = []
  }

  /// A daemon that has said nothing for this long does not watch.
  static let staleAfter = Duration.seconds(300)

  /// Whether nobody watches any more, so that what is known may have changed since.
  var isStale: Bool {
    guard let lastWatched else { return true }
    return now - lastWatched > Self.staleAfter
  }

  /// The verdict that counts: what nobody watches is unknown.
  func verdict(of watch: WatchStatus) -> Verdict { isStale ? .unknown : watch.memory.verdict }

  /// The worst of all.
  var verdict: Verdict {
    if isStale || watches.isEmpty { return .unknown }
    let worst = watches.reduce(Verdict.ok) { $0.worse($1.memory.verdict) }
    guard countsViews else { return worst }
    return viewsDown.values.reduce(worst) { $0.worse($1.openIncident?.verdict ?? .warning) }
  }

  /// What is wrong beside the watches: a daemon that does not watch, views that are down.
  var troubles: [String] {
    var troubles: [String] = []
    if isStale {
      troubles.append(
        lastWatched.map {
          "The daemon has not watched since \($0.tableText) (\((now - $0).shortText) ago); what is known may have "
            + "changed. Start it with 'selectord run', or look at its log."
        } ?? "The daemon has never watched with this database. Start it with 'selectord run'.")
    }
    for (name, view) in viewsDown.sorted(by: { $0.key < $1.key }) {
      let since = view.downSince.map { " since \($0.tableText)" } ?? ""
      troubles.append("View \(name) is down\(since): nothing answers there.")
    }
    return troubles
  }

  /// What is told beside the data.
  var remarks: [String] {
    guard !isStale, let lastWatched else { return troubles }
    return ["The daemon watched \((now - lastWatched).shortText) ago."] + troubles
  }
}

/// Prints a status as a table.
struct StatusTable {
  let appearance: Appearance
  var display: (DomainName) -> String = { $0.description }
  var showsDetails = false

  func text(_ report: StatusReport) -> String {
    let columns = [
      Grid.Column("  STATE"), Grid.Column("DOMAIN", minimum: 16), Grid.Column("SELECTOR", minimum: 10),
      Grid.Column("KEY"), Grid.Column("SINCE", minimum: 20, omission: .afterOthersAreCut),
      Grid.Column("SUMMARY", minimum: 24, omission: .beforeOthersAreCut),
    ]
    let rows = report.watches.map { watch in
      let verdict = report.verdict(of: watch)
      var state = appearance.symbol(verdict) + StyledText(" ") + StyledText(watch.memory.state.rawValue, Style(verdict))
      if let suspicion = watch.memory.suspicion { state += StyledText(" (\(suspicion.state.rawValue)?)", .notable) }
      return Grid.Row(
        cells: [
          state, StyledText(display(watch.key.domain), .strong), StyledText(display(watch.key.selector), .strong),
          watch.memory.snapshot?.key.map { StyledText($0.shortText) } ?? StyledText("-", .faint),
          watch.memory.since.map { StyledText($0.tableText) } ?? StyledText("-", .faint),
          StyledText(watch.memory.summary),
        ], rest: showsDetails || verdict != .ok ? summary(watch) : [], below: showsDetails ? details(watch) : [])
    }
    return Grid.render(columns, rows, appearance: appearance)
  }

  private func summary(_ watch: StatusReport.WatchStatus) -> [StyledText] {
    JudgementDetail(appearance: appearance).paragraph(StyledText(""), watch.memory.summary, indentation: 4)
  }

  private func details(_ watch: StatusReport.WatchStatus) -> [StyledText] {
    let detail = JudgementDetail(appearance: appearance, display: display)
    let memory = watch.memory
    var lines: [StyledText] = []
    if let suspicion = memory.suspicion {
      lines += detail.paragraph(
        StyledText("suspected: ", .faint),
        "\(suspicion.state.rawValue), seen in \(suspicion.count) look\(suspicion.count == 1 ? "" : "s") since \(suspicion.firstSeen.tableText), not confirmed yet",
        indentation: 4)
    }
    let rows = watch.answers.map { span in
      [
        StyledText(span.view), StyledText(span.server),
        StyledText(span.answer.outcome.shortText, span.answer.outcome.style),
        StyledText("since \(span.firstSeen.tableText)", .faint),
      ]
    }
    lines += detail.section("answers", Columns.aligned(rows, indentation: 6))
    if let key = memory.snapshot?.key { lines += detail.section("key", detail.keyLines(key)) }
    lines += detail.section(
      "records", (memory.snapshot?.records ?? []).map { detail.verbatim($0, indentation: 6) })
    if memory.state != .published, let lastGood = memory.lastGood {
      lines += detail.section(
        "last good, \(lastGood.at.tableText)",
        lastGood.records.map { detail.verbatim($0, indentation: 6) })
    }
    lines += detail.section("findings", memory.findings.flatMap(detail.finding))
    lines += detail.section(
      "caches", memory.caches.flatMap { detail.paragraph(StyledText(""), $0.sentence, indentation: 6) })
    if let incident = memory.openIncident {
      lines += detail.section(
        "incident", [StyledText("      \(incident.id), open since \(incident.openedAt.tableText)")])
    }
    return lines + [""]
  }
}

/// The JSON object of one watch: as `check` prints it, from what was remembered.
struct StatusObject: Encodable {
  let watch: StatusReport.WatchStatus
  let report: StatusReport

  private enum CodingKeys: String, CodingKey {
    case domain, selector, name, state, verdict, summary, since, watchedAt, stale, views, key, findings, caches
    case suspected, lastGood, incident
  }

  func encode(to encoder: any Encoder) throws {
    let memory = watch.memory
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(watch.key.domain, forKey: .domain)
    try container.encode(watch.key.selector, forKey: .selector)
    try container.encode(watch.key.name, forKey: .name)
    try container.encode(memory.state, forKey: .state)
    try container.encode(report.verdict(of: watch), forKey: .verdict)
    try container.encode(memory.summary, forKey: .summary)
    try container.encodeIfPresent(memory.since, forKey: .since)
    try container.encodeIfPresent(report.lastWatched, forKey: .watchedAt)
    try container.encode(report.isStale, forKey: .stale)
    try container.encode(views, forKey: .views)
    try container.encodeIfPresent(memory.snapshot?.key, forKey: .key)
    try container.encode(memory.findings, forKey: .findings)
    if !memory.caches.isEmpty { try container.encode(memory.caches, forKey: .caches) }
    try container.encodeIfPresent(memory.suspicion?.state, forKey: .suspected)
    try container.encodeIfPresent(memory.lastGood, forKey: .lastGood)
    try container.encodeIfPresent(memory.openIncident, forKey: .incident)
  }

  /// The answers that stand, in the shape of a look.
  private var views: [ViewAnswer] {
    var views: [ViewAnswer] = []
    for span in watch.answers {
      let server = ServerAnswer(
        server: span.server, endpoint: span.endpoint, question: watch.key.name, answer: span.answer)
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
