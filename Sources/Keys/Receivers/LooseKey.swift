// RSA keys that some receivers load although the structure around them is not what it should be.

internal import SwiftASN1

extension RSAKey {
  /// A key that only this tolerance lets through; nil where the usual way of loading decides.
  init?(looselyFrom bytes: [UInt8], _ tolerance: KeyTolerance) {
    let key: RSAKey? =
      switch tolerance.outline {
      case .checked: tolerance.loadsPSS ? RSAKey(markedForPSS: bytes) : nil
      case .loose: RSAKey(outlineIgnored: bytes)
      case .steppedOver: RSAKey(behindPrefix: bytes)
      }
    guard let key else { return nil }
    self = key
  }

  /// Reads a SubjectPublicKeyInfo whose algorithm is RSASSA-PSS (RFC 4055, section 1.2).
  private init?(markedForPSS bytes: [UInt8]) {
    guard let header = DERHeader(bytes), header.total <= bytes.count,
      let parts = (try? DER.parse(bytes[..<header.total]))?.children, parts.count == 2,
      let first = parts[0].children?.first,
      let algorithm = try? ASN1ObjectIdentifier(derEncoded: first, withIdentifier: .objectIdentifier),
      algorithm == [1, 2, 840, 113549, 1, 1, 10], parts[1].identifier == .bitString,
      let bits = parts[1].primitive, let key = try? DER.parse(bits.dropFirst())
    else { return nil }
    self.init(sequence: key)
  }

  /// Follows tags and lengths as dkimpy does: what a length leads beyond is cut off.
  private init?(outlineIgnored bytes: [UInt8]) {
    if let info = Self.contents(bytes, 0, DERHeader.sequence),
      let algorithm = Self.contents(info.value, 0, DERHeader.sequence),
      let identifier = Self.contents(algorithm.value, 0, DERHeader.objectIdentifier),
      algorithm.value[min(identifier.next, algorithm.value.count)...].starts(with: [0x05, 0x00]),
      let bits = Self.contents(info.value, algorithm.next, 0x03)
    {
      self.init(numbers: Array(bits.value.dropFirst()))
    } else {
      self.init(numbers: bytes)
    }
  }

  /// A SEQUENCE of two numbers, each of them whole.
  private init?(numbers bytes: [UInt8]) {
    guard let outer = Self.contents(bytes, 0, DERHeader.sequence),
      let modulus = Self.contents(outer.value, 0, DERHeader.integer), modulus.isWhole,
      let exponent = Self.contents(outer.value, modulus.next, DERHeader.integer), exponent.isWhole
    else { return nil }
    self.init(modulus: modulus.value, exponent: exponent.value)
  }

  /// What mail-auth strips: two SEQUENCEs, 13 bytes of algorithm, the head of a BIT STRING.
  private init?(behindPrefix bytes: [UInt8]) {
    guard let outer = DERHeader(bytes), outer.tag == DERHeader.sequence,
      let algorithm = DERHeader(bytes, at: outer.size), algorithm.tag == DERHeader.sequence, algorithm.length == 13
    else { return nil }
    let start = outer.size + algorithm.size
    guard bytes.count > start + 13, bytes[start] == DERHeader.objectIdentifier,
      let bits = DERHeader(bytes, at: start + 13), bits.tag == 0x03
    else { return nil }
    let key = KeyMaterial(Array(bytes.dropFirst(start + 13 + bits.size + 1)))
    guard case .rsa(let found, .bare) = key.content, key.trailing == 0 else { return nil }
    self = found
  }

  private static func contents(
    _ bytes: [UInt8], _ start: Int, _ tag: UInt8
  ) -> (value: [UInt8], next: Int, isWhole: Bool)? {
    guard let header = DERHeader(bytes, at: start), header.tag == tag else { return nil }
    let end = start + header.total
    return (Array(bytes[(start + header.size)..<min(end, bytes.count)]), end, end <= bytes.count)
  }
}
