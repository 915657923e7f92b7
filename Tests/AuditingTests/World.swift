// A small internet as values: the servers of one zone, its parent, and everybody else.

import DNS
import Model
import Testing

@testable import Auditing

/// One server address of the zone, and how it behaves.
struct Host {
  var name: String
  var address: String
  /// The zone that it has: lines of a zone file.
  var lines: [String]
  /// It fails at everything.
  var failure: Outcome.Failure?
  var failsOverTCP = false
  var dropsEDNS = false
  var lacksEDNS = false
  var isSilentOverUDP = false
  var recurses = false
  /// Negative answers without SOA.
  var hidesSOA = false
  /// Types at the domain that it denies.
  var deniedTypes: [RecordType] = []
  /// Names that it denies though something is below.
  var deniedNames: [String] = []
}

/// What an audit of `example.org` asks, and what it gets.
struct World {
  static let domain = "example.org"
  /// When the audit happens: the signed fixtures are valid then.
  static let now = Timestamp(seconds: 1_796_000_000)

  var hosts: [Host]
  /// NS lines of the parent, with glue.
  var delegation: [String]
  /// DS lines of the parent; the second one, where there is one, is what its other server says.
  var signers: [[String]] = [[]]
  /// All other zones, with absolute names.
  var elsewhere: [String]
  /// Registrable domains that nobody has.
  var unregistered: [String] = []
  var now = World.now
  var resolverIsBogus = false
  var walkFailure: WalkFailure?
  /// Hides the domain at the parent.
  var isUnregistered = false
  var parentFailsOverTCP = false
  /// The files that are served, by URL.
  var files: [String: String] = [:]
  /// The selectors that are given.
  var selectors: [String] = []

  static let apex = [
    "@ 3600 IN SOA ns1 hostmaster 2026110101 7200 900 1209600 3600",
    "@ 3600 IN NS ns1", "@ 3600 IN NS ns2.example.net.",
    "ns1 3600 IN A 8.8.4.1", "ns1 3600 IN AAAA 2600::1",
    "@ 3600 IN A 8.8.4.80", "@ 3600 IN MX 10 mail", "mail 3600 IN A 8.8.4.25",
    "@ 3600 IN TXT \"v=spf1 mx -all\"", "_dmarc 3600 IN TXT \"v=DMARC1; p=reject; rua=mailto:d@example.org\"",
    "default._domainkey 3600 IN TXT \"v=DKIM1; p=\"",
  ]

  /// A zone with nothing wrong.
  static var clean: World {
    World(
      hosts: [
        Host(name: "ns1.example.org", address: "8.8.4.1", lines: apex),
        Host(name: "ns2.example.net", address: "9.9.8.2", lines: apex),
      ],
      delegation: [
        "example.org. 3600 IN NS ns1.example.org.", "example.org. 3600 IN NS ns2.example.net.",
        "ns1.example.org. 3600 IN A 8.8.4.1", "ns1.example.org. 3600 IN AAAA 2600::1",
      ],
      elsewhere: ["ns2.example.net. 3600 IN A 9.9.8.2"])
  }

  /// Adds lines to the zone of all servers.
  mutating func add(_ lines: String...) { for index in hosts.indices { hosts[index].lines += lines } }

  /// Takes away the lines that contain a text.
  mutating func remove(_ text: String) {
    for index in hosts.indices { hosts[index].lines.removeAll { $0.contains(text) } }
  }

  /// Replaces text in the zone of all servers.
  mutating func replace(_ text: String, _ other: String) {
    for index in hosts.indices { hosts[index].lines = hosts[index].lines.map { $0.replacing(text, with: other) } }
  }

  static func records(_ lines: [String], origin: String = domain) throws -> [ResourceRecord] {
    let soa = lines.filter { line in
      let words = line.split { " \t".contains($0) }
      return words.count > 3 && words[3] == "SOA"
    }
    // The reader of zone files leaves the SOA out.
    let rest = try ZoneFile.read(
      Array(lines.filter { !soa.contains($0) }.joined(separator: "\n").utf8 + [10]), origin: DomainName(origin))
    return try soa.map { try startOfAuthority($0, origin: origin) } + rest
  }

  private static func startOfAuthority(_ line: String, origin: String) throws -> ResourceRecord {
    let words = line.split { " \t".contains($0) }.map(String.init)
    func name(_ word: String) throws -> DomainName {
      word == "@"
        ? try DomainName(origin) : word.hasSuffix(".") ? try DomainName(word) : try DomainName("\(word).\(origin)")
    }
    let place = try #require(words.firstIndex(of: "SOA"))
    let numbers = words[(place + 3)...].compactMap { UInt32($0) }
    return ResourceRecord(
      owner: try name(words[0]), type: .soa, ttl: try #require(UInt32(words[1])),
      data: .soa(
        StartOfAuthority(
          primary: try name(words[place + 1]), responsible: try name(words[place + 2]), serial: numbers[0],
          refresh: numbers[1], retry: numbers[2], expire: numbers[3], minimum: numbers[4])))
  }
}

