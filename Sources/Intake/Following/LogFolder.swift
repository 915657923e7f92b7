// The shell around the plan: what stands in the folder of a log, and the bytes of a segment.

internal import Crypto
internal import Glibc
package import Model

/// Why a log cannot be read.
package struct FollowError: Error, Hashable, CustomStringConvertible {
  package var path: String
  /// What the system or zlib says, as it stands behind a colon.
  package var reason: String

  package var description: String { "cannot read \(path): \(reason)" }

  init(_ path: String, errno code: Int32) {
    let text = String(cString: strerror(code))
    self.init(path, text.prefix(1).lowercased() + text.dropFirst())
  }

  init(_ path: String, _ reason: String) {
    self.path = path
    self.reason = reason
  }
}

/// The folder of one log.
package struct LogFolder: Sendable {
  /// The path of the log under its own name.
  package let path: String
  private let folder: String
  private let name: String

  package init(path: String) {
    self.path = path
    let cut = path.utf8.lastIndex(of: UInt8(ascii: "/"))
    folder = cut.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
    name = cut.map { String(path[path.index(after: $0)...]) } ?? path
  }

  /// The time by the clock that file systems put on files, which runs a few milliseconds behind.
  package static func now() -> Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME_COARSE, &time)
    return Timestamp(time)
  }

  /// What a plan is made of. Rotated files are looked for only where the log is another file than it was.
  package func look(_ state: FollowState) throws(FollowError) -> SeenFolder {
    let heads = state.readHeads + [state.current, state.former].compactMap { $0?.head }
    let lengths = Set(heads.map(\.length)).filter { $0 > 0 }.sorted()
    let current = try seen(name, lengths: lengths, mayBeAbsent: true)
    let isSteady = state.former == nil && state.current.map { current?.isFile(of: $0) ?? false } ?? true
    guard !isSteady else { return SeenFolder(current: current) }
    var rotated: [SeenFile] = []
    for name in try names() where Self.isRotation(name, of: self.name) {
      // One that cannot be read is as good as one that is not there: the plan says that something is missing.
      if let file = try? seen(name, lengths: lengths, mayBeAbsent: true) { rotated.append(file) }
    }
    return SeenFolder(current: current, rotated: rotated)
  }

  /// Opens a segment for reading; nil where the file is another one by now.
  ///
  /// - Parameter wantsFormer: whether the lines before it are wanted too.
  package func open(_ segment: FollowPlan.Segment, wantsFormer: Bool = false) throws(FollowError) -> SegmentReader? {
    try SegmentReader(path: path(of: segment.file.name), segment: segment, wantsFormer: wantsFormer)
  }

  private func path(of name: String) -> String { folder == "." ? name : folder + "/" + name }

  /// Whether a name is what logrotate, savelog or cronolog make of the log's name: `.1`, `.2.gz`, `-20261101`.
  static func isRotation(_ name: String, of log: String) -> Bool {
    guard name.utf8.count > log.utf8.count + 1, name.hasPrefix(log) else { return false }
    var rest = name.utf8.dropFirst(log.utf8.count)
    guard let separator = rest.popFirst(), [UInt8(ascii: "."), UInt8(ascii: "-")].contains(separator) else {
      return false
    }
    if rest.suffix(3).elementsEqual(".gz".utf8) { rest = rest.dropLast(3) }
    return !rest.isEmpty
      && rest.allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".") }
  }

  private func names() throws(FollowError) -> [String] {
    do {
      return try FolderNames.all(in: folder)
    } catch {
      throw FollowError(folder, errno: error.code)
    }
  }

  private func seen(_ name: String, lengths: [Int], mayBeAbsent: Bool) throws(FollowError) -> SeenFile? {
    let path = path(of: name)
    let descriptor = Glibc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    if descriptor < 0 {
      if errno == ENOENT, mayBeAbsent { return nil }
      throw FollowError(path, errno: errno)
    }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      close(descriptor)
      throw FollowError(path, "it is no ordinary file")
    }
    let isCompressed = name.hasSuffix(".gz")
    guard let file = InflatingFile(descriptor) else { throw FollowError(path, errno: ENOMEM) }
    let longest = lengths.max() ?? 0
    let beginning = longest > 0 ? try file.read(longest, path) : []
    let heads = lengths.filter { $0 <= beginning.count }.map { FileHead(of: beginning.prefix($0)) }
    return SeenFile(
      name: name, device: UInt64(status.st_dev), inode: UInt64(status.st_ino),
      size: isCompressed ? nil : UInt64(max(0, status.st_size)),
      modifiedAt: Timestamp(status.st_mtim),
      heads: heads)
  }
}

extension Timestamp {
  fileprivate init(_ time: timespec) {
    self.init(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }
}

extension FileHead {
  /// Of the first bytes of a file.
  package init(of bytes: some Collection<UInt8>) {
    let hash = SHA256.hash(data: Array(bytes))
    let digits = hash.prefix(16).map { byte in
      let text = String(byte, radix: 16)
      return byte < 16 ? "0" + text : text
    }
    self.init(length: bytes.count, digest: digits.joined())
  }
}

/// A file of lines, compressed or not.
final class InflatingFile {
  private let descriptor: Int32
  private let isCompressed: Bool
  /// Of a compressed file; made anew to go back.
  private var unpacked: GzipSource?
  /// How much of the contents was read.
  private var position: UInt64 = 0

  /// Takes over the descriptor, and closes it in any case.
  init?(_ descriptor: Int32) {
    self.descriptor = descriptor
    var magic: UInt16 = 0
    isCompressed = pread(descriptor, &magic, 2, 0) == 2 && UInt16(littleEndian: magic) == 0x8B1F
    if isCompressed {
      guard let source = try? GzipSource(FileSource(borrowing: descriptor)) else {
        close(descriptor)
        return nil
      }
      unpacked = source
    }
  }

  deinit { close(descriptor) }

  /// Goes to a byte of the contents. Returns whether it is there.
  func seek(_ offset: UInt64) -> Bool {
    guard isCompressed else {
      position = offset
      var status = stat()
      return fstat(descriptor, &status) == 0 && UInt64(max(0, status.st_size)) >= offset
    }
    if offset < position {
      guard lseek(descriptor, 0, SEEK_SET) == 0, let source = try? GzipSource(FileSource(borrowing: descriptor)) else {
        return false
      }
      unpacked = source
      position = 0
    }
    while position < offset {
      guard let bytes = try? read(Int(min(offset - position, 1 << 16)), ""), !bytes.isEmpty else { return false }
    }
    return true
  }

  /// Up to `count` bytes; fewer only at the end.
  func read(_ count: Int, _ path: String) throws(FollowError) -> [UInt8] {
    var failure: FollowError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let room = UnsafeMutableRawBufferPointer(rebasing: UnsafeMutableRawBufferPointer(buffer)[filled...])
        do throws(IntakeError) {
          let got = if let unpacked { try unpacked.read(room) } else { try readPlain(room) }
          if got == 0 { break }
          filled += got
          position += UInt64(got)
        } catch {
          // A file that is still being compressed ends too early; what is there so far is good.
          if error != .cut { failure = FollowError(path, error.description) }
          break
        }
      }
    }
    if let failure { throw failure }
    return bytes
  }

  private func readPlain(_ room: UnsafeMutableRawBufferPointer) throws(IntakeError) -> Int {
    while true {
      let got = pread(descriptor, room.baseAddress, room.count, off_t(position))
      if got >= 0 { return got }
      if errno != EINTR { throw .system(errno) }
    }
  }
}
