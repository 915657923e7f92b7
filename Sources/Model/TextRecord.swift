// TXT records: the strings as they stand in the RDATA, and their ways in and out of text.

/// One TXT record: its character-strings as they stand in the RDATA (RFC 1035, section 3.3.14).
public struct TextRecord: Hashable, Sendable {
  /// The character-strings, each of at most 255 bytes. Their boundaries tell how the record was entered.
  public let strings: [[UInt8]]

  /// Takes the strings as they are.
  public init(strings: [[UInt8]]) { self.strings = strings }

  /// Takes text without strings and fills them to 255 bytes, as most software does.
  public init(bytes: some Sequence<UInt8>) {
    let bytes = Array(bytes)
    strings = stride(from: 0, to: max(bytes.count, 1), by: 255).map {
      Array(bytes[$0..<min($0 + 255, bytes.count)])
    }
  }

  /// As `init(bytes:)`, for the bytes of a text.
  public init(_ text: String) { self.init(bytes: text.utf8) }

  /// The strings joined with nothing between (RFC 6376, section 3.6.2.2).
  public var joined: [UInt8] { strings.reduce(into: []) { $0 += $1 } }

  /// The joined bytes as text: bytes that are not UTF-8, and characters that steer a terminal, are printed as `\DDD`.
  public var text: String {
    let bytes = joined
    if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: \.steersTerminal) {
      return text
    }
    return bytes.reduce(into: "") { $0 += (0x20...0x7E).contains($1) ? String(UnicodeScalar($1)) : $1.decimalEscape }
  }

  /// The RDATA in master-file notation: quoted strings with blanks between.
  public var zoneFileText: String {
    strings.map { string in
      let text = string.reduce(into: "") { text, byte in
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"): text += "\\" + String(UnicodeScalar(byte))
        case 0x20...0x7E: text.unicodeScalars.append(UnicodeScalar(byte))
        default: text += byte.decimalEscape
        }
      }
      return "\"\(text)\""
    }.joined(separator: " ")
  }
}

extension TextRecord {
  /// The RDATA: each string with its length before it. A string of more than 255 bytes, which no message can hold, is
  /// cut.
  public var rdata: [UInt8] {
    strings.reduce(into: []) { data, string in
      var rest = string[...]
      repeat {
        data.append(UInt8(min(rest.count, 255)))
        data += rest.prefix(255)
        rest = rest.dropFirst(255)
      } while !rest.isEmpty
    }
  }

  /// Reads RDATA; nil where a length leads beyond the end.
  public init?(rdata: some Sequence<UInt8>) {
    var strings: [[UInt8]] = []
    var rest = Array(rdata)[...]
    while let length = rest.popFirst() {
      guard rest.count >= length else { return nil }
      strings.append(Array(rest.prefix(Int(length))))
      rest = rest.dropFirst(Int(length))
    }
    self.init(strings: strings)
  }
}
