// What one server holds for one question, as data that compares equal where it means the same.

internal import Model

/// What a server holds for a question.
enum Content: Hashable {
  /// The records of the type at the name itself, or the CNAME there; never empty.
  case records([ResourceRecord])
  /// NXDOMAIN or NODATA.
  case absent
  /// A referral to the servers of a zone below the one that moves.
  case delegated(zone: DomainName, servers: [ResourceRecord])
  /// The server answers, but does not serve the zone.
  case unserved(Outcome.Failure)
  /// The server does not answer.
  case silent(Outcome.Failure)

  /// Reads a reply to `question` about names in `zone`.
  init(_ reply: InquiryReply, to question: Question, zone: DomainName) {
    let own = reply.records.filter { record in
      record.owner == question.name && (record.type == question.type || record.type == .cname)
    }
    let referral = reply.authorities.filter { record in
      record.type == .ns && record.owner != zone && record.owner.isWithin(zone) && question.name.isWithin(record.owner)
    }
    switch reply.answer.outcome {
    case _ where !own.isEmpty && reply.answer.outcome.failure != .lame: self = .records(own.sorted(by: Self.precedes))
    case .records, .nodata, .nxdomain: self = .absent
    case .failed(let failure) where failure == .lame && !referral.isEmpty:
      self = .delegated(zone: referral[0].owner, servers: referral.sorted(by: Self.precedes))
    case .failed(let failure) where failure == .timeout || failure == .unreachable: self = .silent(failure)
    case .failed(let failure): self = .unserved(failure)
    }
  }

  /// The records; none where there are none.
  var records: [ResourceRecord] {
    switch self {
    case .records(let records), .delegated(_, let records): records
    default: []
    }
  }

  /// Where the CNAME at the name leads.
  var alias: DomainName? {
    records.lazy.compactMap { if case .cname(let target) = $0.data { target } else { nil } }.first
  }

  /// The content without TTLs, spelling and order: equal where it means the same.
  var meaning: Set<RecordMeaning> { Set(records.map(RecordMeaning.init)) }

  /// The TTL; all records of a set have the same (RFC 2181, section 5.2).
  var ttl: UInt32? { records.map(\.ttl).min() }

  /// Whether the server answered about the zone.
  var isKnown: Bool {
    switch self {
    case .records, .absent, .delegated: true
    case .unserved, .silent: false
    }
  }

  private static func precedes(_ one: ResourceRecord, _ other: ResourceRecord) -> Bool {
    RecordMeaning(one) < RecordMeaning(other)
  }
}

/// The data of a record: equal where it means the same, whatever its TTL, its spelling and its cuts.
struct RecordMeaning: Hashable, Comparable {
  var type: UInt16
  var data: [UInt8]

  init(_ record: ResourceRecord) {
    type = record.type.rawValue
    switch record.data {
    case .a(let address): data = address.bytes
    case .ns(let name), .cname(let name), .dname(let name): data = name.wire
    case .txt(let text): data = text.joined
    case .soa(let soa): data = soa.primary.wire
    case .other(let bytes):
      // Names count without case; the lengths of labels are less than the letters.
      let numbers = record.type == .mx ? 2 : record.type == .srv ? 6 : bytes.count
      data = bytes.prefix(numbers) + bytes.dropFirst(numbers).map(\.lowered)
    }
  }

  static func < (one: RecordMeaning, other: RecordMeaning) -> Bool {
    one.type != other.type ? one.type < other.type : one.data.lexicographicallyPrecedes(other.data)
  }
}
