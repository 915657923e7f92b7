// The report of an audit for a person at the terminal: the score and three answers first, the worst sections next, what is
// right last.

import Auditing
import Config
import Model
import Phrasing

/// Prints one report.
struct AuditText {
  let appearance: Appearance
  var display: (DomainName) -> String = InternationalName.display
  /// Whether remarks have their evidence too, and records and the tree of SPF are shown.
  var showsAll = false

  private var detail: JudgementDetail { JudgementDetail(appearance: appearance) }

  func text(_ report: AuditReport) -> String {
    var lines = detail.paragraph(
      appearance.symbol(report.verdict) + StyledText(" ") + StyledText(display(report.domain), .strong)
        + StyledText("  ") + Self.score(report) + StyledText("  "), report.summary, indentation: 0, margin: 2)
    lines.append("")
    lines += answers(report)
    lines += losses(report)
    let sections = report.sectionsByWorst
    let bad = sections.filter { !Self.loud($0).isEmpty }
    for section in bad { lines += full(section) }
    let rest = sections.filter { Self.loud($0).isEmpty }
    if !rest.isEmpty {
      lines += ["", StyledText("  Right, and open", .strong)]
      for section in rest { lines += brief(section) }
    }
    let notes = sections.flatMap { section in section.findings.filter { !Self.isLoud($0) }.map { (section, $0.finding) }
    }
    if !notes.isEmpty {
      lines += [
        "", StyledText("  Remarks", .strong) + StyledText(showsAll ? "" : "  (-v shows what was seen)", .faint),
      ]
      for (_, finding) in notes { lines += note(finding) }
    }
    if showsAll { lines += records(report) }
    lines.append("")
    lines += detail.paragraph(StyledText("  "), Self.effort(report.effort), indentation: 0)
    return lines.map { $0.rendered(appearance) + "\n" }.joined()
  }

  // MARK: - The beginning

  private func answers(_ report: AuditReport) -> [StyledText] {
    let width = AuditReport.Answer.Question.allCases.map(\.title.count).max() ?? 0
    return report.answers.flatMap { answer in
      detail.paragraph(
        appearance.symbol(answer.verdict) + StyledText(" ")
          + StyledText(answer.question.title, .strong).padded(to: width + 2), answer.text, indentation: 2)
    }
  }

  /// What to do, the dearest first, and what the score would be then.
  private func losses(_ report: AuditReport) -> [StyledText] {
    let lost = report.findings.filter { $0.points > 0 }.sorted { $0.points > $1.points }
    guard !lost.isEmpty else { return [] }
    var lines: [StyledText] = ["", StyledText("  What to do, by points", .strong)]
    let shown = showsAll ? lost[...] : lost.prefix(8)
    for item in shown {
      let gain = min(report.score + item.points, report.of)
      lines += detail.paragraph(
        StyledText(minus(item.points), Style(item.finding.severity)).padded(to: 6)
          + StyledText(item.finding.rule, .faint)
          + StyledText(": "), "\(item.finding.remedy) \(arrow) \(Self.number(gain))", indentation: 4, margin: 10)
    }
    if lost.count > shown.count {
      lines.append(StyledText("          and \(lost.count - shown.count) more, below", .faint))
    }
    if lost.count > 1 {
      lines.append(
        StyledText("          all \(lost.count) fixed: \(Self.number(report.of)) of \(Self.number(report.of))", .faint))
    }
    return lines
  }

  private var arrow: String { appearance.isUnicode ? "→" : "->" }
  private func minus(_ points: Double) -> String { (appearance.isUnicode ? "−" : "-") + Self.number(points) }

  // MARK: - Sections

  private static func isLoud(_ scored: AuditReport.ScoredFinding) -> Bool {
    scored.finding.severity > .info || scored.points > 0
  }

  private static func loud(_ section: AuditReport.Section) -> [AuditReport.ScoredFinding] {
    section.findings.filter(isLoud)
  }

  /// A section with something wrong: each finding whole, and what is right in one line each.
  private func full(_ section: AuditReport.Section) -> [StyledText] {
    var lines: [StyledText] = [
      "",
      StyledText("  ") + StyledText(section.title, .strong)
        + StyledText("  \(Self.number(section.score)) of \(Self.number(section.of))", .faint),
    ]
    for scored in Self.loud(section) {
      let finding = scored.finding
      let points = scored.points > 0 ? " (\(minus(scored.points)))" : ""
      lines += detail.paragraph(
        appearance.symbol(finding.severity) + StyledText(" ") + StyledText(finding.rule, Style(finding.severity))
          + StyledText("\(points): "), finding.text, indentation: 4, margin: 6)
      lines += detail.evidence(
        finding.evidence.split(separator: "\n").map(String.init), label: "seen: ", indentation: 6)
      if !finding.remedy.isEmpty {
        lines += detail.paragraph(StyledText("do:   ", .faint), finding.remedy, indentation: 6)
      }
    }
    return lines + remarks(section, indentation: 4)
  }

