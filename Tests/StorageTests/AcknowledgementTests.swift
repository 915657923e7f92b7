// Acknowledgements: kept beside a running daemon, and handed to it once.

import Model
import Storage
import Testing

@Suite struct Acknowledging {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func acknowledgement(_ number: Int, at second: Int64, _ note: String = "seen") -> Acknowledgement {
    Acknowledgement(incident: "inc_\(number)", by: "kim", note: note, at: time(second))
  }

  @Test func aGuestWritesBesideTheDaemonAndTheDaemonTakesItUpOnce() async throws {
    let lock = try DatabaseLock(database: scratch.database)
    let daemon = try scratch.open()
    for number in 1...2 { try await daemon.commit(try alarm(number, at: time(0))) }
    #expect(try await daemon.pendingAcknowledgements() == [])

    let guest = try scratch.open(.beside)
    #expect(try await guest.acknowledge(acknowledgement(1, at: 5)))
    #expect(try await guest.acknowledge(acknowledgement(1, at: 6, "once more")))
    try guest.close()
    let pending = try await daemon.pendingAcknowledgements()
    #expect(pending == [acknowledgement(1, at: 5), acknowledgement(1, at: 6, "once more")])

    var change = Change(at: time(7))
    #expect(change.isEmpty)
    change.acknowledged = [pending[0]]
    #expect(!change.isEmpty)
    try await daemon.commit(change)
    #expect(try await daemon.pendingAcknowledgements() == [pending[1]])
    change.acknowledged = pending
    try await daemon.commit(change)
    #expect(try await daemon.pendingAcknowledgements() == [])
    #expect(try await daemon.incidents(open: true).map(\.incident.acknowledged) == [pending[1], nil])
    withExtendedLifetime(lock) {}
  }

  @Test func onlyAnOpenIncidentTakesOne() async throws {
    let history = try scratch.open()
    var change = try alarm(1, at: time(0))
    change.incidents[0].kind = .change
    change.incidents[0].closedAt = time(1)
    try await history.commit(change)
    #expect(try await history.acknowledge(acknowledgement(1, at: 5)) == false)
    #expect(try await history.acknowledge(acknowledgement(9, at: 5)) == false)
    #expect(try await history.pendingAcknowledgements() == [])
    #expect(try await history.incidents(open: nil).map(\.incident) == change.incidents)
    #expect(try await history.incidents(open: false).map(\.opening) == change.events)
  }

  @Test func itLeavesWithItsIncident() async throws {
    let history = try scratch.open()
    var change = try alarm(1, at: time(0))
    change.deliveries = []
    try await history.commit(change)
    #expect(try await history.acknowledge(acknowledgement(1, at: 5)))
    change.incidents[0].closedAt = time(6)
    try await history.commit(change)
    try await history.prune(before: time(100))
    #expect(try await history.incidents(open: nil).isEmpty)
    #expect(try await history.pendingAcknowledgements() == [])
  }

  @Test func aGuestNeitherMakesNorMigratesAFile() async throws {
    #expect(throws: StorageError.self) { try scratch.open(.beside) }
    #expect(size(scratch.database) == 0)
  }
}
