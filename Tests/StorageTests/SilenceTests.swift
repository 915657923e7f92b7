// Silences beside a running daemon; what a receiver knows of an incident.

import Model
import Storage
import Testing

@Suite struct Silences {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private func silence(_ number: Int, until end: Int64) throws -> Silence {
    Silence(
      id: "sil_\(number)",
      matchers: Silence.Matchers(
        domain: "*.example.org", selector: try DomainName("s1"), labels: ["team": "mail"], types: [.selectorMissing]),
      by: "kim", reason: "a move", createdAt: time(0), expiresAt: time(end))
  }

  @Test func aGuestWritesBesideTheDaemonAndTheDaemonSeesIt() async throws {
    let lock = try DatabaseLock(database: scratch.database)
    let daemon = try scratch.open()
    #expect(try await daemon.silences(endingAfter: nil) == [])
    let guest = try scratch.open(.beside)
    let (first, second) = (try silence(1, until: 100), try silence(2, until: 200))
    for one in [first, second] { try await guest.add(one) }
    #expect(try await daemon.silences(endingAfter: time(99)) == [first, second])
    #expect(try await daemon.silences(endingAfter: time(100)) == [second])
    #expect(try await guest.expireSilence("sil_2", at: time(150)))
    #expect(try await !guest.expireSilence("sil_2", at: time(150)), "it has ended")
    #expect(try await !guest.expireSilence("sil_3", at: time(150)))
    #expect(try await daemon.silences(endingAfter: time(150)) == [])
    #expect(try await daemon.silences(endingAfter: nil).map(\.expiresAt) == [time(100), time(150)])
    try guest.close()
    withExtendedLifetime(lock) {}
  }
}

@Suite struct WhoWasTold {
  @Test func receiversOfAnIncidentAreThoseWithADelivery() async throws {
    let scratch = try Scratch()
    let history = try scratch.open()
    for number in 1...2 { try await history.commit(try alarm(number, at: time(Int64(number)))) }
    let told = try await history.receiversTold(of: ["inc_1", "inc_9"])
    #expect(told == ["inc_1": ["postmaster"], "inc_9": []])
    var change = try alarm(3, at: time(3))
    change.deliveries[0].status = .dropped
    change.deliveries[0].nextAttemptAt = nil
    try await history.commit(change)
    #expect(try await history.receiversTold(of: ["inc_3"]) == ["inc_3": []], "nobody was told of what was dropped")
  }
}

@Suite struct Standings {
  let scratch: Scratch
  let history: SQLiteHistory

  init() async throws {
    scratch = try Scratch()
    history = try scratch.open()
    for number in 1...3 { try await history.commit(try alarm(number, at: time(Int64(number)))) }
  }

  private func standings() async throws -> [String: QueuedDelivery.Standing?] {
    Dictionary(
      try await history.queue(of: "postmaster", at: time(99), limit: 99).map { ($0.delivery.id, $0.standing) },
      uniquingKeysWith: { first, _ in first })
  }

  @Test func anIncidentThatWasNotToldHasNoThread() async throws {
    #expect(try await standings()["dlv_1"] == QueuedDelivery.Standing(isOpen: true))
    _ = try await history.acknowledge(Acknowledgement(incident: "inc_1", by: "kim", note: "seen", at: time(5)))
    #expect(try await standings()["dlv_1"] == QueuedDelivery.Standing(isOpen: true, acknowledgedBy: "kim"))
  }

  @Test func aThreadCountsItsOpenIncidents() async throws {
    let told = try await history.deliveries(DeliveryFilter()).map { item in
      var delivery = item.delivery
      delivery.status = .delivered
      delivery.nextAttemptAt = nil
      delivery.thread = "inc_1"
      return delivery
    }
    try await history.update(told)
    #expect(try await history.openEvents().map(\.id) == ["evt_1", "evt_2", "evt_3"])
    var end = try alarm(4, at: time(50))
    end.events[0].incident = "inc_1"
    end.events[0].type = .selectorRecovered
    end.incidents[0].id = "inc_1"
    end.incidents[0].closedAt = time(50)
    try await history.commit(end)
    #expect(
      try await standings()["dlv_4"] == QueuedDelivery.Standing(isOpen: false, thread: "inc_1", openInThread: 2))
    #expect(try await history.openEvents().map(\.id) == ["evt_2", "evt_3"])
  }

  @Test func whatNobodyNeedsIsDropped() async throws {
    var delivery = try #require(try await history.deliveries(DeliveryFilter()).first).delivery
    delivery.status = .dropped
    delivery.nextAttemptAt = nil
    delivery.lastResult = "kim acknowledged the incident"
    try await history.update([delivery])
    #expect(try await history.deliveries(DeliveryFilter(statuses: [.dropped])).map(\.delivery) == [delivery])
    #expect(try await history.requeue(.allFailed, at: time(9)) == [])
    #expect(try await history.requeue(.ids([delivery.id]), at: time(9)) == [delivery.id])
  }
}
