// What one server said to one question, as data.

/// 128 bits that are equal where two answers say the same: the first half of a SHA-256 over the canonical form.
///
/// It covers outcome, CNAME chain and RRset as canonical data (sorted, TTL left out, names lower-cased).
public struct Digest: Hashable, Sendable, CustomStringConvertible {
  public let high: UInt64
  public let low: UInt64

  public init(high: UInt64, low: UInt64) {
    self.high = high
    self.low = low
  }

  /// 32 hexadecimal digits.
  public var description: String {
    high.digits(16, radix: 16) + low.digits(16, radix: 16)
  }

  /// Reads 32 hexadecimal digits.
  public init?(_ text: some StringProtocol) {
    guard text.utf8.count == 32, let high = UInt64(text.prefix(16), radix: 16),
      let low = UInt64(text.dropFirst(16), radix: 16)
    else { return nil }
    self.init(high: high, low: low)
  }
}

/// How an answer came.
public enum Transport: String, Hashable, Sendable, Codable {
  case udp, tcp, https
}

/// What one server said to the question for the key.
public struct Answer: Hashable, Sendable {
  public var outcome: Outcome
  /// The RCODE, where a message came at all.
  public var rcode: ResponseCode?
  /// The targets of the CNAMEs (and synthesized ones of DNAMEs) in order, the key name left out.
  public var cname: [DomainName]
  /// Whether a DNAME stood in the chain (RFC 6672); some verifiers cannot follow one.
  public var viaDNAME: Bool
  /// The TXT records in canonical order.
  public var records: [TextRecord]
  /// Seconds that the answer may be kept: the smallest TTL of chain and RRset; nil without records.
  public var ttl: UInt32?
  /// Seconds that the absence may be kept: min(TTL of the SOA, its MINIMUM) (RFC 2308, section 5).
  public var negativeTTL: UInt32?
  /// AA: the server answers with authority.
  public var authoritative: Bool
  /// AD: the resolver has validated the answer.
  public var authenticated: Bool
  /// TC: the answer over UDP was cut.
  public var truncated: Bool
  public var extendedErrors: [ExtendedError]
  /// Whether the server left the questions with an OPT record (RFC 6891) unanswered, and answered one without.
  public var dropsEDNS: Bool
  /// Whether the server left the questions over UDP unanswered, and answered over TCP.
  public var isSilentOverUDP: Bool
  public var transport: Transport
  public var roundTrip: Duration
  public var digest: Digest

  public init(
    outcome: Outcome, rcode: ResponseCode? = nil, cname: [DomainName] = [], viaDNAME: Bool = false,
    records: [TextRecord] = [], ttl: UInt32? = nil, negativeTTL: UInt32? = nil, authoritative: Bool = false,
    authenticated: Bool = false, truncated: Bool = false, extendedErrors: [ExtendedError] = [],
    dropsEDNS: Bool = false, isSilentOverUDP: Bool = false, transport: Transport = .udp, roundTrip: Duration = .zero,
    digest: Digest
  ) {
    self.outcome = outcome
    self.rcode = rcode
    self.cname = cname
    self.viaDNAME = viaDNAME
    self.records = records
    self.ttl = ttl
    self.negativeTTL = negativeTTL
    self.authoritative = authoritative
    self.authenticated = authenticated
    self.truncated = truncated
    self.extendedErrors = extendedErrors
    self.dropsEDNS = dropsEDNS
    self.isSilentOverUDP = isSilentOverUDP
    self.transport = transport
    self.roundTrip = roundTrip
    self.digest = digest
  }
}
