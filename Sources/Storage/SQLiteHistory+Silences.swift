// Silences: written by a person's command, also while the daemon runs, and read by the daemon before it tells anybody.

internal import Foundation
internal import GRDB
public import Model

extension SQLiteHistory {
  public func add(_ silence: Silence) async throws(StorageError) {
    try await write { connection in
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      try connection.execute(
        sql: """
          INSERT INTO silences (id, matchers, author, reason, created_at, expires_at) VALUES (?, ?, ?, ?, ?, ?)
          """,
        arguments: [
          silence.id, String(decoding: try encoder.encode(silence.matchers), as: UTF8.self), silence.by, silence.reason,
          silence.createdAt.microseconds, silence.expiresAt.microseconds,
        ])
    }
  }

  public func silences(endingAfter time: Timestamp?) async throws(StorageError) -> [Silence] {
    try await read { connection in
      let decoder = JSONDecoder()
      let rows = try Row.fetchAll(
        connection, sql: "SELECT * FROM silences WHERE expires_at > ? ORDER BY sequence",
        arguments: [time?.microseconds ?? Int64.min])
      return try rows.map { row in
        Silence(
          id: row["id"], matchers: try row.json("matchers", decoder), by: row["author"], reason: row["reason"],
          createdAt: row.time("created_at"), expiresAt: row.time("expires_at"))
      }
    }
  }

  public func receiversTold(of incidents: [String]) async throws(StorageError) -> [String: Set<String>] {
    try await read { connection in
      let statement = try connection.cachedStatement(
        sql: """
          SELECT DISTINCT receiver FROM deliveries JOIN events ON events.id = event
          WHERE incident = ? AND status <> 'dropped'
          """)
      return try incidents.reduce(into: [:]) { told, incident in
        told[incident] = try Set(String.fetchAll(statement, arguments: [incident]))
      }
    }
  }

  public func expireSilence(_ id: String, at time: Timestamp) async throws(StorageError) -> Bool {
    try await write { connection in
      try connection.execute(
        sql: "UPDATE silences SET expires_at = ?1 WHERE id = ?2 AND expires_at > ?1",
        arguments: [time.microseconds, id])
      return connection.changesCount > 0
    }
  }

  public func openEvents() async throws(StorageError) -> [Event] {
    try await read { connection in
      let decoder = JSONDecoder()
      let rows = try Row.fetchAll(
        connection,
        sql: """
          SELECT content FROM events WHERE sequence IN (
            SELECT max(events.sequence) FROM incidents JOIN events ON events.incident = incidents.id
            WHERE closed_at IS NULL GROUP BY incidents.id) ORDER BY sequence
          """)
      return try rows.map { try $0.json("content", decoder) }
    }
  }
}
