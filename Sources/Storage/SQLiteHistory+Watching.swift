// When the daemon was watching, and what that says about the ends of spans.

internal import GRDB
public import Model

/// What this process knows of its own watching; kept in memory, since an unchanged look writes no row.
struct WatchingState: Sendable {
  /// The row of the current period.
  var row: Int64?
  var began: Timestamp?
  var last: Timestamp?
  /// The end of the period before this one.
  var previousLast: Timestamp?
  /// When this process last looked at a watch in a view.
  var lastLooks = LastLooks()

  /// One view of one watch.
  struct WatchedView: Hashable, Sendable {
    /// The row id.
    var watch: Int64
    var view: String
  }

  /// The last time before a look at which a watch is known to have given its old answers in a view.
  ///
  /// `asked` is when it was last asked since it was looked at. What this process has not seen was true until the
  /// daemon last ran, as far as is known.
  func lastSeen(at place: WatchedView, asked: Timestamp?, before time: Timestamp) -> Timestamp {
    let seen = [lastLooks[place], asked].compactMap(\.self).max()
    return min(seen ?? (row == nil ? time : previousLast ?? .distantPast), time)
  }

  /// The last heartbeat of the run before this one, or of the last one where this process does not watch.
  func lastWatched(_ connection: Database) throws -> Timestamp? {
    if row != nil { return previousLast }
    return try Int64.fetchOne(connection, sql: "SELECT last_at FROM watching ORDER BY id DESC LIMIT 1")
      .map(Timestamp.init(microseconds:))
  }
}

extension Timestamp {
  static let distantPast = Timestamp(seconds: 0)
}

extension SQLiteHistory {
  /// A longer silence of the heartbeat is a gap.
  private static let longestSilence = Duration.seconds(600)

  public func beginWatching(at time: Timestamp) async throws(StorageError) {
    let (row, previous) = try await write { connection in
      let previous = try Int64.fetchOne(connection, sql: "SELECT last_at FROM watching ORDER BY id DESC LIMIT 1")
      try connection.execute(
        sql: "INSERT INTO watching (began_at, last_at) VALUES (?1, ?1)", arguments: [time.microseconds])
      return (connection.lastInsertedRowID, previous.map(Timestamp.init(microseconds:)))
    }
    // What was seen before a gap stays the last sight.
    updateWatchingState {
      $0 = WatchingState(row: row, began: time, last: time, previousLast: previous, lastLooks: $0.lastLooks)
    }
  }

  public func heartbeat(at time: Timestamp) async throws(StorageError) {
    try checkPlace()
    let state = watchingState
    guard let row = state.row, let began = state.began, let last = state.last, time >= began,
      time - last <= Self.longestSilence
    else { return try await beginWatching(at: time) }
    // The clock may have been set back a little: a period never shrinks.
    guard time > last else { return }
    try await write { connection in
      try connection.cachedStatement(sql: "UPDATE watching SET last_at = ? WHERE id = ?")
        .execute(arguments: [time.microseconds, row])
    }
    updateWatchingState { $0.last = time }
    await checkpoint()
  }

  public func watchingPeriods(since: Timestamp?) async throws(StorageError) -> [WatchingPeriod] {
    try await read { connection in
      try Row.fetchAll(
        connection, sql: "SELECT began_at, last_at FROM watching WHERE last_at >= ? ORDER BY id",
        arguments: [since?.microseconds ?? .min]
      ).map { WatchingPeriod(began: $0.time("began_at"), last: $0.time("last_at")) }
    }
  }

  /// The last heartbeat of this process; nil where it does not watch.
  public var lastHeartbeat: Timestamp? { watchingState.last }

  /// The size of the database file without its WAL, in bytes.
  public var fileSize: Int? { FilePath.size(of: path).map { Int($0) } }
}
