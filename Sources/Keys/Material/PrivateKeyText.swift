// Recognizes private keys, also those that are cut short: whoever reads the record can sign.

internal import Crypto
internal import SwiftASN1

/// The form of a private key that stands where a public key belongs.
enum PrivateKeyText: String, Hashable, Sendable {
  case pkcs1 = "an RSA private key (PKCS#1)"
  case pkcs8RSA = "an RSA private key (PKCS#8)"
  case pkcs8Ed25519 = "an Ed25519 private key (PKCS#8)"
  case ed25519 = "an Ed25519 private key (the end of PKCS#8)"
  case pkcs8 = "a private key (PKCS#8)"
  case encrypted = "an encrypted private key (PKCS#8)"
  case ec = "an elliptic-curve private key (SEC 1)"
  case openSSH = "an OpenSSH private key"

  /// Looks at the first parts only. `header` is the outer SEQUENCE of `bytes`.
  init?(_ bytes: [UInt8], _ header: DERHeader) {
    guard let first = DERHeader(bytes, at: header.size) else { return nil }
    let second = DERHeader(bytes, at: header.size + first.total)
    let content = header.size + first.size
    if first.tag == DERHeader.integer, first.length == 1, content < bytes.count, let second {
      // RSAPublicKey begins with its modulus; a version of one byte means a private structure.
      switch (bytes[content], second.tag) {
      case (0...1, DERHeader.integer): self = .pkcs1
      case (1, DERHeader.octetString): self = .ec
      case (0...1, DERHeader.sequence):
        let algorithm = bytes[min(header.size + first.total + second.size, bytes.count)...]
        self =
          if algorithm.starts(with: Self.rsaOID) {
            .pkcs8RSA
          } else if algorithm.starts(with: Self.ed25519OID) {
            .pkcs8Ed25519
          } else {
            .pkcs8
          }
      default: return nil
      }
      return
    }
    guard first.tag == DERHeader.sequence, second?.tag == DERHeader.octetString,
      bytes[min(content, bytes.count)...].starts(with: Self.pbeOIDs)
    else { return nil }
    self = .encrypted
  }

  /// The public key that belongs to it, where the text is whole.
  func publicHalf(of bytes: [UInt8], _ header: DERHeader) -> KeyMaterial.PublicHalf? {
    guard header.total <= bytes.count, let node = try? DER.parse(bytes[..<header.total]),
      let parts = node.children
    else { return nil }
    switch self {
    case .pkcs1:
      return Self.rsaHalf(parts)
    case .pkcs8RSA:
      guard parts.count >= 3, let inner = parts[2].primitive, let node = try? DER.parse(inner) else { return nil }
      return node.children.flatMap(Self.rsaHalf)
    case .pkcs8Ed25519:
      guard parts.count >= 3, let inner = parts[2].primitive else { return nil }
      return Self.ed25519Seed(in: Array(inner)).flatMap(Self.publicHalf)
    case .ed25519, .pkcs8, .encrypted, .ec, .openSSH:
      return nil
    }
  }

  /// The seed in a CurvePrivateKey, an OCTET STRING inside the OCTET STRING of PKCS#8 (RFC 8410, section 7): what is
  /// left where somebody cut the last bytes off a private key, as one does with a public one.
  static func ed25519Seed(in bytes: [UInt8]) -> ArraySlice<UInt8>? {
    let inner: [UInt8] = [DERHeader.octetString, 32]
    let outer: [UInt8] = [DERHeader.octetString, 34]
    guard bytes.count == 34 && bytes.starts(with: inner) || bytes.count == 36 && bytes.starts(with: outer + inner)
    else { return nil }
    return bytes.suffix(32)
  }

  static func publicHalf(ofSeed seed: ArraySlice<UInt8>) -> KeyMaterial.PublicHalf? {
    (try? Curve25519.Signing.PrivateKey(rawRepresentation: seed)).map {
      .ed25519(Array($0.publicKey.rawRepresentation))
    }
  }

  private static func rsaHalf(_ parts: [ASN1Node]) -> KeyMaterial.PublicHalf? {
    guard parts.count >= 9, let modulus = parts[1].integer, let exponent = parts[2].integer else { return nil }
    return .rsa(RSAKey(modulus: modulus, exponent: exponent))
  }

  private static let rsaOID: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, 0x01]
  private static let ed25519OID: [UInt8] = [0x06, 0x03, 0x2B, 0x65, 0x70]
  /// The common beginning of the password-based schemes of PKCS#5 (1.2.840.113549.1.5).
  private static let pbeOIDs: [UInt8] = [0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x05]
}
