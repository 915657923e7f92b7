// Rules on texts that are no key records at all, and say so.

internal import Model
internal import Syntax

let foreignTextRules: [KeyRule] = [
  foreign(
    "key-spf-text", "There is an SPF record where the key should be.",
    "SPF belongs at the domain itself. Publish the key record here.", "RFC 7208, section 3.1"
  ) { $0 == .spf },
  foreign(
    "key-dmarc-text", "There is a DMARC record where the key should be.",
    "DMARC belongs at _dmarc.<domain>. Publish the key record here.", "RFC 7489, section 6.1"
  ) { $0 == .dmarc },
  .any(
    "key-policy-text", .critical, .invalid,
    summary: "There is a policy of another kind where the key should be.",
    remedy: "Move the policy to the name that its standard gives it. Publish the key record here.",
    source: "RFC 6376, section 3.6.2.1",
    { reading in
      guard reading.keys.isEmpty else { return nil }
      for text in reading.records {
        if case .policy(let name) = text.kind {
          return Observation(text.whole, text: "The text is \(name), not a key.")
        }
      }
      return nil
    }),
  foreign(
    "key-verification-text", "There is a domain-verification token where the key should be.",
    "Such tokens belong at the domain itself. Publish the key record here.", "RFC 6376, section 3.6.2.1"
  ) { $0 == .verification },
  foreign(
    "key-host-name", "The TXT record holds a host name.",
    "Change the type of this record from TXT to CNAME, with the same value as its target.",
    "RFC 6376, section 3.6.2"
  ) { $0 == .hostName },
  foreign(
    "key-bare-value", "The TXT record holds only base64, without the tags of a key record.",
    "Put v=DKIM1; k=rsa; p= before it.", "RFC 6376, section 3.6.1"
  ) { $0 == .bareKey },
  .any(
    "key-pem-armour", .critical, .invalid,
    summary: "The record holds the BEGIN or END line of a PEM file.",
    remedy: "Publish only the base64 between the BEGIN and END lines, as v=DKIM1; k=rsa; p=<base64>.",
    source: "RFC 6376, section 3.6.1",
    { reading in
      let text = reading.subject
      guard text.kind == .key || text.kind == .pem, text.zoneComment == nil,
        let begin = text.bytes.place(of: "-----", in: 0..<text.bytes.count)
      else { return nil }
      return Observation(text.evidence(begin.lowerBound..<min(begin.lowerBound + 40, text.bytes.count)))
    }),
  .key(
    "key-zone-comment", .critical, .invalid,
    summary: "A comment from the zone file is part of the text.",
    remedy: "Remove '; ----- DKIM key ...' from the value: in the zone file it is a comment, which follows the text.",
    source: "RFC 1035, section 5.1",
    { record in record.zoneComment.map { Observation(record.evidence($0)) } }),
  foreign(
    "key-not-a-record", "The text is not a key record.",
    "Publish the key record here: v=DKIM1; k=rsa; p=<base64 of the public key>.", "RFC 6376, section 3.6.1"
  ) { $0 == .unknown },
  .any(
    "key-placeholder", .critical, .invalid,
    summary: "The record still holds the placeholder of an example.",
    remedy: "Replace the placeholder with the base64 of the public key.",
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
  /// The comment that opendkim-genkey writes behind the key in a zone file.
  var zoneComment: Range<Int>? {
    bytes.place(of: "----- DKIM key", in: 0..<bytes.count).map { $0.lowerBound..<bytes.count }
  }

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
