// The form of the RDATA of every type that selectord reads; libldns judges the others.

import Model

/// Holds RDATA against the form of its type.
enum RecordDataBounds {
  /// Throws where the RDATA in `range` is not what `type` demands: names that end with it, whole strings, exact sizes.
  static func check(
    _ bytes: UnsafeRawBufferPointer, _ type: RecordType, _ range: Range<Int>
  ) throws(MessageError) {
    let fits =
      switch type {
      case .a: range.count == 4
      case .aaaa: range.count == 16
      case .ns, .cname, .dname: try WireName.read(bytes, at: range.lowerBound).end == range.upperBound
      case .soa: try isStartOfAuthority(bytes, range)
      case .txt: isStrings(bytes, range)
      case .opt: isOptions(bytes, range)
      default: true
      }
    guard fits else { throw .recordData(type, at: range.lowerBound) }
  }

  private static func isStartOfAuthority(
    _ bytes: UnsafeRawBufferPointer, _ range: Range<Int>
  ) throws(MessageError) -> Bool {
    let primary = try WireName.read(bytes, at: range.lowerBound).end
    let mailbox = try WireName.read(bytes, at: primary).end
    return mailbox + 20 == range.upperBound
  }

  /// One or more character-strings that fill the range (RFC 1035, section 3.3.14).
  private static func isStrings(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    var position = range.lowerBound
    while position < range.upperBound { position += Int(bytes[position]) + 1 }
    return position == range.upperBound && !range.isEmpty
  }

  /// Options of code, length and data that fill the range (RFC 6891, section 6.1.2).
  private static func isOptions(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> Bool {
    var position = range.lowerBound
    while position + 4 <= range.upperBound { position += 4 + Int(bytes.word(at: position + 2)) }
    return position == range.upperBound
  }
}
