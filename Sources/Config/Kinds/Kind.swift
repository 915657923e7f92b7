// What a value may be: one description from which both the reading and the JSON Schema are made.

/// A kind of value: how it is read from JSON, and the schema that accepts the same.
struct Kind<Value: Sendable>: Sendable {
  /// Reads a value; nil after an issue was noted.
  typealias Read = @Sendable (JSONNode, Place, inout IssueLog) -> Value?

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

  /// The same kind, described once under `$defs` and referred to.
  func named(_ name: String) -> Kind {
    Kind(
      [.init("$ref", .init(.string("#/$defs/\(name)")))],
      definitions: definitions + [Definition(name: name, schema: JSONNode(.object(schema)))], read: read)
  }

  /// The same kind, whose value is made into another one; `convert` notes an issue where it gives nil.
  func map<Other: Sendable>(
    _ convert: @escaping @Sendable (Value, Place, inout IssueLog) -> Other?
  ) -> Kind<Other> {
    let read = self.read
    return Kind<Other>(schema, definitions: definitions) { node, place, log in
      read(node, place, &log).flatMap { convert($0, place, &log) }
    }
  }

  /// The same kind, with the place of the value kept.
  var located: Kind<Located<Value>> { map { value, place, _ in Located(value: value, place: place) } }
}

/// A schema under `$defs`.
struct Definition: Sendable {
  var name: String
  var schema: JSONNode
}

/// A value and the place that it was read from.
struct Located<Value: Sendable>: Sendable {
  var value: Value
  var place: Place
}

/// A key of an object, without the type of its value.
protocol AnyKey: Sendable {
  var name: String { get }
  var isRequired: Bool { get }
  var schema: JSONNode { get }
  var definitions: [Definition] { get }
  /// The default, and every example: a test reads each of them.
  var samples: [JSONNode] { get }
  func read(_ node: JSONNode, _ place: Place, _ log: inout IssueLog) -> Bool
}

/// A row of the table of keys: name, kind, default, what it is for, examples.
struct Key<Value: Sendable>: AnyKey {
  let name: String
  let kind: Kind<Value>
  let isRequired: Bool
  /// What holds where the key is absent.
  let fallback: JSONNode?
  let summary: String
  let examples: [JSONNode]

  init(
    _ name: String, _ kind: Kind<Value>, required: Bool = false, default fallback: JSONNode? = nil, _ summary: String,
    examples: [JSONNode]
  ) {
    self.name = name
    self.kind = kind
    self.isRequired = required
    self.fallback = fallback
    self.summary = summary
    self.examples = examples
  }

  var schema: JSONNode {
    var members = [JSONNode.Member("description", .init(.string(summary)))] + kind.schema
    if let fallback { members.append(.init("default", fallback)) }
    members.append(.init("examples", .init(.array(examples))))
    return JSONNode(.object(members))
  }

  var definitions: [Definition] { kind.definitions }
  var samples: [JSONNode] { examples + (fallback.map { [$0] } ?? []) }

  func read(_ node: JSONNode, _ place: Place, _ log: inout IssueLog) -> Bool { kind.read(node, place, &log) != nil }
}

/// The members of one object, handed out by key.
struct Fields {
  let place: Place
  private let members: [String: JSONNode.Member]

  init(_ members: [JSONNode.Member], _ place: Place) {
    self.place = place
    self.members = Dictionary(members.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The value of a key or its default; nil where there is neither, and after an issue.
  func value<Value>(_ key: Key<Value>, _ log: inout IssueLog) -> Value? {
    if let member = members[key.name] { return key.kind.read(member.node, self.place(key), &log) }
    return key.fallback.flatMap { key.kind.read($0, Place(path: self.place(key).path), &log) }
  }

  /// The place of the value of a key; that of the object where the key is absent.
  func place(_ key: any AnyKey) -> Place {
    let offset = place.offset.map { members[key.name]?.node.offset ?? $0 }
    return Place(path: place.path.appendingPath(name: key.name), offset: offset)
  }

  /// The JSON of a key, where it is present.
  func node(_ key: any AnyKey) -> JSONNode? { members[key.name]?.node }

  func has(_ key: any AnyKey) -> Bool { members[key.name] != nil }
}
