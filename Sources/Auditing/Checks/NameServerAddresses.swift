// Checks of the names and addresses of name servers: aliases, glue, families, networks that nobody outside reaches.

internal import Conventions
internal import Model
internal import Phrasing

extension AuditCheck {
  static let nameServerAddresses: [AuditCheck] = [
    AuditCheck(
      "ns-is-cname", .warning, in: .nameservers,
      summary: "An NS record names an alias (CNAME): many resolvers ignore such a server.",
      remedy: "Name the host itself in the NS record.", source: "RFC 2181, section 10.3", asks: \.addressRequests,
      look: { facts in
        let names = facts.serverNames
        let aliases = names.compactMap { name in facts.addresses(of: name)?.alias.map { (name, $0) } }
        return .any(
          aliases.map { name, target in
            AuditObservation(
              "\(name) CNAME \(target)",
              text: "The name server \(name) is an alias (CNAME): many resolvers ignore such a server.",
              severity: aliases.count == names.count ? .critical : nil)
          })
      }),
    AuditCheck(
      "server-without-address", .warning, in: .nameservers, consequenceOf: ["ns-target-free"],
      summary: "A name server has no address: nobody can ask it.",
      remedy: "Give the name server an address, or remove it from the delegation and the zone.",
      source: "RFC 1912, section 2.8", asks: \.addressRequests,
      look: { facts in
        let names = facts.serverNames
        let without = names.filter { name in
          guard let host = facts.addresses(of: name) else { return false }
          // What the parent gives as glue is an address too.
          return host.isKnown && host.addresses.isEmpty && facts.glue[name, default: []].isEmpty
        }
        return .any(
          without.map { name in
            AuditObservation(
              "\(name): neither an A nor an AAAA record"
                + (facts.addresses(of: name)?.doesNotExist == true ? "; the name does not exist" : ""),
              text: "The name server \(name) has no address: nobody can ask it.",
              severity: without.count == names.count ? .critical : nil)
          })
      }),
    AuditCheck(
      "ns-glue-missing", .warning, in: .nameservers,
      summary:
        "The parent gives no address for a name server whose name is in the zone itself: resolvers have no way to it.",
      remedy: "Register the addresses of the server (a host record) at the registrar.",
      source: "RFC 1034, section 4.2.1; RFC 9471", asks: { [.delegation(of: $0.likelyZone)] + $0.addressRequests },
      look: { facts in
        guard let zone = facts.zone, facts.hasReferral, let names = facts.delegated else { return .nothing }
        let inside = names.filter { $0.isWithin(zone) }
        let missing = inside.filter { facts.glue[$0, default: []].isEmpty }
        let hasOtherWay = missing.count < names.count
        return .any(
          missing.map { name in
            AuditObservation(
              "\(zone) NS \(name), without an address in the additional section",
              text: "The parent gives no address for \(name), whose name is in the zone itself: "
                + (hasOtherWay
                  ? "no resolver can ask it before it knows another server." : "no resolver can find the zone."),
              severity: hasOtherWay ? nil : .critical)
          })
      }),
    AuditCheck(
      "ns-glue-differs", .warning, in: .nameservers,
      summary: "The address that the parent gives for a name server is not the one that the zone gives.",
      remedy: "Change the host record at the registrar to the present address of the server.",
      source: "RFC 1034, section 4.2.2", asks: \.addressRequests,
      look: { facts in
        guard let zone = facts.zone, facts.hasReferral else { return .nothing }
        return .any(
          facts.glue.sorted { $0.key < $1.key }.compactMap { name, glue in
            guard name.isWithin(zone), let host = facts.addresses(of: name), host.isKnown, !host.addresses.isEmpty,
              glue != host.addresses
            else { return nil }
            func list(_ addresses: Set<IPAddress>) -> String {
              addresses.map(\.description).sorted().joined(separator: ", ")
            }
            let evidence = "the parent: \(name) \(list(glue))\nthe zone: \(name) \(list(host.addresses))"
            guard glue.isSubset(of: host.addresses) else { return AuditObservation(evidence) }
            return AuditObservation(
              evidence, text: "The zone has more addresses for \(name) than the parent gives.",
              remedy: "Add the missing addresses to the host record at the registrar.", severity: .info)
          })
      }),
    AuditCheck(
      "ns-address-not-public", .warning, in: .nameservers,
      summary: "A name server has an address that cannot be reached from the internet.",
      remedy: "Publish a public address for the name server.", source: "RFC 6890; IANA special-purpose registries",
      asks: \.addressRequests,
      look: { facts in
        guard !facts.options.isPrivateInternet else { return .nothing }
        let hosts = facts.serverNames.compactMap { name in facts.addresses(of: name).map { (name, $0.addresses) } }
        let hasOther = hosts.contains { $0.1.contains { !$0.isSpecial } }
        return .any(
          hosts.flatMap { name, addresses in
            addresses.filter(\.isSpecial).sorted { $0.description < $1.description }.map { address in
              AuditObservation(
                "\(name) \(address)",
                text: "The name server \(name) has the address \(address), which cannot be reached from the internet.",
                severity: hasOther ? nil : .critical)
            }
          })
      }),
    AuditCheck(
      "ns-no-ipv4", .warning, in: .nameservers,
      summary: "No name server has an IPv4 address: most resolvers cannot reach the zone.",
      remedy: "Give at least one name server an IPv4 address.", source: "RFC 3901, section 4", asks: \.addressRequests,
      look: { facts in
        guard let hosts = facts.hosts(facts.serverNames), !hosts.isEmpty,
          hosts.contains(where: { !$0.host.addresses.isEmpty }),
          !hosts.contains(where: { $0.host.addresses.contains { !$0.isV6 } })
        else { return .nothing }
        return .found([AuditObservation(hosts.lines)])
      }),
    AuditCheck(
      "ns-no-ipv6", .info, in: .nameservers,
      summary: "No name server has an IPv6 address.",
      remedy: "Optional: give a name server an IPv6 address, where the network supports it.",
      source: "RFC 3901, section 4", asks: \.addressRequests,
      look: { facts in
        guard let hosts = facts.hosts(facts.serverNames), hosts.contains(where: { !$0.host.addresses.isEmpty }) else {
          return .nothing
        }
        if hosts.contains(where: { $0.host.addresses.contains(where: \.isV6) }) {
          return .good("The name servers have IPv4 and IPv6 addresses.")
        }
        return facts.options.isPrivateInternet ? .nothing : .found([AuditObservation(hosts.lines)])
      }),
    AuditCheck(
      "ns-target-free", .critical, in: .takeover, points: 10, cap: .f,
      summary: "A name server is in a domain that nobody has registered: anybody who registers it controls the zone.",
      remedy: "Remove the name server from the delegation and the zone now.", source: "can-i-take-over-xyz",
      asks: { facts in
        facts.addressRequests
          + facts.serverNames.compactMap { name in
            facts.addresses(of: name)?.doesNotExist == true ? facts.registrationRequest(of: name) : nil
          }
      },
      look: { facts in
        .any(
          facts.serverNames.compactMap { name in
            facts.addresses(of: name)?.doesNotExist == true ? facts.freeDomain(of: name).map { (name, $0) } : nil
          }.map { name, free in
            AuditObservation(
              free.evidence,
              text:
                "The name server \(name) is in \(free.domain), which nobody has registered: anybody who registers it "
                + "answers for this zone.")
          })
      }),
  ]
}

