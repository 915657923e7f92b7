// Pages of watches, events, incidents and deliveries, each found by an index.

internal import Foundation
internal import GRDB
package import Model
package import Reporting

extension SQLiteHistory: HistoryPaging {
  package func watchPage(_ query: WatchQuery) async throws(StorageError) -> WatchPage {
    try await read { connection in
      var conditions = query.conditions
      let cursor = query.after.flatMap { WatchCursor($0, order: query.order) }
      if let cursor { conditions.add(query.order.after, cursor.arguments) }
      let rows = try Row.fetchAll(
        connection,
        sql: """
          SELECT domain, selector, record_type, memory, rank, changed FROM watches \(conditions.clause)
          ORDER BY \(query.order.columns) LIMIT ?
          """, arguments: conditions.arguments + [query.limit + 1])
      let decoder = JSONDecoder()
      let watches = try rows.prefix(query.limit).map { row in
        (key: try row.keyName(), memory: try row.json("memory", decoder) as WatchMemory)
      }
      let last = rows.count > query.limit ? rows[query.limit - 1] : nil
      return WatchPage(watches: watches, next: last.map { WatchCursor($0, order: query.order).text })
    }
  }

  package func verdictCounts(_ query: WatchQuery) async throws(StorageError) -> [Verdict: Int] {
    try await read { connection in
      var query = query
      query.verdicts = []
      let conditions = query.conditions
      let rows = try Row.fetchAll(
        connection, sql: "SELECT rank, count(*) AS number FROM watches \(conditions.clause) GROUP BY rank",
        arguments: conditions.arguments)
      return rows.reduce(into: [:]) { counts, row in
        if let verdict = Verdict.allCases.first(where: { $0.storedRank == row["rank"] }) {
          counts[verdict, default: 0] += row["number"]
        }
      }
    }
  }

  package func watchMemory(of key: KeyName) async throws(StorageError) -> WatchMemory? {
    try await read { connection in
      try String.fetchOne(
        connection, sql: "SELECT memory FROM watches WHERE domain = ? AND selector = ? AND memory IS NOT NULL",
        arguments: [key.domain.description, key.storedSelector]
      ).map { try JSONDecoder().decode(WatchMemory.self, from: Data($0.utf8)) }
    }
  }

  package func viewMemories() async throws(StorageError) -> [String: ViewMemory] {
    try await read { connection in
      let decoder = JSONDecoder()
      return try Row.fetchAll(connection, sql: "SELECT name, memory FROM views").reduce(into: [:]) { views, row in
        views[row["name"]] = try row.json("memory", decoder) as ViewMemory
      }
    }
  }

  package func zoneMemory(of zone: DomainName) async throws(StorageError) -> ZoneMemory? {
    try await read { connection in
      try String.fetchOne(connection, sql: "SELECT memory FROM zones WHERE name = ?", arguments: [zone.description])
        .map { try JSONDecoder().decode(ZoneMemory.self, from: Data($0.utf8)) }
    }
  }

  package func strips(of keys: [KeyName], since: Timestamp) async throws(StorageError) -> [KeyName: [StripSpan]] {
    try await read { connection in
      let statement = try connection.cachedStatement(
        sql: """
          SELECT view, server, first_seen, last_seen, outcome, failure, answer
          FROM spans JOIN answers ON answers.id = answer
          WHERE watch = (SELECT id FROM watches WHERE domain = ? AND selector = ?)
            AND (last_seen IS NULL OR last_seen >= ?)
          ORDER BY first_seen, spans.id
          """)
      return try keys.reduce(into: [:]) { strips, key in
        let names: StatementArguments = [key.domain.description, key.storedSelector, since.microseconds]
        strips[key] = try Row.fetchAll(statement, arguments: names).compactMap { row in
          AnswerRow.outcome(row["outcome"], row["failure"]).map { outcome in
            StripSpan(
              view: row["view"], server: row["server"], firstSeen: row.time("first_seen"),
              lastSeen: row.optionalTime("last_seen"), outcome: outcome, answer: row["answer"])
          }
        }
      }
    }
  }

  package func eventPage(_ query: EventQuery) async throws(StorageError) -> [(number: Int64, event: Event)] {
    try await read { connection in
      var conditions = Conditions()
      conditions.add("domain = ?", query.domain?.description)
      conditions.add("zone = ?", query.zone?.description)
      conditions.add("type", in: query.types.map(\.rawValue))
      conditions.add("selector = ?", query.selector?.description)
      conditions.add("incident = ?", query.incident)
      conditions.add("sequence < ?", query.before)
      let decoder = JSONDecoder()
      return try Row.fetchAll(
        connection, sql: "SELECT sequence, content FROM events \(conditions.clause) ORDER BY sequence DESC LIMIT ?",
        arguments: conditions.arguments + [query.limit]
      ).map { (number: $0["sequence"], event: try $0.json("content", decoder)) }
    }
  }

  package func incidentPage(_ query: IncidentQuery) async throws(StorageError) -> [RecordedIncident] {
    try await read { connection in
      var conditions = Conditions()
      if let isOpen = query.isOpen { conditions.add("closed_at IS \(isOpen ? "" : "NOT ")NULL", []) }
      conditions.add("incidents.id = ?", query.id)
      conditions.add("subject = ?", query.subject)
      if let after = query.after {
        conditions.add(
          "(opened_at, incidents.id) < (SELECT opened_at, id FROM incidents WHERE id = ?)", [after])
      }
      return try IncidentRow.fetch(
        connection, condition: conditions.isEmpty ? "TRUE" : conditions.sql, arguments: conditions.arguments,
        newest: query.limit)
    }
  }

