// Databases that were written before, and what the documentation says about reading them.

import GRDB
import Model
import TestSupport
import Testing

@testable import Storage

@Suite struct Migrations {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  /// `Tests/Fixtures/storage/version-<n>.sql` is what `sqlite3 .dump` printed of a database that this version wrote.
  @Test(arguments: Schema.migrations.map(\.version)) func oldDatabasesAreStillRead(version: Int) async throws {
    let dump = try #require(contents(ofFile: fixtures("storage") + "/version-\(version).sql"))
    let queue = try DatabaseQueue(path: scratch.database)
    try queue.inDatabase { connection in
      try connection.execute(sql: dump)
      // A dump leaves these out.
      try connection.execute(sql: "PRAGMA user_version = \(version)")
      try connection.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
    }
    try queue.close()

    let history = try scratch.open()
    let name = try key("s1._domainkey.example.org")
    let memory = try await history.memory()
    #expect(Array(memory.watches.keys) == [name])
    #expect(try await history.incidents(open: true).map(\.incident.id) == ["inc_1"])
    let spans = try await history.spans(of: name, since: nil)
    #expect(spans.map(\.answer) == [.published(), try .absent()])
    #expect(spans.map(\.lastSeen) == [time(60), time(120)])
    #expect(try await history.events(matching: EventFilter(key: name)).map(\.summary) == ["the key 1 is gone"])
    #expect(try await history.queue(of: "postmaster", at: time(100), limit: 9).map(\.delivery.id) == ["dlv_1"])
    let found = try await history.read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
    #expect(found == Schema.version)
    #expect(try await history.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") } == "ok")
  }

  @Test func theStatementsOfTheDocumentationWork() async throws {
    let page = try #require(contents(ofFile: fixtures("") + "/../../docs/database.md"))
    let statements = page.split(separator: "-readonly history.sqlite \"").dropFirst().compactMap {
      $0.split(separator: "\"\n").first?.split(separator: "\\$").joined(separator: "$")
    }
    #expect(statements.count >= 4)
    let history = try scratch.open()
    try await history.commit(try alarm(1, at: time(0)))
    for statement in statements {
      _ = try await history.read { try Row.fetchAll($0, sql: statement).count }
    }
  }
}
