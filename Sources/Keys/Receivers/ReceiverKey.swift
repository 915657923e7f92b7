// What a receiver's crypto library makes of the bytes of p=.

internal import Model
internal import Syntax

/// A public key that a receiver would verify with.
enum ReceiverKey: Hashable, Sendable {
  case rsa(modulus: [UInt8], exponent: [UInt8])
  case ed25519([UInt8])

  var type: KeySummary.KeyType {
    switch self {
    case .rsa: .rsa
    case .ed25519: .ed25519
    }
  }

  /// Loads a key of a type.
  init(_ bytes: [UInt8], as type: KeySummary.KeyType, _ tolerance: KeyTolerance) throws(Objection) {
    switch type {
    case .rsa: self = try Self.rsa(bytes, tolerance)
    case .ed25519: self = try Self.ed25519(bytes, tolerance)
    }
  }

  private static func rsa(_ bytes: [UInt8], _ tolerance: KeyTolerance) throws(Objection) -> ReceiverKey {
    let key: RSAKey
    if let loose = RSAKey(looselyFrom: bytes, tolerance) { key = loose } else { key = try loaded(bytes, tolerance) }
    let bits = tolerance.roundsBits ? (key.bits + 7) / 8 * 8 : key.bits
    if bits < tolerance.minimumBits { throw .short(bits: key.bits, minimum: tolerance.minimumBits) }
    if !tolerance.exponent.allows(key) { throw .exponent }
    if bits > tolerance.maximumBits { throw .long(bits: key.bits, maximum: tolerance.maximumBits) }
    return .rsa(modulus: Array(key.modulus), exponent: Array(key.exponent))
  }

  private static func loaded(_ bytes: [UInt8], _ tolerance: KeyTolerance) throws(Objection) -> RSAKey {
    let material = KeyMaterial(bytes)
    guard case .rsa(let key, let form) = material.content else { throw Objection(material.content) }
    switch form {
    case .bare: if tolerance.form == .info { throw .form("a bare RSAPublicKey (PKCS#1)") }
    case .info(let hasNull): if !hasNull, tolerance.needsNullParameters { throw .parameters }
    }
    if material.trailing > 0, tolerance.trailing == .refused { throw .trailingBytes(material.trailing) }
    return key
  }

  private static func ed25519(_ bytes: [UInt8], _ tolerance: KeyTolerance) throws(Objection) -> ReceiverKey {
    switch tolerance.ed25519 {
    case .unsupported: throw .ed25519
    case .raw where bytes.count == 32, .rawOrInfo where bytes.count == 32: return .ed25519(bytes)
    case .lastBytes where bytes.count == 32: return .ed25519(bytes)
    case .lastBytes where bytes.count > 32:
      // The last bytes of anything else are not the key.
      if case .ed25519Info(let key) = KeyMaterial(bytes).content { return .ed25519(key) }
      throw .otherKey
    case .rawOrInfo:
      if case .ed25519Info(let key) = KeyMaterial(bytes).content { return .ed25519(key) }
      throw .damagedKey
    case .raw, .lastBytes: throw .form("an Ed25519 key of \(counted(bytes.count, "byte")) instead of 32")
    }
  }
}

extension KeyTolerance.ExponentLimit {
  fileprivate func allows(_ key: RSAKey) -> Bool {
    switch self {
    case .none: true
    case .openSSL: key.bits <= 3072 || key.exponentBits <= 64
    case .bits(let most): key.exponentBits <= most
    }
  }
}

extension RSAKey {
  fileprivate var exponentBits: Int { exponent.first.map { exponent.count * 8 - $0.leadingZeroBitCount } ?? 0 }
}

extension Objection {
  fileprivate init(_ content: KeyMaterial.Content) {
    self =
      switch content {
      case .ed25519Info, .raw: .form("an Ed25519 key as RSA")
      case .privateKey(let form, _): .form(form.rawValue)
      case .other(let name): .form(name)
      case .rsa, .damaged: .damagedKey
      }
  }
}
