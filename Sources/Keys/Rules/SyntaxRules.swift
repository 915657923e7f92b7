// Rules on the tag-list: semicolons, names, repeats.

internal import Model

let syntaxRules: [KeyRule] = [
  .key(
    "key-semicolon-missing", .critical, .invalid,
    summary: "The semicolon between two tags is missing.",
    remedy: "Put ';' between the tags, as in v=DKIM1; k=rsa; p=…. Nearly all receivers reject the record as it is.",
    source: "RFC 6376, section 3.2", missingSemicolon),
  .key(
    "key-tag-malformed", .critical, .invalid,
    summary: "A part of the record is no tag: it has no '=' or no valid name.",
    remedy: "Write each part as name=value, where the name is letters, digits and '_' and begins with a letter.",
    source: "RFC 6376, section 3.2",
    { record in
      let malformed = record.tags.strays + record.tags.tags.filter { !isName(record.bytes[$0.name]) }.map(\.spec)
      guard !malformed.isEmpty else { return nil }
      return Observation(record.evidence(malformed.sorted { $0.lowerBound < $1.lowerBound }))
    }),
  .key(
    "key-tag-empty", .warning,
    summary: "A semicolon too many: there is no tag before it.",
    remedy: "Remove the semicolon. OpenDKIM, dkimpy, mox and lieser's DKIM Verifier reject the record as it is.",
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
    remedy: "Write the name in lower case. Of the receivers that were read only mail-auth ignores its case.",
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
        return isName(name) && TagName(name.lowered) == nil
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
    { record in
      record.keyValue.flatMap { record.bytes.place(of: "v=DKIM", in: $0) }.map { Observation(record.evidence($0)) }
    }),
]

/// `tag-name = ALPHA *ALNUMPUNC`.
private func isName(_ name: ArraySlice<UInt8>) -> Bool {
  name.first?.isLetter == true && name.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
}

private func repeated(_ record: RecordReading, conflicting: Bool) -> Observation? {
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

/// Looks in short values for what begins another tag: `v=DKIM1 k=rsa`, `k=rsa: p=…`.
private func missingSemicolon(_ record: RecordReading) -> Observation? {
  for tag in record.tags.tags {
    guard let name = TagName(record.bytes[tag.name].lowered), [.v, .k, .h, .s, .t].contains(name) else { continue }
    for position in tag.value.dropFirst() where record.bytes[position] == UInt8(ascii: "=") {
      var start = position
      while start > tag.value.lowerBound, record.bytes[start - 1].isBlank { start -= 1 }
      guard start > tag.value.lowerBound, TagName(rawValue: record.bytes[start - 1].lowered) != nil else { continue }
      return Observation(record.evidence((start - 1)..<min(start + 24, tag.value.upperBound)))
    }
  }
  // `p=MIIB… n=note`: a blank, then a letter and `=` that is no padding.
  guard let value = record.keyValue, let equals = record.bytes[value].firstIndex(of: UInt8(ascii: "=")),
    equals + 1 < value.upperBound, equals >= value.lowerBound + 2, TagName(rawValue: record.bytes[equals - 1]) != nil,
    record.bytes[equals - 2].isBlank, record.bytes[equals + 1] != UInt8(ascii: "=")
  else { return nil }
  return Observation(record.evidence((equals - 1)..<min(equals + 24, value.upperBound)))
}

extension ArraySlice<UInt8> {
  /// With ASCII letters in lower case.
  fileprivate var lowered: ArraySlice<UInt8> { ArraySlice(map(\.lowered)) }
}
