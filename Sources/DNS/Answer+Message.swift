// What a message says to the question for the key: the chain inside it, the RRset, and how long caches keep it.

public import Model

extension Answer {
  /// The most links of a chain that are followed. Resolvers give up after 7 to 16; what they gave up on must still be seen
  /// whole, to be told.
  public static let chainLimit = 32

  /// Reads the answer to `question` out of a message.
  ///
  /// CNAME and DNAME are followed inside the message. A chain that leads out of it has the outcome `nodata` and a
  /// `cname` that is not empty: whoever asked goes on at its last name. A chain in a circle, or of more than 32 links,
  /// is `failed(malformed)`. NXDOMAIN counts for the end of the chain (RFC 6604). `truncated` tells that an answer over
  /// UDP was cut before.
  public init(
    replyTo question: Question, message: Message, transport: Transport = .udp, roundTrip: Duration = .zero,
    truncated: Bool = false
  ) {
    let chain = Chain(from: question, through: message.answers)
    let outcome = chain.outcome(of: message.rcode)
    let set = outcome == .records ? chain.set : []
    let records = Self.inCanonicalOrder(set.map(\.comparable))
    let isNegative = outcome == .nodata || outcome == .nxdomain
    self.init(
      outcome: outcome, rcode: message.rcode, cname: chain.targets, viaDNAME: chain.viaDNAME, records: records,
      ttl: outcome == .records ? (chain.links + set).map(\.ttl).min() : nil,
      negativeTTL: isNegative ? Self.negativeTTL(of: chain.end, in: message.authorities) : nil,
      authoritative: message.authoritative, authenticated: message.authenticated,
      truncated: truncated || message.truncated, extendedErrors: message.extendedErrors,
      dropsEDNS: message.dropsEDNS, isSilentOverUDP: message.isSilentOverUDP, transport: transport,
      roundTrip: roundTrip, digest: .of(outcome: outcome, chain: chain.targets, records: records))
  }

  /// Sorted by RDATA, each once.
  private static func inCanonicalOrder(_ texts: [TextRecord]) -> [TextRecord] {
    guard texts.count > 1 else { return texts }
    let pairs = texts.map { (data: $0.rdata, text: $0) }
    return pairs.sorted { $0.data.lexicographicallyPrecedes($1.data) }.reduce(into: []) { list, pair in
      if list.last != pair.text { list.append(pair.text) }
    }
  }

  /// RFC 2308, section 5: the smaller of the SOA's TTL and its MINIMUM, from the SOA of a zone that holds the name.
  private static func negativeTTL(of name: DomainName, in authorities: [ResourceRecord]) -> UInt32? {
    for record in authorities {
      if case .soa(let start) = record.data, name.isWithin(record.owner) { return min(record.ttl, start.minimum) }
    }
    return nil
  }
}

/// The way from the question to the records inside one answer section.
private struct Chain {
  var targets: [DomainName] = []
  /// The CNAME and DNAME records that were followed.
  var links: [ResourceRecord] = []
  /// The records of the type that was asked, at the end of the chain.
  var set: [ResourceRecord] = []
  var viaDNAME = false
  var isBroken = false
  /// The last name.
  var end: DomainName

  init(from question: Question, through records: [ResourceRecord]) {
    end = question.name
    var seen: Set<DomainName> = [end]
    while true {
      set = records.filter { $0.owner == end && $0.type == question.type }
      if !set.isEmpty { return }
      guard let (target, steps) = Self.step(from: end, through: records) else { return }
      links += steps
      viaDNAME = viaDNAME || steps.contains { $0.type == .dname }
      guard let target else {
        isBroken = true
        return
      }
      targets.append(target)
      guard seen.insert(target).inserted, targets.count <= Answer.chainLimit else {
        isBroken = true
        return
      }
      end = target
    }
  }

  /// The next target and the records that lead there; nil at the end. The target is nil where a DNAME makes a name of
  /// more than 255 bytes (RFC 6672, section 2.2).
  private static func step(
    from name: DomainName, through records: [ResourceRecord]
  ) -> (target: DomainName?, steps: [ResourceRecord])? {
    // The synthesized CNAME has the TTL of its DNAME or 0 (RFC 6672, section 3.1), so it is the DNAME that counts.
    for record in records {
      guard case .dname(let target) = record.data, name != record.owner, name.isWithin(record.owner) else { continue }
      let prefix = DomainName(wire: name.wire.dropLast(record.owner.wire.count) + [0])
      return (prefix.flatMap { try? target.prepending($0) }, [record])
    }
    // One name has one CNAME (RFC 2181, section 10.1). Where a server breaks that, the smallest keeps the answer from
    // changing with the order of the records.
    let aliases = records.compactMap { record -> (target: DomainName, record: ResourceRecord)? in
      if case .cname(let target) = record.data, record.owner == name { (target, record) } else { nil }
    }
    guard let alias = aliases.min(by: { $0.target < $1.target }) else { return nil }
    return (alias.target, [alias.record])
  }

  /// The outcome by RCODE and records (RFC 1035, section 4.1.1; RFC 2308, section 2).
  func outcome(of rcode: ResponseCode) -> Outcome {
    switch rcode {
    case .noError where isBroken: .failed(.malformed)
    case .noError: set.isEmpty ? .nodata : .records
    case .nameError: isBroken ? .failed(.malformed) : .nxdomain
    // BIND says SERVFAIL beside the circle that it walked.
    case .serverFailure: .failed(isBroken ? .malformed : .servfail)
    case .refused: .failed(.refused)
    case .notAuthoritative: .failed(.lame)
    default: .failed(.malformed)
    }
  }
}

extension ResourceRecord {
  /// What is compared and kept of a record: the strings of a TXT record, of any other its RDATA in presentation form. Of a SOA
  /// without the serial, which changes with every version of the zone.
  fileprivate var comparable: TextRecord {
    switch data {
    case .txt(let text): text
    case .soa(let start):
      TextRecord("\(start.primary.absoluteText) \(start.responsible.absoluteText) minimum \(start.minimum)")
    default: TextRecord(dataText)
    }
  }
}
