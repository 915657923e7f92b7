// JSON in the order in which a type encodes itself, so that people find the fields where the documentation has them.

import Model

/// A JSON value whose objects keep their order: what stands in its text, one after the other.
struct JSONValue: Hashable, Sendable {
  enum Token: Hashable, Sendable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    /// Of the next member.
    case key(String)
    case beginArray, endArray, beginObject, endObject
  }

  /// One value, whole.
  private(set) var tokens: [Token]

  init(tokens: [Token]) { self.tokens = tokens }

  /// Adds a member at the end of an object; any other value stays as it is.
  mutating func append(_ key: String, _ value: JSONValue) {
    guard tokens.last == .endObject else { return }
    tokens.removeLast()
    tokens.append(.key(key))
    tokens += value.tokens
    tokens.append(.endObject)
  }

  /// One line without blanks.
  var compactText: String { text(indentation: nil, depth: 0) }

  /// Two blanks of indentation a level; `depth` levels for every line but the first.
  func prettyText(depth: Int = 0) -> String { text(indentation: "  ", depth: depth) }

  private func text(indentation: String?, depth: Int) -> String {
    var text = ""
    var depth = depth
    /// Whether something stands before in the same object or array, and whether it is a key.
    var (isFirst, followsKey) = (true, false)
    func breakLine() {
      guard let indentation else { return }
      text += "\n"
      for _ in 0..<depth { text += indentation }
    }
    func end(_ bracket: String) {
      depth -= 1
      if !isFirst { breakLine() }
      text += bracket
    }
    for (index, token) in tokens.enumerated() {
      let isEnd = token == .endArray || token == .endObject
      if index > 0, !isEnd, !followsKey {
        if !isFirst { text += "," }
        breakLine()
      }
      var (opens, isKey) = (false, false)
      switch token {
      case .null: text += "null"
      case .bool(let value): text += value ? "true" : "false"
      case .number(let digits): text += digits
      case .string(let value): text += value.jsonQuoted()
      case .key(let key):
        text += key.jsonQuoted()
        text += indentation == nil ? ":" : ": "
        isKey = true
      case .beginArray, .beginObject:
        text += token == .beginArray ? "[" : "{"
        depth += 1
        opens = true
      case .endArray: end("]")
      case .endObject: end("}")
      }
      (isFirst, followsKey) = (opens, isKey)
    }
    return text
  }
}

/// A stream of objects as `--output jsonl` (one a line) or `--output json` (an array).
struct JSONStream {
  let isLines: Bool
  private var count = 0

  init(isLines: Bool) { self.isLines = isLines }

  /// The text of the next object.
  mutating func add(_ value: JSONValue) -> String {
    defer { count += 1 }
    if isLines { return value.compactText + "\n" }
    return (count == 0 ? "[\n  " : ",\n  ") + value.prettyText(depth: 1)
  }

  /// The text after the last object.
  func finish() -> String {
    if isLines { return "" }
    return count == 0 ? "[]\n" : "\n]\n"
  }
}
