// The shell around the plan: what stands in the folder of a log, and the bytes of a segment.

internal import CZlib
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
  package func open(_ segment: FollowPlan.Segment) throws(FollowError) -> SegmentReader? {
    try SegmentReader(path: path(of: segment.file.name), segment: segment)
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
    guard let directory = opendir(folder) else { throw FollowError(folder, errno: errno) }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      names.append(
        withUnsafePointer(to: &entry.pointee.d_name) { pointer in
          pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
        })
    }
    return names
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

/// A file that zlib reads, compressed or not.
final class InflatingFile {
  private let file: gzFile

  /// Takes over the descriptor, and closes it in any case.
  init?(_ descriptor: Int32) {
    guard let file = gzdopen(descriptor, "rb") else {
      close(descriptor)
      return nil
    }
    self.file = file
  }

  deinit { gzclose(file) }

  /// Goes to a byte of the contents. Returns whether it is there.
  func seek(_ offset: UInt64) -> Bool { gzseek(file, Int(offset), SEEK_SET) == Int(offset) }

  /// Up to `count` bytes; fewer only at the end.
  func read(_ count: Int, _ path: String) throws(FollowError) -> [UInt8] {
    var failure: FollowError?
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < count {
        let got = gzread(file, buffer.baseAddress.map { $0 + filled }, UInt32(count - filled))
        if got > 0 { filled += Int(got) }
        if got == 0 { break }
        if got < 0 {
          var status: Int32 = 0
          let message = gzerror(file, &status).map { String(cString: $0) } ?? ""
          // A file that is still being compressed ends too early; what is there so far is good.
          if status != Z_BUF_ERROR {
            failure = status == Z_ERRNO ? FollowError(path, errno: errno) : FollowError(path, message)
          }
          break
        }
      }
    }
    if let failure { throw failure }
    // At the end of a growing file zlib keeps an end-of-file state: the next read tries again.
    gzclearerr(file)
    return bytes
  }
}
