// From Encodable to JSONValue: an encoder that keeps the order of the fields.

extension JSONValue {
  /// Encodes a value; objects keep the order of their coding keys, dictionaries are sorted by key.
  init(encoding value: some Encodable) throws {
    let node = JSONPlace()
    try node.encode(value, codingPath: [])
    self = node.value
  }
}

/// A place in the tree that is being built; children fill it after their parent has made it.
private final class JSONPlace {
  private var scalar = JSONValue.null
  private var members: [(key: String, node: JSONPlace)]?
  private var elements: [JSONPlace]?

  var value: JSONValue {
    if let members { return .object(members.map { JSONValue.Member(key: $0.key, value: $0.node.value) }) }
    if let elements { return .array(elements.map(\.value)) }
    return scalar
  }

  var count: Int { elements?.count ?? 0 }

  func beObject() { members = members ?? [] }
  func beArray() { elements = elements ?? [] }
  func set(_ value: JSONValue) { scalar = value }

  func member(_ key: String) -> JSONPlace {
    let node = JSONPlace()
    beObject()
    members?.append((key, node))
    return node
  }

  func element() -> JSONPlace {
    let node = JSONPlace()
    beArray()
    elements?.append(node)
    return node
  }

  func encode(_ value: some Encodable, codingPath: [any CodingKey]) throws {
    if let dictionary = value as? [String: any Encodable] {
      // A dictionary has no order of its own.
      beObject()
      for (key, value) in dictionary.sorted(by: { $0.key < $1.key }) {
        try member(key).encode(value, codingPath: codingPath)
      }
    } else {
      try value.encode(to: JSONTreeEncoder(node: self, codingPath: codingPath))
    }
  }
}

private struct JSONTreeEncoder: Encoder {
  let node: JSONPlace
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    node.beObject()
    return KeyedEncodingContainer(Keyed<Key>(node: node, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    node.beArray()
    return Unkeyed(node: node, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer { Single(node: node, codingPath: codingPath) }

  private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let node: JSONPlace
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) { node.member(key.stringValue).set(.null) }
    func encode(_ value: some Encodable, forKey key: Key) throws {
      try node.member(key.stringValue).encode(value, codingPath: codingPath + [key])
    }
    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
      encoder(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { encoder(key).unkeyedContainer() }
    func superEncoder() -> any Encoder {
      JSONTreeEncoder(node: node.member("super"), codingPath: codingPath)
    }
    func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }

    private func encoder(_ key: Key) -> JSONTreeEncoder {
      JSONTreeEncoder(node: node.member(key.stringValue), codingPath: codingPath + [key])
    }
  }

  private struct Unkeyed: UnkeyedEncodingContainer {
    let node: JSONPlace
    let codingPath: [any CodingKey]
    var count: Int { node.count }

    func encodeNil() { node.element().set(.null) }
    func encode(_ value: some Encodable) throws { try node.element().encode(value, codingPath: codingPath) }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
      encoder().container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder().unkeyedContainer() }
    func superEncoder() -> any Encoder { encoder() }

    private func encoder() -> JSONTreeEncoder { JSONTreeEncoder(node: node.element(), codingPath: codingPath) }
  }

  private struct Single: SingleValueEncodingContainer {
    let node: JSONPlace
    let codingPath: [any CodingKey]

    func encodeNil() { node.set(.null) }
    func encode(_ value: Bool) { node.set(.bool(value)) }
    func encode(_ value: String) { node.set(.string(value)) }
    func encode(_ value: Double) throws {
      // JSON has no words for infinity and not-a-number.
      guard value.isFinite else {
        throw EncodingError.invalidValue(value, .init(codingPath: codingPath, debugDescription: "not finite"))
      }
      node.set(.number(value.description))
    }
    func encode(_ value: Float) throws { try encode(Double(value)) }
    func encode(_ value: Int) { number(value) }
    func encode(_ value: Int8) { number(value) }
    func encode(_ value: Int16) { number(value) }
    func encode(_ value: Int32) { number(value) }
    func encode(_ value: Int64) { number(value) }
    func encode(_ value: UInt) { number(value) }
    func encode(_ value: UInt8) { number(value) }
    func encode(_ value: UInt16) { number(value) }
    func encode(_ value: UInt32) { number(value) }
    func encode(_ value: UInt64) { number(value) }
    func encode(_ value: some Encodable) throws { try node.encode(value, codingPath: codingPath) }

    private func number(_ value: some BinaryInteger) { node.set(.number(value.description)) }
  }
}
