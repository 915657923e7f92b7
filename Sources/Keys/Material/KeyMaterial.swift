// What the bytes of `p=` are: a public key in one of its forms, something else, or damage.

internal import SwiftASN1

/// What the decoded bytes of `p=` hold.
struct KeyMaterial: Hashable, Sendable {
  enum Content: Hashable, Sendable {
    case rsa(RSAKey, RSAForm)
    /// An Ed25519 key as SubjectPublicKeyInfo (RFC 8410) where RFC 8463 wants the 32 bytes alone.
    case ed25519Info([UInt8])
    /// 32 bytes: an Ed25519 key where `k=` says so.
    case raw([UInt8])
    /// A private key: it is burnt. With the public half, where it can be told.
    case privateKey(PrivateKeyText, PublicHalf?)
    /// Something that is neither: its name.
    case other(String)
    case damaged(Damage)
  }

  enum RSAForm: Hashable, Sendable {
    /// SubjectPublicKeyInfo (RFC 5280, section 4.1), the form that nearly all records have.
    case info(hasNullParameters: Bool)
    /// RSAPublicKey (RFC 8017, appendix A.1.1), the form that the prose of RFC 6376 names.
    case bare
  }

  /// The public key that belongs to a private one.
  enum PublicHalf: Hashable, Sendable {
    case rsa(RSAKey)
    case ed25519([UInt8])
  }

  enum Damage: Hashable, Sendable {
    /// The DER announces more bytes than there are.
    case short(announced: Int, present: Int)
    /// The bytes do not begin as DER does.
    case notDER
    /// The outer length fits, the inside does not.
    case inside
  }

  var content: Content
  /// Bytes behind the end of the DER value.
  var trailing = 0

  init(_ bytes: [UInt8]) {
    if bytes.starts(with: "openssh-key-v1".utf8) {
      content = .privateKey(.openSSH, nil)
      return
    }
    guard let header = DERHeader(bytes), header.tag == DERHeader.sequence else {
      content =
        if let seed = PrivateKeyText.ed25519Seed(in: bytes) {
          .privateKey(.ed25519, PrivateKeyText.publicHalf(ofSeed: seed))
        } else if bytes.count == 32 {
          .raw(bytes)
        } else if bytes.starts(with: [0, 0, 0, 7] + Array("ssh-rsa".utf8)) {
          .other("an SSH public key")
        } else {
          .damaged(.notDER)
        }
      return
    }
    if let form = PrivateKeyText(bytes, header) {
      content = .privateKey(form, form.publicHalf(of: bytes, header))
      return
    }
    if header.total > bytes.count {
      // 32 arbitrary bytes begin like DER once in a few thousand keys.
      content =
        bytes.count == 32 ? .raw(bytes) : .damaged(.short(announced: header.total, present: bytes.count))
      return
    }
    trailing = bytes.count - header.total
    guard let node = try? DER.parse(bytes[..<header.total]) else {
      content = bytes.count == 32 ? .raw(bytes) : .damaged(.inside)
      return
    }
    content = Self.read(node)
  }

  private static func read(_ node: ASN1Node) -> Content {
    if let key = RSAKey(sequence: node) { return .rsa(key, .bare) }
    guard let parts = node.children, parts.count >= 2 else { return .damaged(.inside) }
    if parts.count == 3, parts[2].identifier == .bitString, parts[1].identifier == .sequence {
      return .other("a certificate or a certificate request")
    }
    guard parts.count == 2, parts[0].identifier == .sequence, let algorithm = parts[0].children,
      let first = algorithm.first,
      let oid = try? ASN1ObjectIdentifier(derEncoded: first, withIdentifier: .objectIdentifier),
      parts[1].identifier == .bitString, let bits = parts[1].primitive, bits.first == 0
    else { return .damaged(.inside) }
    let key = bits.dropFirst()
    switch oid {
    case .rsaEncryption:
      guard let node = try? DER.parse(key), let rsa = RSAKey(sequence: node) else { return .damaged(.inside) }
      let hasNull = algorithm.count == 2 && algorithm[1].identifier == .null
      return .rsa(rsa, .info(hasNullParameters: hasNull))
    case .ed25519:
      return key.count == 32 ? .ed25519Info(Array(key)) : .damaged(.inside)
    default:
      return .other(Self.name(of: oid))
    }
  }

  private static func name(of oid: ASN1ObjectIdentifier) -> String {
    switch oid {
    case [1, 2, 840, 10045, 2, 1]: "an elliptic-curve (ECDSA) key"
    case [1, 2, 840, 10040, 4, 1]: "a DSA key"
    case [1, 2, 840, 113549, 1, 1, 10]: "an RSASSA-PSS key"
    case [1, 3, 101, 110]: "an X25519 key"
    case [1, 3, 101, 111]: "an X448 key"
    case [1, 3, 101, 113]: "an Ed448 key"
    default: "a key of algorithm \(oid)"
    }
  }
}

extension ASN1ObjectIdentifier {
  static let rsaEncryption: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 1, 1]
  static let ed25519: ASN1ObjectIdentifier = [1, 3, 101, 112]
}