  package func census(
    of domain: DomainName, at time: Timestamp, limit: Int
  ) async throws(StorageError) -> [CensusItem] {
    try await read { connection in
      let rows = try Row.fetchAll(
        connection,
        sql: """
          SELECT id, selector, first_seen, last_seen,
            (SELECT coalesce(sum(messages), 0) FROM mail_counts WHERE pair = id AND day > ?1) AS messages
          FROM mail_pairs WHERE domain = ?2 ORDER BY messages DESC, last_seen DESC LIMIT ?3
          """, arguments: [time.seconds / 86_400 - 30, domain.description, limit])
      let results = try connection.cachedStatement(
        sql: "SELECT result, sum(messages) AS messages FROM mail_counts WHERE pair = ? AND day > ? GROUP BY result")
      return try rows.map { row in
        let selector: String = row["selector"]
        let counts = try Row.fetchAll(results, arguments: [row["id"] as Int64, time.seconds / 86_400 - 30])
        return CensusItem(
          selector: try? DomainName(selector), firstSeen: row.time("first_seen"), lastSeen: row.time("last_seen"),
          results: counts.reduce(into: [:]) { $0[$1["result"]] = $1["messages"] })
      }
    }
  }

  package func deliveryPage(
    _ query: DeliveryQuery
  ) async throws(StorageError) -> [(number: Int64, delivery: QueuedDelivery)] {
    try await read { connection in
      var inner = Conditions()
      inner.add("deliveries.status", in: query.statuses.map(\.rawValue))
      inner.add("deliveries.receiver = ?", query.receiver)
      inner.add("events.domain = ?", query.domain?.description)
      inner.add("events.selector = ?", query.selector?.description)
      inner.add("deliveries.sequence < ?", query.before)
      let numbers = try Int64.fetchAll(
        connection,
        sql: """
          SELECT deliveries.sequence FROM deliveries JOIN events ON events.id = event \(inner.clause)
          ORDER BY deliveries.sequence DESC LIMIT ?
          """, arguments: inner.arguments + [query.limit])
      guard !numbers.isEmpty else { return [] }
      var conditions = Conditions()
      let places = numbers.map { _ in "?" }.joined(separator: ", ")
      conditions.add("deliveries.sequence IN (\(places))", StatementArguments(numbers))
      let deliveries = try DeliveryRow.fetch(connection, conditions)
      return zip(numbers, deliveries.reversed()).map { (number: $0, delivery: $1) }
    }
  }
}

extension Verdict {
  /// The column `rank`.
  fileprivate var storedRank: Int {
    switch self {
    case .critical: 0
    case .unknown: 1
    case .warning: 2
    case .ok: 3
    }
  }
}

extension WatchQuery {
  fileprivate var conditions: Conditions {
    var conditions = Conditions()
    conditions.add("memory IS NOT NULL", [])
    conditions.add("domain = ?", domain?.description)
    if let within {
      let end = ".\(within)"
      conditions.add("(domain = ? OR substr(domain, ?) = ?)", [within.description, -end.count, end])
    }
    conditions.add("state", in: states.map(\.rawValue))
    if !verdicts.isEmpty {
      // Constants: the index on the rank is used by value.
      conditions.add("rank IN (\(verdicts.map { "\($0.storedRank)" }.joined(separator: ", ")))", [])
    }
    if let search, !search.isEmpty { conditions.add("instr(selector || '._domainkey.' || domain, ?) > 0", search) }
    if let keys {
      let names = keys.map { "[\($0.domain.description.jsonQuoted()),\($0.storedSelector.jsonQuoted())]" }
      conditions.add(
        "(domain, selector) IN (SELECT value ->> 0, value ->> 1 FROM json_each(?))",
        "[\(names.joined(separator: ","))]")
    }
    return conditions
  }
}

extension WatchQuery.Order {
  fileprivate var columns: String {
    switch self {
    case .verdict: "rank, domain, selector"
    case .name: "domain, selector"
    case .changed: "changed DESC, domain, selector"
    }
  }

  /// What comes after a cursor.
  fileprivate var after: String {
    switch self {
    case .verdict: "(rank, domain, selector) > (?, ?, ?)"
    case .name: "(domain, selector) > (?, ?)"
    case .changed: "(changed < ? OR changed = ? AND (domain, selector) > (?, ?))"
    }
  }
}

/// Where a page of watches ended: what its last row sorts by.
private struct WatchCursor {
  var parts: [String]
  var order: WatchQuery.Order

  init(_ row: Row, order: WatchQuery.Order) {
    self.order = order
    let name: [String] = [row["domain"], row["selector"]]
    switch order {
    case .verdict: parts = ["\(row["rank"] as Int64)"] + name
    case .name: parts = name
    case .changed: parts = [row["changed"]] + name
    }
  }

  /// Reads what `text` wrote; nil where it is something else.
  init?(_ text: String, order: WatchQuery.Order) {
    self.order = order
    parts = text.split(separator: " ", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == (order == .name ? 2 : 3), order != .verdict || Int(parts[0]) != nil else { return nil }
  }

  /// Names have no blanks: those are escaped.
  var text: String { parts.joined(separator: " ") }

  var arguments: StatementArguments {
    switch order {
    case .verdict: [Int(parts[0]) ?? 0, parts[1], parts[2]]
    case .name: [parts[0], parts[1]]
    case .changed: [parts[0], parts[0], parts[1], parts[2]]
    }
  }
}
