// One line of a list in its parts: words, then `name=value`, then a comment.

internal import Model

/// The parts of a line that is neither blank nor a comment.
struct ListLine {
  /// A domain and its selectors, or one key name.
  private(set) var words: [String] = []
  private(set) var note: String?
  private(set) var labels: [String: String] = [:]

  /// nil for a blank line and a comment.
  init?(_ line: some Collection<UInt8>) throws(KeyNameLineError) {
    let parts = Self.parts(of: line)
    if parts.isEmpty { return nil }
    if line.count > KeyNameList.longestLine {
      throw KeyNameLineError("the line has more than \(KeyNameList.longestLine) bytes")
    }
    for part in parts {
      guard let text = String(validating: part, as: UTF8.self) else {
        throw KeyNameLineError("the line is not UTF-8; save the file as UTF-8")
      }
      if part.contains(UInt8(ascii: "=")) {
        try take(attribute: text)
      } else if note != nil || !labels.isEmpty {
        throw KeyNameLineError(
          "found \(text.quoted) after a name=value; write the selectors first, and quote a value with spaces: "
            + "note=\"two words\"")
      } else {
        words.append(text)
      }
    }
    if words.isEmpty { throw KeyNameLineError("the line has no domain; expected 'domain selector' or one key name") }
  }

  private mutating func take(attribute text: String) throws(KeyNameLineError) {
    let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let name = String(pair[0])
    guard let first = name.utf8.first, first.isLetter,
      name.utf8.allSatisfy({ $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "_") })
    else {
      throw KeyNameLineError(
        "\(text.quoted) is neither a domain name nor name=value; expected note=\"...\", contact=..., or a label")
    }
    var value = String(pair[1])
    if value.hasPrefix("\"") {
      guard value.utf8.count > 1, value.hasSuffix("\"") else {
        throw KeyNameLineError("the quotes after \(name)= are not closed on this line")
      }
      value = String(value.dropFirst().dropLast())
    }
    if value.isEmpty { throw KeyNameLineError("\(name)= has no value") }
    if name == "note" {
      if note != nil { throw KeyNameLineError("note= is on the line twice; keep one") }
      note = value
    } else if labels.updateValue(value, forKey: name) != nil {
      throw KeyNameLineError("\(name)= is on the line twice; keep one")
    }
  }

  /// Cuts a line at blanks outside of quotes, up to its comment. Quotes count behind `=` only.
  private static func parts<Line: Collection<UInt8>>(of line: Line) -> [Line.SubSequence] {
    func isBlank(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 || byte == 0x0D }
    if !line.contains(UInt8(ascii: "=")) {
      return line.prefix { $0 != UInt8(ascii: "#") }.split(whereSeparator: isBlank)
    }
    var parts: [Line.SubSequence] = []
    var start: Line.Index?
    var isQuoted = false
    var previous: UInt8 = 0
    var index = line.startIndex
    while index != line.endIndex {
      let byte = line[index]
      if isQuoted {
        isQuoted = byte != UInt8(ascii: "\"")
      } else if byte == UInt8(ascii: "#") {
        break
      } else if isBlank(byte) {
        if let first = start { parts.append(line[first..<index]) }
        start = nil
      } else {
        if start == nil { start = index }
        isQuoted = byte == UInt8(ascii: "\"") && previous == UInt8(ascii: "=")
      }
      previous = byte
      index = line.index(after: index)
    }
    if let start { parts.append(line[start..<index]) }
    return parts
  }
}
