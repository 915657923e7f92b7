// The overview: what is wrong now, in words; then every watch, a row each.

internal import Model
internal import Phrasing
internal import Reporting

enum OverviewPage {
  private static let stripDays: Int64 = 7
  /// How many problems stand above the table, and how many selectors with the same one are named.
  private static let mostProblems = 8
  private static let mostOthers = 6

  @Sendable static func show(_ call: Call) async throws -> WebResponse {
    let query = try call.watchQuery()
    let label = call.request.query.all("label").first
    let list = try await call.source.watches(query, label: label)
    var fields = table(list, query, label, call)
    if query.after == nil {
      var worst = query
      worst.verdicts = query.verdicts.isEmpty ? [.critical, .unknown, .warning] : query.verdicts.filter { $0 != .ok }
      worst.order = .verdict
      worst.limit = 30
      let isSame = query.order == .verdict && query.limit >= worst.limit
      let candidates = isSame ? list.rows : try await call.source.watches(worst, label: label).rows
      let wrong = candidates.filter { list.report.verdict(of: $0.status) != .ok }
      let groups = Self.groups(wrong, list.report)
      fields["problems"] = groups.prefix(mostProblems).map { problem($0, list.report, call) }
      let all = list.counts.filter { $0.key != .ok }.values.reduce(0, +)
      let rest = all - groups.prefix(mostProblems).map(\.count).reduce(0, +)
      if rest > 0, !wrong.isEmpty { fields["more"] = Shown("and \(Phrase.count(rest, "more selector")) below") }
      fields["isCalm"] = wrong.isEmpty && list.report.troubles.isEmpty && !list.rows.isEmpty
    }
    fields["troubles"] = list.report.troubles.map { ["text": Shown($0)] }
    return Page(call: call, title: title(list), place: .overview).response("overview", fields)
  }

  private static func title(_ list: WatchList) -> String {
    let bad = (list.counts[.critical] ?? 0) + (list.counts[.unknown] ?? 0)
    return bad > 0 ? "(\(bad)) Overview" : "Overview"
  }

  /// What has the same text stands together: the same fault of many selectors is one thing to fix.
  private static func groups(_ rows: [WatchRow], _ report: StatusReport) -> [[WatchRow]] {
    var groups: [[WatchRow]] = []
    for row in rows {
      let text = row.memory.summary(report.policy)
      let index = groups.firstIndex { group in
        group[0].memory.summary(report.policy) == text
          && report.verdict(of: group[0].status) == report.verdict(of: row.status)
          && group[0].memory.explanation == nil && row.memory.explanation == nil
      }
      if let index { groups[index].append(row) } else { groups.append([row]) }
    }
    return groups
  }

  private static func problem(_ rows: [WatchRow], _ report: StatusReport, _ call: Call) -> Fields {
    var fields = problem(rows[0], report, call)
    fields["others"] = rows.dropFirst().prefix(mostOthers).map { row -> Fields in
      ["href": Shown(call.site.path(to: row.key)), "name": Shown(call.site.settings.display(row.key.name))]
    }
    fields["hasOthers"] = rows.count > 1
    if rows.count > 1 {
      fields["also"] = Shown("The same holds for \(Phrase.count(rows.count - 1, "other selector")):")
      let hidden = rows.count - 1 - mostOthers
      if hidden > 0 { fields["hidden"] = Shown("and \(hidden) more") }
    }
    return fields
  }

  private static func problem(_ row: WatchRow, _ report: StatusReport, _ call: Call) -> Fields {
    let verdict = report.verdict(of: row.status)
    let state = row.memory.state
    var fields: Fields = [
      "mark": verdict.fields(word: state == .published ? verdict.rawValue : state.rawValue),
      "href": Shown(call.site.path(to: row.key)), "name": Shown(call.site.settings.display(row.key.name)),
      "summary": Shown(row.memory.summary(report.policy)),
    ]
    if let since = row.status.since { fields["since"] = since.fields(now: call.now) }
    if let remedy = row.memory.explanation?.diagnosis.remedy ?? row.memory.findings.first?.remedy {
      fields["remedy"] = Shown(remedy)
    }
    return fields
  }

