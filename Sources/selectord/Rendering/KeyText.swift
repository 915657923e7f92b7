// `key`: what one record is worth, and the table of rules.

import Model

/// Prints judgements of key records.
struct KeyText {
  let appearance: Appearance

  /// One record for a person: state, sentence, key, findings.
  func detail(_ judgement: KeyJudgement) -> String {
    let detail = JudgementDetail(appearance: appearance)
    var lines = detail.paragraph(
      appearance.symbol(judgement.verdict) + StyledText(" ")
        + StyledText(judgement.state.rawValue, Style(judgement.verdict))
        + StyledText("  "), judgement.summary, indentation: 0)
    if let key = judgement.key { lines += detail.section("key", detail.keyLines(key)) }
    lines += detail.section("findings", judgement.findings.flatMap(detail.finding))
    lines += detail.section("receivers", detail.receiverLines(judgement.receivers))
    return lines.map { $0.rendered(appearance) + "\n" }.joined()
  }

  static let columns = [
    Grid.Column("LINE"), Grid.Column("  STATE"), Grid.Column("KEY"), Grid.Column("SUMMARY", minimum: 20),
    Grid.Column("FINDINGS", minimum: 12),
  ]

  /// One record as a row, where many are judged.
  func row(_ judgement: KeyJudgement, line: Int) -> Grid.Row {
    Grid.Row(cells: [
      StyledText("\(line)", .faint),
      appearance.symbol(judgement.verdict) + StyledText(" ")
        + StyledText(judgement.state.rawValue, Style(judgement.verdict)),
      judgement.key.map { StyledText($0.shortText) } ?? StyledText("-", .faint), StyledText(judgement.summary),
      StyledText(judgement.findings.map(\.rule).joined(separator: ", "), .faint),
    ])
  }
}

/// Prints rule tables.
enum RulesText {
  /// The table of rules in an output format. `nagios` has none, and is refused before.
  static func text(_ rules: [Rule], _ output: VerdictFormat, appearance: Appearance) throws -> String {
    if output == .table { return table(rules, appearance: appearance) }
    var stream = JSONStream(isLines: output == .jsonl)
    return try rules.map { stream.add(try JSONValue(encoding: $0)) }.joined() + stream.finish()
  }

  /// Side by side where nothing is cut; a terminal gets a paragraph a rule, since no column has room for sentences.
  static func table(_ rules: [Rule], appearance: Appearance) -> String {
    if appearance.columns != nil { return list(rules, appearance: appearance) }
    let columns = [
      Grid.Column("RULE"), Grid.Column("SEVERITY"), Grid.Column("FIRES WHEN", minimum: 24),
      Grid.Column("WHAT TO DO", minimum: 16), Grid.Column("SOURCE", minimum: 10),
    ]
    let rows = rules.map { rule in
      Grid.Row(cells: [
        StyledText(rule.id, .strong), StyledText(rule.severity.rawValue, Style(rule.severity)),
        StyledText(rule.summary),
        StyledText(rule.remedy), StyledText(rule.source, .faint),
      ])
    }
    return Grid.render(columns, rows, appearance: appearance)
  }

  private static func list(_ rules: [Rule], appearance: Appearance) -> String {
    let detail = JudgementDetail(appearance: appearance)
    let lines = rules.flatMap { rule in
      detail.paragraph(
        appearance.symbol(rule.severity) + StyledText(" ") + StyledText(rule.id, Style(rule.severity))
          + StyledText(": "), rule.summary,
        indentation: 0, margin: 2)
        + detail.paragraph(StyledText("do:   ", .faint), rule.remedy, indentation: 2)
        + detail.paragraph(StyledText("from: ", .faint), rule.source, indentation: 2)
    }
    return lines.map { $0.rendered(appearance) + "\n" }.joined()
  }
}
