// Who may do what: tokens, the right that each gives, and what a request must show before it may act.

internal import Crypto
package import Model

/// What somebody may do; each right includes the ones before it.
package enum Right: Int, Hashable, Sendable, Comparable {
  /// Whether the daemon is well.
  case health
  /// Everything that is known.
  case read
  /// Acknowledge, retry, silence.
  case act

  package static func < (left: Right, right: Right) -> Bool { left.rawValue < right.rawValue }
}

/// The tokens and what they allow.
package struct Access: Sendable {
  private var actToken: TokenDigest?
  private var readToken: TokenDigest?

  /// Takes the tokens of the configuration, of which only digests are kept.
  package init(token: Secret?, readToken: Secret?) {
    actToken = token.map { TokenDigest(configured: $0.reveal()) }
    self.readToken = readToken.map { TokenDigest(configured: $0.reveal()) }
  }

  /// Whether everybody who reaches this machine's loopback may read and act.
  package var isOpen: Bool { actToken == nil }

  /// What a token allows. Every token is compared with both, so that the time does not tell which one was near.
  func right(of token: String) -> Right {
    let digest = TokenDigest(token)
    let mayAct = actToken.map(digest.matches) ?? false
    let mayRead = readToken.map(digest.matches) ?? false
    return mayAct ? .act : mayRead ? .read : .health
  }
}

/// The SHA-256 of a token.
struct TokenDigest: Sendable {
  private var bytes: [UInt8]

  init(_ token: String) { bytes = Array(SHA256.hash(data: Array(token.utf8))) }

  /// Takes a token as the configuration has it: itself, or `sha256:` and its digest in hexadecimal.
  init(configured text: String) {
    if !text.hasPrefix("sha256:") {
      self = TokenDigest(text)
      return
    }
    let digits = text.dropFirst(7).utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }.map { UInt8($0) }
    bytes = stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
  }

  var hexadecimal: String { bytes.map { $0.digits(2, radix: 16) }.joined() }

  /// Compares all bytes, wherever the first difference is.
  func matches(_ other: TokenDigest) -> Bool {
    guard bytes.count == other.bytes.count else { return false }
    return zip(bytes, other.bytes).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}

/// Who asks, as far as the request shows it.
struct Visitor: Sendable {
  var right: Right
  /// Whether the right comes from a header that no other site can send.
  var hasBearer = false
  /// What a form must repeat; empty for who has no cookie yet.
  var cookie: String?
}

extension WebRequest {
  /// The token of `Authorization: Bearer`; nil where there is none.
  var bearer: String? {
    guard let value = headers["authorization"] else { return nil }
    let parts = value.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return String(parts[1].trimmingBlanks)
  }

  /// The host that the reader asked for, without its port, in lower case.
  var host: String {
    let value = (headers["host"] ?? "").lowercased()
    if value.hasPrefix("[") { return String(value.prefix { $0 != "]" }.dropFirst()) }
    return String(value.prefix { $0 != ":" })
  }

  /// Whether the host is this machine. Where nobody needs a token, another name means that a foreign page has pointed its
  /// own name here (DNS rebinding).
  var isForLoopback: Bool { host == "localhost" || host == "::1" || IPAddress(host)?.isLoopback == true }

  /// Whether the request comes from one of our own pages, or from no page at all, as far as the browser says.
  var isFromHere: Bool {
    if let site = headers["sec-fetch-site"], site != "same-origin", site != "none" { return false }
    guard let origin = headers["origin"] else { return true }
    let authority = origin.split(separator: "/", omittingEmptySubsequences: true).dropFirst().first ?? ""
    return !authority.isEmpty && authority.lowercased() == headers["host"]?.lowercased()
  }
}

extension IPAddress {
  /// 127.0.0.0/8 or ::1.
  var isLoopback: Bool {
    switch self {
    case .v4(let bits): bits >> 24 == 127
    case .v6(let high, let low): high == 0 && low == 1
    }
  }
}
