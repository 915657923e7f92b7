// What a signature signs of the header: the fields that h= names, from the bottom up, and itself without b=.

internal import Model

/// The fields that a signature names, found in a message.
struct SignedHeader {
  /// For each name of `h=` the place of its field in the header; nil where there is none, or none more.
  let places: [Int?]

  init(_ signature: SignatureField, in header: MessageHeader, index: FieldIndex) {
    var taken: [String: Int] = [:]
    places = signature.signedFields.map { name in
      let found = index.places[name] ?? []
      let number = taken[name, default: 0]
      taken[name] = number + 1
      // From the bottom up (RFC 6376, section 5.4.2).
      return number < found.count ? found[found.count - 1 - number] : nil
    }
  }

  /// What is hashed; `replacing` puts something else in the place of fields, or nothing where it is empty.
  func data(
    _ signature: SignatureField, in header: MessageHeader, replacing: [Int: [UInt8]] = [:],
    canonicalization: Canonicalization? = nil
  ) -> [UInt8] {
    let canonicalization = canonicalization ?? signature.headerCanonicalization
    var data: [UInt8] = []
    for place in places {
      guard let place else { continue }
      data += replacing[place] ?? HeaderForm.canonical(header.fields[place], canonicalization)
    }
    return data + Self.own(signature, canonicalization)
  }

  /// The signature's own field, with an empty b= and without CRLF at its end (RFC 6376, section 3.7).
  static func own(_ signature: SignatureField, _ canonicalization: Canonicalization) -> [UInt8] {
    let field = signature.field
    let value = field.rawValue
    var stripped: [UInt8] = []
    if let tag = signature.tags.tags.first(where: { $0.name == "b" }) {
      let equals = value[..<tag.value.startIndex].lastIndex(of: UInt8(ascii: "=")) ?? tag.value.startIndex
      let end = value[tag.value.startIndex...].firstIndex(of: UInt8(ascii: ";")) ?? value.endIndex
      stripped = Array(value[...equals] + value[end...])
    } else {
      stripped = Array(value)
    }
    return HeaderForm.canonical(name: field.bytes[..<field.colon], value: stripped, canonicalization).dropLast(2)
  }
}

/// The places of all fields by their names.
struct FieldIndex {
  /// From the top down.
  let places: [String: [Int]]

  init(_ header: MessageHeader) {
    var places: [String: [Int]] = [:]
    for (place, field) in header.fields.enumerated() { places[field.name, default: []].append(place) }
    self.places = places
  }
}
