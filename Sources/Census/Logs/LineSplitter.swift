// Chunks of bytes in, lines out; a line that ends in a later chunk waits for it, up to a bound.

internal import Glibc

/// Cuts chunks into lines. What is left of a chunk is kept, so that a reader can stop and go on at any byte.
package struct LineSplitter: Sendable {
  /// The longest line that is read, in bytes; the rest of a longer one is passed over, and `isCut` says so.
  package static let longestLine = 256 << 10

  /// The beginning of a line whose end has not come.
  package private(set) var rest: [UInt8] = []
  private var restIsCut = false
  /// How many lines have been handed on.
  package private(set) var lines = 0

  package init() {}

  /// Whether a line has begun and not ended.
  package var hasRest: Bool { !rest.isEmpty }

  /// Hands on every line that ends in these bytes, without its line end.
  @inline(__always) mutating func feed(
    _ bytes: UnsafeRawBufferPointer, _ body: (_ line: Bytes, _ number: Int, _ isCut: Bool) -> Void
  ) {
    guard let base = bytes.baseAddress, bytes.count > 0 else { return }
    let whole = Bytes(start: base.assumingMemoryBound(to: UInt8.self), count: bytes.count)
    var start = 0
    if !rest.isEmpty || restIsCut {
      guard let end = whole.index(of: 0x0A) else { return keep(whole) }
      keep(whole.slice(0, end))
      lines += 1
      let (number, isCut) = (lines, restIsCut)
      rest.withBytes { body(Self.withoutReturn($0), number, isCut) }
      rest.removeAll(keepingCapacity: rest.capacity <= 65_536)
      restIsCut = false
      start = end + 1
    }
    while start < whole.count {
      let from = whole.start + start
      guard let found = memchr(from, 0x0A, whole.count - start) else { break }
      let length = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - from
      lines += 1
      if length > Self.longestLine {
        body(Bytes(start: from, count: Self.longestLine), lines, true)
      } else {
        body(Self.withoutReturn(Bytes(start: from, count: length)), lines, false)
      }
      start += length + 1
    }
    if start < whole.count { keep(whole.dropFirst(start)) }
  }

  /// Hands on the last line, where no line end follows it.
  mutating func finish(_ body: (_ line: Bytes, _ number: Int, _ isCut: Bool) -> Void) {
    guard !rest.isEmpty else { return }
    lines += 1
    let (number, isCut) = (lines, restIsCut)
    rest.withBytes { body(Self.withoutReturn($0), number, isCut) }
    rest = []
    restIsCut = false
  }

  private mutating func keep(_ bytes: Bytes) {
    let room = Self.longestLine - rest.count
    rest.append(contentsOf: bytes.buffer.prefix(room))
    if bytes.count > room { restIsCut = true }
  }

  @inline(__always) private static func withoutReturn(_ line: Bytes) -> Bytes {
    line.count > 0 && line[line.count - 1] == 0x0D ? line.slice(0, line.count - 1) : line
  }
}
