// Rules on texts that are no key records at all, and say so.

internal import Model

let foreignTextRules: [KeyRule] = [
  foreign(
    "key-spf-text", "An SPF record stands in the place of the key.",
    "SPF belongs at the domain itself. Publish the key record here.", "RFC 7208, section 3.1"
  ) { $0 == .spf },
  foreign(
    "key-dmarc-text", "A DMARC record stands in the place of the key.",
    "DMARC belongs at _dmarc.<domain>. Publish the key record here.", "RFC 7489, section 6.1"
  ) { $0 == .dmarc },
  .any(
    "key-policy-text", .critical, .invalid,
    summary: "A policy of another kind stands in the place of the key.",
    remedy: "Move the policy to the name that its standard gives it. Publish the key record here.",
    source: "RFC 6376, section 3.6.2.1",
    { reading in
      guard reading.keys.isEmpty else { return nil }
      for text in reading.records {
        if case .policy(let name) = text.kind { return Observation(text.whole, text: "The text is \(name), no key.") }
      }
      return nil
    }),
  foreign(
    "key-verification-text", "A token that proves control over a domain stands in the place of the key.",
    "Such tokens belong at the domain itself. Publish the key record here.", "RFC 6376, section 3.6.2.1"
  ) { $0 == .verification },
  foreign(
    "key-host-name", "The TXT record holds a host name.",
    "Change the type of this record from TXT to CNAME, with the same value as its target.",
    "RFC 6376, section 3.6.2"
  ) { $0 == .hostName },
  foreign(
    "key-bare-value", "The TXT record holds base64 alone, without the tags of a key record.",
    "Put v=DKIM1; k=rsa; p= before it.", "RFC 6376, section 3.6.1"
  ) { $0 == .bareKey },
  .any(
    "key-pem-armour", .critical, .invalid,
    summary: "The record holds the lines of a PEM file.",
    remedy: "Publish only the base64 between the BEGIN and END lines, as v=DKIM1; k=rsa; p=<base64>.",
    source: "RFC 6376, section 3.6.1",
    { reading in
      let text = reading.subject
      guard text.kind == .key || text.kind == .pem, let begin = text.bytes.place(of: "-----", in: 0..<text.bytes.count)
      else { return nil }
      return Observation(text.evidence(begin.lowerBound..<min(begin.lowerBound + 40, text.bytes.count)))
    }),
  foreign(
    "key-not-a-record", "The text is no key record.",
    "Publish the key record here: v=DKIM1; k=rsa; p=<base64 of the public key>.", "RFC 6376, section 3.6.1"
  ) { $0 == .unknown },
  .any(
    "key-placeholder", .critical, .invalid,
    summary: "The record holds an example's placeholder.",
    remedy: "Replace the placeholder by the base64 of the public key.",
    source: "RFC 6376, section 3.6.1",
    { reading in reading.subject.placeholder.map { Observation(reading.subject.evidence($0)) } }),
]

private func foreign(
  _ id: String, _ summary: String, _ remedy: String, _ source: String,
  _ fits: @escaping @Sendable (TextKind) -> Bool
) -> KeyRule {
  .any(id, .critical, .invalid, summary: summary, remedy: remedy, source: source) { reading in
    reading.keys.isEmpty ? reading.records.first { fits($0.kind) }.map { Observation($0.whole) } : nil
  }
}

extension RecordReading {
  /// The whole text in quotation marks, shortened.
  var whole: String { "'\(excerpt(0..<bytes.count))'" }
}

extension RecordReading {
  /// Where an example's placeholder stands: in `p=`, or in a text without tags.
  var placeholder: Range<Int>? {
    let range: Range<Int>
    switch kind {
    case .key:
      // A key that decodes may hold any letters.
      guard case .damaged = material?.content, let value = keyValue else { return nil }
      range = value
    case .bareKey: range = 0..<bytes.count
    default: return nil
    }
    let signs: [StaticString] = ["<", "{", "[", "...", "\u{2026}"]
    let words: [StaticString] = [
      "your", "public", "example", "placeholder", "insert", "paste", "replace", "changeme", "xxxx", "todo", "here",
    ]
    // A word of four letters can stand in a long base64 text by chance.
    for mark in range.count < 80 ? signs + words : signs {
      if let place = bytes.place(of: mark, in: range) { return place }
    }
    return nil
  }
}
