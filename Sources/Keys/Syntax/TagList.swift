// Cuts a key record into tags and keeps the place of each piece; it never refuses a text.

internal import Model

/// A tag-list (RFC 6376, section 3.2, with erratum 5070) as it stands in the text, deviations included.
///
/// All places are offsets into the joined bytes of the record.
struct TagList: Hashable, Sendable {
  /// A `name=value` between semicolons.
  struct Tag: Hashable, Sendable {
    /// The name without the blanks around it.
    var name: Range<Int>
    /// The value without the blanks around it.
    var value: Range<Int>
    /// Both, with the `=`.
    var spec: Range<Int> { name.lowerBound..<max(value.upperBound, name.upperBound + 1) }
  }

  /// The tags in the order of the text.
  var tags: [Tag] = []
  /// Where a tag is missing between two semicolons or before the first one.
  var empties: [Int] = []
  /// Pieces between semicolons without `=`.
  var strays: [Range<Int>] = []
  /// Blanks behind the last semicolon.
  var trailingBlanks: Range<Int>?

  init(_ bytes: [UInt8]) {
    var start = 0
    while start <= bytes.count {
      let end = bytes[start...].firstIndex(of: UInt8(ascii: ";")) ?? bytes.count
      let isLast = end == bytes.count
      let piece = bytes.trimmingBlanks(start..<end)
      if let equals = bytes[piece].firstIndex(of: UInt8(ascii: "=")) {
        tags.append(
          Tag(
            name: bytes.trimmingBlanks(piece.lowerBound..<equals),
            value: bytes.trimmingBlanks((equals + 1)..<piece.upperBound)))
      } else if !piece.isEmpty {
        strays.append(piece)
      } else if !isLast {
        empties.append(end)
      } else if start > 0, start < end {
        trailingBlanks = start..<end
      }
      start = end + 1
    }
  }
}

extension [UInt8] {
  /// The range without the white space (FWS, RFC 6376, section 2.8) at both ends.
  func trimmingBlanks(_ range: Range<Int>) -> Range<Int> {
    var lower = range.lowerBound
    var upper = range.upperBound
    while lower < upper, self[lower].isBlank { lower += 1 }
    while upper > lower, self[upper - 1].isBlank { upper -= 1 }
    return lower..<upper
  }

  /// Splits at colons and trims the elements, as the lists of `h=`, `s=` and `t=` are written.
  func colonList(_ range: Range<Int>) -> [Range<Int>] {
    var elements: [Range<Int>] = []
    var start = range.lowerBound
    while start <= range.upperBound {
      let end = self[start..<range.upperBound].firstIndex(of: UInt8(ascii: ":")) ?? range.upperBound
      elements.append(trimmingBlanks(start..<end))
      start = end + 1
    }
    return elements
  }
}

extension UInt8 {
  /// Space, tab, CR or LF.
  var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A }
}

extension Collection<UInt8> {
  /// Whether the bytes are those of an ASCII text.
  func matches(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { elementsEqual($0) }
  }

  /// As `matches`, with ASCII letters in either case.
  func matchesIgnoringCase(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { elementsEqual($0) { $0.lowered == $1.lowered } }
  }

  /// Whether the bytes begin with an ASCII text, letters in either case.
  func hasPrefixIgnoringCase(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { $0.count <= count && prefix($0.count).matchesIgnoringCase($0) }
  }

  private func matchesIgnoringCase(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
    elementsEqual(other) { $0.lowered == $1.lowered }
  }
}

extension [UInt8] {
  /// The first place of an ASCII text (letters in either case) in a range.
  func place(of text: StaticString, in range: Range<Int>) -> Range<Int>? {
    text.withUTF8Buffer { wanted in
      guard wanted.count <= range.count, let first = wanted.first?.lowered else { return nil }
      for start in range.lowerBound...(range.upperBound - wanted.count)
      where self[start].lowered == first
        && self[start..<(start + wanted.count)].elementsEqual(wanted, by: { $0.lowered == $1.lowered })
      {
        return start..<(start + wanted.count)
      }
      return nil
    }
  }
}
