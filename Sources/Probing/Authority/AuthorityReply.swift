// What a message of an authoritative server says about the key name, read with the trust that its zone allows.

import DNS
import Model

/// The answer of one authoritative server to the TXT question.
struct AuthorityReply: Hashable, Sendable {
  /// What the server says from its own zone; the chain ends where it leaves that zone.
  var answer: Answer
  /// The name that the chain leads to, where another zone's servers must say more.
  var target: DomainName?
  /// The zone that the server answers from, where the message tells it.
  var apex: DomainName?
  /// The SOA in a negative answer.
  var soa: StartOfAuthority?
  /// What an unchanged message looks like to the engine, which trusts the whole chain.
  var digest: Digest

  init(answer: Answer) {
    self.answer = answer
    digest = answer.digest
  }

  /// No message came.
  init(_ failure: Outcome.Failure, transport: Transport, truncated: Bool) {
    self.init(answer: .failed(failure, transport: transport, truncated: truncated))
  }

  /// Reads a message that is no referral. NOERROR or NXDOMAIN without AA is lame: the server is asked for its own
  /// zone. So is a referral upward, with whatever flags.
  init(
    _ message: Message, to question: Question, zone: DomainName, apex: DomainName?, transport: Transport,
    roundTrip: Duration
  ) {
    let whole = Answer(replyTo: question, message: message, transport: transport, roundTrip: roundTrip)
    digest = whole.digest
    guard message.rcode == .noError || message.rcode == .nameError else {
      answer = whole
      return
    }
    guard message.authoritative, !message.refersUpward(from: zone) else {
      answer = whole
      answer.fail(.lame)
      return
    }
    self.apex = apex
    var own = message
    // Whatever a server says about names outside its zone, a resolver asks there itself.
    own.answers.removeAll { !$0.owner.isWithin(zone) }
    answer = Answer(replyTo: question, message: own, transport: transport, roundTrip: roundTrip)
    let end = answer.cname.last ?? question.name
    let ownSOA = message.authorities.first { $0.type == .soa && end.isWithin($0.owner) && $0.owner.isWithin(zone) }
    if case .soa(let soa)? = ownSOA?.data { self.soa = soa }
    guard !answer.cname.isEmpty, answer.outcome == .nodata || answer.outcome == .nxdomain else { return }
    let leavesZone = !end.isWithin(zone)
    if leavesZone || (ownSOA == nil && answer.outcome == .nodata) {
      target = end
      answer.outcome = .nodata
      answer.ttl = Self.lifetime(ofLinks: own.answers)
      answer.negativeTTL = nil
      answer.digest = .of(outcome: .nodata, chain: answer.cname, records: [])
    }
  }

  /// The smallest TTL of a chain's links. A CNAME that a DNAME made has no TTL of its own (RFC 6672, section 3.1).
  private static func lifetime(ofLinks records: [ResourceRecord]) -> UInt32? {
    let redirects = records.filter { $0.type == .dname }
    let aliases = records.filter { alias in
      alias.type == .cname && !redirects.contains { alias.owner != $0.owner && alias.owner.isWithin($0.owner) }
    }
    return (redirects + aliases).map(\.ttl).min()
  }
}

extension Answer {
  /// Makes this a failure that keeps chain, flags and times.
  mutating func fail(_ failure: Outcome.Failure) {
    outcome = .failed(failure)
    records = []
    ttl = nil
    negativeTTL = nil
    digest = .of(outcome: outcome, chain: cname, records: [])
  }

  /// The answer of a chain whose rest was asked at `rest`'s servers: the chain grows, the end is theirs.
  func continued(by rest: Answer) -> Answer {
    var answer = self
    answer.outcome = rest.outcome
    answer.rcode = rest.rcode ?? rcode
    answer.cname += rest.cname
    answer.viaDNAME = viaDNAME || rest.viaDNAME
    answer.records = rest.records
    answer.ttl = rest.ttl.map { min($0, ttl ?? $0) }
    answer.negativeTTL = rest.negativeTTL
    answer.digest = .of(outcome: answer.outcome, chain: answer.cname, records: answer.records)
    return answer
  }
}
