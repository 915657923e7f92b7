// The outermost tag and length of a DER value, read even where the value is cut short.

/// Tag and length at the beginning of some bytes.
struct DERHeader: Hashable, Sendable {
  /// The identifier octet.
  var tag: UInt8
  /// How many bytes tag and length take.
  var size: Int
  /// How many bytes of contents are announced.
  var length: Int

  /// How many bytes the whole value takes.
  var total: Int { size + length }

  static let sequence: UInt8 = 0x30
  static let integer: UInt8 = 0x02
  static let octetString: UInt8 = 0x04
  static let objectIdentifier: UInt8 = 0x06

  /// Reads at a place; nil where the bytes end, or the length is indefinite or longer than 3 bytes.
  init?(_ bytes: [UInt8], at start: Int = 0) {
    guard start + 1 < bytes.count else { return nil }
    tag = bytes[start]
    let first = bytes[start + 1]
    if first < 0x80 {
      size = 2
      length = Int(first)
      return
    }
    let count = Int(first & 0x7F)
    guard (1...3).contains(count), start + 2 + count <= bytes.count else { return nil }
    size = 2 + count
    length = bytes[(start + 2)..<(start + 2 + count)].reduce(0) { $0 << 8 | Int($1) }
  }
}
