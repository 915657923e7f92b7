// The census of the daemon: how far each source of mail was read, and what it gave, in one transaction.

internal import GRDB
public import Model

/// Keeps what mail tells.
public protocol MailStore: Sendable {
  /// How far a source was read.
  func mailPosition(of source: String) async throws(StorageError) -> String?
  /// Which of these files of a source were read already.
  func takenMailFiles(of source: String, among files: [String]) async throws(StorageError) -> Set<String>
  /// Writes what one read has given. Gives the pairs that were never seen before.
  func commit(_ change: MailChange) async throws(StorageError) -> [KeyName]
  /// What mail says of these pairs at a time; pairs that no mail names are left out.
  func mailUse(of keys: [KeyName], at time: Timestamp) async throws(StorageError) -> [KeyName: Event.Use]
  /// Keys that signed at least so many messages, none of them since a time, and of which that was not told yet.
  func mailSilence(since time: Timestamp, atLeast messages: Int) async throws(StorageError) -> MailSilence
  /// The watches that come from mail.
  func learnedWatches() async throws(StorageError) -> [LearnedWatch]
  /// Makes these the watches that come from mail.
  func keep(learnedWatches watches: [LearnedWatch]) async throws(StorageError)
  /// Forgets the files of a source that are not there any more.
  func forgetMailFiles(of source: String, except present: Set<String>) async throws(StorageError)
  /// Forgets pairs that were not seen since a time, and counts of days before another one. Where nearly as many pairs are
  /// kept as may be, room is made: those that never verified go first, then those that were not seen for longest.
  func pruneMail(pairsBefore: Timestamp, countsBefore: Timestamp) async throws(StorageError)
}

extension SQLiteHistory: MailStore {
  public func mailPosition(of source: String) async throws(StorageError) -> String? {
    try await read { connection in
      try String.fetchOne(connection, sql: "SELECT position FROM mail_sources WHERE source = ?", arguments: [source])
    }
  }

  public func takenMailFiles(
    of source: String, among files: [String]
  ) async throws(StorageError) -> Set<String> {
    try await read { connection in
      let statement = try connection.cachedStatement(
        sql: "SELECT EXISTS (SELECT 1 FROM mail_files WHERE source = ? AND file = ?)")
      return try Set(files.filter { try Bool.fetchOne(statement, arguments: [source, $0]) ?? false })
    }
  }

  public func commit(_ change: MailChange) async throws(StorageError) -> [KeyName] {
    let limit = mailPairLimit
    return try await write { connection in
      if let position = change.position {
        try connection.cachedStatement(
          sql: """
            INSERT INTO mail_sources (source, position) VALUES (?, ?)
            ON CONFLICT (source) DO UPDATE SET position = excluded.position
            """
        ).execute(arguments: [change.source, position])
      }
      if let file = change.file {
        let taken = try connection.cachedStatement(
          sql: "INSERT OR IGNORE INTO mail_files (source, file, taken_at) VALUES (?, ?, ?)")
        try taken.execute(arguments: [
          change.source, file, change.tallies.map(\.last.microseconds).max() ?? 0,
        ])
        // Another process, or a retry, was faster: its counts stand already.
        if connection.changesCount == 0 { return [] }
      }
      var new: [KeyName] = []
      var room = try limit - (Int.fetchOne(connection, sql: "SELECT count(*) FROM mail_pairs") ?? 0)
      for tally in change.tallies {
        guard let pair = try Self.pair(of: tally, &room, &new, connection) else { continue }
        try connection.cachedStatement(
          sql: """
            INSERT INTO mail_counts (pair, day, result, messages) VALUES (?, ?, ?, ?)
            ON CONFLICT (pair, day, result) DO UPDATE SET messages = messages + excluded.messages
            """
        ).execute(arguments: [pair, tally.day, tally.result, tally.messages])
      }
      return new
    }
  }

  /// The number of a pair, made where there is room; nil where there is none.
  private static func pair(
    of tally: MailTally, _ room: inout Int, _ new: inout [KeyName], _ connection: Database
  ) throws -> Int64? {
    let names: StatementArguments = [tally.domain.description, tally.selector?.description ?? ""]
    let known = try connection.cachedStatement(sql: "SELECT id FROM mail_pairs WHERE domain = ? AND selector = ?")
    if let id = try Int64.fetchOne(known, arguments: names) {
      try connection.cachedStatement(
        sql: "UPDATE mail_pairs SET first_seen = min(first_seen, ?), last_seen = max(last_seen, ?) WHERE id = ?"
      ).execute(arguments: [tally.first.microseconds, tally.last.microseconds, id])
      return id
    }
    guard room > 0 else { return nil }
    room -= 1
    try connection.cachedStatement(
      sql: "INSERT INTO mail_pairs (domain, selector, first_seen, last_seen) VALUES (?, ?, ?, ?)"
    ).execute(arguments: names + [tally.first.microseconds, tally.last.microseconds])
    if let key = KeyName(tally.selector, of: tally.domain) { new.append(key) }
    return connection.lastInsertedRowID
  }

