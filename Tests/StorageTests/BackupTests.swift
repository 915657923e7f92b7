// Backups: whole, checked, for their owner only, and never in the place of something else.

import GRDB
import Glibc
import Model
import TestSupport
import Testing

@testable import Storage

@Suite struct Backups {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private var target: String { scratch.directory + "/copy.sqlite" }

  @Test func aCopyHasEverythingThatWasCommittedWhileAWriterIsOpen() async throws {
    let history = try scratch.open()
    try await history.commit(try alarm(1, at: time(0)))
    let result = try DatabaseBackup(database: scratch.database, target: target).write()
    // What comes after it is not in it.
    try await history.commit(try alarm(2, at: time(60)))
    #expect(result.schemaVersion == Schema.version)
    #expect(result.bytes == FilePath.size(of: target))
    let copy = try SQLiteHistory(path: target, mode: .readWrite, patience: .milliseconds(50))
    #expect(try await copy.events(matching: EventFilter()).map(\.id) == ["evt_1"])
    #expect(try await copy.queue(of: "postmaster", at: time(100), limit: 9).map(\.event.id) == ["evt_1"])
    try copy.close()
    #expect(try await history.events(matching: EventFilter()).count == 2)
  }

  @Test func onlyItsOwnerMayReadIt() throws {
    try scratch.open().close()
    _ = try DatabaseBackup(database: scratch.database, target: target).write()
    var status = stat()
    #expect(stat(target, &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    #expect(FilePath.size(of: target + ".partial") == nil)
    #expect(FilePath.size(of: target + "-wal") == nil && FilePath.size(of: target + "-journal") == nil)
  }

  @Test func whatIsThereIsReplacedOnlyIfThatIsAskedFor() throws {
    try scratch.open().close()
    write("mine", to: target)
    let error = #expect(throws: StorageError.self) {
      try DatabaseBackup(database: scratch.database, target: target).write()
    }
    #expect(error?.message.contains("--force") == true)
    #expect(contents(ofFile: target) == "mine")
    _ = try DatabaseBackup(database: scratch.database, target: target, replaces: true).write()
    #expect((FilePath.size(of: target) ?? 0) > 4)
  }

  @Test(arguments: ["", "-wal", "-shm", ".lock"]) func theDatabaseItselfIsNeverTheTarget(suffix: String) throws {
    let history = try scratch.open()
    let lock = try DatabaseLock(database: scratch.database)
    let error = #expect(throws: StorageError.self) {
      try DatabaseBackup(database: scratch.database, target: scratch.database + suffix, replaces: true).write()
    }
    #expect(error?.message.contains("belongs to the database itself") == true)
    withExtendedLifetime(lock) {}
    try history.close()
  }

  @Test func aDamagedDatabaseGivesNoBackup() async throws {
    let history = try scratch.open()
    for number in 1...200 { try await history.commit(try alarm(number, at: time(Int64(number)))) }
    try history.close()
    let descriptor = open(scratch.database, O_RDWR)
    let size = try #require(FilePath.size(of: scratch.database))
    let noise = [UInt8](repeating: 0xA5, count: 4096)
    for page in stride(from: Int64(8192), to: size, by: 8192) { pwrite(descriptor, noise, noise.count, off_t(page)) }
    close(descriptor)
    let error = #expect(throws: StorageError.self) {
      try DatabaseBackup(database: scratch.database, target: target).write()
    }
    #expect(error?.code == .corrupt)
    #expect(FilePath.size(of: target) == nil && FilePath.size(of: target + ".partial") == nil)
  }

  @Test func whatAKilledRunLeftIsOverwritten() throws {
    try scratch.open().close()
    write("half a copy", to: target + ".partial")
    _ = try DatabaseBackup(database: scratch.database, target: target).write()
    #expect(FilePath.size(of: target + ".partial") == nil)
  }

  @Test func twoAtATimeDoNotMix() throws {
    try scratch.open().close()
    write("", to: target + ".partial")
    let other = open(target + ".partial", O_RDWR)
    #expect(flock(other, LOCK_EX | LOCK_NB) == 0)
    let error = #expect(throws: StorageError.self) {
      try DatabaseBackup(database: scratch.database, target: target).write()
    }
    #expect(error?.message.contains("another backup") == true)
    close(other)
  }

  @Test func aDatabaseBeforeItsMigrationCanBeCopied() throws {
    let dump = try #require(contents(ofFile: fixtures("storage") + "/version-1.sql"))
    let queue = try DatabaseQueue(path: scratch.database)
    try queue.inDatabase { connection in
      try connection.execute(sql: dump)
      try connection.execute(sql: "PRAGMA user_version = 1")
      try connection.execute(sql: "PRAGMA application_id = \(Schema.applicationID)")
    }
    try queue.close()
    #expect(try DatabaseBackup(database: scratch.database, target: target).write().schemaVersion == 1)
  }

  @Test(arguments: [("/nonexistent/copy", StorageError.Code.missing), ("/proc/copy", .missing), ("/tmp", .failed)])
  func aPlaceThatTakesNoFileIsNamed(place: String, code: StorageError.Code) throws {
    try scratch.open().close()
    let error = #expect(throws: StorageError.self) {
      try DatabaseBackup(database: scratch.database, target: place).write()
    }
    #expect(error?.code == code && error?.path == place)
  }
}

private func write(_ text: String, to path: String) {
  guard let file = fopen(path, "w") else { return }
  fputs(text, file)
  fclose(file)
}
