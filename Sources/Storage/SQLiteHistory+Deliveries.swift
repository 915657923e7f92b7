// The outbox: what is still to be told, to whom, and what became of it.

internal import GRDB
public import Model

extension SQLiteHistory {
  public func deliveries(_ filter: DeliveryFilter) async throws(StorageError) -> [QueuedDelivery] {
    try await read { connection in
      var conditions = Conditions()
      conditions.add("deliveries.status", in: filter.statuses.map(\.rawValue))
      conditions.add("deliveries.receiver = ?", filter.receiver)
      conditions.add("deliveries.created_at >= ?", filter.since?.microseconds)
      return try DeliveryRow.fetch(connection, conditions)
    }
  }

  public func outbox(at time: Timestamp) async throws(StorageError) -> OutboxOverview {
    try await read { connection in
      let due = try String.fetchAll(
        connection,
        sql: """
          SELECT receiver FROM deliveries WHERE status = 'pending' AND \(DeliveryRow.isDue)
          GROUP BY receiver ORDER BY min(next_attempt_at)
          """, arguments: DeliveryRow.dueArguments(time))
      let next = try Int64.fetchOne(
        connection,
        sql: "SELECT min(next_attempt_at) FROM deliveries WHERE status = 'pending' AND next_attempt_at > ?",
        arguments: [time.microseconds])
      return OutboxOverview(dueReceivers: due, nextDueAt: next.map(Timestamp.init(microseconds:)))
    }
  }

  public func queue(
    of receiver: String, at time: Timestamp, limit: Int
  ) async throws(StorageError) -> [QueuedDelivery] {
    try await read { connection in
      var conditions = Conditions()
      conditions.add("deliveries.status = 'pending'", [])
      conditions.add("deliveries.receiver = ?", receiver)
      conditions.add(
        """
        (\(DeliveryRow.isDue) OR deliveries.attempts = 0 OR deliveries.sequence =
          (SELECT min(sequence) FROM deliveries WHERE status = 'pending' AND receiver = ?))
        """, DeliveryRow.dueArguments(time) + [receiver])
      var known: [String: QueuedDelivery.Standing] = [:]
      return try DeliveryRow.fetch(connection, conditions, limit: limit).map { item in
        guard let incident = item.event.incident else { return item }
        var item = item
        item.standing = try known[incident] ?? StandingRow.fetch(incident, of: receiver, connection)
        known[incident] = item.standing
        return item
      }
    }
  }

  public func hasten(receiver: String, at time: Timestamp) async throws(StorageError) {
    try await write { connection in
      try connection.execute(
        sql: """
          UPDATE deliveries SET next_attempt_at = ?1 WHERE status = 'pending' AND receiver = ?2 AND next_attempt_at > ?1
          """, arguments: [time.microseconds, receiver])
    }
  }

  public func update(_ deliveries: [Delivery]) async throws(StorageError) {
    if deliveries.isEmpty { return }
    try await write { connection in
      for delivery in deliveries { try DeliveryRow.update(delivery, connection) }
    }
  }

  public func requeue(_ selection: RequeueSelection, at time: Timestamp) async throws(StorageError) -> [String] {
    try await write { connection in
      var conditions = Conditions()
      switch selection {
      case .ids(let ids):
        if ids.isEmpty { return [] }
        conditions.add("id", in: ids)
        conditions.add("status", in: ["failed", "pending", "dropped"])
      case .receiver(let receiver):
        conditions.add("receiver = ?", receiver)
        conditions.add("status", in: ["failed"])
      case .allFailed:
        conditions.add("status", in: ["failed"])
      }
      let ids = try String.fetchAll(
        connection, sql: "SELECT id FROM deliveries \(conditions.clause) ORDER BY sequence",
        arguments: conditions.arguments)
      for id in ids {
        try connection.cachedStatement(
          sql: """
            UPDATE deliveries SET status = 'pending', attempts = 0, next_attempt_at = ?, finished_at = NULL
            WHERE id = ?
            """
        ).execute(arguments: [time.microseconds, id])
      }
      return ids
    }
  }
}
