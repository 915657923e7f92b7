// A domain name as data: lower-cased labels in wire form, so that equal names compare equal.

/// A fully qualified domain name, held in its uncompressed wire form with ASCII letters in lower case.
///
/// Text is read and printed in master-file notation (RFC 1035, section 5.1): `\.` and `\DDD` stand for bytes
/// that would otherwise be read as structure. The printed form has no final dot; the root prints as `.`.
/// Internationalized names are A-labels here; `Config` converts what people type.
public struct DomainName: Hashable, Sendable {
  /// The wire form: length-prefixed labels and the final zero byte; at most 255 bytes (RFC 1035, section 3.1).
  public let wire: [UInt8]

  /// The root of the DNS.
  public static let root = DomainName(checked: [0])

  /// Takes a wire form that is known to be right.
  init(checked wire: [UInt8]) { self.wire = wire }

  /// Takes an uncompressed wire form; nil where it is not one name that ends exactly at the end.
  public init?(wire: some Sequence<UInt8>) {
    var bytes = Array(wire)
    var position = 0
    guard bytes.count <= 255 else { return nil }
    while position < bytes.count {
      let length = Int(bytes[position])
      if length == 0 { break }
      guard length <= 63, position + length + 1 < bytes.count else { return nil }
      for index in (position + 1)...(position + length) {
        bytes[index] = bytes[index].lowered
      }
      position += length + 1
    }
    guard position == bytes.count - 1 else { return nil }
    self.wire = bytes
  }

  /// Joins labels, given from left to right, to a name.
  public init(labels: some Sequence<[UInt8]>) throws(DomainNameError) {
    var wire: [UInt8] = []
    for label in labels {
      if label.isEmpty { throw .emptyLabel }
      if label.count > 63 { throw .labelTooLong(String(decoding: label, as: UTF8.self)) }
      wire.append(UInt8(label.count))
      wire.append(contentsOf: label.map(\.lowered))
    }
    wire.append(0)
    if wire.count > 255 { throw .nameTooLong(wire.count) }
    self.wire = wire
  }

  /// Reads master-file notation; a final dot is allowed and means nothing, since every name is absolute.
  public init(_ text: some StringProtocol) throws(DomainNameError) {
    if text == "." {
      self = .root
      return
    }
    if text.isEmpty { throw .empty }
    // The name is built in place: lists of a million names are read by this.
    var wire: [UInt8] = [0]
    wire.reserveCapacity(text.utf8.count + 2)
    var start = 0
    func closeLabel() throws(DomainNameError) {
      let length = wire.count - start - 1
      if length == 0 { throw .emptyLabel }
      if length > 63 { throw .labelTooLong(String(decoding: wire[(start + 1)...], as: UTF8.self)) }
      wire[start] = UInt8(length)
      start = wire.count
      wire.append(0)
    }
    var bytes = text.utf8.makeIterator()
    while let byte = bytes.next() {
      switch byte {
      case UInt8(ascii: "."): try closeLabel()
      case UInt8(ascii: "\\"): wire.append(try Self.escapedByte(&bytes))
      case 0x21...0x7E: wire.append(byte.lowered)
      default: throw .badCharacter(byte)
      }
    }
    // After a final dot the root's empty label is there already.
    if wire.count - start > 1 { try closeLabel() }
    if wire.count > 255 { throw .nameTooLong(wire.count) }
    self.wire = wire
  }

  /// What stands behind a backslash: one character, or three digits (RFC 1035, section 5.1).
  private static func escapedByte(
    _ bytes: inout some IteratorProtocol<UInt8>
  ) throws(DomainNameError) -> UInt8 {
    guard let next = bytes.next() else { throw .badEscape }
    guard next.isDigit else {
      guard (0x21...0x7E).contains(next) else { throw .badCharacter(next) }
      return next.lowered
    }
    guard let second = bytes.next(), let third = bytes.next(),
      second.isDigit, third.isDigit,
      let byte = UInt8(exactly: Int(next - 0x30) * 100 + Int(second - 0x30) * 10 + Int(third - 0x30))
    else { throw .badEscape }
    return byte.lowered
  }

