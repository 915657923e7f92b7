// Rules on characters that people do not see, or that a panel put in.

internal import Model
internal import Syntax

let characterRules: [KeyRule] = [
  .key(
    "key-literal-quotes", .critical, .invalid,
    summary: "Quotation marks are part of the text.",
    remedy:
      "Enter the value without quotation marks: this panel adds them itself. OpenDKIM, dkimpy and Mail::DKIM ignore "
      + "those around the key; the others reject the record as it is.",
    source: "RFC 6376, section 3.6.1",
    { record in record.firstInStructure { $0 == UInt8(ascii: "\"") }.map { Observation(record.surroundings($0)) } }),
  .key(
    "key-literal-backslash", .critical, .invalid,
    summary: "Backslashes are part of the text.",
    remedy: "Enter ';' without a backslash: '\\;' is for zone files only, and this panel takes it literally.",
    source: "RFC 1035, section 5.1",
    { record in record.firstInStructure { $0 == UInt8(ascii: "\\") }.map { Observation(record.surroundings($0)) } }),
  .key(
    "key-non-ascii", .critical, .invalid,
    summary: "The record holds a character outside ASCII, often an invisible one.",
    remedy: "Type the record again, or paste it through a plain-text editor.",
    source: "RFC 6376, section 3.2",
    { record in
      record.firstInStructure { $0 >= 0x80 }.map { Observation(describe(record, $0)) }
    }),
  .key(
    "key-control-character", .critical, .invalid,
    summary: "The record holds a control character.",
    remedy: "Type the record again.",
    source: "RFC 6376, section 3.2",
    { record in
      record.firstInStructure { ($0 < 0x20 || $0 == 0x7F) && !$0.isBlank }.map { Observation(record.surroundings($0)) }
    }),
  .key(
    "key-line-break", .warning,
    summary: "The record holds a line break.",
    remedy: "Enter the record as one line. A line break counts as white space only as CR LF followed by a space.",
    source: "RFC 6376, section 2.8",
    { record in
      let bytes = record.bytes
      let place = bytes.indices.first { position in
        switch bytes[position] {
        case 0x0A: position == 0 || bytes[position - 1] != 0x0D
        case 0x0D:
          !(position + 2 < bytes.count && bytes[position + 1] == 0x0A
            && (bytes[position + 2] == 0x20 || bytes[position + 2] == 0x09))
        default: false
        }
      }
      return place.map { Observation(record.surroundings($0)) }
    }),
  .key(
    "key-note-characters", .warning,
    summary: "A note or an unknown tag holds characters outside printable ASCII; a strict receiver rejects the record.",
    remedy: "Write such characters in quoted-printable (=C3=A4), or remove the note.",
    source: "RFC 6376, section 3.2",
    { record in
      let note = record.tags.tags.filter { !record.isStructure($0) }.map(\.value).first {
        record.bytes[$0].contains { ($0 < 0x20 && !$0.isBlank) || $0 >= 0x7F }
      }
      return note.map { Observation(record.evidence($0)) }
    }),
]

extension RecordReading {
  /// Whether receivers read the value of a tag; notes and unknown tags are stepped over.
  fileprivate func isStructure(_ tag: TagList.Tag) -> Bool {
    TagName(bytes[tag.name])?.isRead ?? false
  }

  /// The first byte of a kind outside the values that receivers step over.
  fileprivate func firstInStructure(_ isWanted: (UInt8) -> Bool) -> Int? {
    var skipped = tags.tags.filter { !isStructure($0) }.map(\.value)[...]
    for position in bytes.indices {
      while let next = skipped.first, next.upperBound <= position { skipped = skipped.dropFirst() }
      if let next = skipped.first, next.contains(position) { continue }
      if isWanted(bytes[position]) { return position }
    }
    return nil
  }
}

extension ArraySlice<UInt8> {
  /// Without the quotation marks and backslashes that a panel or a zone file's notation left in it.
  var unescaped: ArraySlice<UInt8> {
    ArraySlice(filter { $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") })
  }
}

/// The byte with its character, where it is one that is known for this.
private func describe(_ record: RecordReading, _ position: Int) -> String {
  let known: [(bytes: [UInt8], name: String)] = [
    ([0xEF, 0xBB, 0xBF], "a byte order mark (U+FEFF)"), ([0xC2, 0xA0], "a no-break space (U+00A0)"),
    ([0xE2, 0x80, 0x8B], "a zero-width space (U+200B)"), ([0xE2, 0x80, 0x8C], "a zero-width non-joiner (U+200C)"),
    ([0xE2, 0x80, 0x8D], "a zero-width joiner (U+200D)"), ([0xC2, 0xAD], "a soft hyphen (U+00AD)"),
    ([0xE2, 0x80, 0x9C], "a typographic quotation mark (U+201C)"),
    ([0xE2, 0x80, 0x9D], "a typographic quotation mark (U+201D)"),
    ([0xE2, 0x80, 0x9E], "a typographic quotation mark (U+201E)"),
    ([0xE2, 0x80, 0x98], "a typographic apostrophe (U+2018)"),
    ([0xE2, 0x80, 0x99], "a typographic apostrophe (U+2019)"), ([0xE2, 0x80, 0xA6], "an ellipsis (U+2026)"),
    ([0xE2, 0x80, 0x93], "a dash (U+2013)"), ([0xEF, 0xBC, 0x9B], "a full-width semicolon (U+FF1B)"),
  ]
  let rest = record.bytes[position...]
  let name = known.first { rest.starts(with: $0.bytes) }?.name ?? "the byte \(hexadecimal(record.bytes[position]))"
  return name + ", " + record.surroundings(position)
}
