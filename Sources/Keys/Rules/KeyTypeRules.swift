// Rules on `k=` and on whether the key is of that type.

internal import Model
internal import Syntax

let keyTypeRules: [KeyRule] = [
  .key(
    "key-type-unknown", .critical, .invalid,
    summary: "The key type is unknown, so receivers ignore the record.",
    remedy: "Write k=rsa or k=ed25519, or leave k= out for RSA.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard !record.isRevoked, let tag = record.tag(.k), record.keyType == nil,
        // Another tag behind it, or characters that a panel put around it, are other faults and have their own rules.
        record.missingSemicolon == nil,
        !record.bytes[tag.value].unescaped.matches("rsa"), !record.bytes[tag.value].unescaped.matches("ed25519")
      else { return nil }
      return Observation(record.evidence(tag.spec))
    }),
  .key(
    "key-type-case", .warning,
    summary: "The key type is not written in lower case.",
    remedy:
      "Write it in lower case. dkimpy, Mail::DKIM, go-msgauth and lieser's DKIM Verifier compare it exactly.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard let tag = record.tag(.k), record.keyType != nil, record.bytes[tag.value].contains(where: \.isUpper) else {
        return nil
      }
      return Observation(record.evidence(tag.spec))
    }),
  .key(
    "key-type-mismatch", .critical, .invalid,
    summary: "The type of the key is not the one in k=.",
    remedy: "Correct k= to the type of the key, or publish the right key.",
    source: "RFC 6376, section 6.1.2, step 8",
    { record in
      switch (record.keyType, record.material?.content) {
      case (.ed25519, .rsa(let key, _)):
        Observation(typeEvidence(record) + ", p= holds an RSA key of \(key.bits) bits")
      case (.rsa, .ed25519Info):
        Observation(
          typeEvidence(record) + ", p= holds an Ed25519 key",
          remedy: "Write k=ed25519, and publish the last 32 bytes of the key alone: 44 characters of base64.")
      default: nil
      }
    }),
  .key(
    "key-ed25519-unmarked", .critical, .invalid,
    summary: "The key is 32 bytes long, as an Ed25519 key is, but k= does not say ed25519.",
    remedy: "Add k=ed25519; without it receivers expect an RSA key.",
    source: "RFC 8463, section 4",
    { record in
      guard record.keyType == .rsa, case .raw = record.material?.content else { return nil }
      return Observation(typeEvidence(record) + ", p= holds 32 bytes")
    }),
  .key(
    "key-ed25519-wrapped", .critical, .invalid,
    summary: "The Ed25519 key is published as SubjectPublicKeyInfo; most receivers accept only its 32 bytes.",
    remedy: "Publish the last 32 bytes alone: 44 characters of base64.",
    source: "RFC 8463, section 4",
    { record in
      guard record.keyType == .ed25519, case .ed25519Info = record.material?.content, let value = record.keyValue else {
        return nil
      }
      return Observation("offset \(value.lowerBound): \(record.encoded?.bytes.count ?? 0) bytes, expected 32")
    }),
  .key(
    "key-ed25519-length", .critical, .invalid,
    summary: "The Ed25519 key is not 32 bytes long.",
    remedy: "Publish the key again: 32 bytes, 44 characters of base64.",
    source: "RFC 8463, section 4",
    { record in
      guard record.keyType == .ed25519, let encoded = record.encoded, case .damaged = record.material?.content,
        let value = record.keyValue
      else { return nil }
      return Observation("\(record.evidence(value)): \(counted(encoded.bytes.count, "byte")), expected 32")
    }),
  .key(
    "key-algorithm-unsupported", .critical, .invalid,
    summary: "p= holds a key that is neither RSA nor Ed25519.",
    remedy: "Make a key of type RSA (k=rsa) or Ed25519 (k=ed25519): DKIM has no other types.",
    source: "RFC 8463, section 4",
    { record in
      guard case .other(let name) = record.material?.content, let value = record.keyValue else { return nil }
      return Observation("offset \(value.lowerBound): \(name)")
    }),
]

private func typeEvidence(_ record: RecordReading) -> String {
  record.tag(.k).map { record.evidence($0.spec) } ?? "no k= (its default is rsa)"
}
