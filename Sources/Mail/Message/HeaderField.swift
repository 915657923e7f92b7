// One header field with its bytes as they came.

internal import Model

/// A header field (RFC 5322, section 2.2) as it stands in the message.
public struct HeaderField: Hashable, Sendable {
  /// The whole field with its folding and its last line end, untouched.
  public let bytes: ArraySlice<UInt8>
  /// Where the colon stands.
  let colon: Int

  /// Reads a field; nil where the first line has no colon behind a name.
  public init?(_ bytes: ArraySlice<UInt8>) {
    guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let name = bytes[..<colon]
    // Blanks before the colon are obsolete syntax (RFC 5322, section 4.5), and other verifiers take them too.
    var end = name.endIndex
    while end > name.startIndex, name[end - 1].isBlank { end -= 1 }
    guard end > name.startIndex, name[..<end].allSatisfy(\.isFieldNameCharacter) else { return nil }
    self.bytes = bytes
    self.colon = colon
  }

  /// Reads a field that is given as text.
  public init?(_ text: some StringProtocol) { self.init(Array(text.utf8)[...]) }

  /// The name as it is written, without the blanks before the colon.
  public var writtenName: ArraySlice<UInt8> {
    var end = colon
    while end > bytes.startIndex, bytes[end - 1].isBlank { end -= 1 }
    return bytes[bytes.startIndex..<end]
  }

  /// The name in lower case.
  public var name: String { writtenName.loweredText }

  /// What stands behind the colon, folding included, without the last line end.
  public var rawValue: ArraySlice<UInt8> {
    var end = bytes.endIndex
    if end > colon + 1, bytes[end - 1] == .lineFeed {
      end -= 1
      if end > colon + 1, bytes[end - 1] == .carriageReturn { end -= 1 }
    }
    return bytes[(colon + 1)..<end]
  }

  /// The value on one line: line ends taken out (RFC 5322, section 2.2.3), no white space at the ends.
  public var value: [UInt8] {
    Array(rawValue.filter { $0 != .carriageReturn && $0 != .lineFeed }.trimmed)
  }

  /// The value as text.
  public var text: String { value.text }

  /// Whether the name is this one, in whatever case.
  public func isNamed(_ name: StaticString) -> Bool { writtenName.matchesIgnoringCase(name) }
}
