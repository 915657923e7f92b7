// The key name and every name that its CNAME chain leads to, each at the servers of its zone, put together.

import DNS
import Model

/// Follows the chain from zone to zone and composes what each server's answer amounts to.
struct AuthoritativeLook: Sendable {
  enum Action: Hashable, Sendable {
    /// Find the zone of this name. A zone at or below `stop` needs no question of its own.
    case locate(DomainName, stop: DomainName?)
    /// Run this survey to its end.
    case survey(DomainName, in: ZoneServers)
    case finished
  }

  /// What is known of one name.
  private enum ServerPath: Sendable {
    case surveyed(ZoneSurvey)
    case failed(WalkFailure)
  }

  let key: KeyName
  private var pending: [DomainName]
  private var order: [DomainName] = []
  private var paths: [DomainName: ServerPath] = [:]
  private var located: (name: DomainName, zone: ZoneServers)?

  init(_ key: KeyName) {
    self.key = key
    pending = [key.name]
  }

  // MARK: what to do

  func next() -> Action {
    if let located { return .survey(located.name, in: located.zone) }
    guard let name = pending.first, paths.count <= Answer.chainLimit else { return .finished }
    // DS records are those of the zone above (RFC 4035, section 2.4).
    if key.type == .ds, let above = name.parent { return .locate(above, stop: name == key.name ? above : nil) }
    return .locate(name, stop: name == key.name ? key.domain : nil)
  }

  mutating func receive(_ result: ZoneWalk.Result) {
    guard let name = pending.first else { return }
    switch result {
    case .reached(let zone, _): located = (name, zone)
    // When all of a zone's servers fail it is their answers that tell; above, it is the way that ends.
    case .failed(_, let zone) where zone.apex.labels.count > 1 && !zone.endpoints(.everything).isEmpty:
      located = (name, zone)
    case .failed(let failure, _): settle(name, .failed(failure))
    }
  }

  mutating func receive(_ survey: ZoneSurvey) {
    located = nil
    settle(survey.question.name, .surveyed(survey))
    for target in survey.servers.compactMap({ $0.reply?.target })
    where paths[target] == nil && !pending.contains(target) {
      pending.append(target)
    }
  }

  private mutating func settle(_ name: DomainName, _ path: ServerPath) {
    pending.removeAll { $0 == name }
    order.append(name)
    paths[name] = path
  }

  // MARK: the end

  /// All surveys, that of the key name first.
  var surveys: [ZoneSurvey] {
    order.compactMap { if case .surveyed(let survey)? = paths[$0] { survey } else { nil } }
  }

  /// Whether every name of the chain was reached, so that asking the same servers again says whether anything changed.
  var isComplete: Bool {
    surveys.count == order.count && surveys.allSatisfy { $0.servers.contains { $0.endpoint != nil } }
  }

  /// The view's answer: the servers of the key's zone first, then those of the zones that the chain leads to.
  func viewAnswer(named view: String) -> ViewAnswer {
    var answer = ViewAnswer(
      view: view, isAuthoritative: true, servers: [], negativeTTL: surveys.compactMap(\.negativeTTL).max())
    for survey in surveys {
      for server in survey.servers {
        guard let reply = server.reply else { continue }
        answer.servers.append(
          ServerAnswer(
            server: server.name.description, endpoint: server.endpoint, zone: server.zone,
            question: survey.question.name, type: survey.question.type,
            answer: compose(reply, visited: [survey.question.name])))
      }
    }
    switch paths[key.name] {
    case .surveyed(let survey):
      answer.delegation = survey.delegation
      if survey.servers.isEmpty {
        answer.walkFailure = WalkFailure(
          zone: survey.zone.apex, failure: .unreachable,
          text: "the servers of zone \(survey.zone.apex) have only IPv6 addresses, and this host has no route to them")
      }
    case .failed(let failure): answer.walkFailure = failure
    case nil: break
    }
    return answer
  }

  /// What the answer of one server amounts to, once the rest of its chain is known.
  private func compose(_ reply: AuthorityReply, visited: Set<DomainName>) -> Answer {
    var known: [DomainName: Answer?] = [:]
    return compose(reply, visited: visited, &known)
  }

  /// The same; `known` holds what the names further on amount to, each worked out once: every server at every link asks.
  private func compose(
    _ reply: AuthorityReply, visited: Set<DomainName>, _ known: inout [DomainName: Answer?]
  ) -> Answer {
    guard let target = reply.target else { return reply.answer }
    var broken = reply.answer
    guard !visited.contains(target), let path = paths[target] else {
      broken.fail(.malformed)
      return broken
    }
    switch path {
    case .failed(let failure): broken.fail(failure.failure)
    case .surveyed(let survey):
      let rest =
        known[target]
        ?? Self.consensus(
          survey.servers.compactMap(\.reply).map { compose($0, visited: visited.union([target]), &known) })
      known[target] = .some(rest)
      if let rest { return reply.answer.continued(by: rest) }
      broken.fail(.unreachable)
    }
    return broken
  }

  /// What a resolver most probably hears from servers that answer like this: the answer that most of them give, records
  /// before their absence where as many give either, failures only where there is nothing else.
  static func consensus(_ answers: [Answer]) -> Answer? {
    let usable = answers.filter { $0.outcome.failure == nil }
    let pool = usable.isEmpty ? answers : usable
    func weight(_ answer: Answer) -> (Int, Int) {
      (pool.count { $0.digest == answer.digest }, answer.outcome == .records ? 1 : 0)
    }
    guard var best = pool.first else { return nil }
    for answer in pool where weight(answer) > weight(best) { best = answer }
    return best
  }
}

extension AddressFilter {
  /// Every address, whether this host can reach it or not.
  static let everything = AddressFilter(port: 53, hasIPv6: true)
}
