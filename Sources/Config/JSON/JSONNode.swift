// A JSON document as a tree that knows where each value stands.

internal import Model

/// One JSON value and the offset of its first byte.
struct JSONNode: Sendable {
  var value: Content
  var offset: Int

  indirect enum Content: Sendable {
    case null
    case boolean(Bool)
    /// The text of the number.
    case number(String)
    case string(String)
    case array([JSONNode])
    /// In the order of the file.
    case object([Member])
  }

  struct Member: Sendable {
    var name: String
    /// Where the name stands.
    var offset: Int
    var node: JSONNode

    init(_ name: String, _ node: JSONNode, offset: Int = 0) {
      self.name = name
      self.offset = offset
      self.node = node
    }
  }

  init(_ value: Content, offset: Int = 0) {
    self.value = value
    self.offset = offset
  }

  /// The members, where the value is an object.
  var members: [Member]? {
    if case .object(let members) = value { members } else { nil }
  }

  /// The value of a member, where the value is an object that has it.
  subscript(name: String) -> JSONNode? { members?.first { $0.name == name }?.node }

  /// The elements, where the value is an array.
  var elements: [JSONNode]? {
    if case .array(let elements) = value { elements } else { nil }
  }

  /// The text, where the value is a string.
  var string: String? {
    if case .string(let text) = value { text } else { nil }
  }

  /// What the value is, in words for a message.
  var inWords: String {
    switch value {
    case .null: "null"
    case .boolean(let flag): "\(flag)"
    case .number(let text): "the number \(text.clipped)"
    case .string(let text): "the string \(text.quoted)"
    case .array: "an array"
    case .object: "an object"
    }
  }
}

extension JSONNode: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  init(stringLiteral text: String) { self.init(.string(text)) }
  init(integerLiteral number: Int) { self.init(.number(String(number))) }
  init(booleanLiteral flag: Bool) { self.init(.boolean(flag)) }
  init(arrayLiteral elements: JSONNode...) { self.init(.array(elements)) }
  init(dictionaryLiteral members: (String, JSONNode)...) {
    self.init(.object(members.map { Member($0, $1) }))
  }
}

extension JSONNode {
  /// The value as indented JSON text; what is short stands on one line.
  func text(indentation: String = "") -> String {
    let flat = flatText
    if indentation.utf8.count + flat.utf8.count <= 100, !holdsObjects { return flat }
    let inner = indentation + "  "
    switch value {
    case .array(let elements):
      return "[\n" + elements.map { inner + $0.text(indentation: inner) }.joined(separator: ",\n") + "\n\(indentation)]"
    case .object(let members):
      let lines = members.map { "\(inner)\($0.name.jsonQuoted()): " + $0.node.text(indentation: inner) }
      return "{\n" + lines.joined(separator: ",\n") + "\n\(indentation)}"
    default: return flat
    }
  }

  private var holdsObjects: Bool {
    switch value {
    case .array(let elements): elements.contains { $0.members?.isEmpty == false }
    case .object(let members): members.count > 3 || members.contains { $0.node.members?.isEmpty == false }
    default: false
    }
  }

  private var flatText: String {
    switch value {
    case .null: "null"
    case .boolean(let flag): "\(flag)"
    case .number(let text): text
    case .string(let text): text.jsonQuoted()
    case .array(let elements): "[" + elements.map(\.flatText).joined(separator: ", ") + "]"
    case .object(let members):
      "{" + members.map { "\($0.name.jsonQuoted()): \($0.node.flatText)" }.joined(separator: ", ") + "}"
    }
  }
}

extension String {
  /// The text in quotes for a message: of a readable length, and without characters that nobody sees.
  var quoted: String { clipped.jsonQuoted(escaping: \.isUnseen) }

  /// At most 60 characters of the text.
  var clipped: String { count > 60 ? prefix(57) + "..." : self }
}

extension Unicode.Scalar {
  /// What steers a terminal, and the blanks and marks of no width that come in by copying.
  var isUnseen: Bool { steersTerminal || (0x200B...0x200D).contains(value) || (0x2060...0x2065).contains(value) }
}
