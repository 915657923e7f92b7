// One change, one transaction; rows are written only where something is new.

internal import Foundation
internal import GRDB
public import Model
internal import Tables

extension SQLiteHistory {
  public func commit(_ change: Change) async throws(StorageError) {
    if change.isEmpty { return }
    let watching = watchingState
    let lastLooks = try await write { connection in
      var writer = ChangeWriter(connection: connection, watching: watching)
      try writer.write(change)
      return writer.lastLooks
    }
    updateWatchingState { $0.lastLooks.note(lastLooks) }
  }

  public func memory() async throws(StorageError) -> StoredMemory { try await memory(outlining: false) }

  public func outlinedMemory() async throws(StorageError) -> StoredMemory { try await memory(outlining: true) }

  private func memory(outlining: Bool) async throws(StorageError) -> StoredMemory {
    let watching = watchingState
    return try await read { connection in
      let decoder = JSONDecoder()
      var memory = StoredMemory()
      memory.lastWatched = try watching.lastWatched(connection)
      // An unchanged look writes nothing: what stands was good until the daemon last watched.
      let watches = try Row.fetchCursor(connection, sql: outlining ? QuietRow.outlined : QuietRow.whole)
      while let row = try watches.next() {
        let key = try row.keyName()
        if let quiet = try QuietRow(row) {
          memory.quiet.put(
            quiet.kind, since: quiet.since, keySince: quiet.keySince, zone: quiet.zone, of: key)
          continue
        }
        var watch: WatchMemory = try row.json("memory", decoder)
        if let lastWatched = memory.lastWatched, row["stands"] { watch.extendLastGood(until: lastWatched) }
        memory.watches[key] = watch
      }
      let zones = try Row.fetchCursor(connection, sql: "SELECT name, memory FROM zones")
      while let row = try zones.next() { memory.zones[try row.name("name")] = try row.json("memory", decoder) }
      let views = try Row.fetchCursor(connection, sql: "SELECT name, memory FROM views")
      while let row = try views.next() { memory.views[row["name"]] = try row.json("memory", decoder) }
      return memory
    }
  }

  public func memory(of key: KeyName) async throws(StorageError) -> WatchMemory? {
    try await read { connection in
      let statement = try connection.cachedStatement(
        sql: "SELECT memory FROM watches WHERE domain = ? AND selector = ? AND memory IS NOT NULL")
      return try String.fetchOne(statement, arguments: [key.domain.description, key.storedSelector]).map {
        try JSONDecoder().decode(WatchMemory.self, from: Data($0.utf8))
      }
    }
  }
}

extension WatchMemory {
  /// Where the key stands as it was last good, it was good until that time, or until the first look that put it in
  /// doubt.
  fileprivate mutating func extendLastGood(until time: Timestamp) {
    guard state == .published, let lastGood, snapshot.map({ Set($0.records) == Set(lastGood.records) }) ?? false else {
      return
    }
    self.lastGood?.at = max(lastGood.at, min(time, suspicion?.firstSeen ?? time))
  }
}

/// Writes one change within an open transaction.
struct ChangeWriter {
  let connection: Database
  let watching: WatchingState
  /// What was looked at in the change, and when.
  private(set) var lastLooks: [WatchingState.WatchedView: Timestamp] = [:]
  private let encoder = JSONEncoder()
  private var watchIDs: [KeyName: Int64] = [:]
  private var answerIDs: [Digest: Int64] = [:]

  init(connection: Database, watching: WatchingState) {
    self.connection = connection
    self.watching = watching
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  }

  mutating func write(_ change: Change) throws {
    for (key, memory) in change.watches { try write(memory, of: key) }
    for (zone, memory) in change.zones { try upsert("zones", zone.description, memory) }
    for (view, memory) in change.views { try upsert("views", view, memory) }
    try write(change.sightings, unchangedUntil: change.unchangedUntil)
    for event in change.events { try EventRow.insert(event, connection, encoder) }
    for incident in change.incidents { try IncidentRow.upsert(incident, connection) }
    for delivery in change.deliveries { try DeliveryRow.insert(delivery, connection) }
    for audit in change.audits { try AuditRow.write(audit, connection, encoder) }
    for acknowledgement in change.acknowledged {
      try AcknowledgementRow.handle(acknowledgement, at: change.at, connection)
    }
  }

  private mutating func write(_ memory: WatchMemory, of key: KeyName) throws {
    let id = try watchID(of: key)
    let text = try json(memory)
    try connection.cachedStatement(sql: "UPDATE watches SET memory = ?1 WHERE id = ?2 AND memory IS NOT ?1")
      .execute(arguments: [text, id])
  }

  private func upsert(_ table: String, _ name: String, _ memory: some Encodable) throws {
    try connection.cachedStatement(
      sql: """
        INSERT INTO \(table) (name, memory) VALUES (?, ?)
        ON CONFLICT (name) DO UPDATE SET memory = excluded.memory WHERE memory <> excluded.memory
        """
    ).execute(arguments: [name, try json(memory)])
  }

