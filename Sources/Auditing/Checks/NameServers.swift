// Checks of how each name server answers: with authority, over UDP and TCP, with EDNS, to strangers, to unusual types.

internal import Model
internal import Phrasing

extension AuditCheck {
  static let nameServers: [AuditCheck] = failures + behaviour

  /// A row for each way in which a server fails.
  private static let failures: [AuditCheck] =
    [
      AuditCheck(
        "source-down", .critical, in: .nameservers, points: 20, cap: .f,
        summary: "No name server of the zone answers: web and mail of the domain fail as soon as caches have run out.",
        remedy: "Bring the name servers up again, or delegate the zone to servers that answer.",
        source: "RFC 1034, section 4.2.1", asks: { [.zone(of: $0.domain)] },
        look: { facts in
          let replies = facts.replies(to: .zone(of: facts.domain))
          if replies.isEmpty {
            return facts.walkFailure == nil ? .unjudged("No name server of the zone could be asked.") : .nothing
          }
          let failed = replies.filter { $0.reply.answer.outcome.failure != nil }
          if failed.isEmpty {
            return .good(
              replies.count == 1
                ? "The one server address answers with authority."
                : "All \(replies.count) server addresses answer with authority.")
          }
          guard failed.count == replies.count else { return .nothing }
          if replies.allSatisfy({ $0.reply.answer.outcome == .failed(.unreachable) }) {
            return .unjudged("No server of the zone could be reached from here: the fault may be in this network.")
          }
          return .found([AuditObservation(failed.lines(Question(facts.domain, .soa)))])
        })
    ]
    + [
      failure("lame", .lame, "answers without authority", "does not know the zone", "RFC 1034, section 4.2.1"),
      failure("refused", .refused, "refuses to answer", "is not set up for the zone", "RFC 1035, section 4.1.1"),
      failure("servfail", .servfail, "answers SERVFAIL", "cannot load the zone", "RFC 1035, section 4.1.1"),
      failure(
        "timeout", .timeout, "does not answer", "is down, or a firewall drops the questions", "RFC 1034, section 4.2.1"),
      failure(
        "unreachable", .unreachable, "cannot be reached", "is down, or nothing listens on port 53",
        "RFC 1034, section 4.2.1"),
      failure(
        "malformed", .malformed, "answers with something that is no proper DNS message", "runs broken software",
        "RFC 1035, section 4"),
    ]

  private static func failure(
    _ word: String, _ failure: Outcome.Failure, _ does: String, _ because: String, _ source: String
  ) -> AuditCheck {
    AuditCheck(
      "server-failed-\(word)", .warning, in: .nameservers, consequenceOf: ["source-down"],
      summary: "A name server of the zone \(does): it \(because).",
      remedy: "Set the server up for the zone, or remove it from the delegation and from the zone.", source: source,
      asks: { facts in [.zone(of: facts.domain)] + facts.apexOnlyRequests },
      look: { facts in
        let replies = facts.replies(to: .zone(of: facts.domain)) + facts.apexOnlyReplies
        let working = replies.count { $0.reply.answer.outcome.failure == nil }
        let failed = replies.filter { $0.reply.answer.outcome == .failed(failure) && !facts.isOurs($0.server) }
        return .any(
          failed.map { server, reply in
            AuditObservation(
              reply.line(Question(facts.domain, .soa)),
              text: "The name server \(server) \(does): it \(because). Resolvers that choose it lose time or fail.",
              severity: working == 1 && replies.count > 1 ? .critical : nil)
          })
      })
  }

