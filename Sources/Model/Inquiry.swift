// Inquiries: questions beside the key's own, to any place, and what came back. Diagnosis and rehearsal ask them.

/// One question of any type, and whom to put it to.
public struct Inquiry: Hashable, Sendable {
  public var question: Question
  public var target: Target
  public var variant: Variant
  /// How many addresses have to answer; nil for all. Those that fail do not count, as long as there are others.
  public var limit: Int?

  /// Whom the question is put to.
  public enum Target: Hashable, Sendable {
    /// The servers of the zone that holds the name, found from the root down; those of the parent zone for the type DS.
    case zoneServers
    /// The servers of the zone above the one that begins at the name: what they say is the delegation.
    case parentServers
    /// A recursive view, by its name.
    case view(String)
    /// These servers and no others, without recursion.
    case servers([NameServer])
  }

  /// How the question is put.
  public enum Variant: String, Hashable, Sendable, Codable {
    /// UDP, and TCP where the answer is truncated.
    case usual
    case tcp
    /// UDP without an OPT record (RFC 6891).
    case withoutEDNS
    /// With CD: a validating resolver gives what it would not vouch for (RFC 4035, section 3.2.2).
    case checkingDisabled
    /// With DO, and CD: signatures and proofs come with the answer, whether they are valid or not (RFC 3225).
    case signed
    /// With RD, to a server that should not heed it: an answer about a name that is not its own shows recursion for
    /// everybody (RFC 5358).
    case recursive
  }

  public init(_ question: Question, at target: Target = .zoneServers, variant: Variant = .usual, limit: Int? = nil) {
    self.question = question
    self.target = target
    self.variant = variant
    self.limit = limit
  }

  public init(
    _ name: DomainName, _ type: RecordType, at target: Target = .zoneServers, variant: Variant = .usual,
    limit: Int? = nil
  ) {
    self.init(Question(name, type), at: target, variant: variant, limit: limit)
  }
}

/// A name server by its name, with the addresses that are known of it.
public struct NameServer: Hashable, Sendable {
  /// Its name, or its address as text where it has none.
  public var name: String
  /// Empty: they are looked up, from the root down.
  public var endpoints: [Endpoint]

  public init(_ name: DomainName) {
    self.name = name.description
    endpoints = []
  }

  public init(name: String, endpoints: [Endpoint]) {
    self.name = name
    self.endpoints = endpoints
  }
}

/// What came of an inquiry: one reply an address.
public struct InquiryAnswer: Hashable, Sendable {
  public var inquiry: Inquiry
  /// The zone whose servers were asked; nil for a view and for given servers.
  public var zone: DomainName?
  public var replies: [InquiryReply]
  /// Why the walk from the root did not reach the zone's servers; nil where it did.
  public var walkFailure: WalkFailure?

  public init(
    inquiry: Inquiry, zone: DomainName? = nil, replies: [InquiryReply] = [], walkFailure: WalkFailure? = nil
  ) {
    self.inquiry = inquiry
    self.zone = zone
    self.replies = replies
    self.walkFailure = walkFailure
  }
}

/// What one server said to an inquiry.
public struct InquiryReply: Hashable, Sendable {
  /// The name of the server, or the address or URL of a resolver.
  public var server: String
  public var endpoint: Endpoint?
  /// Whether a resolver was asked, with RD.
  public var isRecursive: Bool
  /// The answer as one to the key's question: outcome, chain, flags, times. Its `records` are TXT records alone.
  public var answer: Answer
  /// The answer section.
  public var records: [ResourceRecord]
  /// The authority section.
  public var authorities: [ResourceRecord]
  /// The additional section, without the OPT record.
  public var additionals: [ResourceRecord]
  /// Whether an OPT record came with the answer (RFC 6891).
  public var hasEDNS: Bool
  /// RA: the server says that it offers recursion.
  public var offersRecursion: Bool

  public init(
    server: String, endpoint: Endpoint?, isRecursive: Bool = false, answer: Answer, records: [ResourceRecord] = [],
    authorities: [ResourceRecord] = [], additionals: [ResourceRecord] = [], hasEDNS: Bool = false,
    offersRecursion: Bool = false
  ) {
    self.server = server
    self.endpoint = endpoint
    self.isRecursive = isRecursive
    self.answer = answer
    self.records = records
    self.authorities = authorities
    self.additionals = additionals
    self.hasEDNS = hasEDNS
    self.offersRecursion = offersRecursion
  }

  /// The records of one type at one name.
  public func records(of type: RecordType, at name: DomainName) -> [ResourceRecord] {
    records.filter { $0.type == type && $0.owner == name }
  }
}
