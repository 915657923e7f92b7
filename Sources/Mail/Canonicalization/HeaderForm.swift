// A header field in its canonical form (RFC 6376, sections 3.4.1 and 3.4.2).

internal import Model

enum HeaderForm {
  /// The field with CRLF at its end.
  static func canonical(_ field: HeaderField, _ canonicalization: Canonicalization) -> [UInt8] {
    canonical(name: field.bytes[..<field.colon], value: field.rawValue, canonicalization)
  }

  /// The same from its parts: what stands before the colon, and what stands behind it without the last line end.
  static func canonical(
    name: some Collection<UInt8>, value: some Collection<UInt8>, _ canonicalization: Canonicalization
  ) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(name.count + value.count + 3)
    switch canonicalization {
    case .simple:
      result += name
      result.append(UInt8(ascii: ":"))
      // A file may have LF alone where the wire has CRLF.
      var previous: UInt8 = 0
      for byte in value {
        if byte == .lineFeed, previous != .carriageReturn { result.append(.carriageReturn) }
        result.append(byte)
        previous = byte
      }
    case .relaxed:
      result += name.lazy.map(\.lowered)
      while result.last?.isBlank == true { result.removeLast() }
      result.append(UInt8(ascii: ":"))
      var hasBlank = false
      var hasCarriageReturn = false
      var isBeginning = true
      func take(_ byte: UInt8) {
        if hasBlank, !isBeginning { result.append(.space) }
        hasBlank = false
        isBeginning = false
        result.append(byte)
      }
      for byte in value {
        if byte == .lineFeed {
          hasCarriageReturn = false
          continue
        }
        if hasCarriageReturn {
          hasCarriageReturn = false
          take(.carriageReturn)
        }
        if byte == .carriageReturn {
          hasCarriageReturn = true
        } else if byte.isBlank {
          hasBlank = true
        } else {
          take(byte)
        }
      }
    }
    result.append(.carriageReturn)
    result.append(.lineFeed)
    return result
  }
}
