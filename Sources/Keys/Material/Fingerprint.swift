// One fingerprint for one key, whatever form its record has.

internal import Crypto
internal import SwiftASN1

enum Fingerprint {
  /// Over the SubjectPublicKeyInfo of an RSA key, encoded anew.
  static func of(_ key: RSAKey) -> String? { info(of: key).map(text) }

  /// The SubjectPublicKeyInfo of an RSA key (RFC 3279, section 2.3.1).
  static func info(of key: RSAKey) -> [UInt8]? {
    encoded { serializer in
      try serializer.appendConstructedNode(identifier: .sequence) { outer in
        try outer.appendConstructedNode(identifier: .sequence) { algorithm in
          try algorithm.serialize(ASN1ObjectIdentifier.rsaEncryption)
          try algorithm.serialize(ASN1Null())
        }
        var inner = DER.Serializer()
        inner.appendConstructedNode(identifier: .sequence) { numbers in
          for number in [key.modulus, key.exponent] {
            numbers.appendPrimitiveNode(identifier: .integer) { bytes in
              if (number.first ?? 0x80) >= 0x80 { bytes.append(0) }
              bytes.append(contentsOf: number)
            }
          }
        }
        try outer.serialize(ASN1BitString(bytes: inner.serializedBytes[...]))
      }
    }
  }

  /// Over the SubjectPublicKeyInfo of an Ed25519 key (RFC 8410, section 4).
  static func of(ed25519 key: [UInt8]) -> String? { info(ofEd25519: key).map(text) }

  /// The SubjectPublicKeyInfo of an Ed25519 key.
  static func info(ofEd25519 key: [UInt8]) -> [UInt8]? {
    encoded { serializer in
      try serializer.appendConstructedNode(identifier: .sequence) { outer in
        try outer.appendConstructedNode(identifier: .sequence) { try $0.serialize(ASN1ObjectIdentifier.ed25519) }
        try outer.serialize(ASN1BitString(bytes: key[...]))
      }
    }
  }

  private static func encoded(_ write: (inout DER.Serializer) throws -> Void) -> [UInt8]? {
    var serializer = DER.Serializer()
    guard (try? write(&serializer)) != nil else { return nil }
    return serializer.serializedBytes
  }

  private static func text(_ info: [UInt8]) -> String { "SHA256:" + Array(SHA256.hash(data: info)).base64Unpadded }
}
