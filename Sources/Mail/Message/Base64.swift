// Base64 as mail has it: strict in the tags of a signature, lenient in the parts of a message.

internal import Model

package enum Base64 {
  /// Decodes a value (RFC 4648, section 4, with the folding white space of RFC 6376); nil where anything else stands in
  /// it. Padding may be missing: every length but one says by itself how many bytes there are.
  static func decode(_ text: some Sequence<UInt8>) -> [UInt8]? {
    var decoder = Decoder()
    var padding = 0
    for byte in text {
      if byte.isFoldingBlank { continue }
      if byte == UInt8(ascii: "=") {
        padding += 1
        continue
      }
      guard padding == 0, let value = value(of: byte) else { return nil }
      decoder.take(value)
    }
    return decoder.digits % 4 == 1 || padding > 2 ? nil : decoder.bytes
  }

  /// Decodes the content of a part (RFC 2045, section 6.8): what does not belong there is passed over, and behind the
  /// padding it may begin anew.
  package static func decodePart(_ text: ArraySlice<UInt8>) -> [UInt8] {
    var decoder = Decoder()
    decoder.bytes.reserveCapacity(text.count / 4 * 3)
    for byte in text {
      if let value = value(of: byte) {
        decoder.take(value)
      } else if byte == UInt8(ascii: "=") {
        decoder.digits = 0
      }
    }
    return decoder.bytes
  }

  private struct Decoder {
    var bytes: [UInt8] = []
    var digits = 0
    private var bits: UInt32 = 0

    mutating func take(_ value: UInt8) {
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
