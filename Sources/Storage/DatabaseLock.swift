// One daemon a database: an advisory lock that the kernel drops with the process.

internal import Glibc

/// Holds `<database>.lock` for as long as the value lives. The file stays behind; only the lock counts.
public final class DatabaseLock: Sendable {
  private let descriptor: Int32

  /// Takes the lock or says who has it.
  public init(database path: String) throws(StorageError) {
    let lockPath = path + ".lock"
    let opened = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o644)
    guard opened >= 0 else {
      let reason = String(cString: strerror(errno))
      throw .unopenable(path: path, said: "Opening \(lockPath): \(reason).")
    }
    guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
      let reason = errno
      let pid = Self.pid(in: opened)
      close(opened)
      guard reason == EWOULDBLOCK else {
        throw StorageError(
          .failed, path: path, "cannot lock \(lockPath): \(String(cString: strerror(reason))).")
      }
      let owner = pid.map { "process \($0)" } ?? "another process"
      throw StorageError(
        .inUse(pid: pid), path: path,
        "another selectord works on this database (\(owner) holds \(lockPath)); stop that one first, or name another "
          + "file as `database`.")
    }
    descriptor = opened
    let text = "\(getpid())\n"
    // The number is only for people and for the message above: a full disk must not keep the daemon down.
    if ftruncate(opened, 0) == 0 { _ = text.withCString { pwrite(opened, $0, strlen($0), 0) } }
  }

  deinit { close(descriptor) }

  private static func pid(in descriptor: Int32) -> Int32? {
    var buffer = [UInt8](repeating: 0, count: 16)
    let count = pread(descriptor, &buffer, buffer.count, 0)
    guard count > 0 else { return nil }
    return Int32(String(decoding: buffer[..<count].prefix { (0x30...0x39).contains($0) }, as: UTF8.self))
  }
}
