// Rules on the tag-list: semicolons, names, repeats.

internal import Model
internal import Syntax

let syntaxRules: [KeyRule] = [
  .key(
    "key-semicolon-missing", .critical, .invalid,
    summary: "The semicolon between two tags is missing.",
    remedy: "Put ';' between the tags, as in v=DKIM1; k=rsa; p=…. Nearly all receivers reject the record as it is.",
    source: "RFC 6376, section 3.2",
    { record in
      guard !record.isCutAtSemicolon else { return nil }
      return record.missingSemicolon.map {
        Observation(record.evidence($0.lowerBound..<min($0.lowerBound + 25, $0.upperBound)))
      }
    }),
  .key(
    "key-cut-at-semicolon", .critical, .invalid,
    summary: "The record ends where its first semicolon should be; the rest, with the key, is missing.",
    remedy:
      "Put the whole text in quotation marks in the zone file: without them ';' begins a comment. In a form, enter the "
      + "whole record again.",
    source: "RFC 1035, section 5.1",
    { record in record.isCutAtSemicolon ? Observation(record.whole) : nil }),
  .key(
    "key-tag-malformed", .critical, .invalid,
    summary: "A part of the record is not a tag: it has no '='.",
    remedy: "Write each part as name=value. Most receivers reject the record as it is.",
    source: "RFC 6376, section 3.2",
    { record in
      let strays = record.tags.strays.filter { stray in
        // A comment of a zone file has its own rule.
        record.zoneComment.map { !stray.overlaps($0) } ?? true
      }
      return strays.isEmpty ? nil : Observation(record.evidence(strays))
    }),
  .key(
    "key-tag-name", .warning,
    summary: "The name of a tag is not valid, so strict receivers reject the record.",
    remedy:
      "Write a name of letters, digits and '_' that begins with a letter, or remove the tag. mox and lieser's DKIM "
      + "Verifier reject any such name, OpenDKIM and dkimpy many of them; the others ignore the tag.",
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
    summary: "There is an extra semicolon, with no tag before it.",
    remedy:
      "Remove the semicolon. OpenDKIM, dkimpy, mox and lieser's DKIM Verifier reject the record as it is, and Exim takes "
      + "two in a row for one inside a value.",
    source: "RFC 6376, section 3.2",
    { record in record.tags.empties.first.map { Observation(record.surroundings($0)) } }),
  .key(
    "key-tag-conflict", .critical, .invalid,
    summary: "A tag appears twice, with different values.",
    remedy: "Keep one of them. Some receivers use the first, some the last, and strict ones reject the record.",
    source: "RFC 6376, section 3.2",
    { record in repeated(record, conflicting: true) }),
  .key(
    "key-tag-duplicate", .warning,
    summary: "A tag appears twice.",
    remedy: "Keep one of them. dkimpy, go-msgauth, mox and lieser's DKIM Verifier reject the record as it is.",
    source: "RFC 6376, section 3.2",
    { record in repeated(record, conflicting: false) }),
  .key(
    "key-tag-case", .warning,
    summary: "The name of a tag is in capitals, so receivers ignore the tag.",
    remedy:
      "Write the name in lower case. Only mail-auth and mailauth ignore the case.",
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
    remedy: "Remove the tag if it is a typo.",
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
    remedy: "Remove it. Only mox rejects it.",
    source: "RFC 6376, section 3.2",
    { record in
      record.tags.trailingBlanks.map { Observation("offset \($0.lowerBound): \(counted($0.count, "blank"))") }
    }),
  .key(
    "key-record-doubled", .critical, .invalid,
    summary: "The value of p= contains a whole record.",
    remedy: "Publish the record once; if a form asks for the key, enter only the base64.",
    source: "RFC 6376, section 3.6.1",
    { record in record.doubling.map { Observation(record.evidence($0)) } }),
]

extension RecordReading {
  /// Where a whole record begins inside a value of `p=`: what it repeats is no fault of its own.
  var doubling: Range<Int>? {
    tags.tags.lazy.filter { TagName.p.matches(bytes[$0.name]) }.compactMap { bytes.place(of: "v=DKIM", in: $0.value) }
      .first
  }

  /// Whether nothing is left of the record but tags that stand before its key, each without its semicolon: `v=DKIM1`, or
  /// `v=DKIM1k=rsa` where each line of a zone file was cut.
  var isCutAtSemicolon: Bool {
    guard kind == .key, tag(.p) == nil, !bytes.contains(UInt8(ascii: ";")) else { return false }
    let text = ArraySlice(bytes.filter { !$0.isBlank }.map(\.lowered))
    let beginnings: [StaticString] = ["v=dkim1", "k=rsa", "k=ed25519", "v=dkim1k=rsa", "v=dkim1k=ed25519"]
    return beginnings.contains { text.matchesIgnoringCase($0) }
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
