// Cuts a record into tags and keeps the place of each piece; it never refuses a text.

internal import Model

/// A tag-list (RFC 6376, section 3.2, with erratum 5070) as it stands in the text, deviations included.
///
/// All places are offsets into the joined bytes of the record.
package struct TagList: Hashable, Sendable {
  /// A `name=value` between semicolons.
  package struct Tag: Hashable, Sendable {
    /// The name without the blanks around it.
    package var name: Range<Int>
    /// The value without the blanks around it.
    package var value: Range<Int>
    /// Both, with the `=`.
    package var spec: Range<Int> { name.lowerBound..<max(value.upperBound, name.upperBound + 1) }
  }

  /// The tags in the order of the text.
  package var tags: [Tag] = []
  /// Where a tag is missing between two semicolons or before the first one.
  package var empties: [Int] = []
  /// Pieces between semicolons without `=`.
  package var strays: [Range<Int>] = []
  /// Blanks behind the last semicolon.
  package var trailingBlanks: Range<Int>?

  package init(_ bytes: [UInt8]) {
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
  package func trimmingBlanks(_ range: Range<Int>) -> Range<Int> {
    var lower = range.lowerBound
    var upper = range.upperBound
    while lower < upper, self[lower].isBlank { lower += 1 }
    while upper > lower, self[upper - 1].isBlank { upper -= 1 }
    return lower..<upper
  }

  /// Splits at colons and trims the elements, as the lists of `h=`, `s=` and `t=` are written.
  package func colonList(_ range: Range<Int>) -> [Range<Int>] {
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
