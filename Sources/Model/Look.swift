// Looks: what every view said of one key name at one time.

/// Everything that was seen of one key name at one time.
public struct Look: Hashable, Sendable {
  public var key: KeyName
  public var at: Timestamp
  public var views: [ViewAnswer]

  public init(key: KeyName, at: Timestamp, views: [ViewAnswer]) {
    self.key = key
    self.at = at
    self.views = views
  }
}

/// What one view said: one answer a server.
public struct ViewAnswer: Hashable, Sendable {
  public var view: String
  public var isAuthoritative: Bool
  public var servers: [ServerAnswer]
  /// The delegation of the zone that holds the key name; only from the authoritative view, where it was found.
  public var delegation: Delegation?
  /// Why the walk from the root did not reach the zone's servers; nil where it did.
  public var walkFailure: WalkFailure?
  /// The longest that a negative answer may be kept of any zone that the chain leads through, in seconds (RFC 2308);
  /// only from the authoritative view.
  public var negativeTTL: UInt32?

  public init(
    view: String, isAuthoritative: Bool, servers: [ServerAnswer], delegation: Delegation? = nil,
    walkFailure: WalkFailure? = nil, negativeTTL: UInt32? = nil
  ) {
    self.view = view
    self.isAuthoritative = isAuthoritative
    self.servers = servers
    self.delegation = delegation
    self.walkFailure = walkFailure
    self.negativeTTL = negativeTTL
  }
}

extension ViewAnswer {
  /// The answer that counts for a recursive view: of several resolvers the one that answered, whoever was passed over before.
  public var chosen: ServerAnswer? {
    servers.first { $0.answer.outcome.failure == nil } ?? servers.first { $0.answer.outcome.failure == .bogus }
      ?? servers.first
  }
}

/// What one server of a view said.
public struct ServerAnswer: Hashable, Sendable {
  /// The name of the server in the delegation, or the address or URL for a resolver.
  public var server: String
  /// The address that was asked; nil for DoH, and where a server's name has no address.
  public var endpoint: Endpoint?
  /// The zone that this server was asked for; nil for a recursive resolver.
  public var zone: DomainName?
  /// The name that was asked: the key name, or a CNAME target in another zone.
  public var question: DomainName
  /// The type that was asked.
  public var type: RecordType
  public var answer: Answer

  public init(
    server: String, endpoint: Endpoint?, zone: DomainName? = nil, question: DomainName, type: RecordType = .txt,
    answer: Answer
  ) {
    self.server = server
    self.endpoint = endpoint
    self.zone = zone
    self.question = question
    self.type = type
    self.answer = answer
  }
}

/// Where the way from the root ended before the zone's servers were reached.
///
/// A name that does not exist at a parent is no failure: its NXDOMAIN is the answer.
public struct WalkFailure: Hashable, Sendable, Codable {
  /// The deepest zone whose servers were known.
  public var zone: DomainName
  public var failure: Outcome.Failure
  /// Whether a recursive resolver on the way from here answered in place of the servers that were asked: it is this
  /// host's network that ends the walk.
  public var isIntercepted: Bool
  /// One sentence: what was asked where, and what came.
  public var text: String

  public init(zone: DomainName, failure: Outcome.Failure, isIntercepted: Bool = false, text: String) {
    self.zone = zone
    self.failure = failure
    self.isIntercepted = isIntercepted
    self.text = text
  }

  private enum CodingKeys: String, CodingKey {
    case zone, failure, text
    case isIntercepted = "intercepted"
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    zone = try container.decode(DomainName.self, forKey: .zone)
    failure = try container.decode(Outcome.Failure.self, forKey: .failure)
    isIntercepted = try container.decodeIfPresent(Bool.self, forKey: .isIntercepted) ?? false
    text = try container.decode(String.self, forKey: .text)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(zone, forKey: .zone)
    try container.encode(failure, forKey: .failure)
    if isIntercepted { try container.encode(true, forKey: .isIntercepted) }
    try container.encode(text, forKey: .text)
  }
}

/// A zone and who serves it.
public struct Delegation: Hashable, Sendable, Codable {
  /// The apex of the zone.
  public var zone: DomainName
  /// The names of its servers in canonical order.
  public var servers: [DomainName]
  /// The serial of the SOA by server name or address, where a server told it.
  public var serials: [String: UInt32]
  /// How long a negative answer of this zone may be kept, in seconds (RFC 2308); nil where no SOA was seen.
  public var negativeTTL: UInt32?
  /// The TTL of the NS records at the parent, in seconds.
  public var ttl: UInt32?

  public init(
    zone: DomainName, servers: [DomainName], serials: [String: UInt32] = [:], negativeTTL: UInt32? = nil,
    ttl: UInt32? = nil
  ) {
    self.zone = zone
    self.servers = servers
    self.serials = serials
    self.negativeTTL = negativeTTL
    self.ttl = ttl
  }
}
