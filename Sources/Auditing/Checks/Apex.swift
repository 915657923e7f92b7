// Checks of names that are not what they seem: aliases at the apex, wildcards, targets that anybody may take.

internal import Model
internal import Phrasing

extension AuditCheck {
  static let apex: [AuditCheck] = [
    AuditCheck(
      "apex-cname", .critical, in: .takeover, points: 10,
      summary:
        "The domain itself is an alias (CNAME): once a resolver has it cached, MX and TXT records are not seen any more.",
      remedy: "Replace the CNAME by A and AAAA records, or by the ALIAS record of the DNS host.",
      source: "RFC 1034, section 3.6.2; RFC 2181, section 10.1",
      asks: { facts in [.ask(facts.domain, .cname, at: .zoneServers, .signed)] },
      look: { facts in
        guard facts.isApex else { return .nothing }
        let aliased = facts.answered(.ask(facts.domain, .cname, at: .zoneServers, .signed)).filter {
          !$0.reply.records(of: .cname, at: facts.domain).isEmpty
        }
        guard let first = aliased.first else { return .nothing }
        return .found([
          AuditObservation(
            aliased.lines(Question(facts.domain, .cname)),
            text: "\(facts.domain) is an alias ("
              + first.reply.records(of: .cname, at: facts.domain).map { "CNAME \($0.dataText)" }.joined(separator: ", ")
              + "): once a resolver has it cached, MX and TXT records are not seen any more.")
        ])
      }),
    AuditCheck(
      "wildcard-text", .info, in: .takeover,
      summary:
        "Any name in the zone has a TXT record (a wildcard): checks of other records may find it in their place.",
      remedy: "Replace the wildcard by records at the names that need them.",
      source: "RFC 4592; RFC 6376, section 6.1.2",
      asks: { facts in facts.probeBelowDomain.map { [.ask($0, .txt, at: .zoneServers, .signed)] } ?? [] },
      look: { facts in
        guard let probe = facts.probeBelowDomain else { return .nothing }
        let found = facts.answered(.ask(probe, .txt, at: .zoneServers, .signed)).first {
          $0.reply.answer.outcome == .records && $0.reply.answer.cname.isEmpty
        }
        guard let reply = found?.reply else { return .nothing }
        // A wildcard with SPF is the advice for parked domains.
        let isSPF = reply.answer.records.allSatisfy { $0.text.lowercased().hasPrefix("v=spf1") }
        return .found([
          AuditObservation(
            reply.line(Question(probe, .txt), .signed).replacing(facts.options.probe.description, with: "*"),
            severity: isSPF ? nil : .warning)
        ])
      }),
    AuditCheck(
      "wildcard-mail", .info, in: .takeover,
      summary: "Any name in the zone has an MX record (a wildcard): mail to and from invented names is possible.",
      remedy: "Name the hosts that receive mail; with a wildcard MX, publish SPF for * too.",
      source: "RFC 1912, section 2.7; RFC 7208, section 3.5",
      asks: { facts in facts.probeBelowDomain.map { [.ask($0, .mx, at: .zoneServers, .signed)] } ?? [] },
      look: { facts in
        guard let probe = facts.probeBelowDomain else { return .nothing }
        let found = facts.answered(.ask(probe, .mx, at: .zoneServers, .signed)).first {
          // A null MX says that the names take no mail.
          $0.reply.records(of: .mx, at: probe).contains { $0.dataText != "0 ." }
        }
        guard let reply = found?.reply else { return .nothing }
        return .found([
          AuditObservation(
            reply.line(Question(probe, .mx), .signed).replacing(facts.options.probe.description, with: "*"))
        ])
      }),
    AuditCheck(
      "wildcard-alias", .warning, in: .takeover,
      summary:
        "Any name in the zone is an alias (a wildcard CNAME): anybody who controls its target controls every name that is not set.",
      remedy: "Replace the wildcard by the names that are needed.", source: "RFC 1912, section 2.7",
      asks: { facts in facts.probeBelowDomain.map { [.ask($0, .txt, at: .zoneServers, .signed)] } ?? [] },
      look: { facts in
        guard let probe = facts.probeBelowDomain else { return .nothing }
        let found = facts.answered(.ask(probe, .txt, at: .zoneServers, .signed)).compactMap { _, reply in
          reply.answer.cname.first.map { ($0, reply) }
        }.first
        guard let (target, reply) = found else { return .nothing }
        return .found([
          AuditObservation(
            reply.line(Question(probe, .txt), .signed).replacing(facts.options.probe.description, with: "*"),
            text:
              "Any name in the zone is an alias of \(target): anybody who controls that controls every name that is not set.",
            severity: target.isWithin(facts.domain) ? .info : nil)
        ])
      }),
    AuditCheck(
      "cname-target-free", .critical, in: .takeover, points: 10, cap: .f,
      summary: "An alias leads to a domain that nobody has registered: anybody who registers it takes over the name.",
      remedy: "Delete the CNAME record now.", source: "RFC 1034, section 3.6.2; SubdoMailing (2024)",
      asks: { facts in
        facts.aliasRequests + facts.danglingAliases.compactMap { facts.registrationRequest(of: $0.target) }
      },
      look: { facts in
        .any(
          facts.danglingAliases.compactMap { alias in
            facts.freeDomain(of: alias.target).map { free in
              AuditObservation(
                "\(alias.name) CNAME \(alias.target)\n" + free.evidence,
                text:
                  "\(alias.name) is an alias of \(alias.target), and nobody has registered \(free.domain): anybody who "
                  + "registers it takes over the name.")
            }
          })
      }),
    AuditCheck(
      "alias-service-unclaimed", .critical, in: .takeover, points: 10, consequenceOf: ["cname-target-free"], cap: .f,
      summary:
        "An alias leads to a service that does not exist any more, where anybody may create it again under that name.",
      remedy: "Delete the CNAME record, or create the service again.", source: "can-i-take-over-xyz",
      asks: { $0.aliasRequests },
      look: { facts in
        .any(
          facts.danglingAliases.filter { alias in AuditFacts.claimable.contains { alias.target.isWithin($0) } }.map {
            alias in
            AuditObservation(
              "\(alias.name) CNAME \(alias.target) → NXDOMAIN",
              text:
                "\(alias.name) is an alias of \(alias.target), which does not exist, and anybody may create it there.")
          })
      }),
    AuditCheck(
      "cname-dangling", .warning, in: .takeover, consequenceOf: ["cname-target-free", "alias-service-unclaimed"],
      summary: "An alias leads to a name that does not exist.",
      remedy: "Delete the CNAME record, or correct its target.", source: "RFC 1034, section 3.6.2",
      asks: { $0.aliasRequests },
      look: { facts in
        .any(
          facts.danglingAliases.map { alias in
            AuditObservation(
              "\(alias.name) CNAME \(alias.target) → NXDOMAIN",
              text: "\(alias.name) is an alias of \(alias.target), which does not exist.")
          })
      }),
    AuditCheck(
      "address-not-public", .warning, in: .takeover,
      summary: "The domain has an address that cannot be reached from the internet.",
      remedy: "Publish the public address, or remove the record.", source: "RFC 6890; IANA special-purpose registries",
      asks: { facts in facts.webNames.flatMap { [facts.resolving($0, .a), facts.resolving($0, .aaaa)] } },
      look: { facts in
        guard !facts.options.isPrivateInternet else { return .nothing }
        return .any(
          facts.webNames.flatMap { name in
            [RecordType.a, .aaaa].flatMap { facts.resolved(name, $0)?.records ?? [] }.compactMap(\.address)
              .filter(\.isSpecial).map { address in
                AuditObservation(
                  "\(name) \(address)",
                  text: "\(name) has the address \(address), which cannot be reached from the internet.")
              }
          })
      }),
    AuditCheck(
      "apex-text-large", .warning, in: .zone,
      summary: "The TXT records of the domain are too large for one packet: where TCP fails, SPF is lost.",
      remedy: "Delete verification tokens that are not needed any more.", source: "RFC 7208, section 3.4",
      asks: { facts in [.ask(facts.domain, .txt, at: .zoneServers, .signed)] },
      look: { facts in
        let sizes = facts.answered(.ask(facts.domain, .txt, at: .zoneServers, .signed)).map { _, reply in
          reply.records(of: .txt, at: facts.domain).reduce(0) { sum, record in
            if case .txt(let text) = record.data { sum + text.rdata.count + 12 } else { sum }
          }
        }
        guard let size = sizes.max(), size + facts.domain.wire.count + 27 > 1232 else { return .nothing }
        return .found([
          AuditObservation("\(facts.domain) TXT: about \(size) bytes; 1232 bytes fit into one packet")
        ])
      }),
    AuditCheck(
      "spf-record-type-99", .info, in: .zone,
      summary: "The domain has a record of the type SPF (99), which nobody reads any more.",
      remedy: "Delete it; keep the TXT record.", source: "RFC 7208, section 3.1",
      asks: { facts in [.ask(facts.domain, AuditFacts.typeSPF, at: .zoneServers)] },
      look: { facts in
        let found = facts.answered(.ask(facts.domain, AuditFacts.typeSPF, at: .zoneServers)).first {
          $0.reply.answer.outcome == .records
        }
        return .one(found.map { AuditObservation($0.reply.line(Question(facts.domain, AuditFacts.typeSPF))) })
      }),
  ]
}

