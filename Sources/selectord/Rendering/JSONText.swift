// JSON in the order in which a type encodes itself, so that people find the fields where the documentation has them.

import Model

/// A JSON value whose objects keep their order.
indirect enum JSONValue: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([JSONValue])
  case object([Member])

  struct Member: Hashable, Sendable {
    var key: String
    var value: JSONValue
  }

  /// Adds a member at the end of an object; any other value stays as it is.
  mutating func append(_ key: String, _ value: JSONValue) {
    guard case .object(let members) = self else { return }
    self = .object(members + [Member(key: key, value: value)])
  }

  /// One line without blanks.
  var compactText: String { text(indentation: nil, depth: 0) }

  /// Two blanks of indentation a level; `depth` levels for every line but the first.
  func prettyText(depth: Int = 0) -> String { text(indentation: "  ", depth: depth) }

  private func text(indentation: String?, depth: Int) -> String {
    func block(_ open: String, _ parts: [String], _ close: String) -> String {
      guard let indentation, !parts.isEmpty else { return open + parts.joined(separator: ",") + close }
      let inner = "\n" + String(repeating: indentation, count: depth + 1)
      return open + inner + parts.joined(separator: "," + inner) + "\n"
        + String(repeating: indentation, count: depth) + close
    }
    switch self {
    case .null: return "null"
    case .bool(let value): return value ? "true" : "false"
    case .number(let digits): return digits
    case .string(let value): return value.jsonQuoted()
    case .array(let values):
      return block("[", values.map { $0.text(indentation: indentation, depth: depth + 1) }, "]")
    case .object(let members):
      let colon = indentation == nil ? ":" : ": "
      return block(
        "{", members.map { $0.key.jsonQuoted() + colon + $0.value.text(indentation: indentation, depth: depth + 1) },
        "}")
    }
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
