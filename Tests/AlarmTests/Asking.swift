// What is seen of the simulated world at one instant: looks, control questions, inquiries, built as the prober builds them.

import Diagnosing
import Model

/// Asks the world, with questions that get lost now and then.
struct Asking: Sendable {
  let world: World
  /// Of a thousand questions so many stay unanswered, with all their retries.
  let lossPerMille: Int64

  private var internet: Internet { world.internet }

  /// Whether this question gets lost.
  private func isLost(_ watch: Int, _ endpoint: Endpoint, _ moment: Moment) -> Bool {
    guard lossPerMille > 0 else { return false }
    let address = if case .v4(let bits) = endpoint.address { Int64(bits) } else { 0 as Int64 }
    return internet.chance.below(1000, 20, Int64(watch), address, moment) < lossPerMille
  }

  /// Whether any question of a sweep of this watch gets lost now.
  func losesAny(_ watch: Int, _ moment: Moment) -> Bool {
    guard lossPerMille > 0 else { return false }
    return internet.resolvers.contains { isLost(watch, $0.endpoint, moment) }
      || internet.hosts[world.sources[watch].at(moment).host].contains {
        isLost(watch, internet.servers[$0].endpoint, moment)
      }
  }

  // MARK: answers

  private func answer(
    _ content: Content, ttl: UInt32, authoritative: Bool, isStale: Bool = false
  ) -> Answer {
    let errors = isStale ? [ExtendedError(code: content == .absent ? 19 : 3, text: "")] : []
    guard let record = KeyStock.shared.record(content) else {
      return Answer(
        outcome: .nxdomain, rcode: .nameError, negativeTTL: ttl, authoritative: authoritative, extendedErrors: errors,
        digest: Digest(high: 1, low: 0))
    }
    return Answer(
      outcome: .records, rcode: .noError, records: [record], ttl: ttl, authoritative: authoritative,
      extendedErrors: errors, digest: Digest(high: 2, low: content.number))
  }

  private func answer(_ failure: Outcome.Failure) -> Answer {
    let codes: [Outcome.Failure: ResponseCode] = [.servfail: .serverFailure, .refused: .refused, .lame: .noError]
    let silences: Set<Outcome.Failure> = [.timeout, .unreachable]
    let number = silences.contains(failure) ? 1 : 2 + UInt64(Outcome.Failure.allCases.firstIndex(of: failure) ?? 0)
    return Answer(outcome: .failed(failure), rcode: codes[failure], digest: Digest(high: 3, low: number))
  }

  // MARK: looks

  /// What the views of these names say of one watch. A look that confirms asks for the delegation anew.
  func look(at watch: Int, views: [String]?, isConfirming: Bool, _ moment: Moment) -> [ViewAnswer] {
    internet.views.map(\.name).filter { views?.contains($0) ?? true }.map { view in
      internet.resolvers.firstIndex { $0.view == view }.map { resolver(($0), watch, moment) }
        ?? authoritative(watch, isConfirming: isConfirming, moment)
    }
  }

  private func resolver(_ resolver: Int, _ watch: Int, _ moment: Moment) -> ViewAnswer {
    let (view, endpoint) = (internet.resolvers[resolver].view, internet.resolvers[resolver].endpoint)
    let span = world.caches[resolver][watch].at(moment)
    let said: Answer =
      if let failure = world.facts.failure(ofView: view, at: moment) {
        answer(failure)
      } else if isLost(watch, endpoint, moment) {
        answer(.timeout)
      } else if let content = span.content {
        answer(content, ttl: span.ttl(at: moment), authoritative: false, isStale: span.isStale)
      } else {
        answer(.servfail)
      }
    return ViewAnswer(
      view: view, isAuthoritative: false,
      servers: [
        ServerAnswer(
          server: endpoint.description, endpoint: endpoint, question: internet.places[watch].key.name, answer: said)
      ])
  }

