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
      because: "the answers over UDP say that they are cut (TC), and over TCP nothing comes",
      evidence: RecordCauses.evidence(finding) + asked.flatMap(facts.evidence),
      repair: .instruction(
        "Open TCP port 53 at \(Wording.names(cut)) and in the firewalls before \(cut.count == 1 ? "it" : "them") (RFC 7766 "
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
      return [again(silent, facts, .tcp), again(silent, facts, .withoutEDNS)].compactMap(\.self)
    }
  ) { facts in
    let silent = silent(facts)
    guard let tcp = again(silent, facts, .tcp), let plain = again(silent, facts, .withoutEDNS) else { return nil }
    let (overTCP, withoutEDNS) = (answering(facts, tcp), answering(facts, plain))
    guard !overTCP.isEmpty || !withoutEDNS.isEmpty else { return nil }
    let isEDNS = !withoutEDNS.isEmpty
    let heard = (isEDNS ? withoutEDNS : overTCP).map(\.server).withoutRepeats
    let (names, count) = (Phrase.list(heard), heard.count)
    return Cause(
      text: isEDNS
        ? "\(names) \(count == 1 ? "answers" : "answer") only questions without EDNS: the server or a firewall before it drops questions that have it, "
          + "as all modern resolvers send them."
        : "The answers of \(names) get lost over UDP and arrive over TCP: a firewall drops UDP on port 53, or the fragments of "
          + "large answers.",
      certainty: facts.sorted.answering.isEmpty ? .certain : .likely,
      because: isEDNS
        ? "without EDNS the answer comes, with it nothing" : "over TCP the answer comes, over UDP nothing",
      evidence: facts.evidence(tcp) + facts.evidence(plain),
      repair: .instruction(
        isEDNS
          ? "Update the name server's software, or let EDNS (RFC 6891) pass the firewall before it."
          : "Set the largest UDP answer of the name servers to 1232 bytes (NSD ipv4-edns-size, BIND max-udp-size, Knot "
            + "udp-max-payload), and open UDP port 53 in the firewalls before them."))
  }

  private static func answering(_ facts: DiagnosisFacts, _ inquiry: Inquiry) -> [InquiryReply] {
    facts.replies(to: inquiry).filter { $0.answer.outcome.failure == nil }
  }

  private static let resolverGetsNothing = CauseRule(
    "resolver-fails", "A resolver gives no answer, while the zone's own servers do.",
    remedy: "Check the resolver, and whether it reaches the zone's servers."
  ) { facts in
    guard facts.state == .published, facts.finding("resolver-failed") != nil,
      facts.sorted.answering.contains(where: \.isAuthoritative)
    else { return nil }
    let failed = facts.sorted.caches.filter { $0.failure != nil && $0.failure != .bogus && !$0.answer.truncated }
    guard let first = failed.first else { return nil }
    return Cause(
      text:
        "The zone is right, but \(Wording.names(failed)) \(first.failure.map(Wording.predicate) ?? "gives nothing"): receivers behind "
        + "such a resolver get no key.",
      certainty: .likely, because: "the zone's own servers answer, each of them asked directly",
      repair: .instruction(
        "Check whether \(Wording.names(failed)) is in order for other domains. If it is, it does not reach the servers of "
          + "\(facts.zone): look for rate limits and firewalls before them."))
  }
}
