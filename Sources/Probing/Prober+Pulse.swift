// Puts the questions of a pulse: one try each, since another server is asked soon after.

import DNS
public import Model

extension Prober {
  /// The view that pulses ask; nil where no view asks the servers of zones themselves.
  public var pulseView: View? { probes.first { $0.view.isAuthoritative }?.view }

  /// Puts all questions side by side.
  ///
  /// - Parameter answered: called once for each with its place, as soon as it is answered or given up, perhaps on another
  ///   thread.
  public func pulse(
    _ questions: [PulseQuestion], answered: @escaping @Sendable (Int, PulseAnswer) -> Void
  ) async {
    guard let view = probes.lazy.compactMap({ $0 as? AuthoritativeView }).first else { return }
    let settings = view.settings
    let queries = questions.map { question in
      var query = settings.query(
        Question(question.zone, question.kind == .serial ? .soa : .ns), at: question.server, retries: 0)
      query.expectedMark = question.expected
      return query
    }
    let replies = await pulseTransport.ask(queries) { answered($0, PulseAnswer($1)) }
    for (index, reply) in replies.enumerated() where reply == .unchanged {
      answered(index, questions[index].expected.map(PulseAnswer.mark) ?? .unusable)
    }
  }

  /// The servers of the zone above, as the last walk to this one found them; empty where they are not known.
  public func parentServers(of zone: DomainName) -> [Endpoint] {
    guard let above = zone.parent, let view = probes.lazy.compactMap({ $0 as? AuthoritativeView }).first else {
      return []
    }
    let known = view.walker.withCache { cache, now in cache.closest(to: above, at: now) }
    // Where what lay between was forgotten, the root would be asked in its place.
    return known.apex.isRoot && !above.isRoot ? [] : known.endpoints(view.settings.reach)
  }
}

extension PulseAnswer {
  init(_ reply: Reply) {
    switch reply {
    case .message(let message, _, _): self = ZoneMark(message).map(PulseAnswer.mark) ?? .unusable
    case .failed(.timeout, _, _), .failed(.unreachable, _, _): self = .silence
    case .failed, .unchanged: self = .unusable
    }
  }
}
