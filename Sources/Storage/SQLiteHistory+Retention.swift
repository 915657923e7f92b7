// What leaves: the memory of what is no longer configured, and history that is older than the retention.

internal import GRDB
public import Model

extension SQLiteHistory {
  public func retire(
    keepingWatches isWatched: @escaping @Sendable (KeyName) -> Bool, views: Set<String>, at time: Timestamp
  ) async throws(StorageError) {
    let watching = watchingState
    try await write { connection in
      func end(_ condition: String, _ argument: any DatabaseValueConvertible, isSeen: Bool) throws {
        // Where nobody looked since the daemon last ran the spans end there.
        let last = min((isSeen || watching.row == nil ? watching.last : watching.previousLast) ?? time, time)
        try connection.execute(
          sql: "UPDATE spans SET last_seen = max(first_seen, ?) WHERE last_seen IS NULL AND \(condition)",
          arguments: StatementArguments([last.microseconds]) + [argument])
      }
      func close(_ subject: String) throws {
        try connection.execute(
          sql: "UPDATE incidents SET closed_at = max(opened_at, ?) WHERE closed_at IS NULL AND subject = ?",
          arguments: [time.microseconds, subject])
      }

      let known = try Row.fetchCursor(
        connection, sql: "SELECT id, domain, selector, record_type FROM watches WHERE memory IS NOT NULL")
      var retired: [(id: Int64, key: KeyName)] = []
      while let row = try known.next() {
        let key = try row.keyName()
        if !isWatched(key) { retired.append((row["id"], key)) }
      }
      for (id, key) in retired {
        try end("watch = ?", id, isSeen: watching.lastLooks.hasSeen(id))
        try close(key.description)
        try connection.execute(sql: "UPDATE watches SET memory = NULL WHERE id = ?", arguments: [id])
      }
      let seenViews = try String.fetchAll(connection, sql: "SELECT DISTINCT view FROM spans WHERE last_seen IS NULL")
      for view in seenViews where !views.contains(view) {
        try end("view = ?", view, isSeen: !watching.lastLooks.isEmpty)
      }
      for view in try String.fetchAll(connection, sql: "SELECT name FROM views") where !views.contains(view) {
        try close("view:\(view)")
        try connection.execute(sql: "DELETE FROM views WHERE name = ?", arguments: [view])
      }
    }
  }

  public func prune(before time: Timestamp) async throws(StorageError) {
    let limit = time.microseconds
    try await write { connection in
      try connection.execute(sql: "DELETE FROM spans WHERE last_seen < ?", arguments: [limit])
      try connection.execute(
        sql: "DELETE FROM answers WHERE NOT EXISTS (SELECT 1 FROM spans WHERE answer = answers.id)")
      try Self.pruneJudgements(connection)
      try AuditRow.prune(before: limit, connection)
      try connection.execute(sql: "DELETE FROM incidents WHERE closed_at < ?", arguments: [limit])
      // Deliveries go with their events.
      try connection.execute(
        sql: """
          DELETE FROM events WHERE at < ?
            AND NOT EXISTS (SELECT 1 FROM deliveries WHERE event = events.id AND status = 'pending')
            AND NOT EXISTS (SELECT 1 FROM incidents WHERE incidents.id = events.incident)
          """, arguments: [limit])
      try connection.execute(
        sql: """
          DELETE FROM watches WHERE memory IS NULL AND NOT EXISTS (SELECT 1 FROM spans WHERE watch = watches.id)
          """)
      try connection.execute(
        sql: "DELETE FROM watching WHERE last_at < ? AND id <> (SELECT max(id) FROM watching)", arguments: [limit])
    }
    await checkpoint()
  }
}
