// The keys of signatures: what each view says, and what the history knows.

internal import Keys
public import Mail
public import Model

/// Collects what is said of keys, in the order in which it counts.
public struct KeyOffers: Sendable {
  private let spans: @Sendable (KeyName) async -> [AnswerSpan]

  /// Keys of one look.
  private static let batchSize = 250

  /// - Parameter spans: every answer to the question for a key that the history knows.
  public init(spans: @escaping @Sendable (KeyName) async -> [AnswerSpan]) { self.spans = spans }

  /// - Parameter time: the time for which the history is asked first; nil for now.
  public func offers(
    for names: [KeyName], at time: Timestamp?, look: ([LookRequest]) async -> [Look]
  ) async -> [KeyName: [KeyOffer]] {
    var offers: [KeyName: [KeyOffer]] = [:]
    var spans: [KeyName: [AnswerSpan]] = [:]
    var unknown: [KeyName] = []
    for name in names {
      spans[name] = await self.spans(name)
      if let time, let offer = Self.offer(of: spans[name] ?? [], at: time) {
        offers[name] = [offer]
      } else {
        unknown.append(name)
      }
    }
    for start in stride(from: 0, to: unknown.count, by: Self.batchSize) {
      let part = unknown[start..<min(start + Self.batchSize, unknown.count)]
      for look in await look(part.map { LookRequest(key: $0) }) { offers[look.key] = Self.offers(of: look) }
    }
    for name in names { offers[name, default: []] += Self.past(spans[name] ?? []) }
    return offers
  }

  /// One offer a view; the zone's own servers come first.
  public static func offers(of look: Look) -> [KeyOffer] {
    let views = look.views.filter(\.isAuthoritative) + look.views.filter { !$0.isAuthoritative }
    return views.map { KeyOffer(source: .view($0.view), answer: answer(of: $0)) }
  }

  private static func answer(of view: ViewAnswer) -> VerificationAnswer {
    let answers = view.servers.map(\.answer)
    // One server that has the key is enough for those who ask it; that others have not, `check` says.
    if let found = answers.first(where: { $0.outcome == .records }) {
      return .records(found.records.map(KeyJudge.verificationRecord))
    }
    if answers.contains(where: { $0.outcome == .nodata || $0.outcome == .nxdomain }) { return .missing }
    if let failure = view.walkFailure { return .unreachable(failure.text.withControlsShown) }
    return .unreachable(answers.first?.outcome.failure.map { "\($0.rawValue) by \(view.view)" } ?? "nobody answered")
  }

  /// What was published at a time, by the source where that was asked.
  public static func offer(of spans: [AnswerSpan], at time: Timestamp) -> KeyOffer? {
    let then = spans.filter { $0.firstSeen <= time && (time <= $0.lastSeen || $0.isCurrent) }
    let chosen =
      then.first { $0.answer.authoritative && $0.answer.outcome == .records }
      ?? then.first { $0.answer.outcome == .records }
      ?? then.first { $0.answer.outcome.failure == nil }
    guard let chosen else { return nil }
    let answer: VerificationAnswer =
      chosen.answer.outcome == .records
      ? .records(chosen.answer.records.map(KeyJudge.verificationRecord)) : .missing
    return KeyOffer(source: .published(at: time), answer: answer)
  }

  /// The keys that were published, the newest first, each once.
  public static func past(_ spans: [AnswerSpan]) -> [KeyOffer] {
    var last: [[TextRecord]: (seen: Timestamp, isCurrent: Bool)] = [:]
    for span in spans where span.answer.outcome == .records {
      let known = last[span.answer.records]
      last[span.answer.records] = (
        max(known?.seen ?? span.lastSeen, span.lastSeen), (known?.isCurrent ?? false) || span.isCurrent
      )
    }
    return last.sorted { $0.value.seen > $1.value.seen }.prefix(mostPast).map { records, value in
      KeyOffer(
        source: .history(until: value.isCurrent ? nil : value.seen),
        answer: .records(records.map(KeyJudge.verificationRecord)))
    }
  }

  private static let mostPast = 20
}

extension String {
  /// The text with every character that steers a terminal as its number: names of servers are in it.
  fileprivate var withControlsShown: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.steersTerminal {
        text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }
}
