// The worst that a record can hold: the private key itself.

internal import Model

let privateKeyRules: [KeyRule] = [
  .any(
    "key-private", .critical, .invalid,
    summary: "The private key is published: anybody can sign mail as this domain.",
    remedy:
      "The key is burnt. Make a new key under a new selector now, switch signing to it, and revoke this one with an "
      + "empty p=.",
    source: "RFC 6376, section 8.3",
    { reading in
      for text in reading.records {
        if case .privateKey(let form, _) = text.material?.content, let value = text.keyValue {
          return Observation(
            "offset \(value.lowerBound): \(counted(value.count, "byte")) of base64 that hold \(form.rawValue)")
        }
        if let mark = text.bytes.place(of: "PRIVATE KEY-----", in: 0..<text.bytes.count) {
          return Observation(text.evidence(mark))
        }
        if text.kind == .bareKey,
          case .privateKey(let form, _) = KeyMaterial(Base64Text(text.bytes, 0..<text.bytes.count).bytes).content
        {
          return Observation("offset 0: base64 that holds \(form.rawValue)")
        }
      }
      return nil
    })
]
