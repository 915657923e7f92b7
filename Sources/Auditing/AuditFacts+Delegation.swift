// Name servers by name: as the parent has them, as the zone has them, and what addresses they have.

internal import Conventions
internal import Model

extension AuditFacts {
  /// The NS records that the parent's servers give, all together; nil where none of them was heard.
  var delegated: [DomainName]? {
    guard let zone, let answer = delegationAnswer else { return nil }
    // A server of both parent and child answers for the child: what a referral says is the parent's own word.
    let referrals = answer.replies.filter { !$0.answer.authoritative && !$0.names(at: zone).isEmpty }
    let used = referrals.isEmpty ? answer.replies : referrals
    let names = Set(used.flatMap { $0.names(at: zone) })
    return names.isEmpty ? nil : names.sorted()
  }

  /// Whether the parent was heard apart from the child.
  var hasReferral: Bool {
    guard let zone else { return false }
    return delegationAnswer?.replies.contains { !$0.answer.authoritative && !$0.names(at: zone).isEmpty } ?? false
  }

  /// The addresses that the parent gives beside its NS records.
  var glue: [DomainName: Set<IPAddress>] {
    var glue: [DomainName: Set<IPAddress>] = [:]
    for record in delegationAnswer?.replies.flatMap(\.additionals) ?? [] {
      if case .a(let address) = record.data { glue[record.owner, default: []].insert(address) }
    }
    return glue
  }

  static func ownNames(of zone: DomainName) -> AuditRequest { .ask(zone, .ns, .signed) }

  /// The NS records at the apex, a server each that gave some.
  var ownNames: [(server: AuditServer, names: [DomainName])] {
    guard let zone else { return [] }
    return replies(to: Self.ownNames(of: zone)).compactMap { server, reply in
      let names = reply.records(of: .ns, at: zone).compactMap(\.nameServer)
      return names.isEmpty ? nil : (server, Set(names).sorted())
    }
  }

  /// All names of name servers, of parent and zone.
  var serverNames: [DomainName] {
    Set((delegated ?? []) + ownNames.flatMap(\.names)).sorted()
  }

  /// The questions for the addresses of all name servers.
  var addressRequests: [AuditRequest] {
    serverNames.prefix(32).flatMap { [addressRequest($0, .a), addressRequest($0, .aaaa)] }
  }

  /// Asked at the zone of the name, not at a cache.
  private func addressRequest(_ name: DomainName, _ type: RecordType) -> AuditRequest { .ask(name, type, limit: 2) }

  /// What is known of the addresses of a name server.
  struct HostAddresses {
    var addresses: Set<IPAddress> = []
    var alias: DomainName?
    /// Whether both families were answered: then an empty set means that there is none.
    var isKnown = true
    var doesNotExist = false
  }

  /// nil where they were not asked for yet.
  func addresses(of name: DomainName) -> HostAddresses? {
    var host = HostAddresses()
    for type in [RecordType.a, .aaaa] {
      guard let answer = answer(addressRequest(name, type)) else { return nil }
      let usable = answer.replies.filter { $0.answer.outcome.failure == nil }
      guard let reply = usable.first(where: { $0.answer.outcome == .records }) ?? usable.first else {
        host.isKnown = false
        continue
      }
      if let target = reply.answer.cname.first { host.alias = target }
      if reply.answer.outcome == .nxdomain, reply.answer.cname.isEmpty { host.doesNotExist = true }
      for record in reply.records where record.type == type {
        if case .a(let address) = record.data { host.addresses.insert(address) }
      }
    }
    return host
  }

  /// The replies of the zone's servers, a server each, in their order. Where a zone further down holds the name, it is
  /// not this zone's servers that were asked.
  func replies(to request: AuditRequest) -> [(server: AuditServer, reply: InquiryReply)] {
    guard let answer = answer(request) else { return [] }
    if answer.inquiry.target == .zoneServers, answer.inquiry.question.type != .ds, answer.zone != zoneAnswer?.zone {
      return []
    }
    return answer.replies.compactMap { reply in
      reply.endpoint.map { (AuditServer(name: reply.server, endpoint: $0), reply) }
    }
  }

  /// The same, without servers that gave no answer.
  func answered(_ request: AuditRequest) -> [(server: AuditServer, reply: InquiryReply)] {
    replies(to: request).filter { $0.reply.answer.outcome.failure == nil }
  }

  /// The company that hosts the zone, where its servers tell.
  var host: DNSHost? {
    let host = DNSHosts.host(servers: delegated ?? [])
    return host.isZoneFile ? nil : host
  }

  /// Whether the zone exists and one of its servers answers with authority: without that nothing else can be told of it.
  var isServed: Bool {
    zoneAnswer?.replies.contains { $0.answer.outcome == .records && $0.answer.authoritative } ?? false
      || zone != domain && zoneAnswer?.replies.contains { $0.answer.outcome.failure == nil } ?? false
  }

  /// The zone, as soon as it is known; before, the domain, which mostly is one.
  var likelyZone: DomainName { zone ?? domain }
}

extension InquiryReply {
  /// The name servers that a referral, or an answer, has for a zone.
  func names(at zone: DomainName) -> [DomainName] {
    (records + authorities).filter { $0.type == .ns && $0.owner == zone }.compactMap(\.nameServer)
  }

  /// The question and what came, in words that a person can repeat.
  func line(_ question: Question, _ variant: Inquiry.Variant = .usual) -> String {
    let options: [String] =
      switch variant {
      case .usual: answer.transport == .tcp ? ["+tcp"] : []
      case .tcp: ["+tcp"]
      case .withoutEDNS: ["+noedns"]
      case .checkingDisabled: ["+cdflag"]
      case .signed: ["+dnssec"]
      case .recursive: ["+recurse"]
      }
    let result: String =
      switch answer.outcome {
      case .records:
        records.filter { $0.type == question.type }.map(\.dataText).sorted().prefix(4).joined(separator: ", ")
      case .nodata where answer.cname.isEmpty && !names(at: question.name).isEmpty && !answer.authoritative:
        "referral to " + names(at: question.name).map(\.description).joined(separator: ", ")
      case .nodata: "NOERROR without a \(question.type) record"
      case .nxdomain: "NXDOMAIN"
      case .failed(let failure): failure.result
      }
    return question.command(
      at: server, endpoint: endpoint, recurses: isRecursive || variant == .recursive, options: options
    ).map { "\($0) → \(answer.result(result))" } ?? "\(server) → no address"
  }
}

extension ResourceRecord {
  /// The target of an NS record.
  var nameServer: DomainName? { if case .ns(let name) = data { name } else { nil } }

  var address: IPAddress? { if case .a(let address) = data { address } else { nil } }

  var startOfAuthority: StartOfAuthority? { if case .soa(let soa) = data { soa } else { nil } }
}

extension [(server: AuditServer, reply: InquiryReply)] {
  /// A line each, as evidence.
  func lines(_ question: Question, _ variant: Inquiry.Variant = .usual) -> String {
    map { $0.reply.line(question, variant) }.joined(separator: "\n")
  }

  /// The servers as the subject of a sentence.
  var names: [String] {
    var seen: [String] = []
    for (server, _) in self where !seen.contains(server.description) { seen.append(server.description) }
    return seen
  }
}
