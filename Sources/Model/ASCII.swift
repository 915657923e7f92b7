// Bytes as ASCII characters: what names, records and configurations are made of.

extension UInt8 {
  @inlinable public var isDigit: Bool { (0x30...0x39).contains(self) }
  @inlinable public var isUpper: Bool { (0x41...0x5A).contains(self) }
  @inlinable public var isLower: Bool { (0x61...0x7A).contains(self) }
  @inlinable public var isLetter: Bool { isUpper || isLower }
  /// A letter in lower case, anything else as it is.
  @inlinable public var lowered: UInt8 { isUpper ? self + 0x20 : self }
}

extension StringProtocol {
  /// Whether the text is made of digits, at least one.
  var isDigits: Bool { !isEmpty && utf8.allSatisfy(\.isDigit) }
}
