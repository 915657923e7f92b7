// A copy of the database, made while a daemon writes: checked before it gets its name, and there whole or not at all.

internal import GRDB
internal import Glibc

/// Writes backups.
public struct DatabaseBackup: Sendable {
  /// The database that is copied.
  public var database: String
  /// The file of the copy.
  public var target: String
  /// Whether a file that is there already is replaced.
  public var replaces: Bool
  /// How long an access waits for another process's lock.
  public var patience: Duration

  public init(database: String, target: String, replaces: Bool = false, patience: Duration = .seconds(5)) {
    self.database = database
    self.target = target
    self.replaces = replaces
    self.patience = patience
  }

  /// What was written.
  public struct Result: Hashable, Sendable {
    public var bytes: Int64
    /// The version of the schema: which selectord can read it.
    public var schemaVersion: Int
  }

  /// Copies the state between two changes. The daemon goes on writing meanwhile; its newer changes are not in the copy.
  ///
  /// The copy is one file, readable by its owner alone. It is written beside its place, as `FILE.partial`; what a run
  /// that was killed left there is overwritten by the next one.
  public func write() throws(StorageError) -> Result {
    try checkPlace()
    let source = try DatabaseOpener(path: database, patience: patience).source()
    let partial = try PartialFile(target: target)
    do {
      do {
        // One reading transaction: a copy page by page would begin again with each change of the daemon.
        try source.inDatabase { try $0.execute(sql: "VACUUM INTO ?", arguments: [partial.path]) }
        try source.close()
      } catch {
        throw copyFailure(error)
      }
      let version = try check(partial.path)
      try partial.publish(replacing: replaces)
      return Result(bytes: FilePath.size(of: target) ?? 0, schemaVersion: version)
    } catch {
      partial.discard()
      throw StorageError(error, path: target)
    }
  }

  /// Refuses places where a copy would do harm.
  private func checkPlace() throws(StorageError) {
    if FilePath.isDirectory(target) {
      throw StorageError(.failed, path: target, "is a directory; name a file in it.")
    }
    guard let there = FilePath.identity(of: target) else { return }
    for file in [database, database + "-wal", database + "-shm", database + ".lock"]
    where FilePath.identity(of: file) == there {
      throw StorageError(.failed, path: target, "belongs to the database itself; name another file for the backup.")
    }
    if !replaces { throw Self.exists(target) }
  }

  static func exists(_ target: String) -> StorageError {
    StorageError(.failed, path: target, "is there already; name another file, or replace it with --force.")
  }

  /// What SQLite says of the copying is about the copy where space is short, and about the database otherwise.
  private func copyFailure(_ error: any Error) -> StorageError {
    if let error = error as? DatabaseError, error.resultCode == .SQLITE_FULL {
      return StorageError(
        .full, path: target, "no space left for the backup; name a file on another file system. No backup was made.")
    }
    return StorageError(error, path: database)
  }

  /// Reads all of the copy, and returns the version of its schema.
  private func check(_ path: String) throws -> Int {
    var configuration = GRDB.Configuration()
    configuration.readonly = true
    let copy = try DatabaseQueue(path: path, configuration: configuration)
    defer { try? copy.close() }
    return try copy.read { connection in
      let faults = try String.fetchAll(connection, sql: "PRAGMA integrity_check(5)")
      guard faults == ["ok"] else {
        throw StorageError(
          .corrupt, path: database,
          "the database is damaged, so no backup was made; restore an earlier one, or save what can be read with "
            + "`sqlite3 FILE .recover`. SQLite says: \(faults.joined(separator: "; "))")
      }
      return try Int.fetchOne(connection, sql: "PRAGMA user_version") ?? 0
    }
  }
}

/// The file that a copy is written to before it gets its name.
private struct PartialFile {
  let path: String
  private let target: String
  private let descriptor: Int32

  /// Makes it, empty, and keeps other backups to the same target away.
  init(target: String) throws(StorageError) {
    self.target = target
    // SQLite takes `file:` at the beginning for a URI.
    path = (target.hasPrefix("/") ? target : "./" + target) + ".partial"
    var opened: Int32
    repeat {
      opened = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0o600)
      guard opened >= 0 else { throw Self.failure(target) }
      guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
        close(opened)
        throw StorageError(
          .failed, path: target, "another backup to this file is running; wait for it, or name another file.")
      }
      // The one before may have given the file its name between the two calls.
      let isOurs = FilePath.identity(of: path).map { $0 == FileIdentity(opened) } ?? false
      if !isOurs { close(opened) } else { break }
    } while true
    descriptor = opened
    guard fchmod(opened, 0o600) == 0, ftruncate(opened, 0) == 0 else {
      defer { discard() }
      throw Self.failure(target)
    }
  }

  /// Gives the file its name, once it is safe on the disk.
  func publish(replacing: Bool) throws(StorageError) {
    // What SQLite wrote through its own descriptor belongs to the same file.
    guard fsync(descriptor) == 0 else { throw Self.failure(target) }
    if !replacing, link(path, target) == 0 {
      unlink(path)
    } else if !replacing, errno == EEXIST || FilePath.identity(of: target) != nil {
      throw DatabaseBackup.exists(target)
    } else if rename(path, target) != 0 {
      // Also where the file system has no links.
      throw Self.failure(target)
    }
    let folder = open(FilePath.directory(of: target), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    if folder >= 0 {
      fsync(folder)
      close(folder)
    }
    close(descriptor)
  }

  /// Takes it away.
  func discard() {
    unlink(path)
    close(descriptor)
  }

  private static func failure(_ target: String) -> StorageError {
    let reason = errno
    let said = String(cString: strerror(reason))
    switch reason {
    case ENOENT:
      return StorageError(
        .missing, path: target, "the directory \(FilePath.directory(of: target)) does not exist; create it.")
    case EACCES, EPERM, EROFS:
      return StorageError(
        .permission, path: target,
        "this user cannot write a backup to \(FilePath.directory(of: target)) (\(said)); run this as a user who can, or "
          + "name another file.")
    case ENOSPC, EDQUOT:
      return StorageError(
        .full, path: target, "no space left for the backup; name a file on another file system. No backup was made.")
    default: return StorageError(.failed, path: target, "the backup cannot be written: \(said).")
    }
  }
}
