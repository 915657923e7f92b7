// RSA keys of zones: how long they are, and whether anybody can break them, as for keys of mail.

internal import DNSSEC
internal import Keys
internal import Model

extension ZoneKey {
  /// The modulus and the exponent (RFC 3110, section 2); nil for algorithms other than RSA.
  private var rsa: (modulus: ArraySlice<UInt8>, exponent: ArraySlice<UInt8>)? {
    guard [1, 5, 7, 8, 10].contains(algorithm), case .other(let bytes) = record.data else { return nil }
    var rest = bytes.dropFirst(4)
    guard let short = rest.popFirst() else { return nil }
    var length = Int(short)
    if length == 0 {
      guard let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
      length = Int(high) << 8 | Int(low)
    }
    return (rest.dropFirst(length).drop { $0 == 0 }, rest.prefix(length).drop { $0 == 0 })
  }

  /// The bits of an RSA modulus.
  var rsaBits: Int? {
    rsa.flatMap { rsa in rsa.modulus.first.map { rsa.modulus.count * 8 - $0.leadingZeroBitCount } }
  }

  /// Why anybody can compute the private key, by the rules on keys of mail; nil where none of them applies.
  var weakness: Finding? {
    guard let rsa, !rsa.modulus.isEmpty, rsa.modulus.count <= 2048 else { return nil }
    let der = Self.sequence(Self.integer(rsa.modulus) + Self.integer(rsa.exponent))
    let text = "v=DKIM1; p=" + Self.base64(der)
    return KeyJudge.judge([TextRecord(strings: [Array(text.utf8)])]).findings.first {
      Self.weaknesses.contains($0.rule)
    }
  }

  private static let weaknesses: Set<String> = [
    "key-roca", "key-primes-close", "key-small-factor", "key-prime-known", "key-private-known",
    "key-private-exponent-small", "key-modulus-patterned",
  ]

  /// DER (X.690): a tag, the length, the contents.
  private static func der(_ tag: UInt8, _ contents: [UInt8]) -> [UInt8] {
    switch contents.count {
    case ..<128: [tag, UInt8(contents.count)] + contents
    case ..<256: [tag, 0x81, UInt8(contents.count)] + contents
    default: [tag, 0x82, UInt8(contents.count >> 8 & 0xFF), UInt8(contents.count & 0xFF)] + contents
    }
  }

  private static func integer(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    der(2, ((bytes.first ?? 0) & 0x80 == 0 && !bytes.isEmpty ? [] : [0]) + bytes)
  }

  private static func sequence(_ contents: [UInt8]) -> [UInt8] { der(0x30, contents) }

  /// RFC 4648, section 4.
  private static func base64(_ bytes: [UInt8]) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    var text = ""
    for start in stride(from: 0, to: bytes.count, by: 3) {
      let group = bytes[start..<min(start + 3, bytes.count)]
      let bits = group.reduce(UInt32(0)) { $0 << 8 | UInt32($1) } << UInt32(8 * (3 - group.count))
      for place in 0..<4 {
        text.append(place <= group.count ? digits[Int(bits >> UInt32(18 - 6 * place) & 63)] : "=")
      }
    }
    return text
  }
}
