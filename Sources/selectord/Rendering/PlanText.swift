// The plan of a rotation, step by step, and as JSON.

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
    let steps = plan.steps.flatMap { step in
      let until = step.until.map { " until \($0.tableText)" } ?? ""
      let head = StyledText("\(step.at.tableText)\(until)", .faint) + StyledText("  ")
      return [head + StyledText(step.kind.rawValue, .strong)]
        + detail.paragraph(StyledText(""), step.text, indentation: 4)
        + [step.record, step.command].compactMap(\.self).map { detail.verbatim($0, indentation: 4) }
    }
    let warnings = plan.warnings.flatMap { warning in
      detail.paragraph(appearance.symbol(.warning as Verdict) + StyledText(" "), warning, indentation: 0)
    }
    let lines = warnings + (warnings.isEmpty ? [] : [StyledText("")]) + steps
    return lines.map { $0.rendered(appearance) + "\n" }.joined()
  }
}