  /// Feeds the wire form as one block; element by element it takes several times as long.
  public func hash(into hasher: inout Hasher) {
    wire.withUnsafeBytes { hasher.combine(bytes: $0) }
  }

  /// The labels from left to right, without the root's empty one.
  public var labels: [ArraySlice<UInt8>] {
    var result: [ArraySlice<UInt8>] = []
    var position = 0
    while wire[position] != 0 {
      let end = position + Int(wire[position]) + 1
      result.append(wire[(position + 1)..<end])
      position = end
    }
    return result
  }

  /// The name without its leftmost label; nil for the root.
  public var parent: DomainName? {
    wire[0] == 0 ? nil : DomainName(checked: Array(wire[(Int(wire[0]) + 1)...]))
  }

  /// Whether this is the root.
  public var isRoot: Bool { wire.count == 1 }

  /// Whether this name is `other` or stands below it.
  public func isWithin(_ other: DomainName) -> Bool {
    guard wire.count >= other.wire.count else { return false }
    var position = 0
    while wire.count - position > other.wire.count { position += Int(wire[position]) + 1 }
    return wire.count - position == other.wire.count && wire[position...].elementsEqual(other.wire)
  }

  /// This name with the labels of `prefix` before it.
  public func prepending(_ prefix: DomainName) throws(DomainNameError) -> DomainName {
    let joined = prefix.wire.dropLast() + wire
    if joined.count > 255 { throw .nameTooLong(joined.count) }
    return DomainName(checked: Array(joined))
  }
}

extension DomainName: CustomStringConvertible {
  /// The text in master-file notation, without a final dot; `.` for the root.
  public var description: String {
    if isRoot { return "." }
    return labels.map(Self.text(ofLabel:)).joined(separator: ".")
  }

  private static func text(ofLabel label: ArraySlice<UInt8>) -> String {
    var text = ""
    for byte in label {
      switch byte {
      case UInt8(ascii: "."), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: ";"), UInt8(ascii: "("),
        UInt8(ascii: ")"), UInt8(ascii: "@"), UInt8(ascii: "$"):
        text += "\\" + String(UnicodeScalar(byte))
      case 0x21...0x7E: text.unicodeScalars.append(UnicodeScalar(byte))
      default: text += byte.decimalEscape
      }
    }
    return text
  }
}

extension DomainName: Comparable {
  /// The canonical order of DNSSEC (RFC 4034, section 6.1): by labels, from the right.
  public static func < (left: DomainName, right: DomainName) -> Bool {
    let pairs = zip(left.labels.reversed(), right.labels.reversed())
    for (one, other) in pairs where one != other { return one.lexicographicallyPrecedes(other) }
    return left.labels.count < right.labels.count
  }
}

extension DomainName: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    do {
      self = try DomainName(text)
    } catch {
      throw DecodingError.dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: "\(error)"))
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

/// Why a text is no domain name.
public enum DomainNameError: Error, Hashable, Sendable, CustomStringConvertible {
  case empty
  case emptyLabel
  case labelTooLong(String)
  case nameTooLong(Int)
  case badEscape
  case badCharacter(UInt8)

  public var description: String {
    switch self {
    case .empty: "the name is empty; expected a domain name such as example.org"
    case .emptyLabel: "it has two dots together or begins with a dot; every label needs at least one character"
    case .labelTooLong(let label): "the label '\(label)' has more than 63 bytes, the most that DNS allows"
    case .nameTooLong(let count): "the name takes \(count) bytes in DNS; at most 255 are allowed"
    case .badEscape: "a backslash must be followed by one character or by three digits up to 255"
    case .badCharacter(let byte):
      "the byte 0x\(String(byte, radix: 16, uppercase: true)) is not allowed in a domain name; write it as \\DDD"
    }
  }
}
