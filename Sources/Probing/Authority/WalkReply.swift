// What one message means to a walk: a referral further down, an answer with authority, or nothing usable.

import DNS
import Model

/// A reply as a walk reads it.
enum WalkReply: Hashable, Sendable {
  /// A delegation below the zone that was asked.
  case referral(ZoneServers)
  /// An answer with authority. `apex` is the zone that the server answers from, where the message tells it.
  case answer(apex: DomainName?)
  case failed(Outcome.Failure)

  /// The most NS records of one delegation that are used.
  static let serverLimit = 32
  /// The most addresses of one server that are used.
  static let addressLimit = 16

  /// Reads a message that a server of `zone` gave to `question`.
  ///
  /// Glue counts only from within the zone that was asked (RFC 2181, section 5.4.1): a server has no say about others.
  init(_ message: Message, to question: Question, from zone: DomainName, at now: Timestamp) {
    switch message.rcode {
    case .noError, .nameError: break
    default:
      self = .failed(Self.failure(of: message.rcode))
      return
    }
    if let cut = Self.cut(in: message, question: question, zone: zone) {
      self = .referral(
        Self.servers(
          of: cut.apex, named: cut.records, glue: message.additionals, trusted: zone, at: now))
    } else if message.authoritative, !message.refersUpward(from: zone) {
      self = .answer(apex: Self.apex(in: message, question: question, zone: zone))
    } else {
      self = .failed(.lame)
    }
  }

  /// The failure that an RCODE is, where it is neither NOERROR nor NXDOMAIN.
  static func failure(of rcode: ResponseCode) -> Outcome.Failure {
    switch rcode {
    case .serverFailure: .servfail
    case .refused: .refused
    case .notAuthoritative: .lame
    default: .malformed
    }
  }

  /// The delegation below `zone` on the way to the name: NS records in the authority section without an answer. A server
  /// of both sides of a cut gives the NS records as its answer.
  private static func cut(
    in message: Message, question: Question, zone: DomainName
  ) -> (apex: DomainName, records: [ResourceRecord])? {
    guard message.rcode == .noError else { return nil }
    let own = message.answers.filter { $0.type == .ns && $0.owner == question.name }
    if question.type == .ns, question.name != zone, !own.isEmpty { return (question.name, own) }
    guard message.answers.isEmpty, !message.authorities.contains(where: { $0.type == .soa }) else { return nil }
    let below = message.authorities.filter {
      $0.type == .ns && $0.owner != zone && $0.owner.isWithin(zone) && question.name.isWithin($0.owner)
    }
    guard let apex = below.map(\.owner).max(by: { $0.wire.count < $1.wire.count }) else { return nil }
    return (apex, below.filter { $0.owner == apex })
  }

  /// The apex of the zone that the answer comes from. The SOA beside a chain may belong to another zone: it tells nothing.
  private static func apex(in message: Message, question: Question, zone: DomainName) -> DomainName? {
    let owners = message.authorities.filter {
      ($0.type == .ns || ($0.type == .soa && message.answers.isEmpty))
        && $0.owner.isWithin(zone) && question.name.isWithin($0.owner)
    }.map(\.owner)
    let answered = message.answers.filter { $0.owner == question.name && ($0.type == .soa || $0.type == .ns) }
    return (owners + answered.map(\.owner)).max { $0.wire.count < $1.wire.count }
  }

  /// A delegation from its NS records, with the glue that may be trusted.
  static func servers(
    of apex: DomainName, named records: [ResourceRecord], glue: [ResourceRecord], trusted zone: DomainName,
    at now: Timestamp
  ) -> ZoneServers {
    var names: Set<DomainName> = []
    for record in records where names.count < serverLimit {
      if case .ns(let name) = record.data { names.insert(name) }
    }
    var life = records.map(\.ttl).min() ?? 0
    let ttl = life
    var addresses: [DomainName: [IPAddress]] = [:]
    for record in glue where names.contains(record.owner) && record.owner.isWithin(zone) {
      guard case .a(let address) = record.data, address.isHost else { continue }
      life = min(life, record.ttl)
      let known = addresses[record.owner] ?? []
      guard !known.contains(address), known.count < addressLimit else { continue }
      addresses[record.owner] = known + [address]
    }
    return ZoneServers(
      apex: apex, names: names.sorted(), addresses: addresses, ttl: ttl,
      // A TTL of 0 still lets the walks that wait for this one have it.
      expires: now + .seconds(Int64(min(max(life, 1), DelegationCache.longestLife))))
  }
}

extension Message {
  /// Whether this sends the asker back to a zone above the one that was asked: no answer, no SOA, only NS records from
  /// further up. The server knows nothing of its zone.
  func refersUpward(from zone: DomainName) -> Bool {
    guard rcode == .noError, answers.isEmpty, !authorities.contains(where: { $0.type == .soa }) else { return false }
    return authorities.contains { $0.type == .ns && $0.owner != zone && zone.isWithin($0.owner) }
  }
}

extension IPAddress {
  /// Whether a server can have the address: neither unspecified nor multicast nor broadcast.
  var isHost: Bool {
    switch self {
    case .v4(let bits): bits >> 24 != 0 && bits >> 28 < 0xE
    case .v6(let high, let low): (high | low) != 0 && high >> 56 != 0xFF
    }
  }
}
