// Tables around audits: many domains in one, what changed since an earlier report, and what findings cost.

import Auditing
import Config
import Model
import Phrasing

/// One row a domain.
struct AuditTable {
  let appearance: Appearance
  static let columns = [
    Grid.Column("  DOMAIN", minimum: 16), Grid.Column("GRADE"), Grid.Column("SCORE"),
    Grid.Column("SUMMARY", minimum: 24),
  ]

  func row(_ report: AuditReport) -> Grid.Row {
    Grid.Row(cells: [
      appearance.symbol(report.verdict) + StyledText(" ")
        + StyledText(InternationalName.display(report.domain), .strong),
      StyledText(report.grade?.rawValue ?? "-", Style(report.verdict)),
      StyledText(AuditText.number(report.score) + (report.of < 10 ? " of \(AuditText.number(report.of))" : "")),
      StyledText(report.summary),
    ])
  }
}

/// What is new, and what was fixed.
struct AuditDiffText {
  let appearance: Appearance

  func text(_ diff: AuditDiff) -> String {
    let detail = JudgementDetail(appearance: appearance)
    var lines: [StyledText] = [
      "",
      StyledText("  Since \(Phrase.dateAndTime(diff.before))", .strong)
        + StyledText("  \(Self.score(diff))", .faint),
    ]
    for scored in diff.new {
      lines += detail.paragraph(
        appearance.symbol(scored.finding.severity) + StyledText(" new    ", Style(scored.finding.severity))
          + StyledText("\(scored.finding.rule): "), scored.finding.text, indentation: 4, margin: 6)
    }
    for scored in diff.fixed {
      lines += detail.paragraph(
        appearance.symbol(Verdict.ok) + StyledText(" fixed  ", .good) + StyledText("\(scored.finding.rule): "),
        scored.finding.text, indentation: 4, margin: 6)
    }
    if diff.new.isEmpty, diff.fixed.isEmpty {
      lines.append(
        StyledText("    nothing changed" + (diff.same > 0 ? ": \(Phrase.count(diff.same, "finding")) as before" : "")))
    } else if diff.same > 0 {
      lines.append(StyledText("    \(Phrase.count(diff.same, "finding")) as before", .faint))
    }
    return lines.map { $0.rendered(appearance) + "\n" }.joined()
  }

  private static func score(_ diff: AuditDiff) -> String {
    func one(_ score: Double, _ grade: AuditGrade?) -> String {
      AuditText.number(score) + (grade.map { " (\($0.rawValue))" } ?? "")
    }
    return "score \(one(diff.scoreBefore, diff.gradeBefore)), now \(one(diff.scoreAfter, diff.gradeAfter))"
  }
}

/// `audit --scoring`: the table of points.
struct ScoringText {
  let appearance: Appearance

  func text(_ table: AuditScoring) -> String {
    let detail = JudgementDetail(appearance: appearance)
    var lines: [StyledText] = []
    for paragraph in table.introduction { lines += detail.paragraph(StyledText(""), paragraph, indentation: 0) + [""] }
    var text = lines.map { $0.rendered(appearance) + "\n" }.joined()
    for area in table.areas {
      let head = StyledText(area.title.capitalizedFirst, .strong) + StyledText("  at most \(area.budget)", .faint)
      text += head.rendered(appearance) + "\n"
      text += Grid.render(
        [
          Grid.Column("  POINTS"), Grid.Column("FINDING", minimum: 20), Grid.Column("BEST GRADE"),
          Grid.Column("WHEN", minimum: 24),
        ],
        area.rows.map { row in
          Grid.Row(cells: [
            StyledText("  \(row.points)", Style(row.severity)), StyledText(row.rule), StyledText(row.cap ?? "", .faint),
            StyledText(row.summary),
          ])
        }, appearance: appearance)
      text += "\n"
    }
    return text
  }
}
