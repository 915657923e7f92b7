// Spans, events and incidents, as `history` and `status` read them.

internal import Foundation
internal import GRDB
public import Model

extension SQLiteHistory {
  public func spans(of key: KeyName, since: Timestamp?) async throws(StorageError) -> [AnswerSpan] {
    try await read { connection in
      var conditions = Conditions()
      conditions.add("domain = ?", key.domain.description)
      conditions.add("selector = ?", key.storedSelector)
      conditions.add("(last_seen IS NULL OR last_seen >= ?)", [since?.microseconds ?? .min])
      var reader = try SpanReader(connection)
      return try reader.spans(conditions)
    }
  }

  public func currentSpans(ofDomain domain: DomainName?) async throws(StorageError) -> [KeyName: [AnswerSpan]] {
    try await read { connection in
      var conditions = Conditions()
      conditions.add("last_seen IS NULL", [])
      conditions.add("domain = ?", domain?.description)
      var reader = try SpanReader(connection)
      return try Dictionary(grouping: reader.spans(conditions), by: \.key)
    }
  }

  public func keys(within domain: DomainName) async throws(StorageError) -> [KeyName] {
    try await read { connection in
      try Row.fetchAll(connection, sql: "SELECT domain, selector, record_type FROM watches").compactMap { row in
        (try? row.keyName()).flatMap { $0.domain.isWithin(domain) ? $0 : nil }
      }.sorted()
    }
  }

  public func records(after answer: Int64, atMost limit: Int) async throws(StorageError) -> [StoredRecords] {
    try await read { connection in
      let rows = try Row.fetchCursor(
        connection,
        sql: """
          SELECT DISTINCT answer, domain, selector, record_type FROM spans JOIN watches ON watches.id = watch
          WHERE answer IN (
            SELECT id FROM answers WHERE outcome = 'records' AND id > ?
              AND EXISTS (SELECT 1 FROM spans WHERE answer = answers.id) ORDER BY id LIMIT ?)
          ORDER BY answer
          """, arguments: [answer, limit])
      var page: [StoredRecords] = []
      while let row = try rows.next() {
        let answer: Int64 = row["answer"]
        if page.last?.answer != answer {
          page.append(
            StoredRecords(answer: answer, keys: [], records: try AnswerRow.records(of: answer, connection)))
        }
        page[page.count - 1].keys.append(try row.keyName())
      }
      return page
    }
  }

  public func events(matching filter: EventFilter) async throws(StorageError) -> [Event] {
    try await read { connection in
      var names = Conditions()
      names.add("domain = ?", filter.domain?.description)
      names.add("selector = ?", filter.recordType?.description ?? filter.selector?.description)
      var conditions = Conditions()
      switch (names.isEmpty, filter.zone?.description) {
      case (false, let zone?): conditions.add("((\(names.sql)) OR zone = ?)", names.arguments + [zone])
      case (false, nil): conditions.add(names.sql, names.arguments)
      case (true, let zone): conditions.add("zone = ?", zone)
      }
      conditions.add("at >= ?", filter.since?.microseconds)
      let contents = try String.fetchAll(
        connection, sql: "SELECT content FROM events \(conditions.clause) ORDER BY at, sequence",
        arguments: conditions.arguments)
      let decoder = JSONDecoder()
      return try contents.map { try decoder.decode(Event.self, from: Data($0.utf8)) }
    }
  }

  public func incidents(open: Bool?) async throws(StorageError) -> [RecordedIncident] {
    try await read { connection in
      let condition =
        switch open {
        case true?: "closed_at IS NULL"
        case false?: "closed_at IS NOT NULL"
        case nil: "TRUE"
        }
      return try IncidentRow.fetch(connection, condition: condition)
    }
  }
}

/// Reads many spans at once: names and answers that several share are made once.
private struct SpanReader {
  private let connection: Database
  private let decoder = JSONDecoder()
  private let lastHeartbeat: Int64?
  private var keys: [Int64: KeyName] = [:]
  private var records: [Int64: [TextRecord]] = [:]

  init(_ connection: Database) throws {
    self.connection = connection
    lastHeartbeat = try Int64.fetchOne(connection, sql: "SELECT last_at FROM watching ORDER BY id DESC LIMIT 1")
  }

  /// Oldest first.
  mutating func spans(_ conditions: Conditions) throws -> [AnswerSpan] {
    let rows = try Row.fetchCursor(
      connection,
      sql: """
        SELECT spans.*, domain, selector, record_type, digest, outcome, failure, cname
        FROM spans JOIN answers ON answers.id = answer JOIN watches ON watches.id = watch
        \(conditions.clause) ORDER BY first_seen, spans.id
        """, arguments: conditions.arguments)
    var spans: [AnswerSpan] = []
    while let row = try rows.next() { spans.append(try span(row)) }
    return spans
  }

  private mutating func span(_ row: Row) throws -> AnswerSpan {
    let watch: Int64 = row["watch"]
    let key = try keys[watch] ?? row.keyName()
    keys[watch] = key
    let answer: Int64 = row["answer"]
    let records = try self.records[answer] ?? AnswerRow.records(of: answer, connection)
    self.records[answer] = records
    let firstSeen: Int64 = row["first_seen"]
    let ended: Int64? = row["last_seen"]
    return AnswerSpan(
      key: key, view: row["view"], server: row["server"],
      endpoint: (row["endpoint"] as String?).flatMap { Endpoint($0) },
      firstSeen: Timestamp(microseconds: firstSeen),
      lastSeen: Timestamp(microseconds: ended ?? max(firstSeen, lastHeartbeat ?? firstSeen)),
      isCurrent: ended == nil, answer: try AnswerRow.answer(row, records: records, decoder))
  }
}
