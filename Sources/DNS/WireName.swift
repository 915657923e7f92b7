// Names inside a message: compression is followed backwards only, so that no packet can make a reader run in circles.

/// Reads names at any place of a message (RFC 1035, section 4.1.4).
enum WireName {
  /// The most compression pointers that one name may take.
  static let pointerLimit = 64

  /// Checks the name at `start`, and writes its uncompressed form in lower case to `target` where that is given.
  ///
  /// A pointer must lead to a byte before the run of labels that it ends, and not into the header: each jump goes
  /// further back, so there are no loops. `target` has room for 255 bytes.
  /// Returns the position after the name in the message, and the length of the uncompressed form.
  static func read(
    _ bytes: UnsafeRawBufferPointer, at start: Int, into target: UnsafeMutableRawBufferPointer? = nil
  ) throws(MessageError) -> (end: Int, length: Int) {
    var position = start
    var runStart = start
    var end: Int?
    var length = 0
    var pointers = 0
    while true {
      guard position < bytes.count else { throw .cut(at: start) }
      let first = Int(bytes[position])
      switch first & 0xC0 {
      case 0x00:
        guard length + first + 1 <= 255 else { throw .name(at: start) }
        guard position + first < bytes.count else { throw .cut(at: start) }
        if let target {
          target[length] = UInt8(first)
          for index in 0..<first { target[length + 1 + index] = lowered(bytes[position + 1 + index]) }
        }
        length += first + 1
        position += first + 1
        if first == 0 { return (end ?? position, length) }
      case 0xC0:
        guard position + 1 < bytes.count else { throw .cut(at: start) }
        let destination = (first & 0x3F) << 8 | Int(bytes[position + 1])
        pointers += 1
        guard destination >= MessageOutline.headerLength, destination < runStart, pointers <= pointerLimit
        else { throw .pointer(at: position) }
        if end == nil { end = position + 2 }
        position = destination
        runStart = destination
      default:
        throw .label(at: position)
      }
    }
  }

  /// ASCII letters in lower case, other bytes as they are (RFC 4343).
  @inline(__always)
  static func lowered(_ byte: UInt8) -> UInt8 {
    byte &- 0x41 < 26 ? byte | 0x20 : byte
  }
}
