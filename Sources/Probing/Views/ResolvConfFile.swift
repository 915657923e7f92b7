// Keeps a resolv.conf file's contents, and reads it again when it has changed.

internal import CLinux
import Glibc
import Synchronization

/// A resolv.conf file on disk.
final class ResolvConfFile: Sendable {
  private struct Stamp: Hashable, Sendable {
    var device: UInt64
    var inode: UInt64
    var seconds: Int
    var nanoseconds: Int
    var size: Int64
  }

  private static let sizeLimit = 65_536

  private let path: String
  private let known: Mutex<(stamp: Stamp?, contents: ResolvConf)?> = Mutex(nil)

  init(path: String) { self.path = path }

  /// What the file says now; the default of 127.0.0.1 where there is none or it cannot be read.
  var contents: ResolvConf {
    let stamp = self.stamp
    return known.withLock { known in
      if let known, known.stamp == stamp { return known.contents }
      let contents = read().map { ResolvConf($0) } ?? .absent
      known = (stamp, contents)
      return contents
    }
  }

  private var stamp: Stamp? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    return Stamp(
      device: UInt64(status.st_dev), inode: UInt64(status.st_ino), seconds: status.st_mtim.tv_sec,
      nanoseconds: status.st_mtim.tv_nsec, size: Int64(status.st_size))
  }

  private func read() -> String? {
    let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard file >= 0 else { return nil }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: Self.sizeLimit)
    var count = 0
    while count < bytes.count {
      let got = bytes[count...].withUnsafeMutableBytes { Glibc.read(file, $0.baseAddress, $0.count) }
      if got < 0, errno == EINTR { continue }
      guard got > 0 else { break }
      count += got
    }
    return String(decoding: bytes[..<count], as: UTF8.self)
  }
}
