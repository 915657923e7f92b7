// Causes: answers that do not arrive by the way that they are sent.

internal import Judging
internal import Model
internal import Phrasing

enum TransportCauses {
  static let all: [CauseRule] = [tcpBlocked, udpLost, resolverGetsNothing]

  /// The servers, as they were reached, for a question in another form.
  private static func again(_ sources: [Respondent], _ facts: DiagnosisFacts, _ variant: Inquiry.Variant) -> Inquiry? {
    let servers = sources.filter(\.isAuthoritative).compactMap { source in
      source.server.endpoint.map { NameServer(name: source.server.server, endpoints: [$0]) }
    }
    let name = sources.first?.server.question ?? facts.name
    return servers.isEmpty ? nil : Inquiry(name, .txt, at: .servers(Array(servers.prefix(4))), variant: variant)
  }

  private static func cut(_ facts: DiagnosisFacts) -> [Respondent] {
    (facts.sorted.sources + facts.sorted.caches).filter { $0.failure != nil && $0.answer.truncated }
  }

  private static let tcpBlocked = CauseRule(
    "tcp-blocked", "The answer is too long for UDP, and the name servers cannot be asked over TCP.",
    remedy: "Open TCP port 53 at the name servers and on the way to them, or publish a shorter key.",
    asks: { facts in
      let cut = cut(facts)
      guard facts.finding("tcp-unreachable") != nil else { return [] }
      return [again(cut, facts, .tcp), again(cut, facts, .withoutEDNS)].compactMap(\.self)
    }
  ) { facts in
    guard let finding = facts.finding("tcp-unreachable") else { return nil }
    let cut = cut(facts)
    let asked = [again(cut, facts, .tcp), again(cut, facts, .withoutEDNS)].compactMap(\.self)
    let isBackOverTCP = asked.first.map { !facts.positive($0).isEmpty } ?? false
    guard !isBackOverTCP else { return nil }
    let isSource = cut.contains(where: \.isAuthoritative)
    return Cause(
      text:
        "The answer with the key does not fit into UDP, and \(Wording.names(cut)) cannot "
        + "be asked over TCP: a firewall or the server blocks TCP port 53.",
      certainty: facts.state == .unreachable || facts.sorted.with.isEmpty || isSource ? .certain : .likely,
      because: "the answers over UDP are truncated (TC), and over TCP nothing comes",
      evidence: RecordCauses.evidence(finding) + asked.flatMap(facts.evidence),
      repair: .instruction(
        "Open TCP port 53 at \(Wording.names(cut)) and in the firewalls in front of \(Wording.agreeing(cut, "it", "them")) (RFC 7766 "
          + "requires it). Until then publish a key of 2048 bits or Ed25519 under a new selector, alone at its name: its "
          + "answer fits into UDP."))
  }

  /// Servers that gave nothing over UDP.
  private static func silent(_ facts: DiagnosisFacts) -> [Respondent] {
    facts.sorted.failingThemselves.filter {
      $0.isAuthoritative && !$0.answer.truncated && ($0.failure == .timeout || $0.failure == .malformed)
    }
  }

  private static let udpLost = CauseRule(
    "udp-answers-lost", "Answers over UDP get lost, while they arrive over TCP or without EDNS.",
    remedy:
      "Lower the largest UDP answer of the name servers to 1232 bytes, and let fragments and EDNS pass the firewalls.",
    asks: { facts in
      let silent = silent(facts)
      let odd = again(answeringOddly(facts), facts, .usual)
      return [again(silent, facts, .tcp), again(silent, facts, .withoutEDNS), odd].compactMap(\.self)
    }
  ) { facts in
    if let cause = wayOfAnswers(facts) { return cause }
    let silent = silent(facts)
    guard let tcp = again(silent, facts, .tcp), let plain = again(silent, facts, .withoutEDNS) else { return nil }
    let (overTCP, withoutEDNS) = (answering(facts, tcp), answering(facts, plain))
    guard !overTCP.isEmpty || !withoutEDNS.isEmpty else { return nil }
    let isEDNS = !withoutEDNS.isEmpty
    return lost(
      (isEDNS ? withoutEDNS : overTCP).map(\.server).withoutRepeats, isEDNS: isEDNS,
      facts.sorted.answering.isEmpty ? .certain : .likely, evidence: facts.evidence(tcp) + facts.evidence(plain))
  }

