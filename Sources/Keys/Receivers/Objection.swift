// Why a receiver does not take a record, in words.

internal import Model
internal import Syntax

/// What a receiver has against a record.
enum Objection: Error, Hashable, Sendable {
  case noRecord
  case severalRecords(Int)
  case severalKeyRecords
  case foreignRecords
  case emptyRecord
  case character(UInt8)
  case emptyTag
  case noTag(String)
  case tagName(String)
  case repeatedTag(String)
  case version(String)
  case versionNotFirst
  case value(tag: String, String)
  case noKey
  case revoked
  case keyType(String)
  case hash(String)
  case service(String)
  case granularity(String)
  case base64
  case damagedKey
  case form(String)
  case trailingBytes(Int)
  case parameters
  case short(bits: Int, minimum: Int)
  case long(bits: Int, maximum: Int)
  case exponent
  case modulus
  case ed25519
  case algorithm(signature: String, key: String)
  case otherKey
  case testing

  /// One sentence.
  var sentence: String {
    switch self {
    case .noRecord: "There is no record."
    case .severalRecords(let count): "There are \(count) TXT records at the name; it expects one."
    case .severalKeyRecords: "There is more than one key record at the name."
    case .foreignRecords: "No text at the name looks like a key record."
    case .emptyRecord: "The record is empty."
    case .character(let byte): "The byte \(hexadecimal(byte)) is not allowed in a record."
    case .emptyTag: "There is an extra semicolon."
    case .noTag(let text): "'\(text)' is not a tag: it has no '='."
    case .tagName(let name): "'\(name)' is not a valid tag name."
    case .repeatedTag(let name): "The tag \(name)= appears twice."
    case .version(let value): "It reads the version as '\(value)'; expected DKIM1."
    case .versionNotFirst: "v= is not the first tag."
    case .value(let tag, let value): "\(tag)= does not follow the grammar: '\(value)'."
    case .noKey: "It does not find p=."
    case .revoked: "p= is empty: the key is revoked."
    case .keyType(let value): "It reads the key type as '\(value)', which it does not know."
    case .hash(let value): "It reads h= as '\(value)', without sha256."
    case .service(let value): "It reads s= as '\(value)', which it does not accept for mail."
    case .granularity(let value): "It reads g= as '\(value)', which does not match a signature without a local part."
    case .base64: "It does not accept p= as base64."
    case .damagedKey: "p= does not hold a public key."
    case .form(let form): "It cannot load \(form)."
    case .trailingBytes(let count): "It cannot load a key with \(counted(count, "extra byte")) after its end."
    case .parameters: "It cannot load a key whose algorithm has no NULL parameters."
    case .short(let bits, let minimum): "The RSA key of \(bits) bits is shorter than \(minimum)."
    case .long(let bits, let maximum): "The RSA key of \(bits) bits is longer than \(maximum)."
    case .exponent: "It cannot verify with this exponent."
    case .modulus: "It cannot verify with this modulus."
    case .ed25519: "It does not know Ed25519."
    case .algorithm(let signature, let key): "It reads the key as \(key), but the signature is \(signature)."
    case .otherKey: "It reads a different key from the record than the others."
    case .testing: "t=y asks it to treat the mail as unsigned."
    }
  }

  /// A value as it is shown in a sentence.
  static func shown(_ bytes: some Sequence<UInt8>) -> String { printable(Array(bytes.prefix(32))[...]) }
}
