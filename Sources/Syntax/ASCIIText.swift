// Bytes as ASCII text: blanks, words in either case, and their places.

public import Model

extension UInt8 {
  /// Space, tab, CR or LF.
  @inlinable package var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A }
}

extension Collection<UInt8> {
  /// Whether the bytes are those of an ASCII text.
  @inlinable package func matches(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { elementsEqual($0) }
  }

  /// As `matches`, with ASCII letters in either case.
  @inlinable package func matchesIgnoringCase(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { elementsEqual($0) { $0.lowered == $1.lowered } }
  }

  /// Whether the bytes begin with an ASCII text, letters in either case.
  @inlinable package func hasPrefixIgnoringCase(_ text: StaticString) -> Bool {
    text.withUTF8Buffer { $0.count <= count && prefix($0.count).matchesIgnoringCase($0) }
  }

  @inlinable package func matchesIgnoringCase(_ other: UnsafeBufferPointer<UInt8>) -> Bool {
    elementsEqual(other) { $0.lowered == $1.lowered }
  }
}

extension [UInt8] {
  /// The first place of an ASCII text (letters in either case) in a range.
  package func place(of text: StaticString, in range: Range<Int>) -> Range<Int>? {
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
