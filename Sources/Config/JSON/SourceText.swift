// Bytes of a file, and where in it an offset stands for a person with an editor.

/// The text of a configuration file, held as its bytes.
struct SourceText: Sendable {
  /// The path as it was named.
  let file: String
  let bytes: [UInt8]
  private let lineStarts: [Int]

  init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
    lineStarts = starts
  }

  /// Line and column, both from 1; a column counts characters (Unicode scalars), as editors do.
  func location(of offset: Int) -> (line: Int, column: Int) {
    var low = 0
    var high = lineStarts.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if lineStarts[middle] <= offset { low = middle } else { high = middle }
    }
    let before = bytes[lineStarts[low]..<min(offset, bytes.count)]
    // A continuation byte belongs to the character that began before it; so does a byte order mark to the file.
    let hasMark = low == 0 && offset >= 3 && bytes.starts(with: [0xEF, 0xBB, 0xBF])
    return (low + 1, before.count { $0 & 0xC0 != 0x80 } + 1 - (hasMark ? 1 : 0))
  }

  /// The offset of the first byte that is not UTF-8; nil where all are.
  var firstInvalidByte: Int? {
    var decoder = UTF8()
    var bytes = self.bytes.makeIterator()
    var start = 0
    while true {
      switch decoder.decode(&bytes) {
      case .scalarValue(let scalar): start += UTF8.width(scalar)
      case .emptyInput: return nil
      case .error: return start
      }
    }
  }
}
