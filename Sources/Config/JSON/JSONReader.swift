// A strict reader of RFC 8259 that keeps the place of every value, which no decoder at hand does.
//
// What a person types by habit (comments, a comma too many, a key twice) is noted and read over, so that one run tells
// everything; any other breach of the grammar ends the reading.

internal import Model

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

  let bytes: [UInt8]
  var position = 0
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
    if position == bytes.count { throw fault("the file is empty; the smallest configuration is {}") }
    let node = try value(depth: 0)
    skipBlanks()
    if position < bytes.count { throw fault("found \(foundHere) after the end of the configuration; remove it") }
    return node
  }

  // MARK: Values

  private mutating func value(depth: Int) throws(Fault) -> JSONNode {
    let start = position
    guard position < bytes.count else { throw fault("the file ends where a value is expected") }
    switch bytes[position] {
    case UInt8(ascii: "{"):
      try checkDepth(depth)
      return JSONNode(.object(try members(depth: depth + 1)), offset: start)
    case UInt8(ascii: "["):
      try checkDepth(depth)
      return JSONNode(.array(try elements(depth: depth + 1)), offset: start)
    case UInt8(ascii: "\""): return JSONNode(.string(try string()), offset: start)
    case UInt8(ascii: "-"), 0x30...0x39: return JSONNode(.number(try number()), offset: start)
    case UInt8(ascii: "'"): throw fault("found a single quote; write strings in double quotes")
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
    case "true", "false", "null": throw fault("found \(word); write \(word.lowercased())")
    case "": throw fault("found \(foundHere), expected a value")
    default: throw fault("found \(word.quoted) without quotes; expected a value; write strings in double quotes")
    }
  }

  private func checkDepth(_ depth: Int) throws(Fault) {
    if depth >= Self.maximumDepth {
      throw fault("arrays and objects are nested more than \(Self.maximumDepth) levels deep")
    }
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
          throw fault("found a single quote; write keys in double quotes")
        }
        if !word.isEmpty { throw fault("found \(word.quoted) without quotes; write keys in double quotes") }
        throw fault("found \(foundHere), expected a key in double quotes or '}'")
      }
      let name = try string()
      path.append(.name(name))
      if !names.insert(name).inserted {
        note("the key is here a second time; keep one of the two", at: start)
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
  private mutating func comma(before closing: UInt8, of type: String, since opening: Int) throws(Fault) -> Bool {
    let bracket = String(UnicodeScalar(closing))
    guard position < bytes.count else { throw unclosed(type, bracket, since: opening) }
    if bytes[position] == closing { return false }
    guard bytes[position] == UInt8(ascii: ",") else {
      throw fault("found \(foundHere), expected ',' or '\(bracket)'; a comma may be missing before it")
    }
    let comma = position
    position += 1
    skipBlanks()
    if position < bytes.count, bytes[position] == closing {
      note("there is a comma before the closing '\(bracket)', which JSON does not allow; remove it", at: comma)
    }
    return true
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
    note(
      "found a comment, which JSON does not allow; remove it (watches have the key `note` for remarks)", at: position)
  }

  // MARK: Faults

  /// The letters and digits at the position.
  var word: String {
    let end = bytes[position...].prefix(40).prefix { byte in
      UnicodeScalar(byte).properties.isAlphabetic && byte < 0x80 || byte.isDigit
        || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "$")
    }
    return String(decoding: end, as: UTF8.self)
  }

  /// What stands at the position, for a message.
  var foundHere: String {
    guard position < bytes.count else { return "the end of the file" }
    let text = String(decoding: bytes[position...].prefix(4), as: UTF8.self)
    guard let scalar = text.unicodeScalars.first else { return "the end of the file" }
    if scalar.isUnseen || scalar.value > 0x7E && scalar.properties.isWhitespace {
      return "the character U+" + scalar.value.digits(4, radix: 16, uppercase: true)
    }
    return "'\(scalar)'"
  }

  private func unclosed(_ type: String, _ bracket: String, since opening: Int) -> Fault {
    Fault(
      offset: opening, path: renderedPath,
      message: "the \(type) that begins here is not closed before the end of the file; expected '\(bracket)'")
  }

  func fault(_ message: String) -> Fault {
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