  private func authoritative(_ watch: Int, isConfirming: Bool, _ moment: Moment) -> ViewAnswer {
    let place = internet.places[watch]
    let isBlocked = world.facts.failure(ofView: Internet.authoritative, at: moment) != nil
    if isBlocked, isConfirming {
      return ViewAnswer(
        view: Internet.authoritative, isAuthoritative: true, servers: [],
        walkFailure: WalkFailure(zone: .root, failure: .timeout, text: "the root servers did not answer."))
    }
    let span = world.sources[watch].at(moment)
    let zone = internet.zones[place.zone]
    let answers = zip(internet.hosts[span.host], span.said).map { index, said in
      let server = internet.servers[index]
      let isSilent = isBlocked || isLost(watch, server.endpoint, moment)
      let ttl = UInt32((said.content == .absent ? zone.negativeTTL : zone.ttl) / .second)
      return ServerAnswer(
        server: server.name.description, endpoint: server.endpoint, zone: zone.name, question: place.key.name,
        answer: isSilent
          ? answer(.timeout)
          : said.content.map { answer($0, ttl: ttl, authoritative: true) } ?? answer(said.failure ?? .timeout))
    }
    return ViewAnswer(
      view: Internet.authoritative, isAuthoritative: true, servers: answers,
      delegation: delegation(place.zone, span.host))
  }

  func delegation(_ zone: Int, _ host: Int) -> Delegation {
    Delegation(
      zone: internet.zones[zone].name, servers: internet.hosts[host].map { internet.servers[$0].name }.sorted(),
      negativeTTL: UInt32(internet.zones[zone].negativeTTL / .second), ttl: 86_400)
  }

  // MARK: control questions

  func control(_ views: [String], _ moment: Moment) -> [ControlResult] {
    views.map { view in
      let failure = world.facts.failure(ofView: view, at: moment)
      return ControlResult(
        view: view, outcome: failure.map { .unreachable($0) } ?? .reachable,
        evidence: ["the control question of \(view)"])
    }
  }

  // MARK: inquiries

  /// What comes of the questions of a diagnosis: names other than the key's do not exist.
  func answer(to inquiry: Inquiry, of watch: Int, _ moment: Moment) -> InquiryAnswer {
    let place = internet.places[watch]
    let span = world.sources[watch].at(moment)
    let isBlocked = world.facts.failure(ofView: Internet.authoritative, at: moment) != nil
    func reply(_ server: String, _ endpoint: Endpoint, _ said: Said) -> InquiryReply {
      var answer =
        said.content.map { self.answer($0, ttl: 300, authoritative: true) } ?? self.answer(said.failure ?? .timeout)
      var records: [ResourceRecord] = []
      let question = inquiry.question
      let isZone = question.name == internet.zones[place.zone].name
      if answer.outcome.failure == nil, question.name != place.key.name || question.type != .txt {
        let exists = isZone || question.name == place.key.name && said != .content(.absent)
        answer = self.answer(.absent, ttl: 300, authoritative: true)
        if exists { answer.outcome = .nodata }
        if isZone, question.type == .ns {
          answer.outcome = .records
          records = delegation(place.zone, span.host).servers.map {
            ResourceRecord(owner: question.name, type: .ns, ttl: 86_400, data: .ns($0))
          }
        }
      } else if answer.outcome == .records {
        records = answer.records.map { ResourceRecord(owner: question.name, type: .txt, ttl: 300, data: .txt($0)) }
      }
      return InquiryReply(server: server, endpoint: endpoint, answer: answer, records: records)
    }
    let said = zip(internet.hosts[span.host], span.said).map { index, said in
      (internet.servers[index], isBlocked ? Said.fails(.timeout) : said)
    }
    switch inquiry.target {
    case .zoneServers:
      return InquiryAnswer(
        inquiry: inquiry, zone: internet.zones[place.zone].name,
        replies: said.map { reply($0.0.name.description, $0.0.endpoint, $0.1) })
    case .parentServers:
      let parent = Endpoint(.v4(0xC633_6401))
      return InquiryAnswer(
        inquiry: inquiry,
        replies: [reply("ns.parent", parent, isBlocked ? .fails(.timeout) : .content(.absent))])
    case .view(let view):
      guard let resolver = internet.resolvers.firstIndex(where: { $0.view == view }) else {
        return InquiryAnswer(inquiry: inquiry)
      }
      let failure = world.facts.failure(ofView: view, at: moment)
      let content = world.caches[resolver][watch].at(moment).content
      return InquiryAnswer(
        inquiry: inquiry,
        replies: [
          reply(
            view, internet.resolvers[resolver].endpoint,
            failure.map { .fails($0) } ?? content.map { .content($0) } ?? .fails(.servfail))
        ])
    case .servers(let servers):
      return InquiryAnswer(
        inquiry: inquiry,
        replies: servers.map { server in
          let known = said.first { $0.0.name.description == server.name }
          return reply(
            server.name, known?.0.endpoint ?? server.endpoints.first ?? Endpoint(.v4(0xC633_6402)),
            known?.1 ?? .fails(.timeout))
        })
    }
  }
}
