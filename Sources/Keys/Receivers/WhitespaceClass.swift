// What receivers take for white space: each language has its own idea.

internal import Model
internal import Syntax

/// A set of characters that count as white space.
enum WhitespaceClass: Sendable {
  /// Space, tab, CR, LF.
  case mail
  /// Also form feed: `g_ascii_isspace`, `is_ascii_whitespace`.
  case formFeed
  /// Also vertical tab: `isspace` of C, bytes of Python.
  case c
  /// Also the spaces of Unicode: Go, Perl.
  case unicode
  /// As in JavaScript, where each byte is a character of Latin-1.
  case latin1
  /// Space alone.
  case space
  /// Space, CR, LF.
  case spaceAndLines

  func contains(_ byte: UInt8) -> Bool {
    switch self {
    case .mail: byte.isBlank
    case .formFeed: byte.isBlank || byte == 0x0C
    case .c, .unicode: byte.isBlank || byte == 0x0B || byte == 0x0C
    case .latin1: byte.isBlank || byte == 0x0B || byte == 0x0C || byte == 0xA0
    case .space: byte == 0x20
    case .spaceAndLines: byte == 0x20 || byte == 0x0D || byte == 0x0A
    }
  }

  /// The bytes without white space at both ends.
  func trim(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> { trimEnd(trimStart(bytes)) }

  func trimStart(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes
    while let first = rest.first {
      if contains(first) {
        rest = rest.dropFirst()
      } else if let space = wide(rest, { $0.starts(with: $1) }) {
        rest = rest.dropFirst(space)
      } else {
        break
      }
    }
    return rest
  }

  func trimEnd(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    var rest = bytes
    while let last = rest.last {
      if contains(last) {
        rest = rest.dropLast()
      } else if let space = wide(rest, { $0.suffix($1.count).elementsEqual($1) }) {
        rest = rest.dropLast(space)
      } else {
        break
      }
    }
    return rest
  }

  func drop(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> { ArraySlice(bytes.filter { !contains($0) }) }

  /// How many bytes a space of Unicode takes, where one stands.
  private func wide(_ bytes: ArraySlice<UInt8>, _ stands: (ArraySlice<UInt8>, [UInt8]) -> Bool) -> Int? {
    guard case .unicode = self else { return nil }
    return Self.wideSpaces.first { stands(bytes, $0) }?.count
  }

  /// The characters of White_Space outside ASCII, in UTF-8.
  private static let wideSpaces: [[UInt8]] =
    ([0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000] + Array(0x2000...0x200A)).compactMap {
      Unicode.Scalar($0 as UInt32).map { Array(String($0).utf8) }
    }
}
