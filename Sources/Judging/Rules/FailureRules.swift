// Rules on servers, resolvers and walks that gave no usable answer.

internal import Model
internal import Phrasing

enum FailureRules {
  /// What holds for all of a zone, or for this machine, before what single servers do.
  static let all: [LookRule] =
    [ownLink, authorityUnreachable, sourceDown] + [
      serverFailed(
        .timeout, "A name server of the zone does not answer in time.",
        remedy: "Check that the server runs and that UDP port 53 is open to it, or remove it from the delegation."),
      serverFailed(
        .servfail, "A name server of the zone answers SERVFAIL.",
        remedy: "Check the server's log: the zone has expired, or its file could not be loaded."),
      serverFailed(
        .refused, "A name server of the zone answers REFUSED.",
        remedy:
          "Configure the zone on the server, or remove the server from the delegation: it does not serve the zone."
      ),
      serverFailed(
        .lame, "A server that the zone is delegated to answers without authority.",
        remedy: "Configure the zone on the server, or remove it from the delegation (lame delegation)."),
      serverFailed(
        .malformed, "A name server of the zone sends malformed responses.",
        remedy: "Update the server software, or look for a firewall that rewrites DNS."),
      serverFailed(
        .unreachable, "A name server of the zone cannot be reached.",
        remedy: "Check the server's address and its firewall, or remove it from the delegation."),
    ] + [
      withoutAddress, noIPv6, tcpUnreachable, ednsDropped, udpUnanswered, resolverFailed, resolverPassedOver, bogus,
      walkFailed,
    ]

  private static func serverFailed(_ failure: Outcome.Failure, _ summary: String, remedy: String) -> LookRule {
    LookRule(
      "server-failed-\(failure.rawValue)", .warning, summary, remedy: remedy, source: "RFC 1034, section 4.2.1"
    ) { ruling in
      let sorted = ruling.sorted
      return sorted.failingThemselves.filter {
        $0.isAuthoritative && $0.failure == failure && $0.server.endpoint != nil && !isForeignIPv6($0, in: sorted)
          && !$0.answer.truncated
      }.map { source in
        LookObservation(
          text:
            "\(source.name), a name server of \(source.server.zone ?? sorted.zone), \(Wording.predicate(failure)); expected an answer for \(source.server.question).",
          evidence: Wording.dig(source))
      }
    }
  }

  private static let withoutAddress = LookRule(
    "server-without-address", .warning, "The zone is delegated to a server name that has no address.",
    remedy: "Give the server's name an A or AAAA record, or remove it from the delegation.",
    source: "RFC 1912, section 2.8"
  ) { ruling in
    ruling.sorted.failing.filter { $0.isAuthoritative && $0.server.endpoint == nil }.map { source in
      LookObservation(
        text:
          "\(source.server.zone ?? ruling.sorted.zone) is delegated to \(source.server.server), and that name has no address.",
        evidence: "dig \(source.server.server) A, and AAAA → no address")
    }
  }

  private static let noIPv6 = LookRule(
    "ipv6-unreachable", .info,
    "No server could be reached over IPv6, while IPv4 works: this machine seems to have no IPv6.",
    remedy: "Enable IPv6 on this machine, so that all addresses of the servers are checked.", source: "RFC 3901"
  ) { ruling in
    let silent = ruling.sorted.failing.filter { isForeignIPv6($0, in: ruling.sorted) }
    guard !silent.isEmpty else { return [] }
    return [
      LookObservation(
        text: "\(Wording.names(silent)) could not be asked: nothing is reachable over IPv6 from here.",
        evidence: Wording.evidence(silent))
    ]
  }

  private static let tcpUnreachable = LookRule(
    "tcp-unreachable", .critical, "The answer does not fit into UDP, and the server cannot be asked over TCP.",
    remedy: "Open TCP port 53 at the server and on the way to it, or use a smaller key.",
    source: "RFC 7766, section 5"
  ) { ruling in
    let sorted = ruling.sorted
    let cut = (sorted.sources + sorted.caches).filter { $0.failure != nil && $0.answer.truncated }
    guard !cut.isEmpty else { return [] }
    return [
      LookObservation(
        text:
          "\(Phrase.clause(cut.map(\.name), "truncates", "truncate")) the answer over UDP (TC) and \(Wording.agreeing(cut, "gives", "give")) none over TCP; expected the whole record.",
        evidence: Wording.evidence(cut), severity: ruling.state == .unreachable ? .critical : .warning)
    ]
  }

