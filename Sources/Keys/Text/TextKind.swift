// Tells a key record from the other texts that people publish at a key name.

internal import Model
internal import Syntax

/// What a TXT record seems to be meant as.
enum TextKind: Hashable, Sendable {
  /// A DKIM key record, right or wrong.
  case key
  /// Nothing but blanks.
  case empty
  /// Longer than a TXT record can be.
  case oversized
  case spf, dmarc
  /// A policy of another kind; its name.
  case policy(String)
  /// A token that proves control over a domain.
  case verification
  /// A host name, as for a CNAME.
  case hostName
  /// The key alone, or the rest of one: base64 without tags.
  case bareKey
  /// A PEM file.
  case pem
  case unknown

  init(_ bytes: [UInt8], _ tags: TagList) {
    let whole = bytes.trimmingBlanks(0..<bytes.count)
    let text = bytes[whole]
    self =
      if whole.isEmpty {
        .empty
      } else if let policy = Self.policy(bytes, whole, tags) {
        policy
      } else if let version = tags.tags.first(where: { bytes[$0.name].matchesIgnoringCase("v") }),
        bytes[version.value].hasPrefixIgnoringCase("dkim")
      {
        .key
      } else if tags.tags.contains(where: { bytes[$0.name].matchesIgnoringCase("p") }) || Self.hasKeyType(bytes, tags) {
        .key
      } else if bytes.place(of: "-----BEGIN", in: whole) != nil {
        .pem
      } else if bytes.place(of: "DKIM1", in: whole) != nil, bytes.place(of: "p=", in: whole) != nil {
        .key
      } else if Self.verificationMarks.contains(where: { bytes.place(of: $0, in: whole) != nil })
        || text.hasPrefixIgnoringCase("ms=ms")
      {
        .verification
      } else if Self.isHostName(text) {
        .hostName
      } else if Self.isBase64(bytes, whole) {
        .bareKey
      } else {
        .unknown
      }
  }

  private static let verificationMarks: [StaticString] = [
    "verification", "verify", "_globalsign", "ownership", "site-code", "docusign=", "protonmail-",
  ]

  /// Policies say what they are at the beginning.
  private static func policy(_ bytes: [UInt8], _ whole: Range<Int>, _ tags: TagList) -> TextKind? {
    let text = bytes[whole]
    if text.hasPrefixIgnoringCase("v=spf1") || text.hasPrefixIgnoringCase("spf2.0/") { return .spf }
    if text.hasPrefixIgnoringCase("\"v=spf1") { return .spf }
    if let first = tags.tags.first, bytes[first.name].matchesIgnoringCase("v") {
      let version = bytes[first.value]
      if version.hasPrefixIgnoringCase("spf") { return .spf }
      if version.hasPrefixIgnoringCase("dmarc") { return .dmarc }
      if version.hasPrefixIgnoringCase("tlsrpt") { return .policy("a TLS reporting policy (RFC 8460)") }
      if version.hasPrefixIgnoringCase("sts") { return .policy("an MTA-STS policy (RFC 8461)") }
      if version.hasPrefixIgnoringCase("bimi") { return .policy("a BIMI record") }
    }
    guard let first = tags.tags.first, !tags.tags.contains(where: { bytes[$0.name].matches("p") }) else { return nil }
    if bytes[first.name].matches("dkim") { return .policy("an ADSP policy (RFC 5617)") }
    if tags.tags.contains(where: { bytes[$0.name].matches("o") }) { return .policy("a DomainKeys policy (RFC 4870)") }
    if bytes[first.name].matches("ra") { return .policy("a DKIM reporting record (RFC 6651)") }
    return nil
  }

  /// A `k=` that names a known key type, whatever follows it.
  private static func hasKeyType(_ bytes: [UInt8], _ tags: TagList) -> Bool {
    tags.tags.contains {
      bytes[$0.name].matchesIgnoringCase("k")
        && (bytes[$0.value].hasPrefixIgnoringCase("rsa") || bytes[$0.value].hasPrefixIgnoringCase("ed25519"))
    }
  }

  /// Letters, digits, hyphens and underscores in at least two labels.
  static func isHostName(_ text: ArraySlice<UInt8>) -> Bool {
    guard text.count <= 254, text.contains(UInt8(ascii: ".")) else { return false }
    let labels = text.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
    let named = labels.last?.isEmpty == true ? labels.dropLast() : labels[...]
    return named.count >= 2 && named.last?.contains { $0.isLetter } == true
      && named.allSatisfy { label in
        (1...63).contains(label.count)
          && label.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") }
      }
  }

  /// At least 16 digits of base64 in one piece before the first semicolon.
  private static func isBase64(_ bytes: [UInt8], _ whole: Range<Int>) -> Bool {
    let end = bytes[whole].firstIndex(of: UInt8(ascii: ";")) ?? whole.upperBound
    let piece = Base64Text(bytes, whole.lowerBound..<end)
    return piece.invalidCharacters.isEmpty && piece.digits >= 16 && piece.afterPadding == nil
      && (piece.hasUpper && piece.hasLower || piece.digits % 4 == 0) && piece.blanks.count * 8 <= piece.digits
  }
}
