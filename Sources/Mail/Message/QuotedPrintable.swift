// Quoted-printable: of tags (RFC 6376, section 2.11) and of bodies (RFC 2045, section 6.7).

internal import Model

package enum QuotedPrintable {
  /// A value of `z=`: white space means nothing, `=XX` is a byte.
  static func decodeTagValue(_ value: ArraySlice<UInt8>) -> [UInt8] { decode(value.withoutFoldingBlanks[...]) }

  /// Turns every `=XX` into its byte; what only looks like one stays.
  static func decode(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(bytes.count)
    var position = bytes.startIndex
    while position < bytes.endIndex {
      if bytes[position] == UInt8(ascii: "="), position + 2 < bytes.endIndex,
        let high = digit(bytes[position + 1]), let low = digit(bytes[position + 2])
      {
        result.append(high << 4 | low)
        position += 3
      } else {
        result.append(bytes[position])
        position += 1
      }
    }
    return result
  }

  static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x41 + 10
    case 0x61...0x66: byte - 0x61 + 10
    default: nil
    }
  }
}

extension QuotedPrintable {
  /// A body: soft line breaks are taken out, and blanks at the ends of lines, which the way may have added.
  package static func decodeBody(_ body: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(body.count)
    var start = body.startIndex
    while start < body.endIndex {
      let lineFeed = body[start...].firstIndex(of: .lineFeed)
      var end = lineFeed ?? body.endIndex
      if end > start, lineFeed != nil, body[end - 1] == .carriageReturn { end -= 1 }
      let next = lineFeed.map { $0 + 1 } ?? body.endIndex
      var last = end
      while last > start, body[last - 1].isBlank { last -= 1 }
      if last > start, body[last - 1] == UInt8(ascii: "=") {
        result += decode(body[start..<(last - 1)])
      } else {
        result += decode(body[start..<last])
        result += body[end..<next]
      }
      start = next
    }
    return result
  }
}
