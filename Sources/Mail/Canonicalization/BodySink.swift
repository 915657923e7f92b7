// Where the canonical form of a body goes: into hashes, each over so much of it as its signature wants.

internal import Model

/// Collects small pieces and feeds hashes.
final class BodySink {
  /// A hash over the first bytes of the body.
  struct Target {
    let digest: RunningHash
    /// `l=`; nil for all of it.
    let limit: UInt64?
  }

  private let targets: [Target]
  /// How many bytes the hashes have taken so far; all of the canonical form at the end.
  private(set) var length: UInt64 = 0
  /// Pieces that are too small for a call of the hash each. A line of text is several of them.
  private let buffer = UnsafeMutableRawBufferPointer.allocate(
    byteCount: BodySink.size + BodyScan.blockSize, alignment: 64)
  @exclusivity(unchecked) private var count = 0
  private static let size = 32_768

  init(_ targets: [Target]) { self.targets = targets }

  deinit { buffer.deallocate() }

  /// The same hashes, to be continued another way; nil where OpenSSL refuses.
  func copy() -> BodySink? {
    flush()
    var copies: [Target] = []
    for target in targets {
      guard let digest = RunningHash(copying: target.digest) else { return nil }
      copies.append(Target(digest: digest, limit: target.limit))
    }
    let sink = BodySink(copies)
    sink.length = length
    return sink
  }

  @inline(__always)
  func take(_ byte: UInt8) {
    if count >= Self.size { flush() }
    buffer[count] = byte
    count += 1
  }

  @inline(__always)
  func takeLineEnd() {
    if count + 2 > Self.size { flush() }
    buffer[count] = .carriageReturn
    buffer[count + 1] = .lineFeed
    count += 2
  }

  @inline(__always)
  func take(_ bytes: UnsafeRawBufferPointer) {
    if count + bytes.count > Self.size {
      flush()
      if bytes.count >= Self.size / 2 {
        feed(bytes)
        return
      }
    }
    guard let target = buffer.baseAddress, let source = bytes.baseAddress else { return }
    (target + count).copyMemory(from: source, byteCount: bytes.count)
    count += bytes.count
  }

  /// Takes a block of a file up to the first byte that needs a look; gives its place, nil where all of it was taken.
  @inline(__always)
  func takeBlock(_ bytes: UnsafeRawBufferPointer, at place: Int, _ canonicalization: Canonicalization) -> Int? {
    if count >= Self.size { flush() }
    guard let target = buffer.baseAddress else { return 0 }
    let offset = BodyScan.copyBlock(bytes, at: place, to: target + count, canonicalization)
    count += offset ?? BodyScan.blockSize
    return offset
  }

  /// The hashes in the order of the targets.
  func finish() -> [[UInt8]] {
    flush()
    return targets.map { $0.digest.finish() }
  }

  private func flush() {
    feed(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
    count = 0
  }

  private func feed(_ bytes: UnsafeRawBufferPointer) {
    for target in targets {
      guard let limit = target.limit else {
        target.digest.take(bytes)
        continue
      }
      if length < limit {
        let count = Int(min(limit - length, UInt64(bytes.count)))
        target.digest.take(UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
      }
    }
    length += UInt64(bytes.count)
  }
}
