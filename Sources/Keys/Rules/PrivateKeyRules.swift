// The worst that a record can hold: the private key itself.

internal import Model
internal import Syntax

let privateKeyRules: [KeyRule] = [
  .any(
    KeyRules.privateKey, .critical, .invalid,
    summary: "The private key is published: anybody can sign mail as this domain.",
    remedy:
      "The key is compromised. Make a new key under a new selector now, switch signing to it, and revoke this one with "
      + "an empty p=.",
    source: "RFC 6376, section 8.3",
    { reading in PrivateKeyText.seen(in: reading.records).map { Observation($0) } })
]

extension PrivateKeyText {
  /// Whether one of the records holds a private key.
  static func isIn(_ records: [RecordReading]) -> Bool { seen(in: records) != nil }

  /// Where a private key stands in the records, without any of it.
  fileprivate static func seen(in records: [RecordReading]) -> String? {
    for text in records {
      if case .privateKey(let form, _) = text.material?.content, let value = text.keyValue {
        return "offset \(value.lowerBound): \(counted(value.count, "byte")) of base64 that hold \(form.rawValue)"
      }
      let marks: [StaticString] = ["PRIVATE KEY-----", "PRIVATE KEY---", PrivateKeyRedaction.mark]
      for mark in marks {
        if let place = text.bytes.place(of: mark, in: 0..<text.bytes.count) { return text.evidence(place) }
      }
      if text.kind == .bareKey,
        case .privateKey(let form, _) = KeyMaterial(Base64Text(text.bytes, 0..<text.bytes.count).bytes).content
      {
        return "offset 0: base64 that holds \(form.rawValue)"
      }
    }
    return nil
  }
}
