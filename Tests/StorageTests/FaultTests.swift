// What goes wrong with a file: each way has its own error that says what to do, and loses nothing.

import GRDB
import Glibc
import Model
import Testing

@testable import Storage

@Suite struct Faults {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func code(_ mode: SQLiteHistory.Mode, path: String? = nil) -> StorageError.Code? {
    do {
      _ = try SQLiteHistory(path: path ?? scratch.database, mode: mode, patience: .milliseconds(50))
      return nil
    } catch {
      #expect(error.description.hasPrefix(error.path))
      #expect(error.message.count > 30, "\(error.message) says what to do")
      return error.code
    }
  }

  private func sql(_ text: String) throws {
    let queue = try DatabaseQueue(path: scratch.database)
    try queue.inDatabase { try $0.execute(sql: text) }
    try queue.close()
  }

  @Test func aNewerDatabaseIsRefusedAndLeftAlone() throws {
    try scratch.open().close()
    try sql("PRAGMA user_version = 99")
    for mode in [SQLiteHistory.Mode.readWrite, .readOnly] {
      #expect(code(mode) == .newer(found: 99, known: Schema.version))
    }
    let error = #expect(throws: StorageError.self) { try scratch.open() }
    #expect(error?.message.contains("version 99") == true)
    #expect(error?.message.contains("up to \(Schema.version)") == true)
  }

  @Test func anOlderDatabaseWaitsForTheDaemon() throws {
    try sql("PRAGMA application_id = \(Schema.applicationID)")
    #expect(code(.readOnly) == .older(found: 0, known: Schema.version))
    #expect(code(.readWrite) == nil)
    #expect(code(.readOnly) == nil)
  }

  @Test func otherFilesAreRefused() throws {
    try sql("CREATE TABLE places (id INTEGER)")
    #expect(code(.readWrite) == .notADatabase)
    let text = scratch.directory + "/text"
    write(
      "this is text, and not so short that SQLite takes it for an empty file: " + String(repeating: "x", count: 5000),
      to: text)
    #expect(code(.readWrite, path: text) == .notADatabase)
    #expect(code(.readOnly, path: text) == .notADatabase)
    #expect(code(.readWrite, path: "/") == .notADatabase)
    #expect(code(.readWrite, path: scratch.directory) == .notADatabase)
  }

  @Test func missingFilesAndDirectories() throws {
    #expect(code(.readWrite, path: scratch.directory + "/nowhere/history.sqlite") == .missing)
    #expect(code(.readOnly, path: scratch.directory + "/nowhere/history.sqlite") == .missing)
    #expect(code(.readOnly) == .missing)
    #expect(size(scratch.database) == 0)
    let error = #expect(throws: StorageError.self) {
      _ = try SQLiteHistory(path: self.scratch.database, mode: .readOnly, patience: .zero)
    }
    #expect(error?.message == "there is no such file; `selectord run` creates it.")
  }

  @Test func aFileThatIsTakenAwayIsNoticed() async throws {
    let history = try scratch.open()
    try await history.beginWatching(at: time(0))
    try await history.heartbeat(at: time(10))
    rename(scratch.database, scratch.database + ".away")
    let error = await #expect(throws: StorageError.self) { try await history.heartbeat(at: time(20)) }
    #expect(error?.code == .missing)
    rename(scratch.database + ".away", scratch.database)
    try await history.heartbeat(at: time(30))
  }

  @Test func aDamagedFileIsCorrupt() async throws {
    let history = try scratch.open()
    for number in 0..<200 { try await history.commit(try alarm(number, at: time(0))) }
    try history.close()
    let file = try #require(fopen(scratch.database, "r+"))
    fseek(file, 4096, SEEK_SET)
    fputs(String(repeating: "x", count: 60_000), file)
    fclose(file)
    let error = await #expect(throws: StorageError.self) {
      _ = try await scratch.open().events(matching: EventFilter())
    }
    #expect(error?.code == .corrupt)
  }

  @Test func aFullDiskLosesNothingAndRecovers() async throws {
    let history = try scratch.open()
    try await history.commit(try alarm(0, at: time(0)))
    try await history.write { try $0.execute(sql: "PRAGMA max_page_count = 40") }
    var committed = 1
    let error = await #expect(throws: StorageError.self) {
      while committed < 10_000 {
        var change = try alarm(committed, at: time(0))
        change.events[0].note = String(repeating: "long ", count: 500)
        try await history.commit(change)
        committed += 1
      }
    }
    #expect(error?.code == .full)
    #expect(try await history.events(matching: EventFilter()).count == committed)
    try await history.write { try $0.execute(sql: "PRAGMA max_page_count = 100000") }
    try await history.commit(try alarm(committed, at: time(0)))
    #expect(try await history.deliveries(DeliveryFilter()).count == committed + 1)
  }

  @Test func aLockedDatabaseSaysSo() async throws {
    let history = try scratch.open()
    var configuration = GRDB.Configuration()
    configuration.allowsUnsafeTransactions = true
    let other = try DatabaseQueue(path: scratch.database, configuration: configuration)
    try other.inDatabase { try $0.beginTransaction(.immediate) }
    let error = await #expect(throws: StorageError.self) { try await history.commit(try alarm(1, at: time(0))) }
    #expect(error?.code == .locked)
    #expect(try await history.events(matching: EventFilter()).isEmpty, "readers do not wait")
    try other.inDatabase { try $0.rollback() }
    try await history.commit(try alarm(1, at: time(0)))
  }

  @Test func aReaderCannotWrite() async throws {
    try scratch.open().close()
    let error = await #expect(throws: StorageError.self) {
      try await scratch.open(.readOnly).commit(try alarm(1, at: time(0)))
    }
    #expect(error?.code == .readOnly)
  }

  @Test func readersSeeWholeChangesWhileTheDaemonWrites() async throws {
    let history = try scratch.open()
    let reader = try scratch.open(.readOnly)
    try await withThrowingTaskGroup(of: Void.self) { group in
      group.addTask {
        for number in 0..<200 { try await history.commit(try alarm(number, at: time(Int64(number)))) }
      }
      group.addTask {
        var seen = 0
        while seen < 200 {
          let events = try await reader.events(matching: EventFilter()).count
          #expect(try await reader.deliveries(DeliveryFilter()).count >= events)
          #expect(events >= seen)
          seen = events
        }
      }
      try await group.waitForAll()
    }
  }

  @Test func onlyOneDaemonHoldsTheLock() throws {
    do {
      let lock = try DatabaseLock(database: scratch.database)
      let error = #expect(throws: StorageError.self) { try DatabaseLock(database: scratch.database) }
      #expect(error?.code == .inUse(pid: getpid()))
      #expect(error?.message.contains("process \(getpid())") == true)
      withExtendedLifetime(lock) {}
    }
    _ = try DatabaseLock(database: scratch.database)
    #expect(throws: StorageError.self) { try DatabaseLock(database: scratch.directory + "/nowhere/history.sqlite") }
  }
}