  private static let ednsDropped = LookRule(
    "server-drops-edns", .warning, "A name server of the zone does not answer questions that use EDNS.",
    remedy: "Update the server's software, or let EDNS (RFC 6891) pass the firewall in front of it.", source: "RFC 6891"
  ) { ruling in
    answering(ruling.sorted, where: \.dropsEDNS).map { source in
      LookObservation(
        text:
          "\(source.name), a name server of \(source.server.zone ?? ruling.sorted.zone), answers only questions without EDNS, and resolvers ask with it; expected an answer to both.",
        evidence: Wording.dig(source), severity: severity(ofOddAnswersIn: ruling.sorted))
    }
  }

  private static let udpUnanswered = LookRule(
    "server-silent-over-udp", .warning, "A name server of the zone answers over TCP only.",
    remedy: "Open UDP port 53 on the server and in the firewalls in front of it.", source: "RFC 1035, section 4.2"
  ) { ruling in
    answering(ruling.sorted, where: \.isSilentOverUDP).map { source in
      LookObservation(
        text:
          "\(source.name), a name server of \(source.server.zone ?? ruling.sorted.zone), does not answer over UDP, only over TCP; resolvers ask over UDP first.",
        evidence: Wording.dig(source), severity: severity(ofOddAnswersIn: ruling.sorted))
    }
  }

  /// The zone's servers that answer, but not in the way in which resolvers ask.
  private static func answering(_ sorted: SortedLook, where fits: (Answer) -> Bool) -> [Respondent] {
    SortedLook(look: sorted.look).sources.filter { $0.isAuthoritative && $0.failure == nil && fits($0.answer) }
  }

  /// One server of several that answered so once may have lost a burst of packets: that alone is no warning.
  private static func severity(ofOddAnswersIn sorted: SortedLook) -> Severity? {
    let servers = SortedLook(look: sorted.look).sources.filter { $0.isAuthoritative && $0.failure == nil }
    let odd = servers.filter { $0.answer.dropsEDNS || $0.answer.isSilentOverUDP }
    let areResolversWell = sorted.recursive.allSatisfy { $0.role == .with }
    let endpoints = Set(odd.compactMap(\.server.endpoint))
    return endpoints.count == 1 && odd.count < servers.count && areResolversWell ? .info : nil
  }

  private static let resolverFailed = LookRule(
    "resolver-failed", .warning, "A recursive view gives no answer for the key name.",
    remedy:
      "Receivers behind that resolver cannot verify: check the resolver, and the servers of the zone as it sees them.",
    source: "RFC 6376, section 6.1.2"
  ) { ruling in
    ruling.sorted.recursive.filter {
      $0.failure != nil && $0.failure != .bogus && !$0.answer.truncated
    }.map { source in
      LookObservation(
        text:
          "\(source.name) \(source.failure.map(Wording.predicate) ?? "gives no answer"); expected what the source says.",
        evidence: Wording.dig(source))
    }
  }

  private static let resolverPassedOver = LookRule(
    "resolver-passed-over", .info, "A resolver of a view failed, and the next one answered.",
    remedy: "Check the resolver, or remove it from the list.", source: "resolv.conf(5)"
  ) { ruling in
    ruling.sorted.passedOver.map { source in
      LookObservation(
        text:
          "\(source.name) \(source.failure.map(Wording.predicate) ?? "gives no answer"); the next resolver of the view answered.",
        evidence: Wording.dig(source))
    }
  }

  private static let bogus = LookRule(
    RuleID.dnssecBogus, .critical, "DNSSEC validation fails: validating receivers see no key.",
    remedy:
      "Compare the DS records at the parent with the DNSKEY records of the zone, and renew expired signatures; after a move to another DNS host remove the old DS record.",
    source: "RFC 4035, section 5.5"
  ) { ruling in
    let bogus = ruling.sorted.bogus
    guard !bogus.isEmpty else { return [] }
    let errors = bogus.flatMap(\.answer.extendedErrors).map {
      "EDE \($0.code)" + ($0.text.isEmpty ? "" : ", \($0.text)")
    }
    return [
      LookObservation(
        text:
          "\(Phrase.clause(bogus.map(\.name), "answers", "answer")) only with checking disabled: DNSSEC validation of \(ruling.sorted.zone) fails"
          + (errors.isEmpty ? "." : " (\(Phrase.list(errors.withoutRepeats)))."),
        evidence: Wording.evidence(bogus), severity: ruling.state == .unreachable ? .critical : .warning)
    ]
  }

