// What happened to one key: answers, events and gaps, oldest first.

package import Model

/// One line of a history.
package enum HistoryEntry: Hashable, Sendable {
  /// Servers of one view that began to give the same answer in the same look.
  case answer([AnswerSpan])
  case event(Event)
  /// A finding of the audits of a domain.
  case finding(FindingSpan)
  /// Nobody watched.
  case gap(from: Timestamp, to: Timestamp)

  package var at: Timestamp {
    switch self {
    case .answer(let spans): spans.map(\.firstSeen).min() ?? Timestamp(microseconds: 0)
    case .event(let event): event.at
    case .finding(let span): span.firstSeen
    case .gap(let from, _): from
    }
  }

  /// At one time, the gap ends before the answer is seen, and the answer comes before what follows from it.
  private var rank: Int {
    switch self {
    case .gap: 0
    case .answer, .finding: 1
    case .event: 2
    }
  }

  /// Joins everything to one list.
  ///
  /// - Parameters:
  ///   - periods: when the daemon watched, oldest first.
  ///   - since: nothing that ended before this is shown; nil for all.
  package static func entries(
    spans: [AnswerSpan] = [], findings: [FindingSpan] = [], events: [Event],
    periods: [(from: Timestamp, to: Timestamp)], since: Timestamp?
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
    let all =
      groups.map(HistoryEntry.answer) + findings.map(HistoryEntry.finding) + events.map(HistoryEntry.event) + gaps
    return all.filter { entry in
      guard let since else { return true }
      return switch entry {
      case .answer(let spans): spans.contains { $0.isCurrent || $0.lastSeen >= since }
      case .event(let event): event.at >= since
      case .finding(let span): span.lastSeen.map { $0 >= since } ?? true
      case .gap(_, let end): end >= since
      }
    }.sorted { ($0.at, $0.rank) < ($1.at, $1.rank) }
  }
}

extension HistoryEntry {
  /// The objects of JSON: `kind` is `answer`, `event`, `finding` or `gap`. Each server that gave an answer has an object of its own.
  package var objects: [HistoryObject] {
    switch self {
    case .answer(let spans): spans.map { HistoryObject(value: AnswerObject(span: $0)) }
    case .event(let event): [HistoryObject(value: EventObject(event: event))]
    case .finding(let span): [HistoryObject(value: FindingObject(span: span))]
    case .gap(let from, let to): [HistoryObject(value: GapObject(from: from, to: to))]
    }
  }
}

/// The JSON object of one entry.
package struct HistoryObject: Encodable {
  fileprivate let value: any Encodable

  package func encode(to encoder: any Encoder) throws { try value.encode(to: encoder) }
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
