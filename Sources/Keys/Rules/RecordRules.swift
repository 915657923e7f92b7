// Rules on the set of TXT records at one name: RFC 6376 wants exactly one.

internal import Model
internal import Syntax

let recordRules: [KeyRule] = [
  .any(
    "key-several-records", .critical, .invalid,
    summary: "There are several key records at one name; which one a receiver uses is undefined.",
    remedy: "Keep one TXT record at this name. A second key needs a selector of its own.",
    source: "RFC 6376, section 3.6.2.2", severalKeys),
  .any(
    "key-repeated", .warning,
    summary: "Several TXT records hold the same key.",
    remedy: "Keep one of the records: OpenDKIM, go-msgauth and mox fail on more than one.",
    source: "RFC 6376, section 3.6.2.2", repeatedKey),
  .any(
    "key-split-over-records", .critical, .invalid,
    summary: "The key is split over several TXT records.",
    remedy: "Put the pieces into one TXT record, as strings of at most 255 bytes each: \"first part\" \"second part\".",
    source: "RFC 6376, section 3.6.2.2", splitKey),
  .any(
    "key-foreign-record", .warning,
    summary: "There is another TXT record beside the key.",
    remedy: "Move the other text to its own name. OpenDKIM and go-msgauth fail here; dkimpy, Mail::DKIM and mailauth "
      + "use whichever record comes first.",
    source: "RFC 6376, section 3.6.2.2", foreignRecord),
  .any(
    "key-record-empty", .critical, .invalid,
    summary: "The TXT record is empty.",
    remedy: "Publish the key record, or remove this record.",
    source: "RFC 6376, section 3.2",
    { reading in
      guard reading.keys.isEmpty, let empty = reading.records.first(where: { $0.kind == .empty }) else { return nil }
      return Observation("a TXT record of \(counted(empty.bytes.count, "byte")), expected v=DKIM1; p=…")
    }),
  .any(
    "key-record-oversized", .critical, .invalid,
    summary: "The text is longer than a TXT record can be.",
    remedy: "Publish only the key record: a 4096-bit key takes about 750 bytes.",
    source: "RFC 1035, section 3.2.1",
    { reading in
      guard reading.subject.kind == .oversized else { return nil }
      return Observation("\(reading.subject.bytes.count) bytes, at most \(RecordReading.longest) fit")
    }),
  .any(
    "key-record-long", .info,
    summary: "The record is too long for one UDP answer of 1232 bytes.",
    remedy: "Make sure that TCP port 53 of the name servers is reachable, or use a key of 2048 bits.",
    source: "RFC 6891, section 6.2.5",
    { reading in
      // Beside the text an answer has header, question, names, OPT and a length byte a string: about 150 bytes.
      let size = reading.records.reduce(0) { $0 + $1.bytes.count + $1.record.strings.count }
      guard size > 1232 - 150, reading.subject.kind != .oversized else { return nil }
      return Observation("\(size) bytes of TXT data")
    }),
]

private func severalKeys(_ reading: KeyReading) -> Observation? {
  let keys = reading.keys
  guard keys.count > 1, splitKey(reading) == nil, repeatedKey(reading) == nil else { return nil }
  return Observation(
    "\(keys.count) key records: "
      + keys.prefix(3).map(\.whole).joined(separator: ", "))
}

private func repeatedKey(_ reading: KeyReading) -> Observation? {
  let keys = reading.keys
  guard keys.count > 1, let first = keys[0].summary, keys.allSatisfy({ $0.summary == first }),
    first.revoked || keys.allSatisfy(KeyReading.isUsable)
  else { return nil }
  return Observation(
    first.revoked ? "\(keys.count) records with an empty p=" : "\(keys.count) records with the key \(first.fingerprint)"
  )
}

/// A key record whose key is cut short, and the rest of it in a record without tags.
func splitKey(_ reading: KeyReading) -> Observation? {
  // Pairs are tried, so a hostile answer of thousands of records must not come here; a key has few pieces.
  guard (2...8).contains(reading.records.count) else { return nil }
  for head in reading.keys {
    guard let encoded = head.encoded, let value = head.keyValue, case .damaged = head.material?.content else {
      continue
    }
    for rest in reading.records where rest.kind == .bareKey {
      let joined = Array(head.bytes[value]) + rest.bytes
      let end = joined.firstIndex(of: UInt8(ascii: ";")) ?? joined.count
      let material = KeyMaterial(Base64Text(joined, 0..<end).bytes)
      let evidence =
        "one record ends with '\(head.excerpt(value).suffix(16))', another is \(rest.whole)"
      if case .rsa(let key, _) = material.content {
        return Observation(evidence + "; joined they are an RSA key of \(key.bits) bits")
      }
      if case .damaged(.short(let announced, _)) = material.content, encoded.bytes.count < announced {
        return Observation(evidence + "; joined they are still too short")
      }
    }
  }
  // A record that has only the tags before `p=`, beside one that has only the key.
  let headless = reading.keys.filter { $0.tag(.p) == nil }
  if headless.count == 1, reading.keys.count == 1, let rest = reading.records.first(where: { $0.kind == .bareKey }) {
    return Observation(
      "\(headless[0].whole) has no p=, \(rest.whole) has no tags"
    )
  }
  if headless.count == 1, reading.keys.count == 2, let other = reading.keys.first(where: { $0.tag(.p) != nil }),
    other.tag(.v) == nil
  {
    return Observation(
      "\(headless[0].whole) has no p=, \(other.whole) has it"
    )
  }
  return nil
}

private func foreignRecord(_ reading: KeyReading) -> Observation? {
  guard !reading.keys.isEmpty, splitKey(reading) == nil, let other = reading.others.first else { return nil }
  return Observation(
    "\(reading.records.count) TXT records, among them \(other.whole)")
}
