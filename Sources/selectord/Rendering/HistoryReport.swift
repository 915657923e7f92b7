// `history`: answers, events and gaps of one key, oldest first.

import Model
import Phrasing

/// One line of a history.
enum HistoryEntry: Hashable, Sendable {
  /// Servers of one view that began to give the same answer in the same look.
  case answer([AnswerSpan])
  case event(Event)
  /// Nobody watched.
  case gap(from: Timestamp, to: Timestamp)

  var at: Timestamp {
    switch self {
    case .answer(let spans): spans.map(\.firstSeen).min() ?? Timestamp(microseconds: 0)
    case .event(let event): event.at
    case .gap(let from, _): from
    }
  }

  /// At one time, the gap ends before the answer is seen, and the answer comes before what follows from it.
  private var rank: Int {
    switch self {
    case .gap: 0
    case .answer: 1
    case .event: 2
    }
  }

  /// Joins everything to one list.
  ///
  /// - Parameters:
  ///   - periods: when the daemon watched, oldest first.
  ///   - since: nothing that ended before this is shown; nil for all.
  static func entries(
    spans: [AnswerSpan], events: [Event], periods: [(from: Timestamp, to: Timestamp)], since: Timestamp?
  ) -> [HistoryEntry] {
    var groups: [[AnswerSpan]] = []
    for span in spans.sorted(by: { ($0.firstSeen, $0.view, $0.server) < ($1.firstSeen, $1.view, $1.server) }) {
      // Servers are asked one after the other: within a look their times differ by seconds.
      let index = groups.lastIndex { group in
        group[0].view == span.view && group[0].answer.digest == span.answer.digest
          && span.firstSeen - group[0].firstSeen < .seconds(5) && group[0].isCurrent == span.isCurrent
      }
      if let index { groups[index].append(span) } else { groups.append([span]) }
    }
    let gaps = zip(periods, periods.dropFirst()).compactMap { earlier, later in
      later.from - earlier.to > StatusReport.staleAfter ? HistoryEntry.gap(from: earlier.to, to: later.from) : nil
    }
    let all = groups.map(HistoryEntry.answer) + events.map(HistoryEntry.event) + gaps
    return all.filter { entry in
      guard let since else { return true }
      return switch entry {
      case .answer(let spans): spans.contains { $0.isCurrent || $0.lastSeen >= since }
      case .event(let event): event.at >= since
      case .gap(_, let end): end >= since
      }
    }.sorted { ($0.at, $0.rank) < ($1.at, $1.rank) }
  }
}

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

  /// The objects of `json` and `jsonl`: `kind` is `answer`, `event` or `gap`.
  static func objects(_ entry: HistoryEntry) throws -> [JSONValue] {
    switch entry {
    case .answer(let spans): try spans.map { try JSONValue(encoding: AnswerObject(span: $0)) }
    case .event(let event): [try JSONValue(encoding: EventObject(event: event))]
    case .gap(let from, let to): [try JSONValue(encoding: GapObject(from: from, to: to))]
    }
  }
}

private struct AnswerObject: Encodable {
  let span: AnswerSpan

  private enum CodingKeys: String, CodingKey { case kind, view, firstSeen, lastSeen, current, answer }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("answer", forKey: .kind)
    try container.encode(span.view, forKey: .view)
    try container.encode(span.firstSeen, forKey: .firstSeen)
    try container.encode(span.lastSeen, forKey: .lastSeen)
    try container.encode(span.isCurrent, forKey: .current)
    try container.encode(
      ServerAnswer(
        server: span.server, endpoint: span.endpoint, question: span.key.name, type: span.key.type, answer: span.answer),
      forKey: .answer)
  }
}

private struct EventObject: Encodable {
  let event: Event

  private enum CodingKeys: String, CodingKey { case kind, event }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode("event", forKey: .kind)
    try container.encode(event, forKey: .event)
  }
}

private struct GapObject: Encodable {
  let kind = "gap"
  let from: Timestamp
  let to: Timestamp
}
