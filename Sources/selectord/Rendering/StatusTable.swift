// `status` as a table.

import Model
import Phrasing
import Reporting

/// Prints a status as a table.
struct StatusTable {
  let appearance: Appearance
  var display: (DomainName) -> String = { $0.description }
  var showsDetails = false

  func text(_ report: StatusReport) -> String {
    var columns = [
      Grid.Column("  STATE"), Grid.Column("DOMAIN", minimum: 16, isName: true),
      Grid.Column("SELECTOR", minimum: 10, isName: true),
      Grid.Column("KEY"),
    ]
    // Who reads no mail sees no column of it.
    let hasUse = report.shown.contains { $0.use != nil }
    if hasUse { columns.append(Grid.Column("MAIL, 7 DAYS", omission: .afterOthersAreCut)) }
    columns += [
      Grid.Column("SINCE", minimum: 20, omission: .afterOthersAreCut),
      Grid.Column("SUMMARY", minimum: 24, omission: .beforeOthersAreCut),
    ]
    let rows = report.shown.map { watch in
      let verdict = report.verdict(of: watch)
      var state = appearance.symbol(verdict) + StyledText(" ") + StyledText(watch.memory.state.rawValue, Style(verdict))
      if let seen = watch.memory.suspectedState { state += StyledText(" (\(seen.rawValue)?)", .notable) }
      return Grid.Row(
        cells: [
          state, StyledText(display(watch.key.domain), .strong), StyledText(watch.key.selectorOrType(display), .strong),
          watch.memory.snapshot?.key.map { StyledText($0.shortText) } ?? StyledText("-", .faint),
        ] + (hasUse ? [watch.use.map(Self.mail) ?? StyledText("-", .faint)] : []) + [
          watch.since.map { StyledText($0.minuteText) } ?? StyledText("-", .faint),
          StyledText(watch.memory.summary(report.policy)),
        ], name: StyledText(display(watch.key.name) + (watch.key.isKey ? "" : " \(watch.key.type)"), .strong),
        rest: showsDetails || verdict != .ok || watch.memory.suspicion != nil ? summary(watch, report.policy) : [],
        below: showsDetails ? details(watch) : [])
    }
    let detail = JudgementDetail(appearance: appearance)
    let footer = report.footer.flatMap { detail.paragraph(StyledText(""), $0, indentation: 0) }
    return (rows.isEmpty ? "" : Grid.render(columns, rows, appearance: appearance) + "\n") + audits(report)
      + footer.map { $0.rendered(appearance) + "\n" }.joined()
  }

  /// A row for each domain that is audited; its findings below where details are wanted.
  private func audits(_ report: StatusReport) -> String {
    let audits = report.shownAudits
    if audits.isEmpty { return "" }
    let columns = [
      Grid.Column("  AUDIT", minimum: 16, isName: true), Grid.Column("GRADE"), Grid.Column("SCORE"),
      Grid.Column("AUDITED", minimum: 20, omission: .afterOthersAreCut),
      Grid.Column("SUMMARY", minimum: 24, omission: .beforeOthersAreCut),
    ]
    let detail = JudgementDetail(appearance: appearance, display: display)
    let rows = audits.map { audit in
      let verdict = report.verdict(of: audit)
      let name = StyledText(display(audit.result.domain), .strong)
      return Grid.Row(
        cells: [
          appearance.symbol(verdict) + StyledText(" ") + name,
          StyledText(audit.result.grade ?? "-", Style(verdict)), StyledText(audit.points),
          StyledText(audit.result.checkedAt.minuteText), StyledText(audit.result.summary),
        ], name: name, rest: [],
        below: showsDetails
          ? detail.section("findings", audit.findings.map(\.finding).flatMap(detail.finding)) + [""] : [])
    }
    return Grid.render(columns, rows, appearance: appearance) + "\n"
  }

  /// `812`, or `812, 20 failed`.
  private static func mail(_ use: Event.Use) -> StyledText {
    guard use.failing7d > 0 else { return StyledText("\(use.messages7d)") }
    return StyledText("\(use.messages7d), ") + StyledText("\(use.failing7d) failed", .notable)
  }

  private func summary(_ watch: StatusReport.WatchStatus, _ policy: MonitoringPolicy) -> [StyledText] {
    JudgementDetail(appearance: appearance).paragraph(
      StyledText(""), watch.memory.summary(policy), indentation: 4)
  }

  private func details(_ watch: StatusReport.WatchStatus) -> [StyledText] {
    let detail = JudgementDetail(appearance: appearance, display: display)
    let memory = watch.memory
    var lines: [StyledText] = []
    let rows = watch.answers.map { span in
      [
        StyledText(span.view), StyledText(span.server),
        StyledText(span.answer.outcome.shortText, span.answer.outcome.style),
        StyledText("since \(span.firstSeen.tableText)", .faint),
      ]
    }
    lines += detail.section("answers", Columns.aligned(rows, indentation: 6, appearance: appearance))
    if let key = memory.snapshot?.key { lines += detail.section("key", detail.keyLines(key)) }
    lines += detail.section(
      "records", (memory.snapshot?.records ?? []).map { detail.verbatim($0, indentation: 6) })
    if memory.state != .published, let lastGood = memory.lastGood {
      lines += detail.section(
        "last good at \(lastGood.at.tableText)",
        lastGood.records.map { detail.verbatim($0, indentation: 6) })
    }
    lines += detail.section("findings", memory.findings.flatMap(detail.finding))
    lines += detail.section(
      "caches", memory.caches.flatMap { detail.paragraph(StyledText(""), $0.sentence, indentation: 6) })
    if let use = watch.use {
      let failed = use.failing7d > 0 ? ", \(use.failing7d) of them failed" : ""
      lines += detail.section(
        "mail",
        [
          StyledText(
            "      \(Phrase.count(use.messages7d, "message")) in 7 days\(failed); the last at \(use.lastSeen.tableText)"
          )
        ])
    }
    if let incident = memory.openIncident {
      lines += detail.section(
        "incident", [StyledText("      \(incident.id), open since \(incident.openedAt.tableText)")])
    }
    return lines + [""]
  }
}
