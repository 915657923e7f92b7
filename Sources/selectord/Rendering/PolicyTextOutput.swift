// `policy`: what one policy is worth, for a person.

import Model
import Policies

/// Prints judgements of policies.
struct PolicyTextOutput {
  let appearance: Appearance

  /// One policy: type, validity, sentence, what each tag means, findings.
  func detail(_ judgement: PolicyJudgement) -> String {
    let detail = JudgementDetail(appearance: appearance)
    var lines = detail.paragraph(
      appearance.symbol(judgement.verdict) + StyledText(" ") + state(judgement) + StyledText("  "), judgement.summary,
      indentation: 0)
    lines += detail.section("what it says", judgement.tags.flatMap { tag($0, detail) })
    lines += detail.section("findings", judgement.findings.flatMap(detail.finding))
    return lines.map { $0.rendered(appearance) + "\n" }.joined()
  }

  private func state(_ judgement: PolicyJudgement) -> StyledText {
    StyledText(
      judgement.type.rawValue + (judgement.valid ? " valid" : " invalid"), Style(judgement.verdict))
  }

  /// A tag as it stands there, and its meaning beneath.
  private func tag(_ tag: PolicyTag, _ detail: JudgementDetail) -> [StyledText] {
    let value = tag.value.count > 200 ? "\(tag.value.prefix(160))…\(tag.value.suffix(30))" : tag.value
    let name = StyledText(tag.name, .strong) + StyledText(value.isEmpty ? "" : "  ")
    return detail.paragraph(name, value, indentation: 6)
      + detail.paragraph(StyledText("", .faint), tag.meaning, indentation: 8)
  }

  static let columns = [
    Grid.Column("LINE"), Grid.Column("TYPE"), Grid.Column("  STATE"), Grid.Column("SUMMARY", minimum: 20),
    Grid.Column("FINDINGS", minimum: 12),
  ]

  /// One policy as a row, where many are judged.
  func row(_ judgement: PolicyJudgement, line: Int) -> Grid.Row {
    Grid.Row(cells: [
      StyledText("\(line)", .faint), StyledText(judgement.type.rawValue),
      appearance.symbol(judgement.verdict) + StyledText(" ")
        + StyledText(judgement.valid ? "valid" : "invalid", Style(judgement.verdict)),
      StyledText(judgement.summary), StyledText(judgement.findings.map(\.rule).joined(separator: ", "), .faint),
    ])
  }
}
