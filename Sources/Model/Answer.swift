// What one server said to one question, as data.

/// What came of a question. An RCODE of the zone and a failure to get an answer are never one thing.
public enum Outcome: Hashable, Sendable {
  /// The RRset exists (after following CNAMEs).
  case records
  /// The name exists, without a TXT record (NOERROR, no answer).
  case nodata
  /// The name does not exist.
  case nxdomain
  /// No usable answer.
  case failed(Failure)

  /// Why there is no usable answer.
  public enum Failure: String, Hashable, Sendable, CaseIterable, Codable {
    /// Nothing came within all tries.
    case timeout
    /// RCODE SERVFAIL.
    case servfail
    /// RCODE REFUSED.
    case refused
    /// The server answers, but not with authority for the zone.
    case lame
    /// The answer cannot be decoded, or breaks the protocol (also FORMERR and NOTIMP, a CNAME loop).
    case malformed
    /// No packet could be delivered: ICMP unreachable, connection refused, no route.
    case unreachable
    /// SERVFAIL that becomes an answer with checking disabled: DNSSEC validation fails.
    case bogus
  }

  /// The failure, where it is one.
  public var failure: Failure? {
    if case .failed(let failure) = self { failure } else { nil }
  }

  /// The word of the JSON contract: `records`, `nodata`, `nxdomain` or `failed`.
  public var word: String {
    switch self {
    case .records: "records"
    case .nodata: "nodata"
    case .nxdomain: "nxdomain"
    case .failed: "failed"
    }
  }
}

extension Outcome: CustomStringConvertible {
  /// The word, and the failure in brackets.
  public var description: String {
    if let failure { "failed(\(failure.rawValue))" } else { word }
  }
}

/// A DNS response code (RFC 1035, section 4.1.1, and the IANA registry).
public struct ResponseCode: RawRepresentable, Hashable, Sendable, Codable, CustomStringConvertible {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  public static let noError = ResponseCode(rawValue: 0)
  public static let formatError = ResponseCode(rawValue: 1)
  public static let serverFailure = ResponseCode(rawValue: 2)
  public static let nameError = ResponseCode(rawValue: 3)
  public static let notImplemented = ResponseCode(rawValue: 4)
  public static let refused = ResponseCode(rawValue: 5)
  public static let notAuthoritative = ResponseCode(rawValue: 9)
  public static let badVersion = ResponseCode(rawValue: 16)

  /// The registry's mnemonic, or `RCODE<n>`.
  public var description: String {
    let names: [UInt16: String] = [
      0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED", 6: "YXDOMAIN",
      7: "YXRRSET", 8: "NXRRSET", 9: "NOTAUTH", 10: "NOTZONE", 16: "BADVERS", 23: "BADCOOKIE",
    ]
    return names[rawValue] ?? "RCODE\(rawValue)"
  }
}

/// An extended DNS error (RFC 8914).
public struct ExtendedError: Hashable, Sendable, Codable {
  /// INFO-CODE of the IANA registry.
  public let code: UInt16
  /// EXTRA-TEXT; empty where there is none.
  public let text: String

  public init(code: UInt16, text: String) {
    self.code = code
    self.text = text
  }
}

/// One TXT record: its character-strings as they stand in the RDATA (RFC 1035, section 3.3.14).
public struct TextRecord: Hashable, Sendable {
  /// The character-strings, each of at most 255 bytes. Their boundaries tell how the record was entered.
  public let strings: [[UInt8]]

  public init(strings: [[UInt8]]) { self.strings = strings }

  /// Takes text and cuts it into strings of 255 bytes.
  public init(_ text: String) {
    let bytes = Array(text.utf8)
    strings = stride(from: 0, to: max(bytes.count, 1), by: 255).map {
      Array(bytes[$0..<min($0 + 255, bytes.count)])
    }
  }

  /// The strings joined with nothing between (RFC 6376, section 3.6.2.2).
  public var joined: [UInt8] { Array(strings.joined()) }

  /// The joined bytes as text: bytes that are not UTF-8 and control characters are printed as `\DDD`.
  public var text: String {
    let bytes = joined
    if let text = String(validating: bytes, as: UTF8.self), text.unicodeScalars.allSatisfy({ !$0.isControl }) {
      return text
    }
    return bytes.reduce(into: "") { text, byte in
      if (0x20...0x7E).contains(byte) {
        text.unicodeScalars.append(UnicodeScalar(byte))
      } else {
        let digits = String(byte)
        text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      }
    }
  }

  /// The RDATA in master-file notation: quoted strings with blanks between.
  public var zoneFileText: String {
    strings.map { string in
      "\""
        + string.reduce(into: "") { text, byte in
          switch byte {
          case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
          case 0x20...0x7E: text.unicodeScalars.append(UnicodeScalar(byte))
          default:
            let digits = String(byte)
            text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
          }
        } + "\""
    }.joined(separator: " ")
  }
}

extension Unicode.Scalar {
  /// C0, DEL and C1, line separators and the bidirectional controls: nothing that a zone sends may steer a terminal.
  fileprivate var isControl: Bool {
    value < 0x20 || (0x7F...0x9F).contains(value) || value == 0x061C || (0x200E...0x200F).contains(value)
      || (0x2028...0x202E).contains(value) || (0x2066...0x2069).contains(value)
  }
}

extension TextRecord: Codable {
  // Strings are hexadecimal in what is stored: a record may hold any byte.
  public init(from decoder: any Decoder) throws {
    strings = try decoder.singleValueContainer().decode([String].self).map { hex in
      let digits = Array(hex.utf8)
      return try stride(from: 0, to: digits.count, by: 2).map { position in
        guard position + 1 < digits.count,
          let byte = UInt8(String(decoding: digits[position...(position + 1)], as: UTF8.self), radix: 16)
        else {
          throw DecodingError.dataCorrupted(
            .init(codingPath: decoder.codingPath, debugDescription: "no hexadecimal bytes"))
        }
        return byte
      }
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(
      strings.map { $0.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() })
  }
}

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
    [high, low].map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 16 - digits.count) + digits
    }.joined()
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
  public var transport: Transport
  public var roundTrip: Duration
  public var digest: Digest

  public init(
    outcome: Outcome, rcode: ResponseCode? = nil, cname: [DomainName] = [], viaDNAME: Bool = false,
    records: [TextRecord] = [], ttl: UInt32? = nil, negativeTTL: UInt32? = nil, authoritative: Bool = false,
    authenticated: Bool = false, truncated: Bool = false, extendedErrors: [ExtendedError] = [],
    transport: Transport = .udp, roundTrip: Duration = .zero, digest: Digest
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
    self.transport = transport
    self.roundTrip = roundTrip
    self.digest = digest
  }
}
