// An RSA public key as it stands in the DER: swift-crypto refuses short ones, so it is measured here.

internal import SwiftASN1

/// The two numbers of an RSA public key.
struct RSAKey: Hashable, Sendable {
  /// The INTEGER's contents as encoded, big-endian.
  let encodedModulus: [UInt8]
  let encodedExponent: [UInt8]

  /// Without leading zeros; empty for 0.
  var modulus: ArraySlice<UInt8> { encodedModulus.drop { $0 == 0 } }
  var exponent: ArraySlice<UInt8> { encodedExponent.drop { $0 == 0 } }

  /// The size in bits, without leading zeros.
  var bits: Int { modulus.bitWidth }

  /// DER's INTEGER is signed: a leading byte above 0x7F makes it negative.
  var isNegative: Bool { (encodedModulus.first ?? 0) >= 0x80 || (encodedExponent.first ?? 0) >= 0x80 }

  /// The exponent, where it fits.
  var smallExponent: UInt64? {
    exponent.count <= 8 ? exponent.reduce(0) { $0 << 8 | UInt64($1) } : nil
  }

  /// Whether the exponent is not below the modulus.
  var exponentReachesModulus: Bool {
    exponent.count != modulus.count
      ? exponent.count > modulus.count : !exponent.lexicographicallyPrecedes(modulus)
  }

  /// Reads the contents of RSAPublicKey (RFC 8017, appendix A.1.1): exactly two INTEGERs.
  init?(sequence node: ASN1Node) {
    guard node.identifier == .sequence, let parts = node.children, parts.count == 2,
      let modulus = parts[0].integer, let exponent = parts[1].integer
    else { return nil }
    self.init(modulus: modulus, exponent: exponent)
  }

  init(modulus: [UInt8], exponent: [UInt8]) {
    encodedModulus = modulus
    encodedExponent = exponent
  }
}

extension ArraySlice<UInt8> {
  /// The bits of a big-endian number that has no leading zero bytes.
  fileprivate var bitWidth: Int {
    first.map { count * 8 - $0.leadingZeroBitCount } ?? 0
  }
}

extension ASN1Node {
  /// The parts of a constructed node.
  var children: [ASN1Node]? {
    if case .constructed(let nodes) = content { Array(nodes) } else { nil }
  }

  /// The contents of a primitive node.
  var primitive: ArraySlice<UInt8>? {
    if case .primitive(let bytes) = content { bytes } else { nil }
  }

  /// The contents of an INTEGER.
  var integer: [UInt8]? {
    identifier == .integer ? primitive.map(Array.init).flatMap { $0.isEmpty ? nil : $0 } : nil
  }
}
