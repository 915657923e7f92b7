// Messages on a byte stream: two bytes of length before each (RFC 1035, section 4.2.2; RFC 7766, section 8).

/// Collects the bytes of one message, however the network cuts them.
struct StreamFraming: Hashable, Sendable {
  private var bytes: [UInt8] = []

  /// Adds bytes; the message without its length once it is complete. What follows it is not looked at.
  mutating func append(_ part: UnsafeRawBufferPointer) -> ArraySlice<UInt8>? {
    bytes.append(contentsOf: part)
    guard bytes.count >= 2 else { return nil }
    let end = 2 + Int(bytes[0]) << 8 + Int(bytes[1])
    return bytes.count >= end ? bytes[2..<end] : nil
  }

  /// Takes one message off the front of `part`, where its last byte is there; `part` is what is left then. To be called until
  /// it gives nil.
  mutating func take(_ part: inout UnsafeRawBufferPointer) -> [UInt8]? {
    while true {
      let end = bytes.count < 2 ? 2 : 2 + Int(bytes[0]) << 8 + Int(bytes[1])
      if bytes.count >= 2, bytes.count == end {
        defer { bytes = [] }
        return Array(bytes[2...])
      }
      if part.isEmpty { return nil }
      let count = min(end - bytes.count, part.count)
      bytes.append(contentsOf: part[..<count])
      part = UnsafeRawBufferPointer(rebasing: part[count...])
    }
  }

  /// A message with its length before it.
  static func framed(_ message: UnsafeRawBufferPointer) -> [UInt8] {
    [UInt8(truncatingIfNeeded: message.count >> 8), UInt8(truncatingIfNeeded: message.count)] + message
  }
}
