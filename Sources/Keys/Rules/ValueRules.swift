// Rules on `p=` as base64.

internal import Model
internal import Syntax

let valueRules: [KeyRule] = [
  .key(
    "key-value-missing", .critical, .invalid,
    summary: "The record has no p=.",
    remedy: "Add p= with the base64 of the public key. A key is revoked by an empty p=, not by leaving it out.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard record.tag(.p) == nil else { return nil }
      // A missing semicolon may have hidden it.
      if record.isCutAtSemicolon { return nil }
      if let hidden = record.missingSemicolon, record.bytes.place(of: "p=", in: hidden) != nil { return nil }
      return Observation(record.whole)
    }),
  .key(
    "key-revoked", .critical,
    summary: "The key is revoked: p= is empty.",
    remedy: "If this was not intended, publish the key again, or better, a new key under a new selector.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard record.isRevoked, let tag = record.tag(.p) else { return nil }
      return Observation(record.evidence(tag.spec))
    }),
  .key(
    "key-base64-character", .critical, .invalid,
    summary: "p= holds a character that is not base64.",
    remedy:
      "Copy the key again. Base64 has letters, digits, '+' and '/', and '=' at the end ('-' and '_' belong to base64url).",
    source: "RFC 6376, section 3.6.1",
    { record in
      if record.placeholder != nil || record.doubling != nil || PrivateKeyRedaction.isIn(record.bytes) { return nil }
      if let value = record.keyValue, let hidden = record.missingSemicolon, value.contains(hidden.lowerBound) {
        return nil
      }
      // Quotation marks, backslashes and what is not printable have their own rules.
      let place = record.encoded?.invalidCharacters.first {
        let byte = record.bytes[$0]
        return (0x21...0x7E).contains(byte) && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
      }
      if let place { return Observation(record.surroundings(place)) }
      return record.encoded?.afterPadding.map {
        Observation(record.surroundings($0), text: "In p=, characters follow the '=' that ends base64.")
      }
    }),
  .key(
    "key-base64-length", .critical, .invalid,
    summary: "p= has an impossible number of base64 characters: there is one too few or one too many.",
    remedy: "Copy the whole key again.",
    source: "RFC 4648, section 4",
    { record in
      guard let encoded = record.encoded, encoded.invalidCharacters.isEmpty, encoded.expectedPadding == nil,
        !record.isCutAtString, record.placeholder == nil, record.keyType != .ed25519,
        // A key that lacks more than a few bytes is cut short, which has its own rule.
        record.shortage.map({ $0.announced - $0.present <= 3 }) ?? true
      else { return nil }
      if case .privateKey = record.material?.content { return nil }
      return Observation("\(counted(encoded.digits, "character")), one more than a multiple of 4")
    }),
  .key(
    "key-base64-padding", .warning,
    summary: "The number of '=' at the end of p= is wrong.",
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
    summary: "All letters of the key have the same case: something changed it on the way.",
    remedy:
      "Publish the key again and compare. If the letters change again, the DNS provider changes the case of TXT records: "
      + "report it there.",
    source: "RFC 6376, section 3.2",
    { record in
      guard let encoded = record.encoded, isFolded(encoded), let value = record.keyValue else { return nil }
      return Observation(record.evidence(value))
    }),
  .key(
    "key-plus-decoded", .critical, .invalid,
    summary: "Each '+' of the key has become a space, as happens when a web form or an API decodes it.",
    remedy: "Publish the key again with its '+'. In an API request, write each '+' as %2B.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard let value = record.keyValue, restoringPluses(record.bytes[value]) != nil else { return nil }
      return Observation(record.evidence(value))
    }),
  .key(
    "key-value-blank", .info,
    summary: "There is white space inside p=.",
    remedy: "It is allowed and receivers ignore it; remove it at the next change.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard let encoded = record.encoded, let first = encoded.blanks.first, let value = record.keyValue,
        restoringPluses(record.bytes[value]) == nil, !PrivateKeyRedaction.isIn(record.bytes)
      else { return nil }
      let boundary = record.boundaries.contains { encoded.blanks.contains($0) || encoded.blanks.contains($0 - 1) }
      return Observation(
        "\(counted(encoded.blanks.count, "blank")), \(record.surroundings(first))"
          + (boundary ? ", where two strings of the record meet" : ""))
    }),
]

/// The key with '+' for each space, where it is a key only that way.
func restoringPluses(_ value: ArraySlice<UInt8>) -> [UInt8]? {
  func isKey(_ bytes: [UInt8]) -> Bool {
    switch KeyMaterial(Base64Text(bytes, 0..<bytes.count).bytes).content {
    case .rsa, .ed25519Info: true
    case .raw, .privateKey, .other, .damaged: false
    }
  }
  guard value.contains(0x20) else { return nil }
  let restored = value.map { $0 == 0x20 ? UInt8(ascii: "+") : $0 }
  return isKey(restored) && !isKey(value.filter { !$0.isBlank }) ? restored : nil
}

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
