// Validates JSON by the part of JSON Schema (draft 2020-12) that the configuration's schema uses.

@testable import Config

/// A validator of one schema; a keyword that it does not know is a fault of the schema.
struct SchemaValidator {
  let schema: JSONNode

  /// Keywords that say something to people only.
  private static let annotations: Set = ["$schema", "$id", "$defs", "title", "description", "default", "examples"]

  func accepts(_ node: JSONNode) throws -> Bool { try accepts(node, by: schema) }

  struct UnknownKeyword: Error {
    var name: String
  }

  private func accepts(_ node: JSONNode, by schema: JSONNode) throws -> Bool {
    for keyword in schema.members ?? [] where !Self.annotations.contains(keyword.name) {
      guard try accepts(node, by: keyword, of: schema) else { return false }
    }
    return true
  }

  private func accepts(_ node: JSONNode, by keyword: JSONNode.Member, of schema: JSONNode) throws -> Bool {
    let value = keyword.node
    switch keyword.name {
    case "$ref":
      let name = try text(value).split(separator: "/").last.map(String.init) ?? ""
      guard let definition = self.schema["$defs"]?[name] else { throw UnknownKeyword(name: name) }
      return try accepts(node, by: definition)
    case "type": return try (value.elements ?? [value]).contains { hasType(node, try text($0)) }
    case "enum": return value.elements?.contains { $0.text() == node.text() } ?? false
    case "const": return value.text() == node.text()
    case "minLength": return try node.string.map { $0.unicodeScalars.count >= (try number(value)) } ?? true
    case "pattern":
      let pattern = try Regex(try text(value))
      return try node.string.map { try pattern.firstMatch(in: $0) != nil } ?? true
    case "minimum": return try numeric(node).map { try $0 >= Double(number(value)) } ?? true
    case "maximum": return try numeric(node).map { try $0 <= Double(number(value)) } ?? true
    case "items": return try node.elements?.allSatisfy { try accepts($0, by: value) } ?? true
    case "minItems": return try node.elements.map { $0.count >= (try number(value)) } ?? true
    case "required":
      let names = try value.elements?.map(text) ?? []
      return node.members == nil || names.allSatisfy { node[$0] != nil }
    case "properties":
      return try value.members?.allSatisfy {
        try node[$0.name].map { [node = $0.node] in try accepts($0, by: node) } ?? true
      }
        ?? true
    case "additionalProperties":
      let known = Set(schema["properties"]?.members?.map(\.name) ?? [])
      let others = node.members?.filter { !known.contains($0.name) } ?? []
      if case .boolean(let allows) = value.value { return allows || others.isEmpty }
      return try others.allSatisfy { try accepts($0.node, by: value) }
    case "minProperties": return try node.members.map { $0.count >= (try number(value)) } ?? true
    case "maxProperties": return try node.members.map { $0.count <= (try number(value)) } ?? true
    case "oneOf": return try value.elements?.count { try accepts(node, by: $0) } == 1
    case "anyOf": return try value.elements?.contains { try accepts(node, by: $0) } ?? false
    case "not": return try !accepts(node, by: value)
    default: throw UnknownKeyword(name: keyword.name)
    }
  }

  private func hasType(_ node: JSONNode, _ type: String) -> Bool {
    switch node.value {
    case .null: type == "null"
    case .boolean: type == "boolean"
    case .number(let text): type == "number" || type == "integer" && Double(text).map { $0 == $0.rounded() } == true
    case .string: type == "string"
    case .array: type == "array"
    case .object: type == "object"
    }
  }

  private func text(_ node: JSONNode) throws -> String {
    guard let text = node.string else { throw UnknownKeyword(name: node.text()) }
    return text
  }

  private func number(_ node: JSONNode) throws -> Int {
    guard let number = numeric(node).flatMap(Int.init(exactly:)) else { throw UnknownKeyword(name: node.text()) }
    return number
  }

  private func numeric(_ node: JSONNode) -> Double? {
    if case .number(let text) = node.value { Double(text) } else { nil }
  }
}
