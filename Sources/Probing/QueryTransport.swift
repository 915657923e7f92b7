// The seam between what is asked (views, the authoritative walk) and how (the engine).

public import DNS
public import Model

/// One question to one server.
public struct Query: Hashable, Sendable {
  public var endpoint: Endpoint
  public var question: Question
  /// RD: set for recursive resolvers, clear for authoritative servers.
  public var recursionDesired: Bool
  /// CD: asks a validating resolver for what it would not vouch for (RFC 4035, section 3.2.2).
  public var checkingDisabled: Bool
  /// Whether an OPT record goes with it (RFC 6891); without, the answer shows whether EDNS is what is in the way.
  public var usesEDNS: Bool
  /// DO: asks for signatures and proofs too (RFC 3225).
  public var wantsSignatures = false
  /// `.udp` goes on over TCP where the answer is truncated; `.tcp` begins there.
  public var transport: Transport
  public var timeout: Duration
  public var retries: Int
  /// The most questions a second that this server is asked, over all queries to it.
  public var rate: Int
  /// The digest of the answer that is expected; an equal answer comes back as `unchanged`.
  public var expected: Digest?
  /// The mark of the zone that is expected; an answer with the same comes back as `unchanged`.
  public var expectedMark: ZoneMark?

  public init(
    _ question: Question, at endpoint: Endpoint, recursionDesired: Bool, checkingDisabled: Bool = false,
    usesEDNS: Bool = true, transport: Transport = .udp, timeout: Duration = .seconds(2), retries: Int = 2,
    rate: Int = 100,
    expected: Digest? = nil
  ) {
    self.question = question
    self.endpoint = endpoint
    self.recursionDesired = recursionDesired
    self.checkingDisabled = checkingDisabled
    self.usesEDNS = usesEDNS
    self.transport = transport
    self.timeout = timeout
    self.retries = retries
    self.rate = rate
    self.expected = expected
  }
}

/// What came of one query.
public enum Reply: Hashable, Sendable {
  /// The answer has the expected digest.
  case unchanged
  /// A message that matches the question; any RCODE.
  case message(Message, transport: Transport, roundTrip: Duration)
  /// No message: `timeout`, `unreachable` or `malformed`. `truncated` where a truncated answer over UDP came, but
  /// TCP failed.
  case failed(Outcome.Failure, transport: Transport, truncated: Bool)
}

/// Whoever can put questions to servers; the engine in production, a script in tests.
public protocol QueryTransport: Sendable {
  /// Asks all of them and returns when each has its reply, in the same order.
  func ask(_ queries: [Query]) async -> [Reply]

  /// The same. Each reply that is not `unchanged` is handed to `differing` with its place among the queries as soon as it is
  /// there, perhaps on another thread: whoever has an answer does not wait for who has none.
  func ask(_ queries: [Query], differing: @escaping @Sendable (Int, Reply) -> Void) async -> [Reply]
}

extension QueryTransport {
  public func ask(_ queries: [Query], differing: @escaping @Sendable (Int, Reply) -> Void) async -> [Reply] {
    let replies = await ask(queries)
    for (index, reply) in replies.enumerated() where reply != .unchanged { differing(index, reply) }
    return replies
  }
}
