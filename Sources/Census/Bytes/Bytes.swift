// A stretch of bytes in somebody's buffer: what lines are read as, so that a line costs no allocation.

internal import CMemory
internal import Glibc
internal import Model

/// Bytes that are valid as long as the call that hands them out. Every access is checked.
package struct Bytes {
  let start: UnsafePointer<UInt8>
  package let count: Int

  init(start: UnsafePointer<UInt8>, count: Int) {
    self.start = start
    self.count = count
  }

  nonisolated(unsafe) static let nothing: UnsafePointer<UInt8> = {
    let byte = UnsafeMutablePointer<UInt8>.allocate(capacity: 1)
    byte.initialize(to: 0)
    return UnsafePointer(byte)
  }()

  /// No bytes.
  package static var empty: Bytes { Bytes(start: nothing, count: 0) }

  package var isEmpty: Bool { count == 0 }

  @inline(__always) package subscript(index: Int) -> UInt8 {
    precondition(UInt(bitPattern: index) < UInt(bitPattern: count))
    return start[index]
  }

  /// From one place up to another; the ends are held to what there is.
  @inline(__always) package func slice(_ from: Int, _ to: Int) -> Bytes {
    let low = min(max(from, 0), count)
    let high = min(max(to, low), count)
    return Bytes(start: start + low, count: high - low)
  }

  @inline(__always) package func dropFirst(_ length: Int) -> Bytes { slice(length, count) }

  /// The bytes as a text, with broken UTF-8 replaced.
  package var text: String { String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self) }

  /// The beginning of the bytes as they are shown to people: quoted, with everything escaped that steers a terminal.
  var shown: String { slice(0, 80).text.jsonQuoted() }

  package var array: [UInt8] { Array(UnsafeBufferPointer(start: start, count: count)) }
  var buffer: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

  @inline(__always) package func hasPrefix(_ word: StaticString) -> Bool { holds(word, at: 0) }

  @inline(__always) package func holds(_ word: StaticString, at place: Int) -> Bool {
    let length = word.utf8CodeUnitCount
    guard place >= 0, count - place >= length else { return false }
    return memcmp(start + place, word.utf8Start, length) == 0
  }

  package func hasSuffix(_ word: StaticString) -> Bool { holds(word, at: count - word.utf8CodeUnitCount) }

  /// Where a byte stands, from a place on; nil where it does not.
  @inline(__always) package func index(of byte: UInt8, from place: Int = 0) -> Int? {
    guard place >= 0, place < count, let found = memchr(start + place, Int32(byte), count - place) else { return nil }
    return UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - start
  }

  package func lastIndex(of byte: UInt8) -> Int? {
    guard count > 0, let found = memrchr(start, Int32(byte), count) else { return nil }
    return UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - start
  }

  /// Where a word begins, from a place on.
  @inline(__always) package func index(of word: StaticString, from place: Int = 0) -> Int? {
    guard place >= 0, place < count,
      let found = memmem(start + place, count - place, word.utf8Start, word.utf8CodeUnitCount)
    else { return nil }
    return UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - start
  }

  /// Where the last such word begins.
  package func lastIndex(of word: StaticString) -> Int? {
    var last: Int?
    var place = 0
    while let found = index(of: word, from: place) {
      last = found
      place = found + 1
    }
    return last
  }

  package func contains(_ word: StaticString) -> Bool { index(of: word) != nil }

  /// The same letters, whatever their case.
  package func equals(ignoringCase word: StaticString) -> Bool {
    guard count == word.utf8CodeUnitCount else { return false }
    return buffer.elementsEqual(UnsafeBufferPointer(start: word.utf8Start, count: count)) { $0.lowered == $1.lowered }
  }

  package func equals(_ word: StaticString) -> Bool { count == word.utf8CodeUnitCount && hasPrefix(word) }

  /// Without blanks, tabs and line ends on both sides.
  package var trimmed: Bytes {
    var low = 0
    var high = count
    while low < high, start[low].isBlank { low += 1 }
    while high > low, start[high - 1].isBlank { high -= 1 }
    return slice(low, high)
  }

  /// The value of decimal digits; nil where there is anything else or more than 18 of them.
  package var number: Int64? {
    guard count > 0, count <= 18 else { return nil }
    var value: Int64 = 0
    for byte in buffer {
      guard byte.isDigit else { return nil }
      value = value * 10 + Int64(byte - 0x30)
    }
    return value
  }
}

extension UInt8 {
  /// Blank, tab and line ends.
  @inline(__always) var isBlank: Bool { self == 0x20 || (self >= 0x09 && self <= 0x0D) }
}

extension [UInt8] {
  /// Hands the bytes on as a stretch.
  package func withBytes<Result>(_ body: (Bytes) throws -> Result) rethrows -> Result {
    try withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return try body(.empty) }
      return try body(Bytes(start: start, count: buffer.count))
    }
  }
}