extension AuditFacts {
  static let typeSPF = RecordType(rawValue: 99)

  /// Suffixes under which anybody may create a name that is free.
  static let claimable: [DomainName] = [
    "azurewebsites.net", "cloudapp.azure.com", "cloudapp.net", "trafficmanager.net", "azureedge.net",
    "blob.core.windows.net", "elasticbeanstalk.com",
  ].compactMap { try? DomainName($0) }

  /// A name below the domain that cannot exist.
  var probeBelowDomain: DomainName? { try? domain.prepending(options.probe) }

  var webNames: [DomainName] { [domain] + ["www"].compactMap(below) }

  /// Names that mostly are aliases, and those where mail programs look.
  private var aliasNames: [DomainName] {
    ["www", "mail", "autodiscover", "autoconfig", "mta-sts", "_dmarc", "_mta-sts", "_smtp._tls"].compactMap(below)
  }

  var aliasRequests: [AuditRequest] { aliasNames.map { resolving($0, .a) } }

  /// Aliases whose target does not exist.
  var danglingAliases: [(name: DomainName, target: DomainName)] {
    aliasNames.compactMap { name in
      guard let reply = resolved(name, .a), reply.answer.outcome == .nxdomain, let target = reply.answer.cname.last
      else {
        return nil
      }
      return (name, target)
    }
  }
}
