// Strings and numbers of JSON (RFC 8259, sections 6 and 7).

internal import Model

extension JSONReader {
  /// Reads the string that begins at the position.
  mutating func string() throws(Fault) -> String {
    let start = position
    position += 1
    var text: [UInt8] = []
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: text, as: UTF8.self)
      case UInt8(ascii: "\\"): text.append(contentsOf: try escape())
      case 0x0A, 0x0D:
        position = start
        throw fault("the string is not closed on its line; expected '\"' (a line break inside is written \\n)")
      case 0..<0x20: throw fault("found \(foundHere) inside a string; write it as an escape such as \\t or \\u0000")
      default:
        text.append(byte)
        position += 1
      }
    }
    position = start
    throw fault("the string is not closed before the end of the file; expected '\"'")
  }

  private mutating func escape() throws(Fault) -> String.UTF8View {
    let simple: [UInt8: String] = [
      UInt8(ascii: "\""): "\"", UInt8(ascii: "\\"): "\\", UInt8(ascii: "/"): "/", UInt8(ascii: "b"): "\u{8}",
      UInt8(ascii: "f"): "\u{C}", UInt8(ascii: "n"): "\n", UInt8(ascii: "r"): "\r", UInt8(ascii: "t"): "\t",
    ]
    guard position + 1 < bytes.count else { throw fault("the file ends inside a string") }
    let next = bytes[position + 1]
    if let text = simple[next] {
      position += 2
      return text.utf8
    }
    guard next == UInt8(ascii: "u") else {
      throw fault("a backslash is followed by a character that has no escape; write \\\\ for a backslash itself")
    }
    let high = try unit()
    var code = UInt32(high)
    if high & 0xFC00 == 0xD800 {
      let start = position
      guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u"),
        case let low = try unit(), low & 0xFC00 == 0xDC00
      else {
        position = start - 6
        throw fault("half of a surrogate pair is alone; write the character itself, or both halves")
      }
      code = 0x10000 + (UInt32(high & 0x3FF) << 10 | UInt32(low & 0x3FF))
    }
    guard let scalar = Unicode.Scalar(code) else {
      position -= 6
      throw fault("half of a surrogate pair is alone; write the character itself, or both halves")
    }
    return String(scalar).utf8
  }

  /// The code unit of `\uXXXX`.
  private mutating func unit() throws(Fault) -> UInt16 {
    guard position + 6 <= bytes.count,
      bytes[(position + 2)..<(position + 6)].allSatisfy({ UnicodeScalar($0).properties.isASCIIHexDigit }),
      let unit = UInt16(String(decoding: bytes[(position + 2)..<(position + 6)], as: UTF8.self), radix: 16)
    else { throw fault("\\u must be followed by four hexadecimal digits") }
    position += 6
    return unit
  }

  /// Reads the number that begins at the position, as its text.
  mutating func number() throws(Fault) -> String {
    let start = position
    func digits(_ position: inout Int) -> Int {
      let first = position
      while position < bytes.count, bytes[position].isDigit { position += 1 }
      return position - first
    }
    if bytes[position] == UInt8(ascii: "-") { position += 1 }
    let first = position
    let whole = digits(&position)
    if whole == 0 { throw fault("found \(foundHere), expected a digit after '-'") }
    if whole > 1, bytes[first] == UInt8(ascii: "0") {
      position = start
      throw fault("a number begins with 0; JSON allows no leading zero")
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      position += 1
      if digits(&position) == 0 { throw fault("found \(foundHere), expected a digit after the decimal point") }
    }
    if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      position += 1
      if position < bytes.count, bytes[position] == UInt8(ascii: "+") || bytes[position] == UInt8(ascii: "-") {
        position += 1
      }
      if digits(&position) == 0 { throw fault("found \(foundHere), expected a digit in the exponent") }
    }
    let text = String(decoding: bytes[start..<position], as: UTF8.self)
    if !word.isEmpty {
      let found = text + word
      position = start
      throw fault("found \(found.quoted) without quotes; write values with a unit in double quotes")
    }
    return text
  }
}
