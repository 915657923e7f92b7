// How a place in a record is shown: its offset and the piece of text, safe for a terminal.

internal import Model

extension RecordReading {
  /// A place as in `offset 12: 'k=RSA'`. Offsets count the bytes of the joined strings from 0.
  func evidence(_ range: Range<Int>) -> String {
    "offset \(range.lowerBound): '\(excerpt(range))'"
  }

  /// As `evidence`, for several places, the first few of them.
  func evidence(_ places: [Range<Int>]) -> String {
    let shown = places.prefix(4).map { evidence($0) }.joined(separator: ", ")
    return places.count > 4 ? shown + " and \(places.count - 4) more" : shown
  }

  /// A piece of the text, at most 60 bytes: from both ends where it is longer.
  func excerpt(_ range: Range<Int>) -> String {
    guard range.count > 60 else { return printable(bytes[range]) }
    return printable(bytes[range].prefix(40)) + "…" + printable(bytes[range].suffix(16))
  }

  /// The text around one byte.
  func surroundings(_ position: Int) -> String {
    let range = max(0, position - 12)..<min(bytes.count, position + 13)
    return "offset \(position): '\(printable(bytes[range]))'"
  }
}

/// Printable ASCII as it is, every other byte as `\xHH`.
func printable(_ bytes: some Sequence<UInt8>) -> String {
  bytes.reduce(into: "") { text, byte in
    if (0x20...0x7E).contains(byte) {
      text.unicodeScalars.append(UnicodeScalar(byte))
    } else {
      text += "\\x" + hexadecimal(byte)
    }
  }
}

/// Two digits.
func hexadecimal(_ byte: UInt8) -> String {
  byte.digits(2, radix: 16, uppercase: true)
}

/// `1 byte`, `2 bytes`.
func counted(_ number: Int, _ noun: String) -> String {
  "\(number) \(noun)\(number == 1 ? "" : "s")"
}
