// How a database file is opened: what it is, who wrote it, and what this process may do with it.

internal import GRDB
internal import Glibc
internal import Model

struct DatabaseOpener {
  var path: String
  /// How long a connection waits for another process's lock.
  var patience: Duration

  /// Opens for writing, makes the file where there is none, and migrates it.
  func writer() throws(StorageError) -> DatabasePool {
    do {
      if (FilePath.size(of: path) ?? 0) > 0 {
        // Before anything is written, since the pool turns any database that it opens to WAL.
        let queue = try DatabaseQueue(path: path, configuration: configuration(readOnly: true))
        try queue.read { _ = try check($0) }
        try queue.close()
      }
      let pool = try pool()
      try pool.writeWithoutTransaction { try Schema.migrate($0) }
      return pool
    } catch {
      throw StorageError(error, path: path)
    }
  }

  /// Opens for writing beside a daemon: the file must be there, and of this version.
  func guest() throws(StorageError) -> DatabasePool {
    let check = try reader()
    do { try check.close() } catch { throw StorageError(error, path: path) }
    guard access(path, W_OK) == 0 else {
      throw StorageError(
        errno == EROFS ? .readOnly : .permission, path: path,
        "may not be written by this user; run this as root or as the user that owns the file.")
    }
    do {
      return try pool()
    } catch {
      throw StorageError(error, path: path)
    }
  }

  private func pool() throws -> DatabasePool {
    let pool = try DatabasePool(path: path, configuration: configuration(readOnly: false))
    try pool.writeWithoutTransaction { connection in
      // GRDB sets NORMAL, which may lose the last commits in a power cut.
      try connection.execute(sql: "PRAGMA synchronous = FULL")
      // Together they keep the WAL at about one megabyte.
      try connection.execute(sql: "PRAGMA wal_autocheckpoint = 256")
      try connection.execute(sql: "PRAGMA journal_size_limit = 1048576")
    }
    return pool
  }

  /// Opens for reading beside a daemon that may be writing.
  func reader() throws(StorageError) -> DatabaseQueue {
    let queue = try source()
    do {
      let version = try queue.read { try check($0) }
      guard version == Schema.version else {
        throw StorageError(
          .older(found: version, known: Schema.version), path: path,
          "has schema version \(version), this selectord reads version \(Schema.version); start the daemon of this "
            + "version once, which migrates it.")
      }
      return queue
    } catch {
      throw StorageError(error, path: path)
    }
  }

  /// Opens for copying beside a daemon that may be writing, also a database that waits for its migration.
  func source() throws(StorageError) -> DatabaseQueue {
    guard let size = FilePath.size(of: path) else { throw .unopenable(path: path) }
    guard size > 0 else {
      throw StorageError(.missing, path: path, "the database is empty; `selectord run` fills it.")
    }
    do {
      return try source(opening: path)
    } catch {
      // A reader of a WAL database makes files beside it. Where this user may not, and there is no WAL, nobody is
      // writing: then the file may be read as it is.
      guard error.code == .permission || error.code == .readOnly, (FilePath.size(of: path + "-wal") ?? 0) == 0,
        access(path, R_OK) == 0
      else { throw error }
      return try source(opening: "file:\(percentEncoded(path))?immutable=1")
    }
  }

  private func source(opening location: String) throws(StorageError) -> DatabaseQueue {
    do {
      let queue = try DatabaseQueue(path: location, configuration: configuration(readOnly: true))
      _ = try queue.read { try check($0) }
      return queue
    } catch {
      throw StorageError(error, path: path)
    }
  }

  /// Returns the version of the schema; throws where the file is not ours or newer than we are.
  private func check(_ connection: Database) throws -> Int {
    let version = try Int.fetchOne(connection, sql: "PRAGMA user_version") ?? 0
    let application = try Int.fetchOne(connection, sql: "PRAGMA application_id") ?? 0
    let tables = try Int.fetchOne(connection, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    guard application == Schema.applicationID || (tables == 0 && version == 0 && application == 0) else {
      throw StorageError(
        .notADatabase, path: path,
        "is an SQLite database of another program (application id \(application), \(tables) tables and indexes); name "
          + "another file as `database`.")
    }
    guard version <= Schema.version else {
      throw StorageError(
        .newer(found: version, known: Schema.version), path: path,
        "has schema version \(version), this selectord knows up to \(Schema.version); install the newer selectord that "
          + "wrote it, or name another file as `database`.")
    }
    return version
  }

  private func configuration(readOnly: Bool) -> GRDB.Configuration {
    var configuration = GRDB.Configuration()
    configuration.readonly = readOnly
    configuration.busyMode = .timeout(Double(patience.microseconds) / 1_000_000)
    configuration.maximumReaderCount = 2
    configuration.label = "selectord.history"
    return configuration
  }

  /// A path as it stands in a `file:` URI.
  private func percentEncoded(_ path: String) -> String {
    path.utf8.reduce(into: "") { text, byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "."), UInt8(ascii: "-"),
        UInt8(ascii: "_"):
        text.unicodeScalars.append(UnicodeScalar(byte))
      default:
        text += "%" + byte.digits(2, radix: 16, uppercase: true)
      }
    }
  }
}
