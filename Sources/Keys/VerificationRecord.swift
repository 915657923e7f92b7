// What a TXT record is to a verifier: a key, a withdrawn one, or nothing to verify with.

public import Model
internal import Syntax

extension KeyJudge {
  /// Takes the key out of a record as most receivers do: blanks and strange characters in base64 are passed over, a
  /// record that is no tag-list is refused (RFC 6376, section 6.1.2).
  public static func verificationRecord(_ record: TextRecord) -> VerificationRecord {
    let reading = RecordReading(record)
    guard reading.kind == .key else { return .unusable("the TXT record is no key record") }
    if let stray = reading.tags.strays.first {
      return .unusable("'\(Objection.shown(Array(reading.bytes[stray])))' in it has no '='")
    }
    if let version = reading.tag(.v), !reading.bytes[version.value].matches("DKIM1") {
      return .unusable("v= is not DKIM1")
    }
    guard let type = reading.keyType else { return .unusable("k= names an unknown type of key") }
    if reading.keyValue == nil { return .unusable("p= is missing") }
    if reading.isRevoked { return .revoked }
    guard let material = reading.material else { return .unusable("p= is not base64") }
    let info: [UInt8]?
    switch (material.content, type) {
    case (.rsa(let key, _), .rsa): info = Fingerprint.info(of: key)
    case (.raw(let key), .ed25519): info = Fingerprint.info(ofEd25519: key)
    case (.rsa, .ed25519): return .unusable("k= says ed25519, and p= holds an RSA key")
    case (.ed25519Info, _):
      return .unusable("p= holds an Ed25519 key in a structure; expected its 32 bytes (RFC 8463, section 4)")
    case (.raw, .rsa): return .unusable("p= holds 32 bytes; expected an RSA key")
    case (.privateKey, _): return .unusable("p= holds a private key")
    case (.other(let name), _): return .unusable("p= holds \(name)")
    case (.damaged, _): return .unusable("p= is damaged")
    }
    guard let info, let summary = reading.summary else { return .unusable("p= is damaged") }
    func words(_ name: TagName) -> [String]? {
      reading.list(name).map { $0.map { String(decoding: reading.bytes[$0].map(\.lowered), as: UTF8.self) } }
    }
    return .key(
      VerificationKey(
        summary: summary, info: info, hashes: words(.h), services: words(.s),
        forbidsSubdomains: words(.t)?.contains("s") ?? false))
  }
}
