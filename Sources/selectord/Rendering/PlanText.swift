// The plan of a rotation as a table and as JSON.

import Model
import Rotation

/// Prints plans.
struct PlanText {
  let appearance: Appearance

  func text(_ plan: RotationPlan, as format: ListFormat) throws -> String {
    switch format {
    case .table: return table(plan)
    case .json, .jsonl:
      var stream = JSONStream(isLines: format == .jsonl)
      return stream.add(try JSONValue(encoding: plan)) + stream.finish()
    }
  }

  private func table(_ plan: RotationPlan) -> String {
    let detail = JudgementDetail(appearance: appearance)
    let columns = [Grid.Column("FROM"), Grid.Column("UNTIL"), Grid.Column("STEP"), Grid.Column("WHAT", minimum: 24)]
    let rows = plan.steps.map { step in
      Grid.Row(
        cells: [
          StyledText(step.at.tableText), step.until.map { StyledText($0.tableText) } ?? StyledText("", .faint),
          StyledText(step.kind.rawValue, .strong), StyledText(step.text),
        ], rest: detail.paragraph(StyledText(""), step.text, indentation: 4),
        below: [step.record, step.command].compactMap(\.self).map { detail.verbatim($0, indentation: 4) })
    }
    let warnings = plan.warnings.flatMap { warning in
      detail.paragraph(appearance.symbol(.warning as Verdict) + StyledText(" "), warning, indentation: 0)
    }
    let head = warnings.map { $0.rendered(appearance) + "\n" }.joined()
    return (head.isEmpty ? "" : head + "\n") + Grid.render(columns, rows, appearance: appearance)
  }
}
