// Inquiries at authoritative servers: those of the zone that holds the name, of its parent, or ones that were named.

import DNS
import Model

extension AuthoritativeView {
  func answer(to inquiry: Inquiry) async -> InquiryAnswer {
    let answer = await answer(to: inquiry, isFresh: false)
    // A zone cut that was not known yet: the walk finds it.
    let isReferred = answer.replies.contains { reply in
      reply.answer.outcome == .failed(.lame) && reply.authorities.contains { $0.type == .ns }
    }
    return isReferred && inquiry.target == .zoneServers ? await self.answer(to: inquiry, isFresh: true) : answer
  }

  /// Whether the servers of the zone that holds the name are known, as far as the last look tells.
  private func knowsZone(of inquiry: Inquiry) -> Bool {
    inquiry.question.type != .ds
      && walker.withCache { cache, now in cache.closest(to: inquiry.question.name, at: now) }.apex.labels.count > 1
  }

  private func candidates(of zone: ZoneServers, _ settings: WalkSettings) -> [(server: String, endpoint: Endpoint?)] {
    zone.names.flatMap { name in
      (zone.addresses[name] ?? []).filter(settings.reach.covers).map {
        (name.description, Endpoint($0, port: settings.reach.port))
      }
    }
  }

  private func answer(to inquiry: Inquiry, isFresh: Bool) async -> InquiryAnswer {
    let settings = settings
    let budget = QuestionBudget(Self.questionLimit)
    var answer = InquiryAnswer(inquiry: inquiry)
    var candidates: [(server: String, endpoint: Endpoint?)] = []
    switch inquiry.target {
    case .view: return answer
    case .zoneServers where !isFresh && knowsZone(of: inquiry):
      // Most inquiries are about names of one zone, whose servers are known from the look.
      let known = walker.withCache { cache, now in cache.closest(to: inquiry.question.name, at: now) }
      answer.zone = known.apex
      candidates = self.candidates(of: await resolved(known, settings: settings, budget: budget), settings)
    case .zoneServers, .parentServers:
      let found = await walker.walk(
        Question(walked(inquiry), inquiry.question.type == .ds ? .soa : inquiry.question.type), settings: settings,
        budget: budget)
      let zone: ZoneServers
      switch found {
      case .reached(let servers, _): zone = servers
      case .failed(let failure, let servers):
        answer.walkFailure = failure
        zone = servers
      }
      answer.zone = zone.apex
      candidates = self.candidates(of: await resolved(zone, settings: settings, budget: budget), settings)
    case .servers(let servers):
      let unknown = servers.filter(\.endpoints.isEmpty).compactMap { try? DomainName($0.name) }
      let addresses = await walker.addresses(of: unknown, settings: settings, budget: budget)
      for server in servers {
        let endpoints =
          server.endpoints.isEmpty
          ? ((try? DomainName(server.name)).flatMap { addresses[$0] } ?? []).filter(settings.reach.covers)
            .map { Endpoint($0, port: settings.reach.port) }
          : server.endpoints
        candidates += endpoints.isEmpty ? [(server.name, nil)] : endpoints.map { (server.name, $0) }
      }
    }
    answer.replies = await replies(to: inquiry, at: candidates, settings)
    return answer
  }

  /// Asks as many servers as the inquiry allows; where some of them have no answer, others in their place.
  private func replies(
    to inquiry: Inquiry, at candidates: [(server: String, endpoint: Endpoint?)], _ settings: WalkSettings
  ) async -> [InquiryReply] {
    let limit = inquiry.limit ?? candidates.count
    var answered: [InquiryReply] = []
    var failed: [InquiryReply] = []
    var rest = candidates[...]
    while answered.count < limit, !rest.isEmpty {
      // Where the first fail, all others are asked at once: nobody waits for more than two silences.
      let asked = failed.isEmpty ? rest.prefix(limit) : rest
      rest = rest.dropFirst(asked.count)
      for reply in await ask(inquiry, at: asked, settings) {
        let hasAnswer = reply.answer.outcome.failure == nil || reply.authorities.contains { $0.type == .ns }
        if hasAnswer { answered.append(reply) } else { failed.append(reply) }
      }
    }
    return Array((answered + failed).prefix(limit))
  }

  /// One reply from each, in the same order.
  private func ask(
    _ inquiry: Inquiry, at candidates: ArraySlice<(server: String, endpoint: Endpoint?)>, _ settings: WalkSettings
  ) async -> [InquiryReply] {
    let queries = candidates.compactMap { candidate in
      candidate.endpoint.map {
        settings.query(inquiry.question, at: $0, retries: view.retries).put(inquiry.variant)
      }
    }
    var replies = await walker.engine.ask(queries).makeIterator()
    return candidates.map { candidate in
      guard candidate.endpoint != nil, let reply = replies.next() else {
        return InquiryReply(server: candidate.server, endpoint: nil, answer: .failed(.unreachable, transport: .udp))
      }
      return InquiryReply(
        reply, to: inquiry.question, server: candidate.server, endpoint: candidate.endpoint,
        // From above, a referral is the answer; who recurses answers without authority.
        isAuthority: inquiry.target != .parentServers && inquiry.variant != .recursive)
    }
  }

  /// The name whose zone is asked. A DS record, and a delegation, stand in the zone above.
  private func walked(_ inquiry: Inquiry) -> DomainName {
    let isAbove = inquiry.target == .parentServers || inquiry.question.type == .ds
    return isAbove ? inquiry.question.name.parent ?? inquiry.question.name : inquiry.question.name
  }
}
