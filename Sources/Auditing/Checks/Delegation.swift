// Checks of the delegation: what the parent says of the zone, and what the zone says itself.

internal import Model
internal import Phrasing

extension AuditCheck {
  static let delegation: [AuditCheck] = [
    AuditCheck(
      "delegation-absent", .critical, in: .delegation, points: 20, cap: .f,
      summary: "The domain does not exist: the zone above has no delegation for it.",
      remedy: "Renew the domain, or set its name servers at the registrar.", source: "RFC 1034, section 4.2.2",
      asks: { facts in [.zone(of: facts.domain), .delegation(of: facts.likelyZone)] },
      look: { facts in
        guard let answer = facts.zoneAnswer, facts.walkFailure == nil else { return .nothing }
        guard facts.doesNotExist else {
          guard let zone = facts.zone, zone != facts.domain, facts.isServed else { return .nothing }
          return .good(
            "\(facts.domain) has no zone of its own: what is said of delegation, name servers and DNSSEC is about \(zone)."
          )
        }
        let replies = facts.replies(to: .zone(of: facts.domain)).filter { $0.reply.answer.rcode != nil }
        let zone = answer.zone.map { "zone \($0)" } ?? "the zone above"
        return .found([
          AuditObservation(
            replies.lines(Question(facts.domain, .soa)),
            text:
              "The domain \(facts.domain) does not exist: \(zone) has no delegation for it, and no resolver finds it.")
        ])
      }),
    AuditCheck(
      "walk-failed", .critical, in: .delegation, points: 20,
      consequenceOf: ["source-down", "ns-target-free", "server-without-address", "ns-glue-missing"], cap: .f,
      summary: "The way from the root to the servers of the zone ends before it reaches them.",
      remedy: "Check the delegation at the registrar, and the servers that it names.",
      source: "RFC 1034, section 5.3.3",
      look: { facts in
        guard let failure = facts.walkFailure else { return .nothing }
        if failure.isIntercepted || failure.zone.isRoot {
          return .unjudged("The zone could not be asked: \(failure.text).")
        }
        if failure.failure == .unreachable, failure.text.contains("no route") {
          return .unjudged("The zone could not be asked: \(failure.text).")
        }
        if failure.zone.labels.count == 1, failure.zone != facts.domain {
          return .unjudged("The zone could not be asked: \(failure.text).")
        }
        return .found([
          AuditObservation(
            failure.text,
            text: "No resolver can reach the servers of \(facts.domain): the way from the root ends at zone "
              + "\(failure.zone).")
        ])
      }),
    AuditCheck(
      "ns-single-name", .warning, in: .delegation, points: 5,
      summary: "The zone has one name server only: if that one fails, web and mail fail with it.",
      remedy: "Add a second name server in another network, at the registrar and in the zone.",
      source: "RFC 1034, section 4.1; RFC 2182, section 5",
      asks: { [.delegation(of: $0.likelyZone)] },
      look: { facts in
        guard let names = facts.delegated, let zone = facts.zone, names.count == 1 else { return .nothing }
        return .found([AuditObservation("\(zone) NS \(names[0])")])
      }),
    AuditCheck(
      "ns-single-address", .warning, in: .delegation, points: 5, consequenceOf: ["server-without-address"],
      summary: "All name servers of the zone have the same address: they only look like several.",
      remedy: "Give the second name server the address of another machine.", source: "RFC 1034, section 4.1; RFC 2182",
      asks: \.addressRequests,
      look: { facts in
        guard let names = facts.delegated, names.count > 1, let hosts = facts.hosts(names) else { return .nothing }
        let all = Set(hosts.flatMap(\.host.addresses))
        guard !all.isEmpty, all.count(where: { !$0.isV6 }) <= 1, all.count(where: \.isV6) <= 1 else { return .nothing }
        // One address of an anycast network is many machines.
        return .found([AuditObservation(hosts.lines, severity: facts.host == nil ? nil : .info)])
      }),
    AuditCheck(
      "ns-address-shared", .info, in: .delegation, consequenceOf: ["ns-single-address"],
      summary: "Two names of name servers have the same address: one of them adds nothing.",
      remedy: "Remove the name that adds nothing, or give it an address of its own.", source: "RFC 2182, section 3",
      asks: \.addressRequests,
      look: { facts in
        guard let names = facts.delegated, let hosts = facts.hosts(names) else { return .nothing }
        let byAddresses = Dictionary(grouping: hosts.filter { !$0.host.addresses.isEmpty }, by: \.host.addresses)
        let shared = byAddresses.values.filter { $0.count > 1 }.map(\.lines).sorted()
        return .any(shared.map { AuditObservation($0) })
      }),
    AuditCheck(
      "ns-one-network", .info, in: .delegation, consequenceOf: ["ns-single-address", "ns-single-name"],
      summary: "All name servers are in the same network: one failure there takes all of them.",
      remedy: "Put one name server into another network.", source: "RFC 2182, section 3.1",
      asks: \.addressRequests,
      look: { facts in
        guard !facts.options.isPrivateInternet, facts.host == nil, let names = facts.delegated,
          let hosts = facts.hosts(names)
        else { return .nothing }
        let all = Set(hosts.flatMap(\.host.addresses))
        guard all.count > 1, Set(all.map(\.network)).count(where: { $0.count == 3 }) <= 1,
          Set(all.map(\.network)).count(where: { $0.count == 6 }) <= 1
        else { return .nothing }
        return .found([AuditObservation(hosts.lines)])
      }),
    AuditCheck(
      "ns-sets-disjoint", .critical, in: .delegation, points: 20,
      summary:
        "The delegation and the zone name different name servers: resolvers end at two different copies of the zone.",
      remedy: "Set the same name servers at the registrar and in the zone.", source: "RFC 1034, section 4.2.2",
      asks: { [AuditFacts.ownNames(of: $0.likelyZone), .delegation(of: $0.likelyZone)] },
      look: { facts in
        guard let sides = facts.sides else { return .nothing }
        if sides.parent == sides.child, sides.parent.count > 1 {
          return .good("Parent and zone name the same \(sides.parent.count) name servers.")
        }
        return sides.parent.isDisjoint(with: sides.child) ? .found([AuditObservation(sides.lines)]) : .nothing
      }),
    AuditCheck(
      "ns-only-at-parent", .warning, in: .delegation, consequenceOf: ["ns-sets-disjoint"],
      summary: "The delegation names a server that the zone itself does not name.",
      remedy: "Remove the server at the registrar, or add it to the NS records of the zone.",
      source: "RFC 1034, section 4.2.2",
      asks: { [AuditFacts.ownNames(of: $0.likelyZone), .delegation(of: $0.likelyZone)] },
      look: { facts in
        guard let sides = facts.sides, case let extra = sides.parent.subtracting(sides.child), !extra.isEmpty else {
          return .nothing
        }
        let names = extra.sorted().map(\.description)
        return .found([
          AuditObservation(
            sides.lines,
            text: "The delegation at the parent names \(Phrase.list(names)), but the zone's own NS records do not: "
              + "resolvers ask \(Phrase.agreeing(names.count, "a server", "servers")) that may not be kept up to date.")
        ])
      }),
    AuditCheck(
      "ns-only-in-zone", .info, in: .delegation, consequenceOf: ["ns-sets-disjoint"],
      summary: "The zone names a server that the delegation at the parent does not name.",
      remedy: "Add the server at the registrar, or remove it from the NS records of the zone.",
      source: "RFC 1034, section 4.2.2",
      asks: { [AuditFacts.ownNames(of: $0.likelyZone), .delegation(of: $0.likelyZone)] },
      look: { facts in
        guard let sides = facts.sides, case let extra = sides.child.subtracting(sides.parent), !extra.isEmpty else {
          return .nothing
        }
        let names = extra.sorted().map(\.description)
        return .found([
          AuditObservation(
            sides.lines,
            text: "The zone's own NS records name \(Phrase.list(names)), but the delegation at the parent does not.")
        ])
      }),
    AuditCheck(
      "ns-set-differs", .warning, in: .delegation, consequenceOf: ["secondary-stale"],
      summary: "The servers of the zone name different sets of name servers.",
      remedy: "Bring all servers to one version of the zone.", source: "RFC 1034, section 4.2.2",
      asks: { [AuditFacts.ownNames(of: $0.likelyZone)] },
      look: { facts in
        guard Set(facts.ownNames.map(\.names)).count > 1 else { return .nothing }
        return .found([
          AuditObservation(
            facts.ownNames.map { "\($0.server): NS \(Phrase.list($0.names.map(\.description), limit: 13))" }
              .joined(separator: "\n"))
        ])
      }),
  ]
}

