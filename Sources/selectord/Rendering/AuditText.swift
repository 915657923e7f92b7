// The report of an audit for a person at the terminal: the score first, the worst sections next, what is right last.

import Auditing
import Config
import Model
import Phrasing

/// Prints one report.
struct AuditText {
  let appearance: Appearance
  var display: (DomainName) -> String = InternationalName.display

  func text(_ report: AuditReport) -> String {
    let detail = JudgementDetail(appearance: appearance)
    var lines = detail.paragraph(
      appearance.symbol(report.verdict) + StyledText(" ") + StyledText(display(report.domain), .strong)
        + StyledText("  \(Self.score(report))  "), report.summary, indentation: 0, margin: 2)
    let (bad, fine) = (sections(report) { !$0.findings.isEmpty }, sections(report) { $0.findings.isEmpty })
    for section in bad + fine { lines += self.lines(section, detail) }
    lines.append(StyledText(""))
    lines += detail.paragraph(StyledText("", .faint), Self.effort(report.effort), indentation: 0)
    return lines.map { $0.rendered(appearance) + "\n" }.joined()
  }

  /// Those with the worst finding first.
  private func sections(
    _ report: AuditReport, _ isMeant: (AuditReport.Section) -> Bool
  ) -> [AuditReport.Section] {
    let meant = report.sections.filter(isMeant)
    let severities: [Severity?] = [.critical, .warning, .info, nil]
    return severities.flatMap { severity in meant.filter { $0.findings.first?.finding.severity == severity } }
  }

  private func lines(_ section: AuditReport.Section, _ detail: JudgementDetail) -> [StyledText] {
    var lines = [
      StyledText(""),
      StyledText("  ") + StyledText(section.title, .strong)
        + StyledText("  \(Self.number(section.score)) of \(Self.number(section.of))", .faint),
    ]
    for scored in section.findings {
      lines += detail.finding(scored.finding)
      if scored.points > 0 {
        lines += detail.paragraph(
          StyledText("cost: ", .faint), Phrase.count(scored.points, "point"), indentation: 8)
      }
    }
    for good in section.good {
      lines += detail.paragraph(appearance.symbol(Verdict.ok) + StyledText(" "), good, indentation: 6, margin: 8)
    }
    for unknown in section.unknown {
      lines += detail.paragraph(
        appearance.symbol(Verdict.unknown) + StyledText(" "), unknown, indentation: 6, margin: 8)
    }
    return lines
  }

  /// `8.5 of 10, grade B`
  static func score(_ report: AuditReport) -> String {
    let points = "\(number(report.score)) of \(number(report.of))" + (report.of < 10 ? " judged" : "")
    return points + (report.grade.map { ", grade \($0.rawValue)" } ?? ", no grade: too little could be judged")
  }

  static func effort(_ effort: AuditReport.Effort) -> String {
    let asked =
      "\(Phrase.count(effort.questions, "question")) in \(Phrase.count(effort.rounds, "round")); at most "
      + "\(effort.limit) would have been asked."
    return effort.isCut ? asked + " The limit was reached: not everything could be checked." : asked
  }

  /// `8.5`, and `10` without a fraction.
  static func number(_ number: Double) -> String {
    number == number.rounded() ? "\(Int(number))" : "\(number)"
  }
}

extension Phrase {
  /// `1 point`, `0.3 points`.
  fileprivate static func count(_ number: Double, _ singular: String) -> String {
    "\(AuditText.number(number)) \(number == 1 ? singular : singular + "s")"
  }
}
