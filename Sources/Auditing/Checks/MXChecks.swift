// Checks of who takes the mail: MX records, their hosts, and the client that is asked about.

internal import Conventions
internal import Model
internal import Phrasing
internal import Policies

extension AuditCheck {
  static let mx: [AuditCheck] = [
    unjudged("mx-unanswered", in: .mx, "MX records") { $0.mx.failure },
    mail(
      "mx-missing", .critical, in: .mx, points: 20,
      summary:
        "The domain sends mail and has neither an MX record nor an address: replies and bounces have nowhere to go.",
      remedy: "Publish an MX record, even if only for bounces.", source: "RFC 5321, section 5.1",
      sight: { facts in
        guard facts.mx.failure == nil else { return .nothing }
        switch facts.role {
        case .parked:
          return .good(
            facts.mx.hasNull
              ? "No mail is taken (MX 0 .) and none is sent: the domain is closed."
              : "There is no MX record and SPF allows no sender: the domain is closed.")
        case .unused:
          return .good("Nothing shows that the domain is used for mail: it has no MX record, SPF record or DKIM key.")
        case .active where !facts.mx.hosts.isEmpty:
          let hosts = facts.mx.hosts.map { "\($0.name)" }
          return .good("Mail is taken by \(Phrase.list(hosts, limit: 4)).")
        case .sendsOnly where facts.mx.hasNull: return .nothing
        default: break
        }
        guard facts.mx.hosts.isEmpty, facts.addresses.isEmpty else { return .nothing }
        return .found([AuditObservation("\(facts.domain): no MX, A or AAAA record")])
      }),
    mail(
      "mx-implicit", .warning, in: .mx,
      summary: "There is no MX record, so senders try the address of the domain itself.",
      remedy: "Publish an MX record, or 'MX 0 .' if the domain takes no mail.", source: "RFC 5321, section 5.1"
    ) { facts in
      guard facts.mx.failure == nil, facts.mx.hosts.isEmpty, !facts.mx.hasNull, !facts.addresses.isEmpty else {
        return []
      }
      let addresses = Phrase.list(facts.addresses.map(\.description), limit: 3)
      return [
        AuditObservation(
          "\(facts.domain): no MX record, but the address \(addresses)",
          remedy: facts.role.sends
            ? nil : "Publish \(facts.domain.line(.mx, "0 .")) so that senders do not try the web server.",
          severity: facts.role.sends ? .warning : .info)
      ]
    },
    mail(
      "mx-null-with-others", .warning, in: .mx,
      summary: "There is a null MX (.) beside other MX records, so senders cannot tell whether mail is taken.",
      remedy: "Keep only 'MX 0 .', or only the hosts.", source: "RFC 7505, section 3"
    ) { facts in
      guard facts.mx.hasNull, !facts.mx.hosts.isEmpty else { return [] }
      return [
        AuditObservation("MX \(facts.mx.nullPreference) . and " + Phrase.list(facts.mx.hosts.map { "\($0.name)" }))
      ]
    },
    mail(
      "mx-null-preference", .info, in: .mx, summary: "The null MX has a preference other than 0.",
      remedy: "Write 'MX 0 .'.", source: "RFC 7505, section 3"
    ) { facts in
      guard facts.mx.hasNull, facts.mx.nullPreference != 0 else { return [] }
      return [AuditObservation("MX \(facts.mx.nullPreference) .")]
    },
    mail(
      "mx-null-but-sends", .warning, in: .mx,
      summary:
        "The domain takes no mail (null MX), and SPF or a key says that it sends: some receivers reject such mail.",
      remedy: "Publish an MX record, or close SPF with 'v=spf1 -all'.", source: "RFC 7505, section 4.2"
    ) { facts in
      guard facts.mx.hasNull, facts.mx.hosts.isEmpty, facts.role.sends else { return [] }
      let signs = facts.spf.record.judgement != nil && !facts.spf.isClosed ? ["an SPF record that allows senders"] : []
      let keys = facts.dkim.keys.filter { $0.judgement.state == .published }
      let all = signs + (keys.isEmpty ? [] : ["a DKIM key at \(keys[0].selector)"])
      return all.isEmpty ? [] : [AuditObservation("MX 0 . and " + Phrase.list(all))]
    },
    mail(
      "mx-is-cname", .warning, in: .mx,
      summary: "An MX record names an alias (CNAME), which the standard forbids and some senders refuse.",
      remedy: "Name the host itself in the MX record.", source: "RFC 5321, section 5.1"
    ) { facts in
      facts.mx.hosts.compactMap { host in
        host.alias.map {
          AuditObservation(
            "\(host.name) CNAME \($0)",
            remedy: "Publish \(facts.domain.line(.mx, "\(host.preference) \($0).")) instead.")
        }
      }
    },
    mail(
      "mx-is-address", .critical, in: .mx,
      summary: "An MX record holds an address in place of a host name, so no mail reaches it.",
      remedy: "Give the address a name by an A record, and write that name in the MX record.",
      source: "RFC 5321, section 2.3.5"
    ) { facts in
      facts.mx.hosts.filter { IPAddress("\($0.name)") != nil }.map {
        AuditObservation("MX \($0.preference) \($0.name)")
      }
    },
    mail(
      "mx-name-invalid", .warning, in: .mx,
      summary: "The name of an MX host has characters that host names may not have.",
      remedy: "Name the host with letters, digits and hyphens only.", source: "RFC 5321, section 2.3.5"
    ) { facts in
      facts.mx.hosts.filter { host in
        IPAddress("\(host.name)") == nil
          && !host.name.labels.allSatisfy { label in
            label.allSatisfy { $0.isLetter || $0.isDigit || $0 == 0x2D } && label.first != 0x2D && label.last != 0x2D
          }
      }.map { AuditObservation("MX \($0.preference) \($0.name)") }
    },
    mail(
      "mx-host-without-address", .critical, in: .mx, consequenceOf: ["mx-is-address"],
      summary: "An MX host has no address, so no mail can be delivered to it.",
      remedy: "Give the host an A or AAAA record, or remove the MX record.", source: "RFC 5321, section 5.1"
    ) { facts in
      let best = facts.mx.hosts.first?.preference
      return facts.mx.hosts.filter { $0.addresses.isEmpty && $0.failure == nil }.map { host in
        AuditObservation(
          "\(host.name): no A or AAAA record",
          severity: host.preference == best || facts.mx.hosts.count == 1 ? .critical : .warning)
      }
    },
    mail(
      "mx-address-not-public", .warning, in: .mx,
      summary: "An MX host has an address that is not on the internet.",
      remedy: "Publish the host's public address.", source: "RFC 6890, section 2.2"
    ) { facts in
      facts.mx.hosts.compactMap { host in
        let wrong = host.addresses.filter(\.isPrivate)
        guard !wrong.isEmpty else { return nil }
        return AuditObservation(
          "\(host.name): \(Phrase.list(wrong.map(\.description)))",
          severity: wrong.count == host.addresses.count && facts.mx.hosts.count == 1 ? .critical : .warning)
      }
    },
    mail(
      "mx-single-host", .info, in: .mx,
      summary: "One host with one address takes all the mail; senders wait while it is down.",
      remedy: "Add a second host if mail must not wait.", source: "RFC 5321, section 5.1"
    ) { facts in
      guard facts.mx.hosts.count == 1, let host = facts.mx.hosts.first, host.v4.count + host.v6.count > 0,
        host.v4.count <= 1, host.v6.count <= 1
      else { return [] }
      // Large hosts stand behind one name on purpose.
      guard facts.domain.registrableDomain == host.name.registrableDomain else { return [] }
      return [AuditObservation("\(host.name): \(Phrase.list(host.addresses.map(\.description)))")]
    },
    mail(
      "mx-same-address", .info, in: .mx, summary: "Two MX hosts have the same addresses, so the second adds nothing.",
      remedy: "Remove the one that adds nothing.", source: "RFC 5321, section 5.1"
    ) { facts in
      var met: [Set<IPAddress>: DomainName] = [:]
      return facts.mx.hosts.compactMap { host in
        let addresses = Set(host.addresses)
        guard !addresses.isEmpty else { return nil }
        guard let other = met[addresses] else {
          met[addresses] = host.name
          return nil
        }
        return AuditObservation("\(other) and \(host.name)")
      }
    },
    mail(
      "mx-no-ipv6", .info, in: .mx, summary: "No MX host has an IPv6 address.",
      remedy: "Add an AAAA record where the host can be reached over IPv6.", source: "RFC 3974"
    ) { facts in
      let known = facts.mx.hosts.filter { !$0.addresses.isEmpty }
      guard !known.isEmpty, known.allSatisfy(\.v6.isEmpty) else { return [] }
      return [AuditObservation(Phrase.list(known.map { "\($0.name)" }, limit: 4))]
    },
    mail(
      "client-spf", .critical, in: .mx, points: 0, summary: "SPF does not allow the client to send for the domain.",
      remedy: "Add the client's address to the SPF record, or let it send through a host that is in it.",
      source: "RFC 7208, section 4",
      sight: { facts in
        guard let client = facts.client, let spf = client.spf else { return .nothing }
        let sender = String(decoding: client.client.sender, as: UTF8.self)
        let who = "\(client.client.address) as \(sender.isEmpty ? "postmaster" : sender)"
        let by = spf.term.map { " by '\($0)' of \(spf.domain ?? "the record")" } ?? ""
        switch spf.result {
        case .pass: return .good("SPF passes for \(who)\(by).")
        case .temperror: return .unknown("SPF of \(who) cannot be told: \(spf.problem ?? "a question failed").")
        default:
          let severity: Severity = spf.result == .neutral || spf.result == .softfail ? .warning : .critical
          return .found([
            AuditObservation(
              who + ": \(spf.result.rawValue)\(by)" + (spf.problem.map { " (\($0))" } ?? ""),
              text: "SPF gives \(spf.result.rawValue) for the client, not pass.",
              remedy: facts.remedy(forClient: client.client.address, spf), severity: severity)
          ])
        }
      }),
    mail(
      "ptr-missing", .critical, in: .mx, points: 0,
      summary: "The client's address has no PTR record, so large receivers refuse its mail.",
      remedy: "Have the address's owner set the PTR record to a name that leads back to the address.",
      source: "RFC 1912, section 2.1; Google, Email sender guidelines"
    ) { facts in
      guard let client = facts.client, client.pointerFailure == nil, client.pointers.isEmpty,
        let name = client.client.address.reverseName
      else { return [] }
      return [AuditObservation("\(name) PTR: no record")]
    },
    mail(
      "ptr-not-confirmed", .critical, in: .mx, points: 0,
      summary: "No name of the client's PTR record leads back to its address.",
      remedy: "Publish the client's address at the name that its PTR record has.",
      source: "RFC 1912, section 2.1; Google, Email sender guidelines"
    ) { facts in
      guard let client = facts.client, !client.pointers.isEmpty, client.confirmed.isEmpty else { return [] }
      let address = client.client.address
      return [
        AuditObservation(
          "\(address) → \(Phrase.names(client.pointers))",
          remedy: "Publish \(client.pointers[0].line(address.isV6 ? .aaaa : .a, address.description)).")
      ]
    },
    mail(
      "ptr-generic", .warning, in: .mx, points: 0,
      summary: "The client's host name looks like one of a dial-up network.",
      remedy: "Set a name of your own domain in the PTR record.", source: "Yahoo, Sender requirements"
    ) { facts in
      guard let client = facts.client, case .v4 = client.client.address else { return [] }
      let digits = client.client.address.description.split(separator: ".")
      let marks = ["dyn", "pool", "dsl", "dhcp", "cable", "ppp"]
      return client.confirmed.filter { name in
        let text = name.description
        return digits.allSatisfy { text.contains($0) } || marks.contains { text.contains($0) }
      }.prefix(1).map { AuditObservation("\(client.client.address) → \($0)") }
    },
    mail(
      "helo-unresolved", .info, in: .mx, summary: "The client's HELO name does not lead to its address.",
      remedy: "Let the client say its own full host name in HELO.", source: "RFC 5321, section 4.1.4"
    ) { facts in
      guard let client = facts.client, client.heloResolves == false else { return [] }
      return [
        AuditObservation("HELO \(String(decoding: client.client.helo, as: UTF8.self)), client \(client.client.address)")
      ]
    },
  ]
}

extension MailFacts {
  /// What to write into the record for a client that does not pass.
  fileprivate func remedy(forClient address: IPAddress, _ outcome: SPFOutcome) -> String? {
    guard outcome.result != .permerror,
      let record = spf.record.texts.first(where: { SPFRecord.isVersionOne($0.joined) })
    else { return outcome.result == .none ? "Publish \(domain.text("v=spf1 \(Self.term(address)) -all"))." : nil }
    let text = record.text
    return "If the client may send for the domain, publish "
      + domain.text("v=spf1 \(Self.term(address))\(text.dropFirst(6))") + "."
  }

  private static func term(_ address: IPAddress) -> String { address.isV6 ? "ip6:\(address)" : "ip4:\(address)" }
}