extension AuditFacts {
  /// The question whether the registrable domain of a name is registered, to the registry itself; nil for a public suffix and
  /// for names within the audited domain.
  func registrationRequest(of name: DomainName) -> AuditRequest? {
    guard let registrable = name.registeredDomain, !domain.isWithin(registrable) else { return nil }
    return .ask(registrable, .ns, at: .parentServers, limit: 2)
  }

  /// The registrable domain of a name, where the registry says that it does not exist; `registrationRequest` asks for it.
  func freeDomain(of name: DomainName) -> (domain: DomainName, evidence: String)? {
    guard let request = registrationRequest(of: name), let registrable = name.registeredDomain,
      let answer = answer(request), !answer.replies.isEmpty, answer.walkFailure == nil
    else { return nil }
    // The registry must say so itself, with authority, and every server of it that was heard.
    let heard = answer.replies.filter { $0.answer.rcode != nil }
    guard !heard.isEmpty, heard.allSatisfy({ $0.answer.outcome == .nxdomain && $0.answer.authoritative }) else {
      return nil
    }
    return (registrable, heard.map { $0.line(Question(registrable, .ns)) }.joined(separator: "\n"))
  }
}

extension IPAddress {
  /// Whether it is in a special-purpose range: private, loopback, link-local, shared, documentation, reserved.
  var isSpecial: Bool {
    if isPrivate { return true }
    switch self {
    case .v4(let bits):
      // The documentation networks of RFC 5737.
      return bits >> 8 == 0xC0_0002 || bits >> 8 == 0xC6_3364 || bits >> 8 == 0xCB_0071
    case .v6(let high, _):
      // 2001:db8::/32 (RFC 3849), 3fff::/20 (RFC 9637).
      return high >> 32 == 0x2001_0DB8 || high >> 44 == 0x3_FFF0
    }
  }
}
