// How a walk ends without reaching the zone: what its servers said, and whether they were the ones that answered.

import DNS
import Model

extension ZoneWalk {
  /// Ends the walk at a zone whose servers gave nothing usable.
  mutating func giveUp(_ zone: ZoneServers, _ cache: inout DelegationCache, at now: Timestamp) -> Action {
    let kind = Outcome.Failure.byWeight.first { kind in failures.contains { $0.failure == kind } } ?? .unreachable
    let failure =
      interceptors.isEmpty
      ? WalkFailure(zone: zone.apex, failure: kind, text: "\(zone.heading) gave no usable answer: \(seen(of: zone))")
      : interception(at: zone.apex)
    let isSilent = failures.allSatisfy { $0.failure == .timeout || $0.failure == .unreachable }
    if isSilent, !failures.isEmpty { cache.noteSilence(of: zone.apex, failure, at: now) }
    let doubtful = failures.filter { $0.failure != .timeout && $0.failure != .unreachable }.map(\.endpoint)
    if zone.apex.isRoot, interceptors.isEmpty, !doubtful.isEmpty {
      // A recursive resolver may refuse whatever does not ask for recursion: one question that does tells it apart.
      stage = .identifying(Array(Set(doubtful).sorted { $0.description < $1.description }.prefix(3)), failure)
      return next(&cache, at: now)
    }
    return finish(.failed(failure, at: zone), &cache, at: now)
  }

  /// Ends the walk: all questions that it may ask are used up.
  mutating func exhaust(_ cache: inout DelegationCache, at now: Timestamp) {
    let zone = self.zone ?? start(cache, at: now)
    let failure = WalkFailure(
      zone: zone.apex, failure: .lame,
      text: "the way to \(question.name) takes too many questions: the delegations lead in a circle or fan out")
    _ = finish(.failed(failure, at: zone), &cache, at: now)
  }

  private func seen(of zone: ZoneServers) -> String {
    if failures.isEmpty {
      return zone.addresses.values.contains { !$0.isEmpty }
        ? "they have only IPv6 addresses, and this host has no route to them"
        : "none of them (\(zone.names.map(\.description).joined(separator: ", "))) has an address"
    }
    return failures.prefix(4).map { "\($0.endpoint): \($0.failure.result)" }.joined(separator: ", ")
      + (failures.count > 4 ? " and \(failures.count - 4) more" : "")
  }

  // MARK: interception

  /// Whether a recursive resolver on the way answered, and not the server that was asked. Zones further down do have
  /// resolvers among their servers, which is their own fault.
  func isFromInterceptor(_ message: Message, _ read: WalkReply, _ zone: ZoneServers) -> Bool {
    if zone.apex.isRoot {
      return message.isFromResolver(insteadOf: settings.hasPublishedRoot) || answersForOthers(message, read)
    }
    return zone.apex.labels.count == 1 && message.recursionAvailable && read == .failed(.lame)
  }

  /// Whether somebody who claims authority answers for a key in the place of a root server, which has no zones of users. A
  /// root of one's own may have them.
  private func answersForOthers(_ message: Message, _ read: WalkReply) -> Bool {
    guard settings.hasPublishedRoot, question.type == .txt, case .answer(let apex) = read else { return false }
    return !message.answers.isEmpty || apex.map { !$0.isRoot } ?? false
  }

  /// The question with RD that tells a recursive resolver from a root server.
  func identification(of server: Endpoint) -> Query {
    var query = settings.query(ControlQuestion.question, at: server, retries: 0)
    query.recursionDesired = true
    return query
  }

  mutating func receiveIdentity(
    _ replies: [Reply], _ failure: WalkFailure, _ zone: ZoneServers, _ cache: inout DelegationCache, at now: Timestamp
  ) {
    for (query, reply) in zip(asked, replies) {
      if case .message(let message, _, _) = reply, message.isFromResolver(insteadOf: settings.hasPublishedRoot) {
        interceptors.append(query.endpoint)
      }
    }
    _ = finish(.failed(interceptors.isEmpty ? failure : interception(at: zone.apex), at: zone), &cache, at: now)
  }

  private func interception(at zone: DomainName) -> WalkFailure {
    let asked = zone.isRoot ? "the root servers" : "the servers of zone \(zone)"
    let verb = interceptors.count == 1 ? "answers" : "answer"
    let places = interceptors.prefix(3).map(\.description).joined(separator: ", ")
    return WalkFailure(
      zone: zone, failure: .lame, isIntercepted: true,
      text: "a recursive resolver answers in place of \(asked) (\(places) \(verb), as no such server does): port 53 is "
        + "intercepted on the way from this host")
  }
}

extension ZoneServers {
  /// As the subject of a sentence.
  fileprivate var heading: String { apex.isRoot ? "the root servers" : "the servers of zone \(apex)" }
}
