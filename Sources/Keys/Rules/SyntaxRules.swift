// Rules on the tag-list: semicolons, names, repeats.

internal import Model

let syntaxRules: [KeyRule] = [
  .key(
    "key-semicolon-missing", .critical, .invalid,
    summary: "The semicolon between two tags is missing.",
    remedy: "Put ';' between the tags, as in v=DKIM1; k=rsa; p=…. Nearly all receivers reject the record as it is.",
    source: "RFC 6376, section 3.2",
    { record in
      record.missingSemicolon.map {
        Observation(record.evidence($0.lowerBound..<min($0.lowerBound + 25, $0.upperBound)))
      }
    }),
  .key(
    "key-tag-malformed", .critical, .invalid,
    summary: "A part of the record is no tag: it has no '='.",
    remedy: "Write each part as name=value. Of the receivers that were read most reject the record as it is.",
    source: "RFC 6376, section 3.2",
    { record in
      record.tags.strays.isEmpty ? nil : Observation(record.evidence(record.tags.strays))
    }),
  .key(
    "key-tag-name", .warning,
    summary: "The name of a tag is not valid, so that strict receivers reject the record.",
    remedy:
      "Write a name of letters, digits and '_' that begins with a letter, or remove the tag. mox and lieser's DKIM "
      + "Verifier reject any such name, OpenDKIM and dkimpy many of them; the others take it for an unknown tag.",
    source: "RFC 6376, section 3.2",
    { record in
      // Quotation marks, backslashes and what cannot be seen have their own rules.
      let names = record.tags.tags.filter {
        !isTagName(record.bytes[$0.name])
          && record.bytes[$0.name].allSatisfy { $0 > 0x20 && $0 < 0x7F || $0.isBlank }
          && !record.bytes[$0.name].contains { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\") }
      }
      return names.isEmpty ? nil : Observation(record.evidence(names.map(\.spec)))
    }),
  .key(
    "key-tag-empty", .warning,
    summary: "A semicolon too many: there is no tag before it.",
    remedy:
      "Remove the semicolon. OpenDKIM, dkimpy, mox and lieser's DKIM Verifier reject the record as it is, and Exim takes "
      + "two in a row for one inside a value.",
    source: "RFC 6376, section 3.2",
    { record in record.tags.empties.first.map { Observation(record.surroundings($0)) } }),
  .key(
    "key-tag-conflict", .critical, .invalid,
    summary: "A tag stands in the record twice, with different values.",
    remedy: "Keep one of them. Some receivers take the first, some the last, and strict ones reject the record.",
    source: "RFC 6376, section 3.2",
    { record in repeated(record, conflicting: true) }),
  .key(
    "key-tag-duplicate", .warning,
    summary: "A tag stands in the record twice.",
    remedy: "Keep one of them. dkimpy, go-msgauth, mox and lieser's DKIM Verifier reject the record as it is.",
    source: "RFC 6376, section 3.2",
    { record in repeated(record, conflicting: false) }),
  .key(
    "key-tag-case", .warning,
    summary: "The name of a tag is written in capitals, so that receivers take it for an unknown tag.",
    remedy:
      "Write the name in lower case. Of the receivers that were read only mail-auth and mailauth ignore its case.",
    source: "RFC 6376, section 3.2",
    { record in
      let tags = record.tags.tags.filter {
        let name = record.bytes[$0.name]
        return name.first?.isUpper == true && TagName(name.lowered) != nil
      }
      return tags.isEmpty ? nil : Observation(record.evidence(tags.map(\.spec)))
    }),
  .key(
    "key-tag-unknown", .info,
    summary: "The record has a tag that DKIM does not define; receivers ignore it.",
    remedy: "Remove the tag if it is a typing error.",
    source: "RFC 6376, section 3.6.1",
    { record in
      let tags = record.tags.tags.filter {
        let name = record.bytes[$0.name]
        return isTagName(name) && TagName(name.lowered) == nil
      }
      return tags.isEmpty ? nil : Observation(record.evidence(tags.map(\.spec)))
    }),
  .key(
    "key-trailing-blank", .info,
    summary: "White space follows the last semicolon.",
    remedy: "Remove it. All receivers that were read accept it except mox.",
    source: "RFC 6376, section 3.2",
    { record in
      record.tags.trailingBlanks.map { Observation("offset \($0.lowerBound): \(counted($0.count, "blank"))") }
    }),
  .key(
    "key-record-doubled", .critical, .invalid,
    summary: "A whole record stands inside the value of p=.",
    remedy: "Publish the record once; where a form asks for the key only, enter only the base64.",
    source: "RFC 6376, section 3.6.1",
    { record in record.doubling.map { Observation(record.evidence($0)) } }),
]

extension RecordReading {
  /// Where a whole record begins inside a value of `p=`: what it repeats is no fault of its own.
  var doubling: Range<Int>? {
    tags.tags.lazy.filter { TagName.p.matches(bytes[$0.name]) }.compactMap { bytes.place(of: "v=DKIM", in: $0.value) }
      .first
  }

  /// Where a tag begins that no semicolon parts from the value before it.
  var missingSemicolon: Range<Int>? {
    for tag in tags.tags {
      guard let name = TagName(bytes[tag.name].lowered), [.v, .k, .h, .s, .t].contains(name) else { continue }
      // Short values that hold what begins another tag: `v=DKIM1 k=rsa`, `k=rsa: p=…`.
      for position in tag.value.dropFirst() where bytes[position] == UInt8(ascii: "=") {
        var start = position
        while start > tag.value.lowerBound, bytes[start - 1].isBlank { start -= 1 }
        guard start > tag.value.lowerBound, TagName(rawValue: bytes[start - 1].lowered) != nil else { continue }
        return (start - 1)..<tag.value.upperBound
      }
    }
    // `p=MIIB… n=note`: a blank, then a letter and `=` that is no padding.
    guard doubling == nil, let value = keyValue, let equals = bytes[value].firstIndex(of: UInt8(ascii: "=")),
      equals + 1 < value.upperBound, equals >= value.lowerBound + 2, TagName(rawValue: bytes[equals - 1]) != nil,
      bytes[equals - 2].isBlank, bytes[equals + 1] != UInt8(ascii: "=")
    else { return nil }
    return (equals - 1)..<value.upperBound
  }
}

/// `tag-name = ALPHA *ALNUMPUNC`.
func isTagName(_ name: ArraySlice<UInt8>) -> Bool {
  name.first?.isLetter == true && name.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
}

private func repeated(_ record: RecordReading, conflicting: Bool) -> Observation? {
  if record.doubling != nil { return nil }
  var first: [ArraySlice<UInt8>: TagList.Tag] = [:]
  var found: [Range<Int>] = []
  for tag in record.tags.tags {
    let name = record.bytes[tag.name]
    guard let known = first[name] else {
      first[name] = tag
      continue
    }
    // Only a tag that receivers read can conflict.
    let differs =
      TagName(name)?.isRead == true && !record.bytes[known.value].elementsEqual(record.bytes[tag.value])
    if differs == conflicting { found.append(tag.spec) }
  }
  return found.isEmpty ? nil : Observation(record.evidence(found))
}

extension ArraySlice<UInt8> {
  /// With ASCII letters in lower case.
  fileprivate var lowered: ArraySlice<UInt8> { ArraySlice(map(\.lowered)) }
}
