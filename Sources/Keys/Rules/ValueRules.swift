// Rules on `p=` as base64.

internal import Model

let valueRules: [KeyRule] = [
  .key(
    "key-value-missing", .critical, .invalid,
    summary: "The record has no p=.",
    remedy: "Add p= with the base64 of the public key. A key is revoked by an empty p=, not by leaving it out.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard record.tag(.p) == nil else { return nil }
      // A missing semicolon may have hidden it.
      if let hidden = record.missingSemicolon, record.bytes.place(of: "p=", in: hidden) != nil { return nil }
      return Observation(record.whole)
    }),
  .key(
    "key-revoked", .critical,
    summary: "The key is revoked: p= is empty.",
    remedy: "If that was not meant, publish the key again; better, publish a new key under a new selector.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard record.isRevoked, let tag = record.tag(.p) else { return nil }
      return Observation(record.evidence(tag.spec))
    }),
  .key(
    "key-base64-character", .critical, .invalid,
    summary: "p= holds a character that is not of base64.",
    remedy:
      "Copy the key anew. Base64 has letters, digits, '+', '/' and '=' at the end ('-' and '_' are of another kind).",
    source: "RFC 6376, section 3.6.1",
    { record in
      if record.placeholder != nil || record.doubling != nil { return nil }
      if let value = record.keyValue, let hidden = record.missingSemicolon, value.contains(hidden.lowerBound) {
        return nil
      }
      // Quotation marks, backslashes and what is not printable have their own rules.
      let place = record.encoded?.strangers.first {
        let byte = record.bytes[$0]
        return (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
      }
      if let place { return Observation(record.surroundings(place)) }
      return record.encoded?.afterPadding.map {
        Observation(record.surroundings($0), text: "In p= more characters follow the '=' that ends base64.")
      }
    }),
  .key(
    "key-base64-length", .critical, .invalid,
    summary: "p= has a number of characters that base64 cannot have: one is missing or one is too many.",
    remedy: "Copy the key anew, whole.",
    source: "RFC 4648, section 4",
    { record in
      guard let encoded = record.encoded, encoded.strangers.isEmpty, encoded.expectedPadding == nil,
        !record.isCutAtString, record.placeholder == nil, record.keyType != .ed25519,
        // A key that lacks more than a few bytes is cut short, which has its own rule.
        record.shortage.map({ $0.announced - $0.present <= 3 }) ?? true
      else { return nil }
      if case .privateKey = record.material?.content { return nil }
      return Observation("\(counted(encoded.digits, "character")), which is one more than a multiple of 4")
    }),
  .key(
    "key-base64-padding", .warning,
    summary: "The '=' at the end of p= are missing or too many.",
    remedy: "Publish the base64 with its padding. Most receivers reject the record as it is.",
    source: "RFC 4648, section 4",
    { record in
      guard let encoded = record.encoded, encoded.isIntact, let expected = encoded.expectedPadding,
        expected != encoded.padding
      else { return nil }
      // Where the key itself is damaged, that is the finding.
      if case .damaged = record.material?.content { return nil }
      return Observation(
        "\(counted(encoded.digits, "character")) and \(encoded.padding) '=', expected \(expected)")
    }),
  .key(
    "key-base64-case", .critical, .invalid,
    summary: "All letters of the key have the same case: whoever stored the record changed it.",
    remedy:
      "Publish the key anew and compare. If the letters change again, the DNS provider folds the case of TXT records: "
      + "report it there.",
    source: "RFC 6376, section 3.2",
    { record in
      guard let encoded = record.encoded, isFolded(encoded), let value = record.keyValue else { return nil }
      return Observation(record.evidence(value))
    }),
  .key(
    "key-value-blank", .info,
    summary: "White space stands inside p=.",
    remedy: "The grammar allows it and receivers step over it; remove it at the next change.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard let encoded = record.encoded, let first = encoded.blanks.first else { return nil }
      let boundary = record.boundaries.contains { encoded.blanks.contains($0) || encoded.blanks.contains($0 - 1) }
      return Observation(
        "\(counted(encoded.blanks.count, "blank")), \(record.surroundings(first))"
          + (boundary ? ", where two strings of the record meet" : ""))
    }),
]

/// Base64 of a key has both cases; 40 letters of one case do not come by chance.
func isFolded(_ encoded: Base64Text) -> Bool {
  encoded.digits >= 40 && encoded.hasUpper != encoded.hasLower
}

extension RecordReading {
  /// The offsets at which a string of the record begins, the first one left out.
  var boundaries: Set<Int> {
    var offset = 0
    var result: Set<Int> = []
    for string in record.strings.dropLast() {
      offset += string.count
      result.insert(offset)
    }
    return result
  }
}