/// The same, read: an answer to every request.
struct Internet {
  let world: World
  private let zones: [[ResourceRecord]]
  private let delegation: [ResourceRecord]
  private let signers: [[ResourceRecord]]
  private let elsewhere: [ResourceRecord]
  private let domain: DomainName
  private let unregistered: [DomainName]

  init(_ world: World) throws {
    self.world = world
    zones = try world.hosts.map { try World.records($0.lines) }
    delegation = try World.records(world.delegation)
    signers = try world.signers.map { try World.records($0) }
    elsewhere = try World.records(world.elsewhere, origin: ".")
    domain = try DomainName(World.domain)
    unregistered = try world.unregistered.map { try DomainName($0) }
  }

  static let resolver = "9.9.9.9"

  /// Audits with these checks.
  func audit(_ checks: [AuditCheck] = AuditCheck.all, limit: Int = 1500, ignored: Set<String> = []) throws -> (
    report: AuditReport, rounds: [[AuditRequest]]
  ) {
    var audit = Audit(
      domain: domain,
      options: AuditOptions(
        now: world.now, probe: try DomainName("selectord-probe"), resolver: "local",
        selectors: try world.selectors.map { try DomainName($0) },
        ignored: ignored, questionLimit: limit),
      checks: checks)
    var requests = audit.begin()
    var rounds: [[AuditRequest]] = []
    while true {
      rounds.append(requests)
      switch audit.take(try requests.map(reply)) {
      case .ask(let further): requests = further
      case .report(let report): return (report, rounds)
      }
    }
  }

  private func reply(_ request: AuditRequest) throws -> AuditReply {
    switch request {
    case .look(let key): .look(Look(key: key, at: world.now, views: []))
    case .fetch(let file):
      .fetch(
        world.files[file.url].map {
          .response(AuditFetch.Response(status: 200, contentType: "text/plain", body: Array($0.utf8)))
        }
          ?? .failed(.unresolved, reason: "no such host"))
    case .inquiry(let inquiry): .inquiry(try answer(inquiry))
    }
  }

  private func answer(_ inquiry: Inquiry) throws -> InquiryAnswer {
    let question = inquiry.question
    let isInside = question.name.isWithin(domain)
    var answer = InquiryAnswer(inquiry: inquiry, zone: isInside ? domain : question.name.parent)
    if isInside, let failure = world.walkFailure {
      answer.walkFailure = failure
      return answer
    }
    switch inquiry.target {
    case .view: answer.replies = [resolved(inquiry)]
    case .parentServers: answer.replies = fromParent(inquiry)
    case .zoneServers where question.type == .ds && question.name == domain:
      answer.replies = signers.enumerated().map { index, records in
        make(
          question, records, zone: [], authoritative: true, server: ("a\(index).tld.example", "192.5.6.\(30 + index)"))
      }
    case .zoneServers where isInside && !world.isUnregistered:
      answer.replies = world.hosts.indices.map { reply(of: $0, to: inquiry) }
    case .zoneServers where isInside:
      var gone = make(question, [], zone: [], authoritative: true, server: ("a.tld.example", "192.5.6.30"))
      gone.answer.outcome = .nxdomain
      gone.answer.rcode = .nameError
      answer.zone = try DomainName("org")
      answer.replies = [gone]
    case .zoneServers:
      answer.replies = [
        make(
          question, find(question, elsewhere), zone: elsewhere, authoritative: true,
          server: ("ns.other.example", "8.8.5.5"))
      ]
    case .servers(let servers):
      answer.replies = servers.flatMap { server in
        let index = world.hosts.firstIndex { $0.name == server.name }
        return [index.map { reply(of: $0, to: inquiry) } ?? failed(server.name, "8.8.9.9", .timeout)]
      }
    }
    return answer
  }

  private func fromParent(_ inquiry: Inquiry) -> [InquiryReply] {
    let question = inquiry.question
    let server = ("a.tld.example", "192.5.6.30")
    if inquiry.variant == .tcp, world.parentFailsOverTCP { return [failed(server.0, server.1, .timeout)] }
    if unregistered.contains(question.name) || world.isUnregistered && question.name == domain {
      var gone = make(question, [], zone: [], authoritative: true, server: server)
      gone.answer.outcome = .nxdomain
      gone.answer.rcode = .nameError
      return [gone]
    }
    var referral = make(question, [], zone: [], authoritative: false, server: server)
    if question.name == domain {
      referral.authorities = delegation.filter { $0.type == .ns }
      referral.additionals = delegation.filter { $0.type != .ns }
    }
    return [referral]
  }

