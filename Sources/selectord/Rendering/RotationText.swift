// The answer of `rotate verify`: the conditions with their states, as a table and as JSON.

import Model
import Rotation

/// Prints reports on rotations.
struct RotationText {
  let appearance: Appearance
  var showsDetails = false

  func text(_ report: RotationReport, as format: ListFormat) throws -> String {
    switch format {
    case .table: return table(report)
    case .json, .jsonl:
      var stream = JSONStream(isLines: format == .jsonl)
      return stream.add(try JSONValue(encoding: report)) + stream.finish()
    }
  }

  func table(_ report: RotationReport) -> String {
    let detail = JudgementDetail(appearance: appearance)
    let verdict = Self.verdict(report.state)
    var lines = detail.paragraph(
      appearance.symbol(verdict) + StyledText(" ") + StyledText(report.state.word, Style(verdict)) + StyledText("  "),
      report.summary, indentation: 0)
    for condition in report.conditions { lines += self.lines(condition, detail) }
    if let old = report.old, let until = report.keepOldUntil {
      lines += detail.paragraph(
        StyledText("keep: ", .faint),
        "If the signer switches \(report.state == .ready ? "now" : "then"), keep \(old) published at least until "
          + "\(until.tableText).", indentation: 2)
    }
    for warning in report.warnings { lines += detail.paragraph(StyledText("note: ", .faint), warning, indentation: 2) }
    for assumption in report.assumptions {
      lines += detail.paragraph(StyledText("note: ", .faint), assumption, indentation: 2)
    }
    return lines.map { $0.rendered(appearance) + "\n" }.joined()
  }

  private func lines(_ condition: Condition, _ detail: JudgementDetail) -> [StyledText] {
    let verdict: Verdict =
      switch condition.state {
      case .met: .ok
      case .notYet: .warning
      case .failed: .critical
      }
    let mark = StyledText("  ") + appearance.symbol(verdict) + StyledText(" ")
    var lines: [StyledText]
    if condition.state == .met {
      lines = detail.paragraph(
        mark + StyledText(condition.title) + StyledText(": "), condition.text, indentation: 0, margin: 6)
    } else {
      let state =
        condition.state == .failed ? "no" : condition.until.map { "not before \($0.tableText)" } ?? "not yet"
      lines = [mark + StyledText(condition.title) + StyledText(": ") + StyledText(state, Style(verdict))]
      lines += detail.paragraph(StyledText(""), condition.text, indentation: 6)
    }
    if condition.state != .met || showsDetails {
      lines += detail.evidence(condition.evidence, label: "seen: ", indentation: 6)
    }
    if let remedy = condition.remedy { lines += detail.paragraph(StyledText("do:   ", .faint), remedy, indentation: 6) }
    return lines
  }

  static func verdict(_ state: RotationReport.State) -> Verdict {
    switch state {
    case .ready: .ok
    case .notYet: .warning
    case .blocked: .critical
    }
  }
}