  private static let behaviour: [AuditCheck] = [
    AuditCheck(
      "ns-tcp-refused", .warning, in: .nameservers, consequenceOf: ["server-drops-edns"],
      summary:
        "A name server answers over UDP and not over TCP: answers that are too large for UDP are lost, such as long keys.",
      remedy: "Open TCP port 53 at the server and at every firewall before it.", source: "RFC 7766, section 5",
      asks: { facts in [.ask(facts.likelyZone, .soa, at: .zoneServers, .tcp), facts.controlOverTCP] },
      look: { facts in
        guard let zone = facts.zone else { return .nothing }
        let request = AuditRequest.ask(zone, .soa, at: .zoneServers, .tcp)
        let overTCP = facts.replies(to: request)
        let failed = overTCP.filter { server, reply in
          let isSilent = reply.answer.outcome == .failed(.timeout) || reply.answer.outcome == .failed(.unreachable)
          return isSilent && facts.replyOverUDP(of: server)?.answer.outcome.failure == nil
            && facts.replyOverUDP(of: server) != nil && !facts.isOurs(server)
        }
        if overTCP.isEmpty { return .nothing }
        // Where nobody answers over TCP, it may be a firewall on this side.
        if failed.count == overTCP.count,
          facts.answer(facts.controlOverTCP)?.replies.allSatisfy({ $0.answer.rcode == nil }) ?? true
        {
          return .unknown("TCP could not be checked: the servers of the zone above do not answer over TCP either.")
        }
        if failed.isEmpty, overTCP.allSatisfy({ $0.reply.answer.outcome.failure == nil }) {
          return .good("All servers answer over TCP too.")
        }
        return .any(
          failed.map { server, reply in
            AuditObservation(
              reply.line(Question(zone, .soa), .tcp),
              text:
                "The name server \(server) answers over UDP and not over TCP: answers that are too large for UDP are "
                + "lost, such as long keys.")
          })
      }),
    AuditCheck(
      "server-silent-over-udp", .warning, in: .nameservers,
      summary: "A name server answers over TCP only: most resolvers treat it as dead.",
      remedy: "Open UDP port 53 at the server and at every firewall before it.", source: "RFC 7766, section 5",
      asks: { [.zone(of: $0.domain)] },
      look: { facts in
        .any(
          facts.answered(.zone(of: facts.domain)).filter(\.reply.answer.isSilentOverUDP).map { server, reply in
            AuditObservation(
              reply.line(Question(facts.domain, .soa)),
              text: "The name server \(server) answers over TCP only: most resolvers treat it as dead.")
          })
      }),
    AuditCheck(
      "server-drops-edns", .warning, in: .nameservers,
      summary:
        "A name server leaves questions with EDNS unanswered: resolvers lose seconds with each of them, or fail.",
      remedy: "Update the server, or the firewall before it, so that EDNS passes.", source: "RFC 6891, section 7",
      asks: { [.zone(of: $0.domain)] },
      look: { facts in
        .any(
          facts.answered(.zone(of: facts.domain)).filter(\.reply.answer.dropsEDNS).map { server, reply in
            AuditObservation(
              reply.line(Question(facts.domain, .soa), .withoutEDNS)
                + "\nno answer to the same question with EDNS",
              text:
                "The name server \(server) leaves questions with EDNS unanswered: resolvers lose seconds with each of "
                + "them, or fail.")
          })
      }),
    AuditCheck(
      "ns-edns-broken", .info, in: .nameservers, consequenceOf: ["server-drops-edns"],
      summary: "A name server does not support EDNS: large answers, and DNSSEC, are not possible with it.",
      remedy: "Update the server.", source: "RFC 6891, section 6.1.1",
      asks: { [.zone(of: $0.domain)] },
      look: { facts in
        .any(
          facts.answered(.zone(of: facts.domain)).filter { !$0.reply.hasEDNS && !$0.reply.answer.dropsEDNS }.map {
            server, reply in
            AuditObservation(
              reply.line(Question(facts.domain, .soa)) + ", without an OPT record",
              text:
                "The name server \(server) does not support EDNS: large answers, and DNSSEC, are not possible with it.")
          })
      }),
    AuditCheck(
      "ns-open-recursion", .warning, in: .nameservers,
      summary:
        "A name server resolves foreign names for everybody: it is used to attack others, and its cache can be poisoned.",
      remedy: "Switch recursion off at the server, or limit it to your own network.", source: "RFC 5358",
      asks: { facts in
        guard !facts.servers.isEmpty, let foreign = facts.foreignName else { return [] }
        return [facts.atServers(foreign, .a, .recursive)]
      },
      look: { facts in
        guard let foreign = facts.foreignName else { return .nothing }
        let replies = facts.replies(to: facts.atServers(foreign, .a, .recursive))
        let open = replies.filter { _, reply in
          reply.offersRecursion && !reply.answer.authoritative
            && (reply.answer.outcome == .records || reply.answer.outcome == .nxdomain)
        }
        if !replies.isEmpty, open.isEmpty { return .good("No server resolves foreign names for strangers.") }
        return .any(
          open.map { server, reply in
            AuditObservation(
              reply.line(Question(foreign, .a), .recursive),
              text:
                "The name server \(server) resolves foreign names for everybody: it is used to attack others, and its "
                + "cache can be poisoned.")
          })
      }),
    AuditCheck(
      "name-denied-for-other-types", .critical, in: .nameservers, points: 10,
      summary:
        "A name server says that the domain does not exist, or fails, when it is asked for some types of records: who asks "
        + "for these first sees no domain.",
      remedy: "Update the server: it must answer NOERROR without records where a type is not there.",
      source: "RFC 4074, section 4; RFC 8020",
      asks: { facts in AuditFacts.apexTypes.map { .ask(facts.domain, $0, at: .zoneServers, .signed) } },
      look: { facts in
        // By server: the types that it answers, and those that it denies or fails at.
        var (fine, bad): (Set<AuditServer>, [AuditServer: [(RecordType, InquiryReply)]]) = ([], [:])
        for type in AuditFacts.apexTypes {
          for (server, reply) in facts.replies(to: .ask(facts.domain, type, at: .zoneServers, .signed)) {
            // Where an alias leads to a name that is not there, it is that name which is denied.
            guard reply.answer.cname.isEmpty else { continue }
            switch reply.answer.outcome {
            case .records, .nodata: fine.insert(server)
            case .nxdomain, .failed(.servfail), .failed(.timeout), .failed(.malformed):
              bad[server, default: []].append((type, reply))
            case .failed: break
            }
          }
        }
        return .any(
          bad.filter { fine.contains($0.key) }.sorted { $0.key.description < $1.key.description }.map { server, types in
            let names = types.map { "\($0.0)" }
            let isDenied = types.contains { $0.1.answer.outcome == .nxdomain }
            return AuditObservation(
              types.map { $0.1.line(Question(facts.domain, $0.0), .signed) }.joined(separator: "\n"),
              text:
                "The name server \(server) \(isDenied ? "says that \(facts.domain) does not exist" : "fails") when it "
                + "is asked for \(Phrase.list(names)), and answers other types.",
              severity: isDenied || types.count > 1 ? .critical : .warning)
          })
      }),
    AuditCheck(
      "empty-nonterminal-denied", .warning, in: .nameservers,
      summary:
        "A name server says that a name does not exist although there are names below it: resolvers that know RFC 8020 "
        + "then take the names below for absent too.",
      remedy: "Update the server: a name that has names below it exists, and is answered NOERROR.",
      source: "RFC 8020, section 2", asks: { facts in facts.nonterminals.flatMap { [$0.0, $0.1].map(facts.text) } },
      look: { facts in
        var seen: [AuditObservation] = []
        for (above, below) in facts.nonterminals {
          let exists = Set(
            facts.replies(to: facts.text(below)).filter { $0.reply.answer.outcome == .records }.map(\.server))
          let denying = facts.replies(to: facts.text(above)).filter {
            $0.reply.answer.outcome == .nxdomain && exists.contains($0.server)
          }
          guard let first = denying.first else { continue }
          seen.append(
            AuditObservation(
              denying.lines(Question(above, .txt)) + "\n\(below) TXT is there at \(first.server)",
              text:
                "\(Phrase.clause(denying.names, "says", "say")) that \(above) does not exist although \(below) is there: "
                + "resolvers that know RFC 8020 then take it for absent too."))
        }
        return .any(seen)
      }),
    AuditCheck(
      "negative-answer-without-soa", .warning, in: .nameservers,
      summary:
        "A name server answers that a name does not exist without the SOA record of the zone: nobody can cache that, and "
        + "every question comes again.",
      remedy: "Update the server: a negative answer has the SOA record in its authority section.",
      source: "RFC 2308, sections 2 and 5",
      asks: { facts in facts.probeName.map { [.ask($0, .a, at: .zoneServers, .signed)] } ?? [] },
      look: { facts in
        guard let probe = facts.probeName else { return .nothing }
        let bare = facts.answered(.ask(probe, .a, at: .zoneServers, .signed)).filter { _, reply in
          (reply.answer.outcome == .nxdomain || reply.answer.outcome == .nodata) && reply.answer.cname.isEmpty
            && !reply.authorities.contains { $0.type == .soa }
        }
        guard !bare.isEmpty else { return .nothing }
        return .found([
          AuditObservation(
            bare.lines(Question(probe, .a)) + "\nthe authority section has no SOA record",
            text:
              "\(Phrase.clause(bare.names, "answers", "answer")) that a name does not exist without the SOA record of "
              + "the zone: nobody can cache that, and every question comes again.")
        ])
      }),
  ]
}

