// From Encodable to JSONValue: an encoder that keeps the order of the fields.

extension JSONValue {
  /// Encodes a value; objects keep the order of their coding keys, dictionaries are sorted by key.
  init(encoding value: some Encodable) throws {
    let writer = JSONWriter()
    try writer.encode(value, level: 0, codingPath: [])
    self.init(tokens: writer.finish())
  }
}

/// Takes values in the order in which they are encoded. An object or array ends where something is encoded beside it.
private final class JSONWriter {
  private var tokens: [JSONValue.Token] = []
  /// The objects and arrays that are not ended, from the outermost on: what ends each, and how much is in it.
  private var open: [(end: JSONValue.Token, count: Int)] = []

  func finish() -> [JSONValue.Token] {
    close(0)
    return tokens
  }

  /// How many elements the array has at this level.
  func elements(_ level: Int) -> Int { open.indices.contains(level) ? open[level].count : 0 }

  /// Begins an object or an array that is at this level, or goes on with it.
  func begin(_ begin: JSONValue.Token, _ end: JSONValue.Token, level: Int) {
    guard open.count <= level || open[level].end != end else { return }
    close(level)
    tokens.append(begin)
    open.append((end, 0))
  }

  /// Begins the next member of the object at this level.
  func member(_ key: String, level: Int) {
    close(level + 1)
    tokens.append(.key(key))
    count(level)
  }

  /// Begins the next element of the array at this level.
  func element(level: Int) {
    close(level + 1)
    count(level)
  }

  private func count(_ level: Int) { if open.indices.contains(level) { open[level].count += 1 } }

  func put(_ token: JSONValue.Token) { tokens.append(token) }

  func encode(_ value: some Encodable, level: Int, codingPath: [any CodingKey]) throws {
    if let dictionary = value as? any KeyedByText {
      // A dictionary has no order of its own.
      begin(.beginObject, .endObject, level: level)
      for (key, value) in dictionary.entries.sorted(by: { $0.key < $1.key }) {
        member(key, level: level)
        try encode(value, level: level + 1, codingPath: codingPath)
      }
      return
    }
    let before = tokens.count
    try value.encode(to: JSONTokenEncoder(writer: self, level: level, codingPath: codingPath))
    if tokens.count == before { put(.null) }
  }

  private func close(_ level: Int) {
    while open.count > level, let last = open.popLast() { tokens.append(last.end) }
  }
}

/// A dictionary that is an object in JSON.
private protocol KeyedByText {
  var entries: [(key: String, value: any Encodable)] { get }
}

extension Dictionary: KeyedByText where Key == String, Value: Encodable {
  fileprivate var entries: [(key: String, value: any Encodable)] { map { ($0.key, $0.value) } }
}

private struct JSONTokenEncoder: Encoder {
  let writer: JSONWriter
  let level: Int
  let codingPath: [any CodingKey]
  var userInfo: [CodingUserInfoKey: Any] { [:] }

  func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
    writer.begin(.beginObject, .endObject, level: level)
    return KeyedEncodingContainer(Keyed<Key>(writer: writer, level: level, codingPath: codingPath))
  }

  func unkeyedContainer() -> any UnkeyedEncodingContainer {
    writer.begin(.beginArray, .endArray, level: level)
    return Unkeyed(writer: writer, level: level, codingPath: codingPath)
  }

  func singleValueContainer() -> any SingleValueEncodingContainer {
    Single(writer: writer, level: level, codingPath: codingPath)
  }

  private struct Keyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
    let writer: JSONWriter
    let level: Int
    let codingPath: [any CodingKey]

    func encodeNil(forKey key: Key) { put(.null, key) }
    // What most members are, without an encoder of their own.
    func encode(_ value: Bool, forKey key: Key) { put(.bool(value), key) }
    func encode(_ value: String, forKey key: Key) { put(.string(value), key) }
    func encode(_ value: Int, forKey key: Key) { put(.number(value.description), key) }
    func encode(_ value: some Encodable, forKey key: Key) throws {
      writer.member(key.stringValue, level: level)
      try writer.encode(value, level: level + 1, codingPath: codingPath + [key])
    }
    func nestedContainer<Nested: CodingKey>(
      keyedBy type: Nested.Type, forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
      encoder(key).container(keyedBy: type)
    }
    func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer { encoder(key).unkeyedContainer() }
    func superEncoder() -> any Encoder {
      writer.member("super", level: level)
      return JSONTokenEncoder(writer: writer, level: level + 1, codingPath: codingPath)
    }
    func superEncoder(forKey key: Key) -> any Encoder { encoder(key) }

    private func put(_ token: JSONValue.Token, _ key: Key) {
      writer.member(key.stringValue, level: level)
      writer.put(token)
    }

    private func encoder(_ key: Key) -> JSONTokenEncoder {
      writer.member(key.stringValue, level: level)
      return JSONTokenEncoder(writer: writer, level: level + 1, codingPath: codingPath + [key])
    }
  }

  private struct Unkeyed: UnkeyedEncodingContainer {
    let writer: JSONWriter
    let level: Int
    let codingPath: [any CodingKey]

    var count: Int { writer.elements(level) }

    func encodeNil() {
      writer.element(level: level)
      writer.put(.null)
    }
    func encode(_ value: some Encodable) throws {
      writer.element(level: level)
      try writer.encode(value, level: level + 1, codingPath: codingPath)
    }
    func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
      encoder().container(keyedBy: type)
    }
    func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer { encoder().unkeyedContainer() }
    func superEncoder() -> any Encoder { encoder() }

    private func encoder() -> JSONTokenEncoder {
      writer.element(level: level)
      return JSONTokenEncoder(writer: writer, level: level + 1, codingPath: codingPath)
    }
  }

  private struct Single: SingleValueEncodingContainer {
    let writer: JSONWriter
    let level: Int
    let codingPath: [any CodingKey]

    func encodeNil() { writer.put(.null) }
    func encode(_ value: Bool) { writer.put(.bool(value)) }
    func encode(_ value: String) { writer.put(.string(value)) }
    func encode(_ value: Double) throws {
      // JSON has no words for infinity and not-a-number.
      guard value.isFinite else {
        throw EncodingError.invalidValue(value, .init(codingPath: codingPath, debugDescription: "not finite"))
      }
      writer.put(.number(value.description))
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
    func encode(_ value: some Encodable) throws { try writer.encode(value, level: level, codingPath: codingPath) }

    private func number(_ value: some BinaryInteger) { writer.put(.number(value.description)) }
  }
}
