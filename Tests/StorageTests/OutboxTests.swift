// Events, incidents and deliveries: filters, the order, what is due, what is tried again, what is pruned.

import Model
import Storage
import Testing

@Suite struct OutboxRows {
  let scratch: Scratch
  let history: SQLiteHistory

  init() async throws {
    scratch = try Scratch()
    history = try scratch.open()
    for number in 1...4 {
      try await history.commit(
        try alarm(number, at: time(Int64(number)), receiver: number == 3 ? "other" : "postmaster"))
    }
  }

  private func ids(_ filter: DeliveryFilter = DeliveryFilter()) async throws -> [String] {
    try await history.deliveries(filter).map(\.delivery.id)
  }

  @Test func deliveriesComeInTheOrderOfTheirCommit() async throws {
    #expect(try await ids() == ["dlv_1", "dlv_2", "dlv_3", "dlv_4"])
    #expect(try await ids(DeliveryFilter(receiver: "other")) == ["dlv_3"])
    #expect(try await ids(DeliveryFilter(since: time(3))) == ["dlv_3", "dlv_4"])
    #expect(try await ids(DeliveryFilter(statuses: [.delivered, .failed])) == [])
    #expect(try await history.deliveries(DeliveryFilter(since: time(3))).first?.event.summary == "the key 3 is gone")
  }

