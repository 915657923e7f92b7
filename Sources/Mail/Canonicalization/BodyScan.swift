// Finds, many bytes at a time, the next place in a body that canonicalization has to look at.

internal import Model

/// Where bytes stand that are not hashed as they are.
enum BodyScan {
  typealias Block = SIMD32<UInt8>

  /// The first place from `start` on, before the last byte, at which a body may not stay as it is; the last byte where
  /// there is none. A tab, a blank before another one or before a line end, and LF without CR before it are such places.
  @inline(__always)
  static func firstPlace(
    _ bytes: UnsafeRawBufferPointer, from start: Int, _ canonicalization: Canonicalization
  ) -> Int {
    canonicalization == .relaxed ? relaxedPlace(bytes, start) : simplePlace(bytes, start)
  }

  private static func relaxedPlace(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int {
    let last = bytes.count - 1
    var position = start
    let tab = Block(repeating: .tab)
    let space = Block(repeating: .space)
    let lineFeed = Block(repeating: .lineFeed)
    let carriageReturn = Block(repeating: .carriageReturn)
    while position + 32 <= last {
      let these = bytes.loadUnaligned(fromByteOffset: position, as: Block.self)
      let next = bytes.loadUnaligned(fromByteOffset: position + 1, as: Block.self)
      let places =
        (these .== tab) .| ((these .== space) .& (next .<= space))
        .| ((next .== lineFeed) .& (these .!= carriageReturn))
      if let offset = firstTrue(places) { return position + offset }
      position += 32
    }
    while position < last {
      let byte = bytes[position]
      let next = bytes[position + 1]
      if byte == .tab || byte == .space && next <= .space || next == .lineFeed && byte != .carriageReturn {
        return position
      }
      position += 1
    }
    return position
  }

  private static func simplePlace(_ bytes: UnsafeRawBufferPointer, _ start: Int) -> Int {
    let last = bytes.count - 1
    var position = start
    let lineFeed = Block(repeating: .lineFeed)
    let carriageReturn = Block(repeating: .carriageReturn)
    while position + 32 <= last {
      let these = bytes.loadUnaligned(fromByteOffset: position, as: Block.self)
      let next = bytes.loadUnaligned(fromByteOffset: position + 1, as: Block.self)
      if let offset = firstTrue((next .== lineFeed) .& (these .!= carriageReturn)) { return position + offset }
      position += 32
    }
    while position < last {
      if bytes[position + 1] == .lineFeed, bytes[position] != .carriageReturn { return position }
      position += 1
    }
    return position
  }

  static let blockSize = Block.scalarCount

  /// Whether a block begins at a place, with a byte behind it.
  @inline(__always)
  static func hasBlock(_ bytes: UnsafeRawBufferPointer, at place: Int) -> Bool { place + blockSize < bytes.count }

  /// Copies a block; gives where in it the first byte stands that ends a line of a file or must be looked at. What is
  /// behind that is copied in vain.
  @inline(__always)
  static func copyBlock(
    _ bytes: UnsafeRawBufferPointer, at place: Int, to target: UnsafeMutableRawPointer,
    _ canonicalization: Canonicalization
  ) -> Int? {
    let these = bytes.loadUnaligned(fromByteOffset: place, as: Block.self)
    target.storeBytes(of: these, as: Block.self)
    // Of control bytes only few are allowed in a body, so that one comparison finds them all.
    var places = these .< Block(repeating: .space)
    if canonicalization == .relaxed {
      let next = bytes.loadUnaligned(fromByteOffset: place + 1, as: Block.self)
      let space = Block(repeating: .space)
      places = places .| ((these .== space) .& (next .<= space))
    }
    return firstTrue(places)
  }

  /// The place of the first true lane. Each lane of a mask is a byte of ones or of zeros.
  @inline(__always)
  private static func firstTrue(_ mask: SIMDMask<Block.MaskStorage>) -> Int? {
    let words = unsafeBitCast(mask, to: SIMD4<UInt64>.self)
    if words[0] | words[1] | words[2] | words[3] == 0 { return nil }
    if words[0] != 0 { return words[0].littleEndian.trailingZeroBitCount / 8 }
    if words[1] != 0 { return 8 + words[1].littleEndian.trailingZeroBitCount / 8 }
    if words[2] != 0 { return 16 + words[2].littleEndian.trailingZeroBitCount / 8 }
    return 24 + words[3].littleEndian.trailingZeroBitCount / 8
  }
}
