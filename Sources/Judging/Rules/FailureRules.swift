// Rules on servers, resolvers and walks that gave no usable answer.

internal import Model
internal import Phrasing

enum FailureRules {
  static let all: [LookRule] =
    [
      serverFailed(
        .timeout, "A name server of the zone does not answer in time.",
        remedy: "Check that the server runs and that UDP port 53 is open to it; else take it out of the delegation."),
      serverFailed(
        .servfail, "A name server of the zone answers SERVFAIL.",
        remedy: "Look into the server's log: the zone is expired, or its file could not be loaded."),
      serverFailed(
        .refused, "A name server of the zone answers REFUSED.",
        remedy:
          "Configure the zone on the server, or take the server out of the delegation: it does not serve the zone any more."
      ),
      serverFailed(
        .lame, "A server that the zone is delegated to answers without authority.",
        remedy: "Configure the zone on the server, or take it out of the delegation (lame delegation)."),
      serverFailed(
        .malformed, "A name server of the zone answers with what breaks the protocol.",
        remedy: "Update the server software, or look for a middlebox that rewrites DNS."),
      serverFailed(
        .unreachable, "A name server of the zone cannot be reached.",
        remedy: "Check the server's address and its firewall; else take it out of the delegation."),
    ] + [
      withoutAddress, noIPv6, tcpUnreachable, resolverFailed, resolverPassedOver, bogus, walkFailed, sourceDown,
      ownLink,
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
    remedy: "Give the server's name an A or AAAA record, or take it out of the delegation.",
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
    remedy: "Give this machine IPv6, so that all addresses of the servers are checked.", source: "RFC 3901"
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
          "\(Wording.names(cut)) \(cut.count == 1 ? "cuts" : "cut") the answer over UDP (TC) and \(cut.count == 1 ? "gives" : "give") none over TCP; expected the whole record.",
        evidence: Wording.evidence(cut), severity: ruling.state == .unreachable ? .critical : .warning)
    ]
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
          "\(source.name) \(source.failure.map(Wording.predicate) ?? "gives nothing"); expected what the source says.",
        evidence: Wording.dig(source))
    }
  }

  private static let resolverPassedOver = LookRule(
    "resolver-passed-over", .info, "A resolver of a view failed, and the next one answered.",
    remedy: "Check the resolver, or take it out of the list.", source: "resolv.conf(5)"
  ) { ruling in
    ruling.sorted.passedOver.map { source in
      LookObservation(
        text:
          "\(source.name) \(source.failure.map(Wording.predicate) ?? "gives nothing"); the next resolver of the view answered.",
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
          "\(Wording.names(bogus)) \(bogus.count == 1 ? "answers" : "answer") only with checking disabled: DNSSEC validation of \(ruling.sorted.zone) fails"
          + (errors.isEmpty ? "." : " (\(Phrase.list(errors.withoutRepeats)))."),
        evidence: Wording.evidence(bogus), severity: ruling.state == .unreachable ? .critical : .warning)
    ]
  }

  private static let walkFailed = LookRule(
    "walk-failed", .warning, "The way from the root to the zone's servers ended early.",
    remedy: "Check the delegation at the parent zone, and whether port 53 is open from here to the internet.",
    source: "RFC 1034, section 5.3.3"
  ) { ruling in
    ruling.sorted.walkFailures.map { walk in
      LookObservation(
        text: "The walk to the servers of \(ruling.sorted.look.key.domain) ended at \(walk.zone): \(walk.text)",
        evidence: "deepest zone whose servers were known: \(walk.zone); \(walk.failure.result)")
    }
  }

  private static let sourceDown = LookRule(
    "source-down", .critical, "No server of the zone answers.",
    remedy: "Check the name servers of the zone, and the delegation at its parent.", source: "RFC 1034, section 4.2.2"
  ) { ruling in
    let sorted = ruling.sorted
    let servers = sorted.look.views.contains { $0.isAuthoritative }
    guard servers, sorted.standsIn || sorted.answering.isEmpty, ruling.row != .ownLink else { return [] }
    let whole = SortedLook(look: sorted.look)
    // What a chain leads to is told by rules of its own.
    guard whole.broken.isEmpty, whole.failing.allSatisfy(\.answer.cname.isEmpty) else { return [] }
    let asked = whole.failing
    return [
      LookObservation(
        text: asked.isEmpty
          ? "No server of the zone \(sorted.zone) could be asked."
          : "None of the servers of \(asked.first?.server.zone ?? sorted.zone) answers: \(Wording.names(asked)).",
        evidence: asked.isEmpty ? sorted.walkFailures.map(\.text).joined(separator: "\n") : Wording.evidence(asked),
        severity: ruling.state == .unreachable ? .critical : .warning)
    ]
  }

  private static let ownLink = LookRule(
    "our-link-down", .warning, "No view reached anything: the cause is probably on this side.",
    remedy: "Check this machine's network, its resolvers and whether port 53 is open from here.",
    source: "docs/states.md"
  ) { ruling in
    guard ruling.row == .ownLink else { return [] }
    return [
      LookObservation(
        text: "Nothing came back from any server or resolver; nothing can be said about the key.",
        evidence: Wording.evidence(ruling.sorted.sources + ruling.sorted.caches))
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
