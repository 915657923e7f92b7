// `history` as a table.

import Model
import Phrasing
import Reporting

/// Prints a history.
struct HistoryText {
  let appearance: Appearance
  var showsDetails = false

  func table(_ entries: [HistoryEntry]) -> String {
    let columns = [
      Grid.Column("TIME"), Grid.Column("WHAT"), Grid.Column("WHERE"), Grid.Column("DETAILS"),
    ]
    return Grid.renderFitting(columns, entries.map(row), appearance: appearance)
  }

  private func row(_ entry: HistoryEntry) -> Grid.Row {
    switch entry {
    case .answer(let spans):
      let answer = spans[0].answer
      let place = spans.count == 1 ? placeText(spans[0]) : "\(spans[0].view) (\(spans.count) servers)"
      let end =
        spans[0].isCurrent
        ? "until now" : "until \((spans.map(\.lastSeen).max() ?? spans[0].lastSeen).tableText)"
      var details = StyledText(end, .faint)
      for target in answer.cname { details += StyledText(" -> \(target)") }
      // A key of 400 characters hides what is around it on a terminal; --verbose shows it whole.
      for record in answer.records {
        details += StyledText("  " + (appearance.columns == nil ? record.text : record.excerpt(of: spans[0].key.type)))
      }
      if answer.outcome.failure != nil, let rcode = answer.rcode { details += StyledText("  \(rcode)") }
      let detail = JudgementDetail(appearance: appearance)
      let below = showsDetails && spans.count > 1 ? spans.map { StyledText("    \(placeText($0))", .faint) } : []
      let records =
        showsDetails
        ? answer.records.map { record in
          detail.verbatim(spans[0].key.type == .txt ? record.zoneFileText : record.text, indentation: 4)
        } : []
      return Grid.Row(
        cells: [
          StyledText(entry.at.tableText), StyledText(answer.outcome.shortText, answer.outcome.style), StyledText(place),
          details,
        ], below: below + records)
    case .event(let event):
      let detail = JudgementDetail(appearance: appearance)
      var below: [StyledText] = []
      if showsDetails, let diagnosis = event.diagnosis {
        below += detail.paragraph(StyledText("cause: ", .faint), diagnosis.cause, indentation: 4)
        below += detail.evidence(diagnosis.evidence, label: "seen:  ", indentation: 4)
        below += detail.paragraph(StyledText("do:    ", .faint), diagnosis.remedy, indentation: 4)
        if let record = diagnosis.record {
          below += [StyledText("    ") + StyledText("add:   ", .faint) + StyledText(record)]
        }
      }
      let marks = [event.reminder == true ? "reminder" : nil, event.silencedBy == nil ? nil : "silenced"].compactMap(
        \.self)
      let name = event.type.rawValue + (marks.isEmpty ? "" : " (\(marks.joined(separator: ", ")))")
      return Grid.Row(
        cells: [
          StyledText(entry.at.tableText),
          appearance.symbol(event.verdict) + StyledText(" ") + StyledText(name, Style(event.verdict)),
          StyledText(event.view ?? event.zone?.description ?? ""), StyledText(event.summary),
        ], below: below)
    case .finding(let span):
      let finding = span.finding
      let detail = JudgementDetail(appearance: appearance)
      let end = span.lastSeen.map { "until \($0.tableText)" } ?? "until now"
      var below: [StyledText] = []
      if showsDetails {
        below += detail.evidence(
          finding.evidence.split(separator: "\n").map(String.init), label: "seen:  ", indentation: 4)
        below += detail.paragraph(StyledText("do:    ", .faint), finding.remedy, indentation: 4)
      }
      return Grid.Row(
        cells: [
          StyledText(entry.at.tableText),
          appearance.symbol(finding.severity) + StyledText(" ") + StyledText(finding.rule, Style(finding.severity)),
          StyledText("audit"), StyledText(end, .faint) + StyledText("  \(finding.text)"),
        ], below: below)
    case .gap(let from, let to):
      return Grid.Row(cells: [
        StyledText(from.tableText), StyledText("gap", .open), StyledText(""),
        StyledText("not watched for \(Phrase.duration(to - from)), until \(to.tableText)", .open),
      ])
    }
  }

  private func placeText(_ span: AnswerSpan) -> String {
    let address = span.endpoint.map(\.description)
    let server = address == nil || address == span.server ? span.server : "\(span.server) \(address ?? "")"
    return server == span.view ? span.view : "\(span.view) \(server)"
  }
}
