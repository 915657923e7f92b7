// Acknowledgements: written by a person's command, also while the daemon runs, and taken up by the daemon.

internal import GRDB
public import Model

extension SQLiteHistory {
  public func acknowledge(_ acknowledgement: Acknowledgement) async throws(StorageError) -> Bool {
    try await write { connection in
      try connection.execute(
        sql: """
          INSERT INTO acknowledgements (incident, author, note, at)
          SELECT id, ?, ?, ? FROM incidents WHERE id = ? AND closed_at IS NULL
          """,
        arguments: [
          acknowledgement.by, acknowledgement.note, acknowledgement.at.microseconds, acknowledgement.incident,
        ])
      return connection.changesCount > 0
    }
  }

  public func pendingAcknowledgements() async throws(StorageError) -> [Acknowledgement] {
    try await read { connection in
      // The index holds pending ones alone, so that asking costs one page where there is none.
      let statement = try connection.cachedStatement(
        sql: """
          SELECT incident, author, note, at FROM acknowledgements INDEXED BY acknowledgements_pending
          WHERE handled_at IS NULL ORDER BY sequence
          """)
      return try Row.fetchAll(statement).map { row in
        Acknowledgement(incident: row["incident"], by: row["author"], note: row["note"], at: row.time("at"))
      }
    }
  }
}

enum AcknowledgementRow {
  /// Marks one as taken up.
  static func handle(_ acknowledgement: Acknowledgement, at time: Timestamp, _ connection: Database) throws {
    try connection.cachedStatement(
      sql: """
        UPDATE acknowledgements SET handled_at = ?
        WHERE incident = ? AND author = ? AND note = ? AND at = ? AND handled_at IS NULL
        """
    ).execute(arguments: [
      time.microseconds, acknowledgement.incident, acknowledgement.by, acknowledgement.note,
      acknowledgement.at.microseconds,
    ])
  }
}
