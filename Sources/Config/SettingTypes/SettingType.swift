// What a value may be: one description from which both the reading and the JSON Schema are made.

/// A type of value: how it is read from JSON, and the schema that accepts the same.
struct SettingType<Value: Sendable>: Sendable {
  /// Reads a value; nil after an issue was noted.
  typealias Read = @Sendable (JSONNode, SourceLocation, inout IssueLog) -> Value?

  /// The members of the JSON Schema.
  var schema: [JSONNode.Member]
  /// What the schema refers to under `$defs`.
  var definitions: [Definition]
  var read: Read

  init(_ schema: [JSONNode.Member], definitions: [Definition] = [], read: @escaping Read) {
    self.schema = schema
    self.definitions = definitions
    self.read = read
  }

  /// The same type, described once under `$defs` and referred to.
  func named(_ name: String) -> SettingType {
    SettingType(
      [.init("$ref", .init(.string("#/$defs/\(name)")))],
      definitions: definitions + [Definition(name: name, schema: JSONNode(.object(schema)))], read: read)
  }

  /// The same type, whose value is made into another one; `convert` notes an issue where it gives nil.
  func map<Other: Sendable>(
    _ convert: @escaping @Sendable (Value, SourceLocation, inout IssueLog) -> Other?
  ) -> SettingType<Other> {
    let read = self.read
    return SettingType<Other>(schema, definitions: definitions) { node, location, log in
      read(node, location, &log).flatMap { convert($0, location, &log) }
    }
  }

  /// The same type, with the place of the value kept.
  var located: SettingType<Located<Value>> { map { value, location, _ in Located(value: value, location: location) } }
}

/// A schema under `$defs`.
struct Definition: Sendable {
  var name: String
  var schema: JSONNode
}

/// A value and the place that it was read from.
struct Located<Value: Sendable>: Sendable {
  var value: Value
  var location: SourceLocation
}

/// A key of an object, without the type of its value.
protocol AnySetting: Sendable {
  var name: String { get }
  var isRequired: Bool { get }
  /// Where a person finds the value, for the message that it is missing.
  var hint: String? { get }
  var schema: JSONNode { get }
  var definitions: [Definition] { get }
  /// The default, and every example: a test reads each of them.
  var samples: [JSONNode] { get }
  func read(_ node: JSONNode, _ location: SourceLocation, _ log: inout IssueLog) -> Bool
}

/// A key of the configuration: name, type, default, what it is for, examples.
struct Setting<Value: Sendable>: AnySetting {
  let name: String
  let type: SettingType<Value>
  let isRequired: Bool
  let hint: String?
  /// What holds where the key is absent.
  let fallback: JSONNode?
  let summary: String
  let examples: [JSONNode]

  init(
    _ name: String, _ type: SettingType<Value>, required: Bool = false, default fallback: JSONNode? = nil,
    hint: String? = nil, _ summary: String,
    examples: [JSONNode]
  ) {
    self.name = name
    self.type = type
    self.isRequired = required
    self.hint = hint
    self.fallback = fallback
    self.summary = summary
    self.examples = examples
  }

  var schema: JSONNode {
    var members = [JSONNode.Member("description", .init(.string(summary)))] + type.schema
    if let fallback { members.append(.init("default", fallback)) }
    members.append(.init("examples", .init(.array(examples))))
    return JSONNode(.object(members))
  }

  var definitions: [Definition] { type.definitions }
  var samples: [JSONNode] { examples + (fallback.map { [$0] } ?? []) }

  func read(_ node: JSONNode, _ location: SourceLocation, _ log: inout IssueLog) -> Bool {
    type.read(node, location, &log) != nil
  }
}

/// The members of one object, handed out by key.
struct Fields {
  let location: SourceLocation
  private let members: [String: JSONNode.Member]

  init(_ members: [JSONNode.Member], _ location: SourceLocation) {
    self.location = location
    self.members = Dictionary(members.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The value of a key or its default; nil where there is neither, and after an issue.
  func value<Value>(_ key: Setting<Value>, _ log: inout IssueLog) -> Value? {
    if let member = members[key.name] { return key.type.read(member.node, self.location(key), &log) }
    return key.fallback.flatMap { key.type.read($0, SourceLocation(path: self.location(key).path), &log) }
  }

  /// The place of the value of a key; that of the object where the key is absent.
  func location(_ key: any AnySetting) -> SourceLocation {
    let offset = location.offset.map { members[key.name]?.node.offset ?? $0 }
    return SourceLocation(path: location.path.appendingPath(name: key.name), offset: offset)
  }

  /// The JSON of a key, where it is present.
  func node(_ key: any AnySetting) -> JSONNode? { members[key.name]?.node }

  func has(_ key: any AnySetting) -> Bool { members[key.name] != nil }
}
