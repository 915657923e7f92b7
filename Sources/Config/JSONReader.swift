// A strict reader of RFC 8259 that keeps the place of every value, which no decoder at hand does.
//
// What a person types by habit (comments, a comma too many, a key twice) is noted and read over, so that one run tells
// everything; any other breach of the grammar ends the reading.

/// Reads one JSON document.
struct JSONReader {
  /// A breach of the grammar, with the offset and the path where it was met.
  struct Fault: Error, Hashable {
    var offset: Int
    var path: String
    var message: String
  }

  /// Deeper documents are refused: nothing in a configuration nests so far.
  static let maximumDepth = 32

  /// The breaches that were read over.
  private(set) var faults: [Fault] = []

  private let bytes: [UInt8]
  private var position = 0
  private var path: [Step] = []

  private enum Step {
    case name(String)
    case index(Int)
  }

  /// Takes bytes that are known to be UTF-8.
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
  }

  /// The one value of the document.
  mutating func document() throws(Fault) -> JSONNode {
    skipBlanks()
    if position == bytes.count { throw fault("the file is empty; the least configuration is {}") }
    let node = try value(depth: 0)
    skipBlanks()
    if position < bytes.count { throw fault("found \(foundHere) after the end of the configuration; expected no more") }
    return node
  }

  // MARK: Values

  private mutating func value(depth: Int) throws(Fault) -> JSONNode {
    let start = position
    guard position < bytes.count else { throw fault("the file ends where a value should stand") }
    switch bytes[position] {
    case UInt8(ascii: "{"):
      try checkDepth(depth)
      return JSONNode(.object(try members(depth: depth + 1)), offset: start)
    case UInt8(ascii: "["):
      try checkDepth(depth)
      return JSONNode(.array(try elements(depth: depth + 1)), offset: start)
    case UInt8(ascii: "\""): return JSONNode(.string(try string()), offset: start)
    case UInt8(ascii: "-"), 0x30...0x39: return JSONNode(.number(try number()), offset: start)
    case UInt8(ascii: "'"): throw fault("found a single quote; strings stand in double quotes")
    default: break
    }
    switch word {
    case "true":
      position += 4
      return JSONNode(.boolean(true), offset: start)
    case "false":
      position += 5
      return JSONNode(.boolean(false), offset: start)
    case "null":
      position += 4
      return JSONNode(.null, offset: start)
    default: break
    }
    switch word.lowercased() {
    case "true", "false", "null": throw fault("found \(word); JSON writes \(word.lowercased())")
    case "": throw fault("found \(foundHere), expected a value")
    default: throw fault("found \(word.quoted) without quotes; expected a value, and strings stand in double quotes")
    }
  }

  private func checkDepth(_ depth: Int) throws(Fault) {
    if depth >= Self.maximumDepth { throw fault("arrays and objects nest deeper than \(Self.maximumDepth) levels") }
  }

  private mutating func members(depth: Int) throws(Fault) -> [JSONNode.Member] {
    var members: [JSONNode.Member] = []
    var names: Set<String> = []
    let opening = position
    position += 1
    skipBlanks()
    while true {
      guard position < bytes.count else { throw unclosed("object", "}", since: opening) }
      if bytes[position] == UInt8(ascii: "}") { break }
      let start = position
      guard bytes[position] == UInt8(ascii: "\"") else {
        if bytes[position] == UInt8(ascii: "'") {
          throw fault("found a single quote; keys stand in double quotes")
        }
        if !word.isEmpty { throw fault("found \(word.quoted) without quotes; keys stand in double quotes") }
        throw fault("found \(foundHere), expected a key in double quotes or '}'")
      }
      let name = try string()
      path.append(.name(name))
      if !names.insert(name).inserted {
        note("the key stands here a second time; keep one of the two", at: start)
      }
      skipBlanks()
      guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else {
        throw fault("found \(foundHere), expected ':' after the key")
      }
      position += 1
      skipBlanks()
      members.append(.init(name, try value(depth: depth), offset: start))
      path.removeLast()
      skipBlanks()
      if !(try comma(before: UInt8(ascii: "}"), of: "object", since: opening)) { break }
    }
    position += 1
    return members
  }

  private mutating func elements(depth: Int) throws(Fault) -> [JSONNode] {
    var elements: [JSONNode] = []
    let opening = position
    position += 1
    skipBlanks()
    while true {
      guard position < bytes.count else { throw unclosed("array", "]", since: opening) }
      if bytes[position] == UInt8(ascii: "]") { break }
      path.append(.index(elements.count))
      elements.append(try value(depth: depth))
      path.removeLast()
      skipBlanks()
      if !(try comma(before: UInt8(ascii: "]"), of: "array", since: opening)) { break }
    }
    position += 1
    return elements
  }

  /// Steps over a comma; false at the closing bracket.
  private mutating func comma(before closing: UInt8, of kind: String, since opening: Int) throws(Fault) -> Bool {
    let bracket = String(UnicodeScalar(closing))
    guard position < bytes.count else { throw unclosed(kind, bracket, since: opening) }
    if bytes[position] == closing { return false }
    guard bytes[position] == UInt8(ascii: ",") else {
      throw fault("found \(foundHere), expected ',' or '\(bracket)'; a comma may be missing before it")
    }
    let comma = position
    position += 1
    skipBlanks()
    if position < bytes.count, bytes[position] == closing {
      note("a comma stands before the closing '\(bracket)'; JSON allows none there, remove it", at: comma)
    }
    return true
  }

  // MARK: Strings

  private mutating func string() throws(Fault) -> String {
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
      throw fault("a backslash stands before a character that has no escape; write \\\\ for a backslash itself")
    }
    let high = try unit()
    var code = UInt32(high)
    if high & 0xFC00 == 0xD800 {
      let start = position
      guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"), bytes[position + 1] == UInt8(ascii: "u"),
        case let low = try unit(), low & 0xFC00 == 0xDC00
      else {
        position = start - 6
        throw fault("half of a surrogate pair stands alone; write the character itself, or both halves")
      }
      code = 0x10000 + (UInt32(high & 0x3FF) << 10 | UInt32(low & 0x3FF))
    }
    guard let scalar = Unicode.Scalar(code) else {
      position -= 6
      throw fault("half of a surrogate pair stands alone; write the character itself, or both halves")
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

  // MARK: Numbers

  private mutating func number() throws(Fault) -> String {
    let start = position
    func digits(_ position: inout Int) -> Int {
      let first = position
      while position < bytes.count, (0x30...0x39).contains(bytes[position]) { position += 1 }
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
      throw fault("found \(found.quoted) without quotes; values with a unit are strings in double quotes")
    }
    return text
  }

  // MARK: Blanks and comments

  private mutating func skipBlanks() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      case UInt8(ascii: "/") where position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "*"):
        noteComment()
        let start = position
        position += 2
        while position < bytes.count {
          if position >= start + 3, bytes[position] == UInt8(ascii: "/"), bytes[position - 1] == UInt8(ascii: "*") {
            break
          }
          position += 1
        }
        position = min(position + 1, bytes.count)
      case UInt8(ascii: "#"),
        UInt8(ascii: "/") where position + 1 < bytes.count && bytes[position + 1] == UInt8(ascii: "/"):
        noteComment()
        while position < bytes.count, bytes[position] != 0x0A { position += 1 }
      default: return
      }
    }
  }

  private mutating func noteComment() {
    note("a comment stands here; JSON has none, remove it (a watch has the key `note` for remarks)", at: position)
  }

  // MARK: Faults

  /// The letters and digits at the position.
  private var word: String {
    let end = bytes[position...].prefix(40).prefix { byte in
      UnicodeScalar(byte).properties.isAlphabetic && byte < 0x80 || (0x30...0x39).contains(byte)
        || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
    }
    return String(decoding: end, as: UTF8.self)
  }

  /// What stands at the position, for a message.
  private var foundHere: String {
    guard position < bytes.count else { return "the end of the file" }
    let text = String(decoding: bytes[position...].prefix(4), as: UTF8.self)
    guard let scalar = text.unicodeScalars.first else { return "the end of the file" }
    if scalar.steersTerminal || scalar.value > 0x7E && scalar.properties.isWhitespace {
      let digits = String(scalar.value, radix: 16, uppercase: true)
      return "the character U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
    return "'\(scalar)'"
  }

  private func unclosed(_ kind: String, _ bracket: String, since opening: Int) -> Fault {
    Fault(
      offset: opening, path: renderedPath,
      message: "the \(kind) that begins here is not closed before the end of the file; expected '\(bracket)'")
  }

  private func fault(_ message: String) -> Fault {
    Fault(offset: position, path: renderedPath, message: message)
  }

  private mutating func note(_ message: String, at offset: Int) {
    faults.append(Fault(offset: offset, path: renderedPath, message: message))
  }

  private var renderedPath: String {
    path.reduce("") { path, step in
      switch step {
      case .name(let name): path.appendingPath(name: name)
      case .index(let index): path.appendingPath(index: index)
      }
    }
  }
}

extension String {
  /// The path of a member; names that are no plain words stand in brackets.
  func appendingPath(name: String) -> String {
    let isPlain =
      !name.isEmpty
      && name.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x5F || byte == 0x2D
          || byte == 0x24
      }
    return isPlain ? (isEmpty ? name : self + "." + name) : self + "[" + name.quoted + "]"
  }

  /// The path of an element.
  func appendingPath(index: Int) -> String { "\(self)[\(index)]" }
}
