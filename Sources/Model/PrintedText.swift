// Printing what others have written: digits of a fixed width, escapes, and nothing that steers a terminal.

extension BinaryInteger {
  /// At least `count` digits, with zeros before.
  public func digits(_ count: Int, radix: Int = 10, uppercase: Bool = false) -> String {
    let digits = String(self, radix: radix, uppercase: uppercase)
    return String(repeating: "0", count: max(0, count - digits.utf8.count)) + digits
  }
}

extension UInt8 {
  /// The byte as `\DDD`, as master files write it (RFC 1035, section 5.1).
  var decimalEscape: String { "\\" + digits(3) }
}

extension Unicode.Scalar {
  /// C0, DEL and C1, line separators, the bidirectional controls and the byte order mark: nothing that a zone, a server
  /// or a file sends may steer a terminal.
  public var steersTerminal: Bool {
    switch value {
    case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF: true
    default: false
    }
  }
}

extension String {
  /// The text with every control, and every change of the reading direction, shown as its number.
  public var withoutControls: String {
    if !unicodeScalars.contains(where: \.steersTerminal) { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.steersTerminal {
        text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }

  /// The text within HTML and XML: nothing in it is markup, ends an element or an attribute. By scalars, since a mark that joins
  /// a quotation mark makes another character of it, but not to a browser.
  public var htmlEscaped: String {
    unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }

  /// The text as a JSON string (RFC 8259, section 7), in which `isEscaped` scalars stand as escapes too.
  public func jsonQuoted(escaping isEscaped: (Unicode.Scalar) -> Bool = { $0.steersTerminal }) -> String {
    // Nearly all texts are as they are, and nobody escapes printable ASCII.
    if utf8.allSatisfy({ (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
      return "\"\(self)\""
    }
    var text = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": text += "\\\""
      case "\\": text += "\\\\"
      case "\n": text += "\\n"
      case "\r": text += "\\r"
      case "\t": text += "\\t"
      case _ where scalar.value < 0x20 || isEscaped(scalar): text += "\\u" + scalar.value.digits(4, radix: 16)
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