  private func reply(of index: Int, to inquiry: Inquiry) -> InquiryReply {
    let host = world.hosts[index]
    let question = inquiry.question
    if let failure = host.failure { return failed(host.name, host.address, failure) }
    if inquiry.variant == .tcp, host.failsOverTCP { return failed(host.name, host.address, .unreachable) }
    guard question.name.isWithin(domain) else {
      var foreign = failed(host.name, host.address, .refused)
      if host.recurses {
        foreign = make(question, [], zone: [], authoritative: false, server: (host.name, host.address))
        foreign.answer.outcome = .nxdomain
        foreign.offersRecursion = true
      }
      return foreign
    }
    var reply = make(
      question, find(question, zones[index]), zone: zones[index], authoritative: true,
      server: (host.name, host.address), signed: inquiry.variant == .signed)
    reply.answer.dropsEDNS = host.dropsEDNS
    reply.answer.isSilentOverUDP = host.isSilentOverUDP
    reply.hasEDNS = !host.lacksEDNS && !host.dropsEDNS
    let isDenied = host.deniedTypes.contains(question.type) && question.name == domain
    if isDenied || host.deniedNames.contains(question.name.description) {
      reply.answer.outcome = .nxdomain
      reply.records = []
    }
    if host.hidesSOA { reply.authorities.removeAll { $0.type == .soa } }
    return reply
  }

  private func resolved(_ inquiry: Inquiry) -> InquiryReply {
    let question = inquiry.question
    let server = ("9.9.9.9", Self.resolver)
    if world.resolverIsBogus, question.name.isWithin(domain), inquiry.variant != .checkingDisabled {
      return failed(server.0, server.1, .servfail)
    }
    let all = (world.hosts.firstIndex { $0.failure == nil }.map { zones[$0] } ?? []) + elsewhere
    var reply = make(question, find(question, all), zone: all, authoritative: false, server: server)
    reply.isRecursive = true
    reply.answer.authenticated = !signers[0].isEmpty
    return reply
  }

  private func failed(_ server: String, _ address: String, _ failure: Outcome.Failure) -> InquiryReply {
    InquiryReply(
      server: server, endpoint: Endpoint(address),
      answer: Answer(
        outcome: .failed(failure), rcode: failure == .servfail ? .serverFailure : failure == .refused ? .refused : nil,
        digest: Digest(high: 0, low: 0)))
  }

  /// The records of a question with their CNAMEs.
  private func find(_ question: Question, _ zone: [ResourceRecord]) -> [ResourceRecord] {
    var name = question.name
    var found: [ResourceRecord] = []
    for _ in 0..<8 {
      let own = zone.filter { $0.owner == name && $0.type == question.type }
      if !own.isEmpty { return found + own }
      guard let alias = zone.first(where: { $0.owner == name && $0.type == .cname }),
        case .cname(let target) = alias.data
      else { return found }
      found.append(alias)
      name = target
    }
    return found
  }

  private func make(
    _ question: Question, _ records: [ResourceRecord], zone: [ResourceRecord], authoritative: Bool,
    server: (String, String), signed: Bool = false
  ) -> InquiryReply {
    var message = Message(question: question, authoritative: authoritative, answers: records, hasEDNS: true)
    let end = records.reduce(question.name) { end, record in
      if case .cname(let target) = record.data, record.owner == end, question.type != .cname { target } else { end }
    }
    let isThere = zone.contains { $0.owner.isWithin(end) }
    let isAnswered = records.contains { $0.type == question.type }
    if !isAnswered {
      message.authorities = zone.filter { $0.type == .soa && end.isWithin($0.owner) }
      if !isThere, !zone.isEmpty { message.rcode = .nameError }
      if signed { message.authorities += Signing.proofs(of: end, question.type, in: zone, isThere: isThere) }
    }
    if signed {
      message.answers += Signing.signatures(of: message.answers, in: zone)
      message.authorities += Signing.signatures(of: message.authorities, in: zone)
    }
    return InquiryReply(
      server: server.0, endpoint: Endpoint(server.1), answer: Answer(replyTo: question, message: message),
      records: message.answers, authorities: message.authorities, hasEDNS: true)
  }
}

/// What a signed zone adds to its answers.
enum Signing {
  static func signatures(of records: [ResourceRecord], in zone: [ResourceRecord]) -> [ResourceRecord] {
    let sets = Set(records.filter { $0.type != .rrsig }.map { Question($0.owner, $0.type) })
    return zone.filter { record in
      guard record.type == .rrsig, case .other(let bytes) = record.data else { return false }
      return sets.contains(Question(record.owner, RecordType(rawValue: UInt16(bytes[0]) << 8 | UInt16(bytes[1]))))
    }
  }

  /// All NSEC records that match or cover; simple and more than enough. Of NSEC3 all.
  static func proofs(of name: DomainName, _ type: RecordType, in zone: [ResourceRecord], isThere: Bool)
    -> [ResourceRecord]
  {
    let hashed = zone.filter { $0.type == .nsec3 }
    if !hashed.isEmpty { return hashed }
    let chain = zone.filter { $0.type == .nsec }.sorted { $0.owner < $1.owner }
    if let own = chain.first(where: { $0.owner == name }) { return [own] }
    return (chain.last { $0.owner < name }).map { [$0] } ?? []
  }
}