  /// What is right and what could not be told.
  private func remarks(_ section: AuditReport.Section, indentation: Int) -> [StyledText] {
    section.good.flatMap {
      detail.paragraph(
        appearance.symbol(Verdict.ok) + StyledText(" "), $0, indentation: indentation, margin: indentation + 2)
    }
      + section.unknown.flatMap {
        detail.paragraph(
          appearance.symbol(Verdict.unknown) + StyledText(" "), $0, indentation: indentation, margin: indentation + 2)
      }
  }

  /// A section without anything wrong, in as few lines as it has things to say.
  private func brief(_ section: AuditReport.Section) -> [StyledText] {
    let lines = remarks(section, indentation: 4)
    guard lines.isEmpty else { return lines }
    return [StyledText("    ") + appearance.symbol(Verdict.ok) + StyledText(" \(section.title): no problems found.")]
  }

  private func note(_ finding: Finding) -> [StyledText] {
    if showsAll {
      return detail.paragraph(
        appearance.symbol(Severity.info) + StyledText(" ") + StyledText(finding.rule, .faint) + StyledText(": "),
        finding.text, indentation: 4, margin: 6)
        + detail.evidence(finding.evidence.split(separator: "\n").map(String.init), label: "seen: ", indentation: 6)
        + detail.paragraph(StyledText("do:   ", .faint), finding.remedy, indentation: 6)
    }
    return detail.paragraph(
      appearance.symbol(Severity.info) + StyledText(" "), finding.text, indentation: 4, margin: 6)
  }

  private func records(_ report: AuditReport) -> [StyledText] {
    var lines: [StyledText] = ["", StyledText("  The records", .strong)]
    for row in report.records.rows {
      lines += detail.paragraph(StyledText(row.name, .faint).padded(to: 7), row.value, indentation: 4)
    }
    guard let spf = report.spf, !spf.tree.isEmpty else { return lines }
    lines += [
      "",
      StyledText("  What SPF leads to", .strong)
        + StyledText("  \(Phrase.count(spf.lookups, "lookup")) of 10", .faint),
    ]
    return lines + SPFTreeText(appearance: appearance).lines(spf.tree, indentation: 4)
  }

  // MARK: - Numbers

  /// `8.5 of 10, grade B`
  static func score(_ report: AuditReport) -> StyledText {
    let points = "\(number(report.score)) of \(number(report.of))" + (report.of < 10 ? " judged" : "")
    guard let grade = report.grade else { return StyledText(points + ", no grade: too little could be judged") }
    return StyledText(points + ", grade ")
      + StyledText(grade.rawValue, grade <= .a ? .good : grade <= .c ? .notable : .bad)
  }

  static func effort(_ effort: AuditReport.Effort) -> String {
    let asked =
      "\(Phrase.count(effort.questions, "question")) in \(Phrase.count(effort.rounds, "round")); at most "
      + "\(effort.limit) are asked."
    return effort.isCut ? asked + " The limit was reached: not everything was checked." : asked
  }

  /// `8.5`, and `10` without a fraction.
  static func number(_ number: Double) -> String {
    let tenths = Int((number * 10).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(abs(tenths % 10))"
  }
}

/// The tree of SPF with the cost of each term.
struct SPFTreeText {
  let appearance: Appearance

  func lines(_ nodes: [AuditReport.SPF.Node], indentation: Int) -> [StyledText] {
    lines(nodes, prefix: String(repeating: " ", count: indentation))
  }

  private func lines(_ nodes: [AuditReport.SPF.Node], prefix: String) -> [StyledText] {
    nodes.enumerated().flatMap { index, node -> [StyledText] in
      let isLast = index == nodes.count - 1
      let (branch, trunk) =
        appearance.isUnicode
        ? (isLast ? "└ " : "├ ", isLast ? "  " : "│ ") : (isLast ? "\\ " : "| ", isLast ? "  " : "| ")
      var line = StyledText(prefix + branch, .faint) + StyledText(node.term)
      line += StyledText("  \(node.lookups)", .faint)
      if let problem = node.problem { line += StyledText("  \(problem)", .bad) }
      if let record = node.record { line += StyledText("  \(record)", .faint) }
      return [appearance.columns.map { line.cut(to: $0, ellipsis: appearance.ellipsis) } ?? line]
        + lines(node.terms, prefix: prefix + trunk)
    }
  }
}
