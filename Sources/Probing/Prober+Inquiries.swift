// Asks what no look asks: any name and type at any place. Nothing of it is remembered.

import DNS
public import Model

extension Prober {
  /// How many inquiries are under way at a time.
  private static let inquiryLimit = 64

  /// Puts all inquiries side by side and gives an answer to each, in the same order.
  ///
  /// Zones are found by the first authoritative view. Where none is configured, nobody may be meant to ask the internet
  /// from here: the first recursive view stands in for a zone's servers, and a parent's servers are not asked. A view that is
  /// not configured gives no replies.
  ///
  /// - Parameter reachesAuthority: false where the root was just seen to be out of reach: then all is as if no authoritative
  ///   view were configured, and the first recursive view that answers stands in.
  public func inquire(_ inquiries: [Inquiry], reachesAuthority: Bool = true) async -> [InquiryAnswer] {
    await boundedMap(inquiries, limit: Self.inquiryLimit) { inquiry in
      guard reachesAuthority else { return await self.answerOfResolvers(to: inquiry) }
      return await self.probe(for: inquiry.target)?.answer(to: inquiry) ?? InquiryAnswer(inquiry: inquiry)
    }
  }

  private func answerOfResolvers(to inquiry: Inquiry) async -> InquiryAnswer {
    switch inquiry.target {
    case .view: return await probe(for: inquiry.target)?.answer(to: inquiry) ?? InquiryAnswer(inquiry: inquiry)
    case .servers, .parentServers: return InquiryAnswer(inquiry: inquiry)
    case .zoneServers: break
    }
    var last = InquiryAnswer(inquiry: inquiry)
    for probe in probes where !probe.view.isAuthoritative {
      last = await probe.answer(to: inquiry)
      if last.replies.contains(where: { $0.answer.rcode != nil }) { break }
    }
    return last
  }
}

extension Prober {
  /// Who puts the question.
  private func probe(for place: Inquiry.Target) -> (any ViewProbe)? {
    switch place {
    case .view(let name): probes.first { $0.view.name == name && !$0.view.isAuthoritative }
    case .servers: authority
    case .zoneServers: probes.first(where: \.view.isAuthoritative) ?? probes.first
    case .parentServers: probes.first(where: \.view.isAuthoritative)
    }
  }
}

extension InquiryReply {
  /// Reads what came of one query; an answer without authority is lame where a zone's own server was asked.
  init(_ reply: Reply, to question: Question, server: String, endpoint: Endpoint?, isAuthority: Bool) {
    switch reply {
    case .unchanged:
      self.init(server: server, endpoint: endpoint, answer: .failed(.malformed, transport: .udp))
    case .failed(let failure, let transport, let truncated):
      self.init(
        server: server, endpoint: endpoint, answer: .failed(failure, transport: transport, truncated: truncated))
    case .message(let message, let transport, let roundTrip):
      var answer = Answer(replyTo: question, message: message, transport: transport, roundTrip: roundTrip)
      // Only texts are read there; `records` has the others whole.
      if question.type != .txt { answer.records = [] }
      let isReferral = answer.outcome == .nodata && answer.cname.isEmpty && !message.authoritative
      if isAuthority, !message.authoritative, isReferral || answer.outcome.failure == nil { answer.fail(.lame) }
      self.init(
        server: server, endpoint: endpoint, isRecursive: !message.authoritative && message.recursionAvailable,
        answer: answer, records: message.answers, authorities: message.authorities, additionals: message.additionals,
        hasEDNS: message.hasEDNS, offersRecursion: message.recursionAvailable)
    }
  }
}

extension Answer {
  /// No message came.
  static func failed(_ failure: Outcome.Failure, transport: Transport, truncated: Bool = false) -> Answer {
    Answer(
      outcome: .failed(failure), truncated: truncated, transport: transport,
      digest: .of(outcome: .failed(failure), chain: [], records: []))
  }
}

extension Query {
  /// The same question, put in another form.
  func put(_ variant: Inquiry.Variant) -> Query {
    var query = self
    switch variant {
    case .usual: break
    case .tcp: query.transport = .tcp
    case .withoutEDNS: query.usesEDNS = false
    case .checkingDisabled: query.checkingDisabled = true
    case .signed: (query.wantsSignatures, query.checkingDisabled) = (true, true)
    case .recursive: query.recursionDesired = true
    }
    return query
  }
}
