// The body in its canonical form (RFC 6376, sections 3.4.3 and 3.4.4), from chunks, in constant memory.

internal import Model

/// Takes a body in chunks and hands on its canonical form.
///
/// LF without CR counts as a line end: files have it, and it cannot come over SMTP. CR without LF is a byte like any
/// other.
struct BodyMachine {
  let canonicalization: Canonicalization
  /// Line ends that are held back: at the end of the body only one of them counts.
  private var lineEnds = 0
  /// A run of blanks that is held back: at the end of a line it does not count.
  private var hasBlank = false
  /// A CR that ended a chunk.
  private var hasCarriageReturn = false
  /// Whether anything but line ends has come.
  private var hasContent = false

  init(_ canonicalization: Canonicalization) { self.canonicalization = canonicalization }

  mutating func take(_ bytes: UnsafeRawBufferPointer, into sink: BodySink) {
    var position = 0
    while position < bytes.count {
      let byte = bytes[position]
      if canCopy(byte) {
        var end = BodyScan.firstPlace(bytes, from: position, canonicalization)
        if end + 1 < bytes.count, bytes[end + 1] == .lineFeed, bytes[end] > .space {
          // A line of a file: the byte before the LF is content.
          copy(bytes, position, end + 1, into: sink)
          lineEnds += 1
          position = copyLines(bytes, from: end + 2, into: sink)
          continue
        }
        // The CR of a line end belongs to its LF.
        if end > position, bytes[end - 1] == .carriageReturn { end -= 1 }
        if end > position {
          copy(bytes, position, end, into: sink)
          position = end
          continue
        }
      }
      step(byte, into: sink)
      position += 1
    }
  }

  /// Hands on lines that end with LF alone, as long as nothing else has to be changed in them. What is copied is looked at
  /// while it is: files are hashed nearly as fast as if they were hashed as they are.
  private mutating func copyLines(_ bytes: UnsafeRawBufferPointer, from start: Int, into sink: BodySink) -> Int {
    var position = start
    while BodyScan.hasBlock(bytes, at: position) {
      if bytes[position] == .lineFeed {
        lineEnds += 1
        position += 1
        continue
      }
      guard bytes[position] > .space else { break }
      flush(into: sink)
      var offset: Int?
      while offset == nil, BodyScan.hasBlock(bytes, at: position) {
        offset = sink.takeBlock(bytes, at: position, canonicalization)
        position += offset ?? BodyScan.blockSize
      }
      guard offset != nil else { break }
      guard bytes[position] == .lineFeed else { break }
      lineEnds += 1
      position += 1
    }
    return position
  }

  /// Whether what follows may be handed on as it is.
  private func canCopy(_ byte: UInt8) -> Bool {
    if hasCarriageReturn || byte == .lineFeed { return false }
    return !hasBlank || !(byte.isBlank || byte == .carriageReturn)
  }

  /// Hands on bytes that stay as they are, but for line ends at their end.
  private mutating func copy(_ bytes: UnsafeRawBufferPointer, _ start: Int, _ end: Int, into sink: BodySink) {
    var content = end
    while content - 2 >= start, bytes[content - 1] == .lineFeed, bytes[content - 2] == .carriageReturn { content -= 2 }
    if content > start {
      flush(into: sink)
      sink.take(UnsafeRawBufferPointer(rebasing: bytes[start..<content]))
    }
    lineEnds += (end - content) / 2
  }

  /// Hands on what was held back, since content follows.
  private mutating func flush(into sink: BodySink) {
    while lineEnds > 0 {
      sink.takeLineEnd()
      lineEnds -= 1
    }
    if hasBlank {
      sink.take(.space)
      hasBlank = false
    }
    hasContent = true
  }

  private mutating func step(_ byte: UInt8, into sink: BodySink) {
    if hasCarriageReturn {
      hasCarriageReturn = false
      if byte != .lineFeed {
        flush(into: sink)
        sink.take(.carriageReturn)
      }
    }
    switch byte {
    case .lineFeed:
      hasBlank = false
      lineEnds += 1
    case .carriageReturn: hasCarriageReturn = true
    case .space, .tab:
      if canonicalization == .relaxed {
        hasBlank = true
      } else {
        flush(into: sink)
        sink.take(byte)
      }
    default:
      flush(into: sink)
      sink.take(byte)
    }
  }

  /// The end of the body.
  mutating func finish(into sink: BodySink) {
    if hasCarriageReturn {
      hasCarriageReturn = false
      flush(into: sink)
      sink.take(.carriageReturn)
    }
    // A body of nothing but line ends is one line end in the simple form and nothing in the relaxed one.
    if hasContent || canonicalization == .simple { sink.takeLineEnd() }
  }
}
