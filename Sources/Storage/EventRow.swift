// Events and incidents as rows.

internal import Foundation
internal import GRDB
internal import Model

enum EventRow {
  /// Stores an event; one that is already there stays as it is.
  static func insert(_ event: Event, _ connection: Database, _ encoder: JSONEncoder) throws {
    try connection.cachedStatement(
      sql: """
        INSERT INTO events (id, type, at, verdict, domain, selector, zone, incident, content)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
        """
    ).execute(arguments: [
      event.id, event.type.rawValue, event.at.microseconds, event.verdict.rawValue, event.domain?.description,
      event.recordType ?? event.selector?.description, event.zone?.description, event.incident,
      String(decoding: try encoder.encode(event), as: UTF8.self),
    ])
  }
}

enum IncidentRow {
  static func upsert(_ incident: Incident, _ connection: Database) throws {
    try connection.cachedStatement(
      sql: """
        INSERT INTO incidents (id, kind, subject, opened_at, opened_by, closed_at, closed_by, verdict, told_at)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (id) DO UPDATE SET closed_at = excluded.closed_at, closed_by = excluded.closed_by,
          verdict = excluded.verdict, told_at = excluded.told_at
        """
    ).execute(arguments: [
      incident.id, incident.kind.rawValue, incident.subject, incident.openedAt.microseconds, incident.openedBy,
      incident.closedAt?.microseconds, incident.closedBy, incident.verdict.rawValue, incident.toldAt.microseconds,
    ])
  }

  /// With the last acknowledgement of each, and the event that opened it.
  ///
  /// - Parameter newest: with a number, so many of the newest, newest first; all with nil, oldest first.
  static func fetch(
    _ connection: Database, condition: String, arguments: StatementArguments = [], newest: Int? = nil
  ) throws -> [RecordedIncident] {
    let decoder = JSONDecoder()
    let rows = try Row.fetchAll(
      connection,
      sql: """
        SELECT incidents.*, author, note, acknowledgements.at AS acknowledged_at, content
        FROM incidents LEFT JOIN events ON events.id = opened_by LEFT JOIN acknowledgements
          ON acknowledgements.sequence
            = (SELECT max(sequence) FROM acknowledgements WHERE incident = incidents.id)
        WHERE \(condition) ORDER BY opened_at \(newest == nil ? "" : "DESC"), incidents.id \(newest == nil ? "" : "DESC")
        LIMIT ?
        """, arguments: arguments + [newest ?? -1])
    return try rows.map { row in
      var incident = Incident(
        id: row["id"], kind: Incident.Kind(rawValue: row["kind"]) ?? .condition, subject: row["subject"],
        openedAt: row.time("opened_at"), openedBy: row["opened_by"],
        verdict: Verdict(rawValue: row["verdict"]) ?? .unknown, toldAt: row.time("told_at"))
      incident.closedAt = row.optionalTime("closed_at")
      incident.closedBy = row["closed_by"]
      incident.acknowledged = row.optionalTime("acknowledged_at").map {
        Acknowledgement(incident: incident.id, by: row["author"], note: row["note"], at: $0)
      }
      return RecordedIncident(
        incident: incident, opening: row["content"] == nil ? nil : try row.json("content", decoder))
    }
  }
}
