// Why the database could not do its work, in words that tell a person what to do.

internal import GRDB
internal import Glibc

/// A failure of selectord's own memory.
public struct StorageError: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Code: Hashable, Sendable {
    /// There is no such file, or its directory is missing.
    case missing
    /// The file, or its directory, may not be read or written by this user.
    case permission
    /// The file, its directory or its file system allows no writing.
    case readOnly
    /// The file is something else than selectord's database.
    case notADatabase
    /// SQLite finds the file damaged.
    case corrupt
    /// The file was written by a newer selectord.
    case newer(found: Int, known: Int)
    /// The file waits for its migration, which only the daemon does.
    case older(found: Int, known: Int)
    /// No space left.
    case full
    /// Another process holds the file for longer than selectord waits.
    case locked
    /// Another daemon works on this database.
    case inUse(pid: Int32?)
    /// Anything else that SQLite or the system says.
    case failed
  }

  public var code: Code
  /// The database file.
  public var path: String
  /// What was seen, what was expected, what to do.
  public var message: String

  public init(_ code: Code, path: String, _ message: String) {
    self.code = code
    self.path = path
    self.message = message
  }

  public var description: String { "\(path): \(message)" }
}

extension StorageError {
  /// Puts into words what SQLite said about the file at `path`.
  init(_ error: any Error, path: String) {
    if let error = error as? StorageError {
      self = error
      return
    }
    guard let error = error as? DatabaseError else {
      self.init(.failed, path: path, "a stored value cannot be read: \(error)")
      return
    }
    let said = "SQLite says: \(error.message ?? "nothing") (code \(error.extendedResultCode.rawValue))"
    switch error.resultCode {
    case .SQLITE_NOTADB:
      self.init(.notADatabase, path: path, "is not an SQLite database; name another file as `database`. \(said)")
    case .SQLITE_CORRUPT:
      self.init(
        .corrupt, path: path,
        "the database is damaged; stop selectord, then restore a backup, or save what can be read with "
          + "`sqlite3 FILE .recover`. \(said)")
    case .SQLITE_FULL:
      self.init(
        .full, path: path,
        "no space left for the database; free some on its file system (or raise its limit), nothing that was "
          + "committed is lost. \(said)")
    case .SQLITE_BUSY, .SQLITE_LOCKED:
      self.init(
        .locked, path: path,
        "another process has locked the database for too long; find it with "
          + "`fuser -v FILE` and end it. \(said)")
    case .SQLITE_READONLY:
      self.init(
        .readOnly, path: path,
        "the database may only be read; file and directory must be writable by the user that runs selectord. \(said)")
    case .SQLITE_CANTOPEN, .SQLITE_PERM, .SQLITE_AUTH:
      self = .unopenable(path: path, said: said)
    case .SQLITE_IOERR where FilePath.isDirectory(path): self = .unopenable(path: path, said: said)
    case .SQLITE_IOERR:
      self.init(
        .failed, path: path,
        "the file system fails to read or write the database; look at `df`, `dmesg` and the disk. \(said)")
    default:
      self.init(.failed, path: path, "the database refuses its work. \(said)")
    }
  }

  /// Looks at the file system for the reason why SQLite cannot open a file.
  static func unopenable(path: String, said: String? = nil) -> StorageError {
    let tail = said.map { " " + $0 } ?? ""
    let directory = FilePath.directory(of: path)
    var information = stat()
    if stat(directory, &information) != 0 {
      let reason = errno
      return reason == EACCES
        ? StorageError(.permission, path: path, "the directory \(directory) may not be entered by this user.\(tail)")
        : StorageError(
          .missing, path: path, "the directory \(directory) does not exist; create it or change `database`.\(tail)")
    }
    if FilePath.isDirectory(path) {
      return StorageError(.notADatabase, path: path, "is a directory, not a file; name a file as `database`.\(tail)")
    }
    if stat(path, &information) == 0 {
      if access(path, R_OK) != 0 {
        return StorageError(
          .permission, path: path,
          "may not be read by this user; run selectord as root or as the user that owns the file.\(tail)")
      }
    } else if errno == ENOENT, access(directory, W_OK) == 0 {
      return StorageError(.missing, path: path, "there is no such file; `selectord run` creates it.\(tail)")
    }
    return StorageError(
      .permission, path: path,
      "SQLite cannot make or open its files in \(directory), which must be writable by this user; run selectord as "
        + "root or as the user that owns the database.\(tail)")
  }
}

/// What makes a file the same file (stat(2)).
struct FileIdentity: Hashable, Sendable {
  var device: dev_t
  var inode: ino_t
}

/// The little that is needed of paths.
enum FilePath {
  /// The directory that holds a file; `.` for a bare name.
  static func directory(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  static func isDirectory(_ path: String) -> Bool {
    var information = stat()
    return stat(path, &information) == 0 && information.st_mode & S_IFMT == S_IFDIR
  }

  /// Tells one file from another, whatever their names; nil where there is none.
  static func identity(of path: String) -> FileIdentity? {
    var information = stat()
    return stat(path, &information) == 0 ? FileIdentity(device: information.st_dev, inode: information.st_ino) : nil
  }

  /// The size of a file in bytes; nil where there is none.
  static func size(of path: String) -> Int64? {
    var information = stat()
    return stat(path, &information) == 0 ? Int64(information.st_size) : nil
  }
}