/// A crash leaves the file and some part of its WAL.
@Suite struct Crashes {
  @Test func anyPartOfTheLogIsAStateBetweenTwoCommits() async throws {
    let scratch = try Scratch()
    let history = try scratch.open()
    try await history.write { try $0.execute(sql: "PRAGMA wal_autocheckpoint = 0") }
    var sizes: [(wal: Int, commits: Int)] = [(Int(size(scratch.database + "-wal")), 0)]
    for number in 1...30 {
      var change = try alarm(number, at: time(Int64(number)))
      change.sightings = [
        sighting(try key("s\(number)._domainkey.example.org"), .published(number: UInt64(number)), at: change.at)
      ]
      try await history.commit(change)
      sizes.append((Int(size(scratch.database + "-wal")), number))
    }
    let file = bytes(scratch.database)
    let log = bytes(scratch.database + "-wal")
    let crashed = try Scratch()
    for cut in stride(from: sizes[0].wal, through: log.count, by: 9973) {
      for suffix in ["", "-wal", "-shm"] { unlink(crashed.database + suffix) }
      write(file, to: crashed.database)
      write(Array(log[..<cut]), to: crashed.database + "-wal")
      let reopened = try crashed.open()
      let expected = sizes.last { $0.wal <= cut }?.commits ?? 0
      let events = try await reopened.events(matching: EventFilter()).count
      #expect(events == expected, "what was committed before byte \(cut) is there, and nothing else")
      #expect(try await reopened.deliveries(DeliveryFilter(statuses: [.pending])).count == events)
      #expect(try await reopened.incidents(open: true).count == events)
      let sound = try await reopened.read { try String.fetchOne($0, sql: "PRAGMA integrity_check") }
      #expect(sound == "ok")
      try reopened.close()
    }
  }
}

private func bytes(_ path: String) -> [UInt8] {
  guard let file = fopen(path, "r") else { return [] }
  defer { fclose(file) }
  var bytes = [UInt8](repeating: 0, count: Int(size(path)))
  let count = fread(&bytes, 1, bytes.count, file)
  return Array(bytes[..<count])
}

private func write(_ bytes: [UInt8], to path: String) {
  guard let file = fopen(path, "w") else { return }
  fwrite(bytes, 1, bytes.count, file)
  fclose(file)
}

private func write(_ text: String, to path: String) { write(Array(text.utf8), to: path) }
