// Bytes from wherever they come: files, the standard input, memory, and what is packed in them.

internal import CLzma
internal import CZlib
internal import Glibc

/// Why a source cannot be read, or not to its end.
package struct IntakeError: Error, Hashable, Sendable, CustomStringConvertible {
  package let description: String

  init(_ description: String) { self.description = description }

  /// A compressed file that is not whole.
  static let cut = IntakeError("the compressed file ends too early; it was cut")

  /// What the system says of an error.
  static func system(_ code: Int32) -> IntakeError {
    let text = String(cString: strerror(code))
    return IntakeError(text.prefix(1).lowercased() + text.dropFirst())
  }
}

/// Something that bytes are read from, once.
protocol ByteSource: AnyObject {
  /// Fills a buffer from its beginning; how many bytes there are, 0 at the end.
  func read(_ buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int
}

/// An open file, or the standard input.
final class FileSource: ByteSource {
  private let descriptor: Int32
  private let isOwned: Bool

  init(path: String) throws(IntakeError) {
    descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)
    isOwned = true
    if descriptor < 0 { throw .system(errno) }
    _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
  }

  /// A file that somebody else opened, and closes.
  init(borrowing descriptor: Int32) {
    self.descriptor = descriptor
    isOwned = false
  }

  init(standardInput: Void) {
    descriptor = STDIN_FILENO
    isOwned = false
  }

  deinit {
    if isOwned { close(descriptor) }
  }

  func read(_ buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
    while true {
      let count = Glibc.read(descriptor, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { throw .system(errno) }
    }
  }
}

/// Bytes that are there already.
final class MemorySource: ByteSource {
  private let bytes: [UInt8]
  private var position = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  func read(_ buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, bytes.count - position)
    bytes[position..<(position + count)].withUnsafeBytes { buffer.copyMemory(from: $0) }
    position += count
    return count
  }
}

/// A source whose beginning has been looked at.
final class PeekedSource: ByteSource {
  private(set) var head: [UInt8]
  private var position = 0
  private let rest: any ByteSource

  /// Reads up to so many bytes; all of them are read again.
  init(_ source: any ByteSource, upTo count: Int) throws(IntakeError) {
    var head = [UInt8](repeating: 0, count: count)
    var length = 0
    do {
      try head.withUnsafeMutableBytes { buffer in
        while length < count {
          let read = try source.read(UnsafeMutableRawBufferPointer(rebasing: buffer[length...]))
          if read == 0 { break }
          length += read
        }
      }
    } catch let error as IntakeError {
      // What was read before counts; the error comes again with the next read.
      if length == 0 { throw error }
    } catch {
      throw IntakeError("\(error)")
    }
    self.head = Array(head.prefix(length))
    rest = source
  }

  func read(_ buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
    if position < head.count {
      let count = min(buffer.count, head.count - position)
      head[position..<(position + count)].withUnsafeBytes { buffer.copyMemory(from: $0) }
      position += count
      return count
    }
    return try rest.read(buffer)
  }
}

/// What unpacking may cost: a bomb is told from a log by how much comes out of how little.
struct UnpackingBound {
  /// No text packs better than this; what deflate makes of zeros does.
  private static let largestRatio = 400
  private static let free = 32 << 20
  private var packed = 0
  private var unpacked = 0

  mutating func add(packed: Int, unpacked: Int) throws(IntakeError) {
    self.packed += packed
    self.unpacked += unpacked
    if self.unpacked > Self.free, self.unpacked / Self.largestRatio > self.packed {
      throw IntakeError("it unpacks to more than \(Self.largestRatio) times its size; a bomb, not read further")
    }
  }
}

/// Gzip (RFC 1952), with all its members.
final class GzipSource: ByteSource {
  private let source: any ByteSource
  private var stream = z_stream()
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
  private var bound = UnpackingBound()
  private var isOver = false
  private var hasBegun = false

  init(_ source: any ByteSource) throws(IntakeError) {
    self.source = source
    // 15 bits of window, and 16 for gzip.
    guard inflateInit2_(&stream, 31, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
      throw IntakeError("zlib has no memory")
    }
  }

  deinit {
    inflateEnd(&stream)
    input.deallocate()
  }

  func read(_ buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
    var written = 0
    while written == 0, !isOver {
      if stream.avail_in == 0 {
        let count = try source.read(input)
        if count == 0 {
          isOver = true
          if hasBegun { throw .cut }
          return 0
        }
        try bound.add(packed: count, unpacked: 0)
        stream.next_in = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        stream.avail_in = UInt32(count)
      }
      stream.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.avail_out = UInt32(buffer.count)
      if !hasBegun, stream.avail_in > 0, stream.next_in?.pointee == 0 {
        // Zeros behind the last member are padding.
        stream.next_in += 1
        stream.avail_in -= 1
        continue
      }
      let isFirstByte = !hasBegun
      hasBegun = true
      let status = inflate(&stream, Z_NO_FLUSH)
      written = buffer.count - Int(stream.avail_out)
      try bound.add(packed: 0, unpacked: written)
      switch status {
      case Z_OK, Z_BUF_ERROR: break
      case Z_STREAM_END:
        hasBegun = false
        inflateReset(&stream)
        hasMember = true
      default:
        isOver = true
        // Something behind the last member that is none is passed over, as gzip does.
        if isFirstByte, hasMember { return written }
        throw IntakeError("the compressed file is damaged")
      }
    }
    return written
  }

  private var hasMember = false
}

/// xz, with all its streams.
final class XZSource: ByteSource {
  private let source: any ByteSource
  private var stream = lzma_stream()
  private let input = UnsafeMutableRawBufferPointer.allocate(byteCount: 65_536, alignment: 16)
  private var bound = UnpackingBound()
  private var isOver = false
  private var hasAllInput = false
  private static let memory: UInt64 = 256 << 20
  /// LZMA_CONCATENATED, a macro that Swift does not see.
  private static let concatenated: UInt32 = 0x08

  init(_ source: any ByteSource) throws(IntakeError) {
    self.source = source
    guard lzma_stream_decoder(&stream, Self.memory, Self.concatenated) == LZMA_OK else {
      throw IntakeError("liblzma has no memory")
    }
  }

  deinit {
    lzma_end(&stream)
    input.deallocate()
  }

  func read(_ buffer: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
    var written = 0
    while written == 0, !isOver {
      if stream.avail_in == 0, !hasAllInput {
        let count = try source.read(input)
        hasAllInput = count == 0
        try bound.add(packed: count, unpacked: 0)
        stream.next_in = UnsafePointer(input.baseAddress?.assumingMemoryBound(to: UInt8.self))
        stream.avail_in = count
      }
      stream.next_out = buffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
      stream.avail_out = buffer.count
      let status = lzma_code(&stream, hasAllInput ? LZMA_FINISH : LZMA_RUN)
      written = buffer.count - stream.avail_out
      try bound.add(packed: 0, unpacked: written)
      switch status {
      case LZMA_OK: break
      case LZMA_STREAM_END: isOver = true
      case LZMA_BUF_ERROR:
        isOver = true
        throw .cut
      case LZMA_MEMLIMIT_ERROR:
        isOver = true
        throw IntakeError("unpacking it takes more than 256 MiB of memory")
      default:
        isOver = true
        throw IntakeError("the compressed file is damaged")
      }
    }
    return written
  }
}
