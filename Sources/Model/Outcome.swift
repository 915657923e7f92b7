// What came of a question: an outcome of the zone, or why there is none.

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
