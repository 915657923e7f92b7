// The signatures of a zone, verified: what each server's records are worth to a receiver that validates.

internal import DNS
internal import DNSSEC
internal import Model

/// Verifies what the zone's servers gave, within bounds: nobody's keys may keep this busy (KeyTrap, CVE-2023-50387).
package struct ZoneVerification: Sendable {
  /// The most signatures that are computed in one audit.
  static let checkLimit = 400
  /// The most keys of one tag and algorithm that a signature is tried with.
  static let keyLimit = 4
  /// The most keys and signatures of a set that are looked at.
  static let setLimit = 64

  /// One record set of one server.
  struct SignedSet: Hashable, Sendable {
    var server: AuditServer
    var owner: DomainName
    var type: RecordType
    var ttl: UInt32
    var state: State
    /// The signature that the state is about.
    var signature: ZoneSignature?
  }

  enum State: Hashable, Sendable {
    case secure, unsigned, expired, early, wrong
    /// An algorithm or a key that is not known here, or the bound was reached.
    case unknown
  }

  /// The DNSKEY records of the zone by server, each once.
  private(set) var keySets: [(server: AuditServer, keys: [ResourceRecord])] = []
  /// The keys of all servers.
  private(set) var keys: [ZoneKey] = []
  private(set) var sets: [SignedSet] = []
  /// Whether a bound kept something from being verified.
  private(set) var isCut = false
  private let now: Timestamp
  private let zone: DomainName
  private var checksLeft = Self.checkLimit
  private var known: [Work: SignatureCheck] = [:]

  private struct Work: Hashable {
    var records: Set<ResourceRecord.Data>
    var signature: ResourceRecord.Data
    var key: ResourceRecord.Data
  }

  /// Nil where the zone is not known.
  init?(_ facts: AuditFacts) {
    guard let zone = facts.zone else { return nil }
    self.zone = zone
    now = facts.now
    for (server, reply) in facts.answered(.ask(zone, .dnskey, at: .zoneServers, .signed)) {
      keySets.append((server, reply.records(of: .dnskey, at: zone)))
    }
    let all = Set(keySets.flatMap(\.keys).map(\.data)).prefix(Self.setLimit)
    var seen: Set<ResourceRecord.Data> = []
    for record in keySets.flatMap(\.keys) where all.contains(record.data) && seen.insert(record.data).inserted {
      if let key = ZoneKey(record) { keys.append(key) }
    }
    isCut = Set(keySets.flatMap(\.keys).map(\.data)).count > Self.setLimit
    guard !keys.isEmpty else { return }
    for request in Self.requests(facts) {
      guard let name = facts.answer(request)?.inquiry.question.name else { continue }
      // Without EDNS nobody can ask for signatures.
      for (server, reply) in facts.answered(request) where reply.answer.authoritative && reply.hasEDNS {
        // Where a chain leads may be a zone further down, with keys of its own.
        verify(reply.records.filter { $0.owner == name }, of: server)
        verify(reply.authorities.filter { $0.type != .ns || $0.owner == zone }, of: server)
      }
    }
  }

  /// What is verified: the records of the apex, those that mail needs, and what proves absence.
  static func requests(_ facts: AuditFacts) -> [AuditRequest] {
    var requests: [AuditRequest] = [.zone(of: facts.domain)]
    if let zone = facts.zone {
      requests += [RecordType.dnskey, .ns].map { .ask(zone, $0, at: .zoneServers, .signed) }
    }
    requests += facts.mailQuestions.map { .ask($0.name, $0.type, at: .zoneServers, .signed) }
    requests += facts.nonterminals.map { facts.text($0.1) }
    if let probe = facts.probeName { requests.append(.ask(probe, .a, at: .zoneServers, .signed)) }
    return requests
  }

  private mutating func verify(_ section: [ResourceRecord], of server: AuditServer) {
    var order: [Question] = []
    var groups: [Question: [ResourceRecord]] = [:]
    var signatures: [Question: [ResourceRecord]] = [:]
    for record in section where record.owner.isWithin(zone) {
      if let signature = ZoneSignature(record) {
        signatures[Question(record.owner, signature.covered), default: []].append(record)
      } else {
        let set = Question(record.owner, record.type)
        if groups[set] == nil { order.append(set) }
        groups[set, default: []].append(record)
      }
    }
    for set in order {
      // A CNAME that a DNAME made has no signature of its own (RFC 6672, section 5.3.1).
      if set.type == .cname, signatures[set] == nil { continue }
      if sets.contains(where: { $0.server == server && $0.owner == set.name && $0.type == set.type }) { continue }
      sets.append(judge(set, groups[set] ?? [], signatures[set] ?? [], server))
    }
  }

  private mutating func judge(
    _ set: Question, _ records: [ResourceRecord], _ signatures: [ResourceRecord], _ server: AuditServer
  ) -> SignedSet {
    var result = SignedSet(
      server: server, owner: set.name, type: set.type, ttl: records.map(\.ttl).min() ?? 0, state: .unsigned)
    for raw in signatures.prefix(Self.setLimit) {
      guard let signature = ZoneSignature(raw), signature.signer == zone else { continue }
      let check = check(records, raw, signature)
      let state: State =
        switch check {
        case .valid:
          signature.hasExpired(at: now) ? .expired : signature.secondsToBegin(at: now) > 300 ? .early : .secure
        case .invalid: .wrong
        case .unsupported: .unknown
        }
      // One good signature is enough; of the others the first tells.
      if state == .secure, result.state == .secure, let other = result.signature {
        if signature.secondsLeft(at: now) > other.secondsLeft(at: now) { result.signature = signature }
      } else if state == .secure || result.state == .unsigned || result.state == .unknown {
        (result.state, result.signature) = (state, signature)
      }
    }
    return result
  }

  private mutating func check(
    _ records: [ResourceRecord], _ raw: ResourceRecord, _ signature: ZoneSignature
  ) -> SignatureCheck {
    let candidates = keys.filter(signature.isBy)
    if candidates.isEmpty { return .invalid }
    var result = SignatureCheck.invalid
    for key in candidates.prefix(Self.keyLimit) {
      let work = Work(records: Set(records.map(\.data)), signature: raw.data, key: key.record.data)
      let check: SignatureCheck
      if let known = known[work] {
        check = known
      } else if checksLeft > 0 {
        checksLeft -= 1
        check = SignatureCheck(records, signature: raw, key: key.record)
        known[work] = check
      } else {
        isCut = true
        check = .unsupported
      }
      if check == .valid { return .valid }
      if check == .unsupported { result = .unsupported }
    }
    return result
  }
}