  private func json(_ value: some Encodable) throws -> String {
    String(decoding: try encoder.encode(value), as: UTF8.self)
  }

  private mutating func watchID(of key: KeyName) throws -> Int64 {
    if let id = watchIDs[key] { return id }
    let names: StatementArguments = [key.domain.description, key.storedSelector]
    let known = try connection.cachedStatement(sql: "SELECT id FROM watches WHERE domain = ? AND selector = ?")
    var id = try Int64.fetchOne(known, arguments: names)
    if id == nil {
      try connection.cachedStatement(sql: "INSERT INTO watches (domain, selector, record_type) VALUES (?, ?, ?)")
        .execute(arguments: names + [key.storedType])
      id = connection.lastInsertedRowID
    }
    watchIDs[key] = id
    return id ?? 0
  }
}

// MARK: - Spans

extension ChangeWriter {
  /// One view's servers in one look.
  private struct Group: Hashable {
    var at: Timestamp
    var key: KeyName
    var view: String
  }

  /// What makes a sighting the same as a span.
  private struct Identity: Hashable {
    var server: String
    var endpoint: String?
    var digest: Digest
  }

  private mutating func write(_ sightings: [Sighting], unchangedUntil: [KeyName: Timestamp]) throws {
    var order: [Group] = []
    let groups = sightings.reduce(into: [Group: [Sighting]]()) { groups, sighting in
      let group = Group(at: sighting.at, key: sighting.key, view: sighting.view)
      if groups[group, default: []].isEmpty { order.append(group) }
      groups[group, default: []].append(sighting)
    }
    // A batch may hold several looks at one key: the earlier one comes first. Array.sort is stable.
    for group in order.sorted(by: { $0.at < $1.at }) {
      let watch = try watchID(of: group.key)
      let place = WatchingState.WatchedView(watch: watch, view: group.view)
      let lastSeen = watching.lastSeen(
        at: place, asked: [unchangedUntil[group.key], lastLooks[place]].compactMap(\.self).max(), before: group.at)
      try replaceSpans(of: watch, in: group, with: groups[group] ?? [], lastSeen: lastSeen)
      lastLooks[place] = group.at
    }
  }

  private mutating func replaceSpans(
    of watch: Int64, in group: Group, with sightings: [Sighting], lastSeen: Timestamp
  ) throws {
    var ended = try currentSpans(of: watch, view: group.view)
    var begun: [(Identity, Sighting)] = []
    var seen: Set<Identity> = []
    for sighting in sightings {
      let identity = Identity(
        server: sighting.server, endpoint: sighting.endpoint?.description, digest: sighting.answer.digest)
      guard seen.insert(identity).inserted else { continue }
      if ended.removeValue(forKey: identity) == nil { begun.append((identity, sighting)) }
    }
    for id in ended.values {
      try connection.cachedStatement(sql: "UPDATE spans SET last_seen = max(first_seen, ?) WHERE id = ?")
        .execute(arguments: [lastSeen.microseconds, id])
    }
    for (identity, sighting) in begun { try begin(identity, sighting, of: watch) }
  }

  private func currentSpans(of watch: Int64, view: String) throws -> [Identity: Int64] {
    let rows = try Row.fetchCursor(
      connection.cachedStatement(
        sql: """
          SELECT spans.id, server, endpoint, digest FROM spans JOIN answers ON answers.id = answer
          WHERE watch = ? AND view = ? AND last_seen IS NULL
          """), arguments: [watch, view])
    var spans: [Identity: Int64] = [:]
    while let row = try rows.next() {
      guard let digest = Digest(bytes: row["digest"]) else { continue }
      spans[Identity(server: row["server"], endpoint: row["endpoint"], digest: digest)] = row["id"]
    }
    return spans
  }

  private mutating func begin(_ identity: Identity, _ sighting: Sighting, of watch: Int64) throws {
    let answer = sighting.answer
    try connection.cachedStatement(
      sql: """
        INSERT INTO spans (watch, view, server, endpoint, answer, first_seen, rcode, ttl, negative_ttl, flags,
          extended_errors, transport, round_trip) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """
    ).execute(arguments: [
      watch, sighting.view, identity.server, identity.endpoint, try answerID(of: answer), sighting.at.microseconds,
      answer.rcode?.rawValue, answer.ttl, answer.negativeTTL,
      AnswerRow.flags(of: answer), answer.extendedErrors.isEmpty ? nil : try json(answer.extendedErrors),
      answer.transport.rawValue, answer.roundTrip.microseconds,
    ])
  }

  private mutating func answerID(of answer: Answer) throws -> Int64 {
    if let id = answerIDs[answer.digest] { return id }
    let known = try connection.cachedStatement(sql: "SELECT id FROM answers WHERE digest = ?")
    let id =
      try Int64.fetchOne(known, arguments: [answer.digest.bytes]) ?? AnswerRow.insert(answer, connection)
    answerIDs[answer.digest] = id
    return id
  }
}
