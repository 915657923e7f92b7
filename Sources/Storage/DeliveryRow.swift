// Deliveries as rows.

internal import Foundation
internal import GRDB
internal import Model

enum DeliveryRow {
  /// `Delivery.isDue` in SQL.
  static let isDue = "(deliveries.next_attempt_at <= ? OR deliveries.next_attempt_at > ?)"

  static func dueArguments(_ time: Timestamp) -> StatementArguments {
    [time.microseconds, (time + Delivery.longestWait).microseconds]
  }

  /// Stores a new delivery; one that is already there stays as it is.
  static func insert(_ delivery: Delivery, _ connection: Database) throws {
    try connection.cachedStatement(
      sql: """
        INSERT INTO deliveries (id, event, receiver, status, attempts, next_attempt_at, last_result, created_at,
          finished_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (id) DO NOTHING
        """
    ).execute(arguments: [
      delivery.id, delivery.event, delivery.receiver, delivery.status.rawValue, delivery.attempts,
      delivery.dueAt, delivery.lastResult, delivery.createdAt.microseconds, delivery.finishedAt?.microseconds,
    ])
  }

  static func update(_ delivery: Delivery, _ connection: Database) throws {
    try connection.cachedStatement(
      sql: """
        UPDATE deliveries SET status = ?, attempts = ?, next_attempt_at = ?, last_result = ?, finished_at = ?,
          thread = coalesce(?, thread) WHERE id = ?
        """
    ).execute(arguments: [
      delivery.status.rawValue, delivery.attempts, delivery.dueAt, delivery.lastResult,
      delivery.finishedAt?.microseconds, delivery.thread, delivery.id,
    ])
  }

  static func fetch(_ connection: Database, _ conditions: Conditions, limit: Int? = nil) throws -> [QueuedDelivery] {
    let decoder = JSONDecoder()
    let rows = try Row.fetchCursor(
      connection,
      sql: """
        SELECT deliveries.*, content FROM deliveries JOIN events ON events.id = event \(conditions.clause)
        ORDER BY deliveries.sequence LIMIT ?
        """, arguments: conditions.arguments + [limit ?? -1])
    var result: [QueuedDelivery] = []
    while let row = try rows.next() {
      var delivery = Delivery(
        id: row["id"], event: row["event"], receiver: row["receiver"], createdAt: row.time("created_at"))
      delivery.status = Delivery.Status(rawValue: row["status"]) ?? .failed
      delivery.attempts = row["attempts"]
      delivery.nextAttemptAt = row.optionalTime("next_attempt_at")
      delivery.lastResult = row["last_result"]
      delivery.finishedAt = row.optionalTime("finished_at")
      delivery.thread = row["thread"]
      result.append(QueuedDelivery(delivery: delivery, event: try row.json("content", decoder)))
    }
    return result
  }
}

/// What is known now of the incident of a delivery, by way of its receiver.
enum StandingRow {
  /// nil where the incident is not kept.
  static func fetch(_ incident: String, of receiver: String, _ connection: Database) throws -> QueuedDelivery.Standing?
  {
    let statement = try connection.cachedStatement(
      sql: """
        SELECT closed_at IS NULL AS is_open,
          (SELECT author FROM acknowledgements WHERE incident = incidents.id ORDER BY sequence DESC LIMIT 1) AS author,
          (SELECT told.thread FROM events JOIN deliveries told ON told.event = events.id
            WHERE events.incident = incidents.id AND told.receiver = ?2 AND told.thread IS NOT NULL
            ORDER BY told.sequence LIMIT 1) AS thread
        FROM incidents WHERE id = ?1
        """)
    guard let row = try Row.fetchOne(statement, arguments: [incident, receiver]) else { return nil }
    var standing = QueuedDelivery.Standing(
      isOpen: row["is_open"], acknowledgedBy: row["author"], thread: row["thread"])
    if let thread = standing.thread {
      let count = try connection.cachedStatement(
        sql: """
          SELECT count(DISTINCT incidents.id) FROM deliveries JOIN events ON events.id = deliveries.event
            JOIN incidents ON incidents.id = events.incident
          WHERE deliveries.receiver = ? AND deliveries.thread = ? AND closed_at IS NULL
          """)
      standing.openInThread = try Int.fetchOne(count, arguments: [receiver, thread]) ?? 0
    }
    return standing
  }
}

extension Delivery {
  /// The column `next_attempt_at`: set exactly while the delivery is pending.
  fileprivate var dueAt: Int64? {
    status == .pending ? (nextAttemptAt ?? createdAt).microseconds : nil
  }
}