  /// Servers whose answers came only after the usual question had brought nothing.
  private static func wayOfAnswers(_ facts: DiagnosisFacts) -> Cause? {
    let odd = stillOdd(facts)
    let withoutEDNS = odd.filter(\.answer.dropsEDNS)
    let isEDNS = !withoutEDNS.isEmpty
    let heard = isEDNS ? withoutEDNS : odd
    guard let finding = facts.finding(isEDNS ? "server-drops-edns" : "server-silent-over-udp"), !heard.isEmpty else {
      return nil
    }
    let isAskedAgain = again(answeringOddly(facts), facts, .usual).flatMap(facts.answer) != nil
    return lost(
      heard.map(\.name).withoutRepeats, isEDNS: isEDNS, isAskedAgain ? .certain : .likely,
      evidence: RecordCauses.evidence(finding))
  }

  /// The zone's own servers that answered in a way in which resolvers do not ask.
  private static func answeringOddly(_ facts: DiagnosisFacts) -> [Respondent] {
    SortedLook(look: facts.sorted.look).sources.filter {
      $0.isAuthoritative && $0.failure == nil && ($0.answer.dropsEDNS || $0.answer.isSilentOverUDP)
    }
  }

  /// Those of them that did not answer the usual question when it was put again: once may be packet loss.
  private static func stillOdd(_ facts: DiagnosisFacts) -> [Respondent] {
    let odd = answeringOddly(facts)
    let replies = again(odd, facts, .usual).map(facts.replies) ?? []
    let well = replies.filter { reply in
      reply.answer.outcome.failure == nil && !reply.answer.dropsEDNS && !reply.answer.isSilentOverUDP
        && reply.endpoint != nil
    }
    return odd.filter { source in
      !well.contains { $0.server == source.server.server && $0.endpoint == source.server.endpoint }
    }
  }

  private static func lost(
    _ servers: [String], isEDNS: Bool, _ certainty: Diagnosis.Certainty, evidence: [String]
  ) -> Cause {
    let (names, count) = (Phrase.list(servers), servers.count)
    return Cause(
      text: isEDNS
        ? "\(Phrase.clause(servers, "answers", "answer")) only questions without EDNS: \(Phrase.agreeing(count, "the server or a firewall in front of it drops", "the servers or firewalls in front of them drop")) "
          + "questions that have it, and resolvers send it in every question."
        : "The answers of \(names) get lost over UDP and arrive over TCP: a firewall drops UDP on port 53, or the fragments of "
          + "large answers.",
      certainty: certainty,
      because: isEDNS
        ? "without EDNS the answer comes, with it nothing" : "over TCP the answer comes, over UDP nothing",
      evidence: evidence,
      repair: .instruction(
        isEDNS
          ? "Update the software of \(names), or let EDNS (RFC 6891) pass the firewall in front of \(Phrase.agreeing(count, "it", "them"))."
          : "Set the largest UDP answer of \(names) to 1232 bytes (NSD ipv4-edns-size, BIND max-udp-size, Knot "
            + "udp-max-payload), and open UDP port 53 in the firewalls in front of \(Phrase.agreeing(count, "it", "them"))."
      ))
  }

  private static func answering(_ facts: DiagnosisFacts, _ inquiry: Inquiry) -> [InquiryReply] {
    facts.replies(to: inquiry).filter { $0.answer.outcome.failure == nil }
  }

  private static let resolverGetsNothing = CauseRule(
    "resolver-fails", "A resolver gives no answer, while the zone's own servers do.",
    remedy: "Check the resolver, and whether it reaches the zone's servers."
  ) { facts in
    guard facts.state == .published, facts.finding("resolver-failed") != nil,
      facts.sorted.answering.contains(where: \.isAuthoritative), stillOdd(facts).isEmpty
    else { return nil }
    let failed = facts.sorted.caches.filter {
      $0.failure != nil && $0.failure != .bogus && !$0.answer.truncated && facts.refusal($0) == nil
    }
    guard let first = failed.first else { return nil }
    let failures = failed.compactMap(\.failure).withoutRepeats
    let what =
      failures.count == 1
      ? "\(Wording.names(failed)) \(Wording.agreeing(failed, Wording.predicate(failures[0]), Wording.plural(failures[0])))"
      : Phrase.list(failed.map { "\($0.name) \($0.failure.map(Wording.predicate) ?? "gives no answer")" })
    return Cause(
      text:
        "The zone is right, but \(what): receivers behind such a resolver get no key.",
      certainty: .likely, because: "the zone's own servers answer, each of them asked directly",
      repair: .instruction(
        "Check whether \(Wording.names(failed)) \(Wording.agreeing(failed, "answers", "answer")) for other domains. If so, either a filter there blocks "
          + "\(facts.chain.last.map { "\(facts.domain) or \($0)" } ?? "\(facts.domain)"), or the servers of \(first.server.zone ?? facts.zone) cannot be reached from there: look for "
          + "rate limits and firewalls in front of them."))
  }
}
