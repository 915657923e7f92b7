// A tag-list (RFC 6376, section 3.2), read whole, with everything that is wrong with it.

internal import Model

/// The tags of a `DKIM-Signature`, an `ARC-Seal` or a key record.
public struct TagList: Hashable, Sendable {
  /// One `name=value`.
  public struct Tag: Hashable, Sendable {
    /// The name as it is written.
    public let name: String
    /// The value with its folding, without white space at both ends.
    public let value: ArraySlice<UInt8>
  }

  /// A way in which a list is malformed.
  public enum Fault: Hashable, Sendable {
    /// A piece between semicolons has no `=`.
    case noEquals(String)
    /// Two semicolons stand together, or one at the beginning.
    case empty
    /// A tag name has other characters than letters, digits and `_`, or does not begin with a letter.
    case name(String)
    /// A tag stands twice.
    case repeated(String)
    /// A value has a byte that may not stand there.
    case value(tag: String, byte: UInt8)
  }

  /// The tags in the order of the text.
  public let tags: [Tag]
  /// What is malformed, in the order of the text.
  public let faults: [Fault]

  /// Reads the value of a field or the text of a record.
  public init(_ bytes: ArraySlice<UInt8>) {
    var tags: [Tag] = []
    var faults: [Fault] = []
    let pieces = bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    for (number, piece) in pieces.enumerated() {
      let piece = piece.trimmed
      if piece.isEmpty {
        // The last semicolon may be followed by nothing.
        if number < pieces.count - 1 || pieces.count == 1 { faults.append(.empty) }
        continue
      }
      guard let equals = piece.firstIndex(of: UInt8(ascii: "=")) else {
        faults.append(.noEquals(piece.prefix(40).text))
        continue
      }
      let name = piece[..<equals].trimmed
      let tag = Tag(name: name.text, value: piece[(equals + 1)...].trimmed)
      if !Self.isName(name) { faults.append(.name(tag.name)) }
      if tags.contains(where: { $0.name == tag.name }) { faults.append(.repeated(tag.name)) }
      if let byte = Self.strangeByte(in: tag.value) { faults.append(.value(tag: tag.name, byte: byte)) }
      // So many tags mean nothing; what follows is not looked at.
      if tags.count == Self.mostTags { break }
      tags.append(tag)
    }
    self.tags = tags
    self.faults = faults
  }

  private static let mostTags = 100

  private static func isName(_ name: ArraySlice<UInt8>) -> Bool {
    guard let first = name.first, first.isLetter else { return false }
    return name.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
  }

  /// `VALCHAR` is what can be seen, without the semicolon; bytes above 0x7F are taken (RFC 8616).
  private static func strangeByte(in value: ArraySlice<UInt8>) -> UInt8? {
    value.first { !($0 > 0x20 && $0 != 0x7F || $0.isFoldingBlank) }
  }

  /// The value of the first tag of this name.
  public func value(_ name: String) -> ArraySlice<UInt8>? { tags.first { $0.name == name }?.value }
}

extension TagList.Fault: CustomStringConvertible {
  /// What is wrong, as it follows a colon.
  public var description: String {
    switch self {
    case .noEquals(let piece): "'\(piece)' has no '='"
    case .empty: "a tag is missing between two semicolons"
    case .name(let name): "'\(name)' is no tag name"
    case .repeated(let name): "\(name)= appears twice"
    case .value(let tag, let byte): "\(tag)= has the byte 0x\(byte.digits(2, radix: 16, uppercase: true))"
    }
  }
}
