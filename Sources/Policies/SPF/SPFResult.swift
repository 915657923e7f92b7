// What an evaluation of SPF comes to.

public import Model

/// The result of `check_host()` (RFC 7208, section 2.6).
public enum SPFResult: String, Hashable, Sendable, Codable, CaseIterable {
  case pass, fail, softfail, neutral, none, permerror, temperror
}

/// Who sends: what an evaluation is about.
public struct SPFClient: Hashable, Sendable {
  public var address: IPAddress
  /// The address of MAIL FROM; empty for a bounce. Bytes, since a client may send any.
  public var sender: [UInt8]
  /// The name of HELO or EHLO.
  public var helo: [UInt8]
  /// The receiving host, for `%{r}` of an explanation.
  public var receiver: [UInt8]
  /// Seconds since 1970, for `%{t}`.
  public var seconds: Int64

  public init(
    address: IPAddress, sender: [UInt8], helo: [UInt8], receiver: [UInt8] = Array("unknown".utf8), seconds: Int64 = 0
  ) {
    self.address = address.unmapped
    self.sender = sender
    self.helo = helo
    self.receiver = receiver
    self.seconds = seconds
  }

  /// The part before the last `@`; `postmaster` where there is none (section 4.3).
  var localPart: [UInt8] {
    guard let at = sender.lastIndex(of: UInt8(ascii: "@")), at > 0 else { return Array("postmaster".utf8) }
    return Array(sender[..<at])
  }

  /// The domain of the sender; that of HELO for a bounce (section 2.4).
  var domain: [UInt8] {
    if sender.isEmpty { return helo }
    guard let at = sender.lastIndex(of: UInt8(ascii: "@")) else { return sender }
    return Array(sender[(at + 1)...])
  }

  /// Local part and domain (section 7.2, `%{s}`).
  var identity: [UInt8] { localPart + [UInt8(ascii: "@")] + domain }
}

/// An evaluation that has ended.
public struct SPFOutcome: Hashable, Sendable {
  public var result: SPFResult
  /// Of a fail: what the domain's owner says about it; nil where there is no usable `exp`.
  public var explanation: String?
  /// The term that decided, as it stands in its record; nil where none matched.
  public var term: String?
  /// Whose record that term stands in.
  public var domain: String?
  /// Of `permerror`, `temperror` and `none`: what the matter is.
  public var problem: String?
  /// Terms that took a question (section 4.6.4), and questions of theirs that had no answer.
  public var lookups: Int
  public var voidLookups: Int
  /// What was tried, in order.
  public var trace: [SPFStep]
}

/// One directive, or redirect, that was tried.
public struct SPFStep: Hashable, Sendable {
  /// How many includes it stands under.
  public var depth: Int
  /// Whose record it stands in.
  public var domain: String
  public var term: String
  /// The name that it led to, macros expanded.
  public var target: String?
  /// How many lookups there were with it.
  public var lookups: Int
  public var isMatch: Bool
}

extension IPAddress {
  /// An IPv4 address that is wrapped into IPv6 as IPv4 (RFC 7208, section 5).
  var unmapped: IPAddress {
    if case .v6(0, let low) = self, low >> 32 == 0xFFFF { return .v4(UInt32(truncatingIfNeeded: low)) }
    return self
  }

  /// The name that is asked for its PTR records (RFC 1035, section 3.5; RFC 3596, section 2.5).
  public var reverseName: DomainName? {
    switch self {
    case .v4: try? DomainName(bytes.reversed().map { "\($0)" }.joined(separator: ".") + ".in-addr.arpa")
    case .v6: try? DomainName(nibbles.reversed().joined(separator: ".") + ".ip6.arpa")
    }
  }

  /// The hexadecimal digits of IPv6, capitals as in the published suites.
  var nibbles: [String] {
    bytes.flatMap { [String($0 >> 4, radix: 16, uppercase: true), String($0 & 15, radix: 16, uppercase: true)] }
  }

  /// Whether both are of one family and begin with the same bits.
  func isWithin(_ network: IPAddress, prefix: Int) -> Bool {
    switch (self, network) {
    case (.v4(let one), .v4(let other)):
      return prefix == 0 || (one ^ other) >> UInt32(32 - prefix) == 0
    case (.v6(let high, let low), .v6(let otherHigh, let otherLow)):
      if prefix <= 64 { return prefix == 0 || (high ^ otherHigh) >> UInt64(64 - prefix) == 0 }
      return high == otherHigh && (low ^ otherLow) >> UInt64(128 - prefix) == 0
    default: return false
    }
  }
}
