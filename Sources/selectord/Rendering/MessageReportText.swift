// The report on one message for a person at the terminal.

import Auditing
import Model
import Phrasing

/// Prints the report on a message.
struct MessageReportText {
  let appearance: Appearance

  func text(_ report: MessageReport, file: String) -> String {
    let detail = JudgementDetail(appearance: appearance)
    let score =
      "\(AuditText.number(report.score)) of \(AuditText.number(report.of))" + (report.of < 10 ? " judged" : "")
    var lines = detail.paragraph(
      appearance.symbol(report.verdict) + StyledText(" ") + StyledText(file, .strong) + StyledText("  \(score)  "),
      report.summary, indentation: 0, margin: 2)
    if let from = report.from { lines.append(StyledText("  from ", .faint) + StyledText(from)) }
    for section in report.sections {
      lines += [
        "",
        StyledText("  ") + StyledText(section.title, .strong)
          + StyledText("  \(AuditText.number(section.score)) of \(AuditText.number(section.of))", .faint),
      ]
      for scored in section.findings {
        let points =
          scored.points > 0 ? " (\(appearance.isUnicode ? "−" : "-")\(AuditText.number(scored.points)))" : ""
        lines += detail.paragraph(
          appearance.symbol(scored.finding.severity) + StyledText(" ")
            + StyledText(scored.finding.rule, Style(scored.finding.severity)) + StyledText("\(points): "),
          scored.finding.text, indentation: 4, margin: 6)
        if !scored.finding.evidence.isEmpty {
          lines += detail.evidence(
            scored.finding.evidence.split(separator: "\n").map(String.init), label: "seen: ", indentation: 6)
        }
        lines += detail.paragraph(StyledText("do:   ", .faint), scored.finding.remedy, indentation: 6)
      }
      for good in section.good {
        lines += detail.paragraph(appearance.symbol(Verdict.ok) + StyledText(" "), good, indentation: 4, margin: 6)
      }
      for unknown in section.unknown {
        lines += detail.paragraph(
          appearance.symbol(Verdict.unknown) + StyledText(" "), unknown, indentation: 4, margin: 6)
      }
      if section.findings.isEmpty, section.good.isEmpty, section.unknown.isEmpty {
        lines.append(StyledText("    ") + appearance.symbol(Verdict.ok) + StyledText(" no problems found"))
      }
    }
    lines += requirements(report, detail)
    return lines.map { $0.rendered(appearance) + "\n" }.joined()
  }

  /// What each receiver requires, the unmet first; those that nobody can see are counted.
  private func requirements(_ report: MessageReport, _ detail: JudgementDetail) -> [StyledText] {
    var lines: [StyledText] = ["", StyledText("  What the large receivers require", .strong)]
    for receiver in report.requirements.map(\.receiver).withoutRepeats {
      let all = report.requirements.filter { $0.receiver == receiver }
      let unmet = all.filter { $0.state == .notMet }
      let met = all.filter { $0.state == .met }
      let hidden = all.filter { $0.state == .notVisible }
      let verdict: Verdict = unmet.isEmpty ? .ok : unmet.contains { !$0.isForBulk } ? .critical : .warning
      var text = "\(met.count) of \(all.count) met"
      if !hidden.isEmpty { text += ", \(hidden.count) not visible here" }
      lines += detail.paragraph(
        appearance.symbol(verdict) + StyledText(" ") + StyledText(receiver).padded(to: 11), text, indentation: 4)
      for requirement in unmet {
        lines += detail.paragraph(
          StyledText("not met: ", .notable),
          requirement.requirement + (requirement.isForBulk ? " (for bulk mail)" : ""),
          indentation: 8)
      }
      if !unmet.isEmpty { lines += [StyledText("        \(all[0].source)", .faint)] }
    }
    return lines
  }
}
