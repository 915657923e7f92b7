// Whole lines of a segment, block by block.

internal import Glibc
internal import Model

/// Reads a segment from its offset on. What it hands out ends with a line, unless the line is longer than a block or the
/// file is complete.
package final class SegmentReader {
  /// The most bytes of one block. A longer line comes in pieces.
  package static let blockSize = 1 << 20

  /// Up to which byte was handed out.
  package private(set) var offset: UInt64
  /// What the file begins with.
  package let head: FileHead
  private let file: InflatingFile
  private let path: String
  private let isComplete: Bool
  /// The lines that stand before what is handed out, as far as they are of use to a reader that has forgotten them: some
  /// programs tell of a message in several lines.
  package let former: [UInt8]
  /// The most bytes of `former`.
  private static let formerSize: UInt64 = 16 << 10
  /// The beginning of a line whose end has not come yet.
  private var pending: [UInt8] = []
  private var isAtEnd = false

  init?(path: String, segment: FollowPlan.Segment, wantsFormer: Bool) throws(FollowError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 {
      if errno == ENOENT { return nil }
      throw FollowError(path, errno: errno)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, UInt64(status.st_ino) == segment.file.inode,
      UInt64(status.st_dev) == segment.file.device
    else {
      close(descriptor)
      return nil
    }
    guard let file = InflatingFile(descriptor) else { throw FollowError(path, errno: ENOMEM) }
    head = FileHead(of: try file.read(FileHead.limit, path))
    // What ends at the offset is whole; what begins before it may be cut, and the offset may stand within a line.
    let length = wantsFormer ? min(segment.offset, Self.formerSize) : 0
    guard file.seek(segment.offset - length) else { throw FollowError(path, "it ends before byte \(segment.offset)") }
    var lines = try file.read(Int(length), path)[...]
    if length < segment.offset {
      lines = lines.firstIndex(of: UInt8(ascii: "\n")).map { lines[($0 + 1)...] } ?? []
    }
    former = lines.lastIndex(of: UInt8(ascii: "\n")).map { Array(lines[...$0]) } ?? []
    guard file.seek(segment.offset) else { throw FollowError(path, "it ends before byte \(segment.offset)") }
    self.file = file
    self.path = path
    offset = segment.offset
    // A rotated file may still be written to while programs have it open; its last line may then be cut. Who writes lines
    // writes them whole.
    isComplete = segment.role != .current
  }

  /// The next lines; nil where there are no more for now.
  package func next() throws(FollowError) -> [UInt8]? {
    guard !isAtEnd else { return nil }
    var block = pending + (try file.read(Self.blockSize - pending.count, path))
    pending = []
    if block.count < Self.blockSize { isAtEnd = true }
    if !(isAtEnd && isComplete), let end = block.lastIndex(of: UInt8(ascii: "\n")) {
      pending = Array(block[(end + 1)...])
      block.removeSubrange((end + 1)...)
    } else if isAtEnd, !isComplete {
      return nil
    }
    offset += UInt64(block.count)
    return block.isEmpty ? nil : block
  }
}