extension AuditFacts {
  /// Types that servers are asked for at the domain: an unknown one too, since load balancers answer only what they know.
  static let apexTypes: [RecordType] = [
    .a, .aaaa, .mx, .txt, .tlsa, .caa, RecordType(rawValue: 65_280),
  ]

  /// A name that cannot exist in the zone.
  var probeName: DomainName? { try? likelyZone.prepending(options.probe) }

  /// A name far from the zone, that no server of it should have an answer for.
  var foreignName: DomainName? {
    for text in ["example.net", "example.org"] {
      guard let foreign = try? DomainName(text), !domain.isWithin(foreign) else { continue }
      return try? foreign.prepending(options.probe)
    }
    return nil
  }

  /// A question to each address of the zone's servers, by address.
  func atServers(_ name: DomainName, _ type: RecordType, _ variant: Inquiry.Variant) -> AuditRequest {
    .ask(
      name, type, at: .servers(servers.map { NameServer(name: $0.name, endpoints: [$0.endpoint]) }), variant)
  }

  func text(_ name: DomainName) -> AuditRequest { .ask(name, .txt, at: .zoneServers, .signed) }

  /// Names that exist only because of a name below them, and that name.
  var nonterminals: [(DomainName, DomainName)] {
    var pairs: [(DomainName, DomainName)] = []
    if let keys = below("_domainkey") {
      let common = ["default", "selector1", "s1", "mail"].compactMap { try? DomainName($0) }
      for selector in (options.selectors.prefix(4) + common).withoutRepeats {
        if let key = try? keys.prepending(selector) { pairs.append((keys, key)) }
      }
    }
    if let above = below("_tls"), let name = below("_smtp._tls") { pairs.append((above, name)) }
    return pairs
  }

