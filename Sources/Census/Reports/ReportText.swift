// What reporters write and XML forbids, made readable: broken UTF-8, control characters, bare `&` and `<`.

internal import Model

/// Passes a report's bytes on and mends what no parser of XML would take. Keeps what a chunk ends in the middle of.
struct ReportText {
  private var held: [UInt8] = []
  private enum Place { case text, comment, cdata }
  private var place = Place.text
  /// Whether the bytes are passed on as they are: UTF-16, or another encoding that the first line names.
  private var isForeign: Bool?
  private static let longestTag = 4096

  mutating func feed(_ bytes: UnsafeRawBufferPointer, isLast: Bool) -> [UInt8] {
    var input = held
    held = []
    input.append(contentsOf: bytes)
    if isForeign == nil {
      if input.count < 256, !isLast {
        held = input
        return []
      }
      let head = input.prefix(256)
      isForeign = head.starts(with: [0xFE, 0xFF]) || head.starts(with: [0xFF, 0xFE]) || Self.namesOtherEncoding(head)
      if head.starts(with: [0xEF, 0xBB, 0xBF]) { input.removeFirst(3) }
      if isForeign == false {
        // Nothing may stand before the declaration, and blank lines do.
        input = Array(input.drop { $0.isBlank })
      }
    }
    if isForeign == true { return input }
    return mended(input, isLast: isLast)
  }

  private static func namesOtherEncoding(_ head: ArraySlice<UInt8>) -> Bool {
    let text = String(decoding: head.map(\.lowered), as: UTF8.self)
    guard let declaration = text.split(separator: ">", maxSplits: 1).first,
      declaration.contains("<?xml"), let name = declaration.split(separator: "encoding").dropFirst().first
    else { return false }
    let word = name.drop { "= \"'".contains($0) }.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
    return !["utf-8", "utf8", "us-ascii", "ascii", ""].contains(String(word))
  }

  private mutating func mended(_ input: [UInt8], isLast: Bool) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(input.count)
    var index = 0
    while index < input.count {
      let byte = input[index]
      if byte >= 0x80 {
        let length = Self.sequenceLength(input[index...])
        if length == nil, !isLast, input.count - index < 4 { break }
        if let length, length > 0 {
          output += input[index..<(index + length)]
          index += length
        } else {
          output.append(UInt8(ascii: "?"))
          index += 1
        }
        continue
      }
      if byte < 0x20, byte != 0x0A, byte != 0x0D, byte != 0x09 {
        output.append(UInt8(ascii: "?"))
        index += 1
        continue
      }
      switch place {
      case .comment, .cdata:
        let end: StaticString = place == .comment ? "-->" : "]]>"
        if byte == end.utf8Start[0] {
          if input.count - index < 3, !isLast { return hold(input[index...], output) }
          if Self.holds(end, input[index...]) {
            output += input[index..<(index + 3)]
            index += 3
            place = .text
            continue
          }
        }
        output.append(byte)
        index += 1
      case .text where byte == UInt8(ascii: "&"):
        if input.count - index < 10, !isLast { return hold(input[index...], output) }
        output += Self.isReference(input[index...]) ? [byte] : Array("&amp;".utf8)
        index += 1
      case .text where byte == UInt8(ascii: "<"):
        if Self.holds("<!--", input[index...]) {
          place = .comment
        } else if Self.holds("<![CDATA[", input[index...]) {
          place = .cdata
        } else if !isLast, input.count - index < 9 {
          return hold(input[index...], output)
        } else if index + 1 < input.count, input[index + 1] != UInt8(ascii: "!"), input[index + 1] != UInt8(ascii: "?")
        {
          guard
            let end = input[(index + 1)...].firstIndex(where: { $0 == UInt8(ascii: ">") || $0 == UInt8(ascii: "<") })
          else {
            if !isLast, input.count - index < Self.longestTag { return hold(input[index...], output) }
            output += Array("&lt;".utf8)
            index += 1
            continue
          }
          if input[end] == UInt8(ascii: "<") || !Self.isTag(input[(index + 1)..<end]) {
            output += Array("&lt;".utf8)
            index += 1
            continue
          }
        }
        output.append(byte)
        index += 1
      case .text:
        output.append(byte)
        index += 1
      }
    }
    return hold(input[index...], output)
  }

  private mutating func hold(_ rest: ArraySlice<UInt8>, _ output: [UInt8]) -> [UInt8] {
    held = Array(rest)
    return output
  }

  private static func holds(_ word: StaticString, _ bytes: ArraySlice<UInt8>) -> Bool {
    word.withUTF8Buffer { bytes.starts(with: $0) }
  }

  /// `&amp;`, `&#38;`; a name that a report declares itself is none.
  private static func isReference(_ bytes: ArraySlice<UInt8>) -> Bool {
    let inside = bytes.dropFirst().prefix { $0 != UInt8(ascii: ";") && $0 != UInt8(ascii: "&") && $0 != 0x20 }
    guard inside.endIndex < bytes.endIndex, bytes[inside.endIndex] == UInt8(ascii: ";"), inside.count <= 8 else {
      return false
    }
    if inside.first == UInt8(ascii: "#") { return inside.count > 1 }
    return ["amp", "lt", "gt", "quot", "apos"].contains { inside.elementsEqual($0.utf8) }
  }

  /// What stands between `<` and `>`: a name, then nothing or attributes.
  private static func isTag(_ inside: ArraySlice<UInt8>) -> Bool {
    var rest = inside
    if rest.first == UInt8(ascii: "/") { rest = rest.dropFirst() }
    guard let first = rest.first, first.isLetter || first == UInt8(ascii: "_") || first >= 0x80 else { return false }
    let name = rest.prefix {
      $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
        || $0 == UInt8(ascii: ":") || $0 >= 0x80
    }
    guard name.endIndex < rest.endIndex else { return true }
    let next = rest[name.endIndex]
    guard next.isBlank || next == UInt8(ascii: "/") else { return false }
    let attributes = rest[name.endIndex...].drop { $0.isBlank || $0 == UInt8(ascii: "/") }
    return attributes.isEmpty || attributes.contains(UInt8(ascii: "="))
  }

  /// How long a sequence of UTF-8 is; 0 where it is broken, nil where it is not all there.
  private static func sequenceLength(_ bytes: ArraySlice<UInt8>) -> Int? {
    let first = bytes[bytes.startIndex]
    let length: Int
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF: length = 3
    case 0xF0...0xF4: length = 4
    default: return 0
    }
    if bytes.count < length { return bytes.dropFirst().allSatisfy { $0 & 0xC0 == 0x80 } ? nil : 0 }
    let sequence = bytes.prefix(length)
    return String(validating: sequence, as: UTF8.self) == nil ? 0 : length
  }
}