extension AuditFacts {
  /// The addresses of these names; nil where some are not known.
  func hosts(_ names: [DomainName]) -> [(name: DomainName, host: HostAddresses)]? {
    var hosts: [(name: DomainName, host: HostAddresses)] = []
    for name in names {
      guard let host = addresses(of: name), host.isKnown else { return nil }
      hosts.append((name, host))
    }
    return hosts
  }

  /// Both sides of the delegation; nil where one of them was not heard.
  var sides: (parent: Set<DomainName>, child: Set<DomainName>, lines: String)? {
    guard hasReferral, let parent = delegated, let zone else { return nil }
    let child = Set(ownNames.flatMap(\.names))
    guard !child.isEmpty else { return nil }
    let lines =
      "the parent: \(zone) NS \(Phrase.list(parent.map(\.description), limit: 13))\n"
      + "the zone: \(zone) NS \(Phrase.list(child.sorted().map(\.description), limit: 13))"
    return (Set(parent), child, lines)
  }
}

extension [(name: DomainName, host: AuditFacts.HostAddresses)] {
  /// A line each: `ns1.example.net: 192.0.2.1, 2001:db8::1`.
  var lines: String {
    map { name, host in
      "\(name): \(host.addresses.isEmpty ? "no address" : host.addresses.map(\.description).sorted().joined(separator: ", "))"
    }.joined(separator: "\n")
  }
}

extension IPAddress {
  /// The /24 or /48 that it is in.
  fileprivate var network: [UInt8] { Array(bytes.prefix(isV6 ? 6 : 3)) }
}