  /// A question over TCP to the servers above, which shows whether TCP gets out of this network.
  var controlOverTCP: AuditRequest { .ask(likelyZone, .ns, at: .parentServers, .tcp, limit: 2) }

  /// The first reply of a server to the question for the zone.
  func replyOverUDP(of server: AuditServer) -> InquiryReply? {
    replies(to: .zone(of: domain)).first { $0.server == server }?.reply
  }

  /// Servers that only the zone itself names: they are asked too.
  private var apexOnly: [DomainName] {
    guard let delegated else { return [] }
    return Set(ownNames.flatMap(\.names)).subtracting(delegated).sorted()
  }

  var apexOnlyRequests: [AuditRequest] {
    guard let zone, !apexOnly.isEmpty else { return [] }
    return [.ask(zone, .soa, at: .servers(apexOnly.prefix(16).map { NameServer($0) }), .usual)]
  }

  var apexOnlyReplies: [(server: AuditServer, reply: InquiryReply)] {
    apexOnlyRequests.flatMap { replies(to: $0) }
  }

  /// Whether a failure at this address is more likely ours: no IPv6 here, or none of the servers answers over it.
  func isOurs(_ server: AuditServer) -> Bool {
    guard server.endpoint.address.isV6 else { return false }
    let sixth = replies(to: .zone(of: domain)).filter { $0.server.endpoint.address.isV6 }
    let fourth = replies(to: .zone(of: domain)).filter { !$0.server.endpoint.address.isV6 }
    return sixth.allSatisfy { $0.reply.answer.outcome.failure == .unreachable }
      && fourth.contains { $0.reply.answer.outcome.failure == nil }
  }
}
