// Percent-coding, and the fields of a query or a form (application/x-www-form-urlencoded).

internal import Reporting

extension PercentCoding {
  /// The decoded text; nil where an escape is broken or the bytes are not UTF-8.
  static func decode(_ text: some StringProtocol, plusIsBlank: Bool = false) -> String? {
    var bytes: [UInt8] = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "%"):
        guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else { return nil }
        bytes.append(high << 4 | low)
      case UInt8(ascii: "+") where plusIsBlank: bytes.append(UInt8(ascii: " "))
      default: bytes.append(byte)
      }
    }
    return String(validating: bytes, as: UTF8.self)
  }

  private static func digit(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x30...0x39: byte - 0x30
    case 0x41...0x46: byte - 0x37
    case 0x61...0x66: byte - 0x57
    default: nil
    }
  }
}

/// Named values in the order in which they came.
package struct FormFields: Hashable, Sendable {
  /// One name and its value.
  package struct Field: Hashable, Sendable {
    package var name: String
    package var value: String
  }

  package private(set) var fields: [Field] = []

  package init() {}

  /// Reads `name=value&name=value`; nil where an escape is broken or the bytes are not UTF-8.
  package init?(_ text: some StringProtocol) {
    for part in text.split(separator: "&") {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = PercentCoding.decode(pair[0], plusIsBlank: true),
        let value = pair.count > 1 ? PercentCoding.decode(pair[1], plusIsBlank: true) : ""
      else { return nil }
      fields.append(Field(name: name, value: value))
    }
  }

  package subscript(name: String) -> String? { fields.first { $0.name == name }?.value }

  /// All values of a name, those of empty fields left out: a form sends every field.
  package func all(_ name: String) -> [String] { fields.filter { $0.name == name && !$0.value.isEmpty }.map(\.value) }

  package mutating func set(_ name: String, _ value: String?) {
    fields.removeAll { $0.name == name }
    if let value { fields.append(Field(name: name, value: value)) }
  }

  /// As it stands in a URL.
  package var text: String {
    fields.map { PercentCoding.encode($0.name) + "=" + PercentCoding.encode($0.value) }.joined(separator: "&")
  }
}