  public func mailUse(
    of keys: [KeyName], at time: Timestamp
  ) async throws(StorageError) -> [KeyName: Event.Use] {
    try await read { connection in
      let today = time.seconds / 86_400
      let statement = try connection.cachedStatement(
        sql: """
          SELECT last_seen, coalesce(sum(messages), 0) AS messages,
            coalesce(sum(messages) FILTER (WHERE result IN (\(Self.failingResults))), 0) AS failing
          FROM mail_pairs LEFT JOIN mail_counts ON pair = id AND day > ?
          WHERE domain = ? AND selector = ? GROUP BY id
          """)
      var use: [KeyName: Event.Use] = [:]
      for key in keys {
        let row = try Row.fetchOne(
          statement, arguments: [today - 7, key.domain.description, key.selector.description])
        guard let row else { continue }
        use[key] = Event.Use(
          messages7d: row["messages"], failing7d: row["failing"], lastSeen: row.time("last_seen"))
      }
      return use
    }
  }

  /// What a receiver turns away, or may: everything but `pass`, `signed`, and what says nothing.
  private static let failingResults = "'fail', 'permerror', 'temperror', 'policy', 'neutral'"

  /// The most silent keys of one answer.
  private static let silenceLimit = 10_000

  public func mailSilence(
    since time: Timestamp, atLeast messages: Int
  ) async throws(StorageError) -> MailSilence {
    try await read { connection in
      let pairs = try Row.fetchAll(
        connection,
        sql: """
          SELECT id, domain, selector, last_seen FROM mail_pairs AS pairs
          WHERE last_seen < ? AND selector <> ''
            AND (SELECT sum(messages) FROM mail_counts WHERE pair = id) >= ?
            AND NOT EXISTS (
              SELECT 1 FROM events
              WHERE events.domain = pairs.domain AND events.selector = pairs.selector AND at >= last_seen AND type = ?)
          ORDER BY last_seen DESC LIMIT ?
          """, arguments: [time.microseconds, messages, EventType.selectorSilent.rawValue, Self.silenceLimit])
      let days = try connection.cachedStatement(
        sql: "SELECT day, sum(messages) AS messages FROM mail_counts WHERE pair = ? GROUP BY day")
      var silence = MailSilence()
      for row in pairs {
        let id: Int64 = row["id"]
        var messages: [Int64: Int] = [:]
        for day in try Row.fetchAll(days, arguments: [id]) { messages[day["day"]] = day["messages"] }
        silence.keys.append(
          MailDays(key: try row.keyName(), lastSeen: row.time("last_seen"), messages: messages))
      }
      silence.lastMail = try Int64.fetchOne(connection, sql: "SELECT max(last_seen) FROM mail_pairs")
        .map { Timestamp(microseconds: $0) }
      let ended = try Row.fetchAll(
        connection,
        sql: """
          SELECT pairs.domain, pairs.selector, pairs.last_seen FROM incidents
          JOIN events ON events.id = incidents.opened_by AND events.type = ?
          JOIN mail_pairs AS pairs ON pairs.domain = events.domain AND pairs.selector = events.selector
          WHERE incidents.closed_at IS NULL AND pairs.last_seen > incidents.opened_at LIMIT ?
          """, arguments: [EventType.selectorSilent.rawValue, Self.silenceLimit])
      for row in ended { silence.ended[try row.keyName()] = row.time("last_seen") }
      return silence
    }
  }

  public func learnedWatches() async throws(StorageError) -> [LearnedWatch] {
    try await read { connection in
      try Row.fetchAll(connection, sql: "SELECT * FROM learned_watches ORDER BY domain, selector").compactMap { row in
        guard let reason = LearnedWatch.Reason(rawValue: row["reason"]) else { return nil }
        return LearnedWatch(
          key: try row.keyName(), reason: reason, since: row.time("since"), lastMail: row.time("last_mail"))
      }
    }
  }

  public func keep(learnedWatches watches: [LearnedWatch]) async throws(StorageError) {
    try await write { connection in
      try connection.execute(sql: "DELETE FROM learned_watches")
      let insert = try connection.cachedStatement(
        sql: "INSERT INTO learned_watches (domain, selector, reason, since, last_mail) VALUES (?, ?, ?, ?, ?)")
      for watch in watches {
        try insert.execute(arguments: [
          watch.key.domain.description, watch.key.selector.description, watch.reason.rawValue,
          watch.since.microseconds, watch.lastMail.microseconds,
        ])
      }
    }
  }

  public func forgetMailFiles(of source: String, except present: Set<String>) async throws(StorageError) {
    try await write { connection in
      let known = try String.fetchAll(
        connection, sql: "SELECT file FROM mail_files WHERE source = ?", arguments: [source])
      let statement = try connection.cachedStatement(sql: "DELETE FROM mail_files WHERE source = ? AND file = ?")
      for file in known where !present.contains(file) { try statement.execute(arguments: [source, file]) }
    }
  }

  public func pruneMail(pairsBefore: Timestamp, countsBefore: Timestamp) async throws(StorageError) {
    let limit = mailPairLimit
    try await write { connection in
      try connection.execute(sql: "DELETE FROM mail_pairs WHERE last_seen < ?", arguments: [pairsBefore.microseconds])
      try connection.execute(
        sql: "DELETE FROM mail_counts WHERE day < ?", arguments: [countsBefore.seconds / 86_400])
      let count = try Int.fetchOne(connection, sql: "SELECT count(*) FROM mail_pairs") ?? 0
      guard count > limit / 10 * 9 else { return }
      try connection.execute(
        sql: """
          DELETE FROM mail_pairs WHERE id IN (
            SELECT id FROM mail_pairs ORDER BY
              EXISTS (SELECT 1 FROM mail_counts WHERE pair = id AND result IN ('pass', 'signed')), last_seen
            LIMIT ?)
          """, arguments: [count - limit / 10 * 8])
    }
  }
}
