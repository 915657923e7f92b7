// Base64 with the place of everything that does not belong there.

internal import Model
internal import Syntax

/// The value of `p=`, decoded as far as it goes (RFC 4648, section 4; FWS allowed by RFC 6376, section 3.6.1).
///
/// What is no digit of the alphabet is stepped over and kept by its place, so that a rule can name it.
struct Base64Text: Hashable, Sendable {
  /// What the digits stand for.
  var bytes: [UInt8] = []
  /// How many digits there are, padding not counted.
  var digits = 0
  /// How many `=` end the text.
  var padding = 0
  /// Where white space stands between digits.
  var blanks: [Int] = []
  /// Where something else stands.
  var invalidCharacters: [Int] = []
  /// Where a digit follows padding.
  var afterPadding: Int?
  var hasUpper = false
  var hasLower = false

  init(_ text: [UInt8], _ range: Range<Int>) {
    bytes.reserveCapacity(range.count / 4 * 3)
    var bits: UInt32 = 0
    for position in range {
      let byte = text[position]
      guard let value = Self.value(of: byte) else {
        if byte == UInt8(ascii: "=") {
          padding += 1
        } else if byte.isBlank {
          blanks.append(position)
        } else {
          invalidCharacters.append(position)
        }
        continue
      }
      if padding > 0, afterPadding == nil { afterPadding = position }
      hasUpper = hasUpper || byte.isUpper
      hasLower = hasLower || byte.isLower
      bits = bits << 6 | UInt32(value)
      digits += 1
      switch digits % 4 {
      case 2: bytes.append(UInt8(truncatingIfNeeded: bits >> 4))
      case 3: bytes.append(UInt8(truncatingIfNeeded: bits >> 2))
      case 0: bytes.append(UInt8(truncatingIfNeeded: bits))
      default: break
      }
    }
  }

  /// How many `=` the number of digits asks for; nil where no number of bytes gives that many digits.
  var expectedPadding: Int? {
    switch digits % 4 {
    case 0: 0
    case 2: 2
    case 3: 1
    default: nil
    }
  }

  /// Whether every decoder that skips white space gets the same bytes out of it, padding aside.
  var isIntact: Bool { invalidCharacters.isEmpty && afterPadding == nil && expectedPadding != nil }

  /// What a digit of the alphabet stands for; nil for anything else.
  static func value(of byte: UInt8) -> UInt8? {
    switch byte {
    case 0x41...0x5A: byte - 0x41
    case 0x61...0x7A: byte - 0x61 + 26
    case 0x30...0x39: byte - 0x30 + 52
    case UInt8(ascii: "+"): 62
    case UInt8(ascii: "/"): 63
    default: nil
    }
  }
}

extension Collection<UInt8> {
  /// The bytes in base64, padded.
  var base64: String { base64Unpadded + String(repeating: "=", count: (3 - count % 3) % 3) }

  /// The bytes in base64 without padding.
  var base64Unpadded: String {
    let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    var text: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in self {
      bits = bits << 8 | UInt32(byte)
      count += 8
      while count >= 6 {
        count -= 6
        text.append(alphabet[Int(bits >> UInt32(count) & 63)])
      }
    }
    if count > 0 { text.append(alphabet[Int(bits << UInt32(6 - count) & 63)]) }
    return String(decoding: text, as: UTF8.self)
  }
}