  private static func table(_ list: WatchList, _ query: WatchQuery, _ label: String?, _ call: Call) -> Fields {
    let total = list.counts.values.reduce(0, +)
    let isFiltered =
      query.search != nil || !query.verdicts.isEmpty || !query.states.isEmpty || query.domain != nil || label != nil
    var fields = rows(list.rows, list.report, call)
    let form: Fields = [
      "search": Shown(query.search ?? ""), "domain": Shown(query.domain?.description ?? ""),
      "isEmpty": list.configured == 0, "isFiltered": isFiltered,
      "counts": [Verdict.critical, .unknown, .warning, .ok].map { verdict -> Fields in
        [
          "mark": verdict.fields(), "count": Shown("\(list.counts[verdict] ?? 0)"), "name": Shown(verdict.rawValue),
          "isChosen": query.verdicts.contains(verdict),
        ]
      },
      "orders": WatchQuery.Order.allCases.map { order -> Fields in
        ["value": Shown(order.rawValue), "isChosen": order == query.order, "label": Shown(order.label)]
      },
      "labels": list.labels.map { ["value": Shown($0), "isChosen": $0 == label] as Fields },
      "hasLabels": !list.labels.isEmpty, "total": Shown(Phrase.count(total, "selector")),
    ]
    fields.merge(form) { $1 }
    let pending = list.configured - total
    if pending > 0, !isFiltered {
      fields["pending"] = Shown(
        "\(Phrase.count(pending, "selector")) \(Phrase.agreeing(pending, "was", "were")) not checked yet.")
    }
    fields["nextPage"] = call.link(next: list.next, as: "after")
    fields["isContinued"] = query.after != nil
    return fields
  }

  /// Watches as a table.
  static func rows(_ rows: [WatchRow], _ report: StatusReport, _ call: Call) -> Fields {
    let chart = StripChart(from: call.now - .seconds(stripDays * 86_400), to: call.now)
    return ["rows": rows.map { row($0, report, chart, call) }, "hasRows": !rows.isEmpty]
  }

  private static func row(_ row: WatchRow, _ report: StatusReport, _ chart: StripChart, _ call: Call) -> Fields {
    let verdict = report.verdict(of: row.status)
    let memory = row.memory
    let changes = row.strips.filter { $0.firstSeen > chart.from }.count
    var fields: Fields = [
      "mark": verdict.fields(word: memory.state.rawValue), "href": Shown(call.site.path(to: row.key)),
      "domain": Shown(call.site.settings.display(row.key.domain)),
      "selector": Shown(row.key.selectorOrType(call.site.settings.display)),
      "strip": chart.overview(row.strips), "isKey": row.key.isKey,
      "changes": Shown(
        changes == 0
          ? "no change in \(stripDays) days" : "\(Phrase.count(changes, "change")) of answers in \(stripDays) days"),
    ]
    if verdict != .ok || memory.suspicion != nil { fields["summary"] = Shown(memory.summary(report.policy)) }
    if let key = memory.snapshot?.key {
      fields["key"] = Shown(key.words)
      let first = row.strips.filter { $0.lastSeen == nil && $0.outcome == .records }.map(\.firstSeen).min()
      if let first { fields["age"] = Shown(Phrase.duration(call.now - first)) }
    }
    if let changed = memory.changedAt ?? memory.since { fields["changed"] = changed.fields(now: call.now) }
    if let next = row.nextLook { fields["next"] = next.fields(now: call.now) }
    let incidents = [memory.openIncident, memory.openChange, memory.openSilence]
    if incidents.contains(where: { $0 != nil }) { fields["hasIncident"] = true }
    return fields
  }
}

extension WatchQuery.Order {
  fileprivate var label: String {
    switch self {
    case .verdict: "Worst first"
    case .name: "By name"
    case .changed: "Last changed first"
    }
  }
}

extension KeySummary {
  /// Type and size, as in `RSA 2048`.
  var words: String {
    let name = type == .rsa ? "RSA" : "Ed25519"
    if revoked { return "\(name), revoked" }
    return (type == .rsa ? "\(name) \(bits)" : name) + (testing ? ", testing" : "")
  }
}
