// The history in one SQLite file: the thin shell between the protocol and the statements in its extensions.

internal import GRDB
internal import Synchronization

/// The memory of selectord in an SQLite database in WAL mode: one writer, readers that never wait for it.
public final class SQLiteHistory: HistoryStore {
  /// What this process does with the database.
  public enum Mode: Hashable, Sendable {
    /// Makes the file where there is none, and migrates it. The daemon also holds a `DatabaseLock`.
    case readWrite
    /// Writes a little beside a daemon that writes too, as a person's commands do; neither makes nor migrates the file.
    case beside
    /// Reads beside a daemon that writes; never changes the file.
    case readOnly
  }

  /// The database file.
  public let path: String
  /// The most pairs of the census that are kept: a flood of invented names ends there, and what is known is counted on.
  let mailPairLimit: Int
  private let pool: DatabasePool?
  private let reader: any DatabaseReader
  private let watching = Mutex(WatchingState())
  /// The file that was opened for writing.
  private let file: FileIdentity?

  /// Opens a file; throws a `StorageError` that says what was seen and what to do.
  ///
  /// `patience` is how long an access waits for another process's lock.
  public init(
    path: String, mode: Mode, patience: Duration = .seconds(5), mailPairLimit: Int = 200_000
  ) throws(StorageError) {
    self.path = path
    self.mailPairLimit = mailPairLimit
    switch mode {
    case .readWrite:
      let pool = try DatabaseOpener(path: path, patience: patience).writer()
      self.pool = pool
      reader = pool
      file = FilePath.identity(of: path)
    case .beside:
      let pool = try DatabaseOpener(path: path, patience: patience).guest()
      self.pool = pool
      reader = pool
      file = FilePath.identity(of: path)
    case .readOnly:
      pool = nil
      file = nil
      reader = try DatabaseOpener(path: path, patience: patience).reader()
    }
  }

  /// Closes all connections; the last one to close a database moves its WAL into the file.
  public func close() throws(StorageError) {
    do { try reader.close() } catch { throw StorageError(error, path: path) }
  }

  /// Throws where the path leads to another file than the one that is open, which nobody else can read then.
  func checkPlace() throws(StorageError) {
    guard let file, FilePath.identity(of: path) != file else { return }
    throw StorageError(
      .missing, path: path,
      "the file was deleted, moved or replaced while selectord has it open; what is written now is lost when it stops. "
        + "Move it back, or restart selectord.")
  }

  /// What this process knows of its own watching.
  var watchingState: WatchingState { watching.withLock { $0 } }

  func updateWatchingState(_ change: (inout WatchingState) -> Void) { watching.withLock { change(&$0) } }

  /// Reads one state of the database. Cancellation of the task does not interrupt it.
  func read<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StorageError) -> Value {
    let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<Value, any Error>, Never>) in
      reader.asyncRead { access in
        continuation.resume(returning: access.flatMap { connection in Result { try body(connection) } })
      }
    }
    return try result.mapError { StorageError($0, path: path) }.get()
  }

  /// Runs one transaction, which is durable when this returns. Cancellation of the task does not interrupt it.
  func write<Value: Sendable>(
    _ body: @escaping @Sendable (Database) throws -> Value
  ) async throws(StorageError) -> Value {
    guard let pool else {
      throw StorageError(.readOnly, path: path, "this process opened the database for reading only.")
    }
    let result = await withCheckedContinuation { (continuation: CheckedContinuation<Result<Value, any Error>, Never>) in
      pool.asyncWriteWithoutTransaction { connection in
        continuation.resume(returning: Result { try Self.transaction(connection, body) })
      }
    }
    return try result.mapError { StorageError($0, path: path) }.get()
  }

  private static func transaction<Value>(_ connection: Database, _ body: (Database) throws -> Value) throws -> Value {
    var value: Value?
    try connection.inTransaction(.immediate) {
      value = try body(connection)
      return .commit
    }
    guard let value else { throw DatabaseError(resultCode: .SQLITE_INTERNAL) }
    return value
  }

  /// Moves what readers allow of the WAL into the file, so that the WAL starts over and does not grow.
  func checkpoint() async {
    guard let pool else { return }
    await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
      pool.asyncWriteWithoutTransaction { connection in
        // A failure is no loss: the next write tries again.
        _ = try? connection.checkpoint(.passive)
        continuation.resume()
      }
    }
  }
}
