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
        UPDATE deliveries SET status = ?, attempts = ?, next_attempt_at = ?, last_result = ?, finished_at = ?
        WHERE id = ?
        """
    ).execute(arguments: [
      delivery.status.rawValue, delivery.attempts, delivery.dueAt, delivery.lastResult,
      delivery.finishedAt?.microseconds, delivery.id,
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
      result.append(QueuedDelivery(delivery: delivery, event: try row.json("content", decoder)))
    }
    return result
  }
}

extension Delivery {
  /// The column `next_attempt_at`: set exactly while the delivery is pending.
  fileprivate var dueAt: Int64? {
    status == .pending ? (nextAttemptAt ?? createdAt).microseconds : nil
  }
}