  @Test func whatIsDueAndWhenTheRestWillBe() async throws {
    #expect(
      try await history.outbox(at: time(2)) == OutboxOverview(dueReceivers: ["postmaster"], nextDueAt: time(3)))
    #expect(try await history.outbox(at: time(9)) == OutboxOverview(dueReceivers: ["postmaster", "other"]))
    #expect(try await history.queue(of: "postmaster", at: time(9), limit: 1).map(\.delivery.id) == ["dlv_1"])
  }

  @Test func theOldestPendingDeliveryLeadsTheQueueOfItsReceiver() async throws {
    var tried = try await history.deliveries(DeliveryFilter(receiver: "postmaster")).prefix(2).map(\.delivery)
    for (index, second) in [500, 5].enumerated() {
      tried[index].attempts = 1
      tried[index].nextAttemptAt = time(Int64(second))
    }
    try await history.update(tried)
    func queue(_ at: Int64) async throws -> [String] {
      try await history.queue(of: "postmaster", at: time(at), limit: 10).map(\.delivery.id)
    }
    #expect(try await queue(0) == ["dlv_1", "dlv_4"], "what was not tried yet may go in one message with others")
    #expect(try await queue(9) == ["dlv_1", "dlv_2", "dlv_4"])
    try await history.hasten(receiver: "postmaster", at: time(20))
    #expect(try await history.outbox(at: time(19)).nextDueAt == time(20))
    #expect(try await history.deliveries(DeliveryFilter()).allSatisfy { $0.delivery.isDue(at: time(20)) })
  }

  @Test func whatBecameOfADeliveryStays() async throws {
    var delivery = try #require(try await history.deliveries(DeliveryFilter()).first).delivery
    delivery.status = .failed
    delivery.attempts = 8
    delivery.nextAttemptAt = nil
    delivery.lastResult = "404 Not Found"
    delivery.finishedAt = time(100)
    try await history.update([delivery])
    #expect(
      try await scratch.open(.readOnly).deliveries(DeliveryFilter(statuses: [.failed])).map(\.delivery) == [delivery])
    #expect(try await history.queue(of: "postmaster", at: time(9), limit: 9).count == 2)

    #expect(try await history.requeue(.receiver("other"), at: time(200)) == [])
    #expect(try await history.requeue(.ids([]), at: time(200)) == [])
    #expect(try await history.requeue(.ids(["dlv_1", "dlv_9"]), at: time(200)) == ["dlv_1"])
    let again = try #require(try await history.deliveries(DeliveryFilter()).first).delivery
    #expect(again.status == .pending)
    #expect(again.attempts == 0)
    #expect(again.nextAttemptAt == time(200))
    #expect(again.lastResult == "404 Not Found")
    #expect(again.finishedAt == nil)
    #expect(try await history.requeue(.allFailed, at: time(200)) == [])
  }

  @Test func aDeliveryWithoutItsEventIsRefusedWithAllOfItsChange() async throws {
    var change = try alarm(7, at: time(7))
    change.deliveries[0].event = "evt_nowhere"
    await #expect(throws: StorageError.self) { try await history.commit(change) }
    #expect(try await history.events(matching: EventFilter()).count == 4)
    #expect(try await history.incidents(open: nil).count == 4)
  }

  @Test func committingTheSameChangeTwiceIsHarmless() async throws {
    var delivered = try #require(try await history.deliveries(DeliveryFilter()).first).delivery
    delivered.status = .delivered
    delivered.nextAttemptAt = nil
    try await history.update([delivered])
    try await history.commit(try alarm(1, at: time(1)))
    #expect(try await ids(DeliveryFilter(statuses: [.delivered])) == ["dlv_1"])
    #expect(try await history.events(matching: EventFilter()).count == 4)
  }

  @Test func eventsAreFiltered() async throws {
    var change = Change(at: time(9))
    var moved = Event(id: "evt_z", type: .delegationChanged, at: time(9), verdict: .ok, summary: "moved")
    moved.zone = try DomainName("example.org")
    change.events = [moved]
    try await history.commit(change)
    func ids(_ filter: EventFilter) async throws -> [String] {
      try await history.events(matching: filter).map(\.id)
    }
    let s2 = try key("s2._domainkey.example.org")
    #expect(try await ids(EventFilter()) == ["evt_1", "evt_2", "evt_3", "evt_4", "evt_z"])
    #expect(try await ids(EventFilter(key: s2)) == ["evt_2"])
    #expect(try await ids(EventFilter(key: s2, zone: moved.zone)) == ["evt_2", "evt_z"])
    #expect(try await ids(EventFilter(zone: moved.zone)) == ["evt_z"])
    #expect(try await ids(EventFilter(domain: moved.zone)) == ["evt_1", "evt_2", "evt_3", "evt_4"])
    #expect(try await ids(EventFilter(since: time(3))) == ["evt_3", "evt_4", "evt_z"])
  }

  @Test func pruningKeepsWhatIsOpenOrPending() async throws {
    let name = try key("s1._domainkey.example.org")
    for (second, answer) in [(10, Answer.published()), (20, try .absent()), (30, .timeout)] {
      var change = Change(at: time(Int64(second)))
      change.sightings = [sighting(name, answer, at: change.at)]
      try await history.commit(change)
    }
    var closed = try await history.incidents(open: true).map(\.incident)
    for index in closed.indices { closed[index].closedAt = time(50) }
    var change = Change(at: time(50))
    // The first stays open; the delivery of the second is pending; the third and fourth are over.
    change.incidents = Array(closed.dropFirst())
    try await history.commit(change)
    var finished = try await history.deliveries(DeliveryFilter()).map(\.delivery)
    finished.remove(at: 1)
    for index in finished.indices {
      finished[index].status = .delivered
      finished[index].nextAttemptAt = nil
    }
    try await history.update(finished)

    try await history.prune(before: time(5))
    #expect(try await history.events(matching: EventFilter()).count == 4, "their incidents closed later than that")
    try await history.prune(before: time(100))
    #expect(try await history.events(matching: EventFilter()).map(\.id) == ["evt_1", "evt_2"])
    #expect(try await ids() == ["dlv_1", "dlv_2"])
    #expect(try await history.incidents(open: nil).map(\.incident.id) == ["inc_1"])
    #expect(try await history.spans(of: name, since: nil).map(\.answer.outcome) == [.failed(.timeout)])
  }

  @Test func whatIsNoLongerConfiguredEnds() async throws {
    let gone = try key("s1._domainkey.example.org")
    let kept = try key("s2._domainkey.example.org")
    var change = Change(at: time(10))
    change.watches = [gone: WatchMemory(), kept: WatchMemory()]
    change.views = ["google": ViewMemory()]
    for name in [gone, kept] {
      for view in ["google", "local"] {
        change.sightings.append(sighting(name, .published(), at: time(10), view: view))
      }
    }
    try await history.commit(change)
    try await history.retire(keepingWatches: [kept], views: ["local"], at: time(20))
    let memory = try await history.memory()
    #expect(Set(memory.watches.keys) == [kept])
    #expect(memory.views.isEmpty)
    #expect(try await history.incidents(open: true).map(\.incident.id) == ["inc_2", "inc_3", "inc_4"])
    #expect(try await history.spans(of: gone, since: nil).map(\.isCurrent) == [false, false])
    #expect(try await history.spans(of: kept, since: nil).map(\.isCurrent) == [false, true])
  }
}