  private static let walkFailed = LookRule(
    "walk-failed", .warning, "The name servers of the zone could not be found from the root down.",
    remedy: "Check the delegation in the parent zone, and whether port 53 is open from this machine to the internet.",
    source: "RFC 1034, section 5.3.3"
  ) { ruling in
    ruling.sorted.walkFailures.map { walk in
      LookObservation(
        text: "The search for the name servers of \(ruling.sorted.look.key.domain) ended at \(walk.zone): \(walk.text)",
        evidence: "deepest zone whose servers were known: \(walk.zone); \(walk.failure.result)")
    }
  }

  private static let authorityUnreachable = LookRule(
    RuleID.authorityUnreachable, .warning,
    "This machine cannot ask the root servers, so that the key is judged by the answers of the resolvers.",
    remedy:
      "Allow UDP and TCP port 53 from this machine to the internet, or remove the view of type authoritative from the configuration.",
    source: "docs/states.md"
  ) { ruling in
    guard let walk = ruling.sorted.blockedWalk, ruling.row != .ownLink else { return [] }
    return [
      LookObservation(
        text:
          "The root servers cannot be asked from this machine: \(Wording.whyBlocked(walk)). The \(ruling.sorted.noun) is judged by the answers of the resolvers.",
        evidence: walk.text)
    ]
  }

  private static let sourceDown = LookRule(
    "source-down", .critical, "No name server of the zone answers.",
    remedy: "Check the name servers of the zone, and the delegation in the parent zone.",
    source: "RFC 1034, section 4.2.2"
  ) { ruling in
    let sorted = ruling.sorted
    let servers = sorted.look.views.contains { $0.isAuthoritative }
    guard servers, sorted.blockedWalk == nil, sorted.standsIn || sorted.answering.isEmpty, ruling.row != .ownLink
    else { return [] }
    let whole = SortedLook(look: sorted.look)
    // What a chain leads to is told by rules of its own.
    guard whole.broken.isEmpty, whole.failing.allSatisfy(\.answer.cname.isEmpty) else { return [] }
    let asked = whole.failing
    return [
      LookObservation(
        text: asked.isEmpty
          ? "No name server of \(sorted.zone) could be asked."
          : "No name server of \(asked.first?.server.zone ?? sorted.zone) answers; asked \(Wording.names(asked)).",
        evidence: asked.isEmpty ? sorted.walkFailures.map(\.text).joined(separator: "\n") : Wording.evidence(asked),
        severity: ruling.state == .unreachable ? .critical : .warning)
    ]
  }

  private static let ownLink = LookRule(
    "our-link-down", .warning, "Nothing could be reached from this machine: its own network is probably the cause.",
    remedy: "Check this machine's network and resolvers, and whether UDP and TCP port 53 are open to the internet.",
    source: "docs/states.md"
  ) { ruling in
    guard ruling.row == .ownLink else { return [] }
    return [
      LookObservation(
        text: ruling.sorted.blockedWalk.map {
          "The root servers cannot be asked from this machine: \(Wording.whyBlocked($0)), and no resolver answers; nothing is known about the \(ruling.sorted.noun)."
        } ?? "No server or resolver answered anything; nothing is known about the \(ruling.sorted.noun).",
        evidence: ([Wording.evidence(ruling.sorted.sources + ruling.sorted.caches)]
          + [ruling.sorted.blockedWalk?.text].compactMap(\.self)).filter { !$0.isEmpty }.joined(separator: "\n"))
    ]
  }

  /// Whether this is an IPv6 address of a machine that seems to have no IPv6: no packet left for any of them, and
  /// IPv4 works. Loopback is always there, so a dead server on it is dead.
  private static func isForeignIPv6(_ source: Respondent, in sorted: SortedLook) -> Bool {
    func isSix(_ source: Respondent) -> Bool { source.server.endpoint?.address.isV6 ?? false }
    guard isSix(source), source.server.endpoint?.address != .v6(high: 0, low: 1) else { return false }
    return (sorted.sources + sorted.caches).allSatisfy { !isSix($0) || $0.failure == .unreachable }
      && sorted.answering.contains { !isSix($0) }
  }
}
