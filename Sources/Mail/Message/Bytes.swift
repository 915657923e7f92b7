// What the readers of fields ask of bytes.

internal import Model

extension UInt8 {
  static let tab = UInt8(ascii: "\t")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
  static let space = UInt8(ascii: " ")

  /// WSP (RFC 5234, appendix B.1): space or tab.
  @inlinable var isBlank: Bool { self == 0x20 || self == 0x09 }
  /// What folding white space is made of: WSP, CR and LF.
  @inlinable var isFoldingBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A }
  /// What may stand in a field name (`ftext`, RFC 5322, section 3.6.8).
  var isFieldNameCharacter: Bool { (0x21...0x7E).contains(self) && self != UInt8(ascii: ":") }
}

extension Collection<UInt8> {
  /// Whether the bytes are those of an ASCII text.
  func matches(_ text: StaticString) -> Bool { text.withUTF8Buffer { elementsEqual($0) } }

  /// As `matches`, with ASCII letters in either case.
  func matchesIgnoringCase(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { other in count == other.count && elementsEqual(other) { $0.lowered == $1.lowered } }
  }

  /// As text: what is no UTF-8 becomes U+FFFD.
  var text: String { String(decoding: self, as: UTF8.self) }

  /// As text with ASCII letters in lower case.
  var loweredText: String { String(decoding: map(\.lowered), as: UTF8.self) }

  /// Without anything that folding could have put in.
  var withoutFoldingBlanks: [UInt8] { filter { !$0.isFoldingBlank } }
}

extension BidirectionalCollection<UInt8> {
  /// Without folding white space at both ends.
  var trimmed: SubSequence {
    var lower = startIndex
    var upper = endIndex
    while lower < upper, self[lower].isFoldingBlank { formIndex(after: &lower) }
    while upper > lower {
      let before = index(before: upper)
      guard self[before].isFoldingBlank else { break }
      upper = before
    }
    return self[lower..<upper]
  }
}

extension ArraySlice<UInt8> {
  /// The pieces between separators, empty ones included, each without white space around it.
  func list(at separator: UInt8) -> [ArraySlice<UInt8>] {
    split(separator: separator, omittingEmptySubsequences: false).map(\.trimmed)
  }
}
