// Pages of watches, events, incidents and deliveries: nothing twice, nothing left out, and found by an index.

import GRDB
import Model
import Reporting
import Testing

@testable import Storage

@Suite struct PagingTests {
  private let history: SQLiteHistory
  private let scratch: Scratch

  init() throws {
    scratch = try Scratch()
    history = try scratch.open()
  }

  /// 30 watches: every third one is critical, every third one has a warning.
  private func fill() async throws {
    var change = Change(at: time(0))
    for number in 0..<30 {
      var memory = WatchMemory()
      memory.verdict = number % 3 == 0 ? .critical : number % 3 == 1 ? .warning : .ok
      memory.state = number % 3 == 0 ? .missing : .published
      memory.changedAt = time(Int64(number))
      change.watches[try key("s\(number / 10)._domainkey.d\(number % 10).example")] = memory
    }
    try await history.commit(change)
  }

  @Test(arguments: WatchQuery.Order.allCases) func pagesJoinToTheWhole(_ order: WatchQuery.Order) async throws {
    try await fill()
    var query = WatchQuery()
    query.order = order
    query.limit = 7
    var seen: [KeyName] = []
    var verdicts: [Verdict] = []
    repeat {
      let page = try await history.watchPage(query)
      #expect(page.watches.count == min(7, 30 - seen.count))
      seen += page.watches.map(\.key)
      verdicts += page.watches.map(\.memory.verdict)
      query.after = page.next
    } while query.after != nil
    #expect(seen.count == 30 && Set(seen).count == 30)
    switch order {
    case .verdict: #expect(verdicts == verdicts.sorted { $0 != $1 && $0.worse($1) == $0 })
    case .name: #expect(seen.first?.description == "s0._domainkey.d0.example")
    case .changed: #expect(seen.first?.description == "s2._domainkey.d9.example")
    }
  }

  @Test func watchesAreChosen() async throws {
    try await fill()
    var query = WatchQuery()
    query.verdicts = [.critical]
    #expect(try await history.watchPage(query).watches.count == 10)
    #expect(try await history.verdictCounts(query) == [.critical: 10, .warning: 10, .ok: 10])
    query.states = [.published]
    #expect(try await history.watchPage(query).watches.isEmpty)
    query = WatchQuery()
    query.search = "s1._domainkey.d7"
    #expect(try await history.watchPage(query).watches.map(\.key.description) == ["s1._domainkey.d7.example"])
    query.search = "%"
    #expect(try await history.watchPage(query).watches.isEmpty)
    query = WatchQuery()
    query.domain = try DomainName("d3.example")
    #expect(try await history.watchPage(query).watches.count == 3)
    query = WatchQuery()
    query = WatchQuery()
    query.within = try DomainName("example")
    #expect(try await history.watchPage(query).watches.count == 30)
    query.within = try DomainName("d3.example")
    #expect(try await history.watchPage(query).watches.count == 3)
    query.within = try DomainName("xample")
    #expect(try await history.watchPage(query).watches.isEmpty, "no name is within a part of a label")
    query = WatchQuery()
    query.keys = [try key("s1._domainkey.d7.example"), try key("none._domainkey.d7.example")]
    #expect(try await history.watchPage(query).watches.count == 1)
    query.keys = []
    #expect(try await history.watchPage(query).watches.isEmpty)
  }

  @Test(arguments: ["", "x", "1 2", "0 a b c", "' OR 1=1 --", "9 \u{0} b"]) func brokenCursorsAreNoError(
    _ cursor: String
  ) async throws {
    try await fill()
    for order in WatchQuery.Order.allCases {
      var query = WatchQuery()
      query.order = order
      query.after = cursor
      _ = try await history.watchPage(query)
    }
  }

  @Test func listsAreReadBackwards() async throws {
    for number in 1...9 { try await history.commit(try alarm(number, at: time(Int64(number)))) }
    var events = EventQuery()
    events.limit = 4
    let first = try await history.eventPage(events)
    #expect(first.map(\.event.id) == ["evt_9", "evt_8", "evt_7", "evt_6"])
    events.before = first.last?.number
    #expect(try await history.eventPage(events).first?.event.id == "evt_5")
    events = EventQuery()
    events.types = [.selectorChanged]
    #expect(try await history.eventPage(events).isEmpty)
    events.types = [.selectorMissing, .selectorChanged]
    #expect(try await history.eventPage(events).count == 9)
    events.zone = try DomainName("elsewhere.example")
    #expect(try await history.eventPage(events).isEmpty)
    var incidents = IncidentQuery()
    incidents.limit = 2
    incidents.isOpen = true
    #expect(try await history.incidentPage(incidents).map(\.incident.id) == ["inc_9", "inc_8"])
    incidents.after = "inc_8"
    #expect(try await history.incidentPage(incidents).map(\.incident.id) == ["inc_7", "inc_6"])
    incidents = IncidentQuery()
    incidents.id = "inc_3"
    #expect(try await history.incidentPage(incidents).map(\.incident.id) == ["inc_3"])
    var deliveries = DeliveryQuery()
    deliveries.limit = 3
    let page = try await history.deliveryPage(deliveries)
    #expect(page.map(\.delivery.delivery.id) == ["dlv_9", "dlv_8", "dlv_7"])
    deliveries.before = page.last?.number
    deliveries.receiver = "postmaster"
    deliveries.statuses = [.pending]
    #expect(try await history.deliveryPage(deliveries).first?.delivery.delivery.id == "dlv_6")
    deliveries.receiver = "nobody"
    #expect(try await history.deliveryPage(deliveries).isEmpty)
  }

  @Test func stripsReachIntoTheirTime() async throws {
    let name = try key("s1._domainkey.example.org")
    var change = Change(at: time(0))
    change.watches[name] = WatchMemory()
    change.sightings = [sighting(name, .published(), at: time(0))]
    try await history.commit(change)
    change.sightings = [sighting(name, try .absent(), at: time(1000))]
    change.unchangedUntil = [name: time(900)]
    try await history.commit(change)
    #expect(try await history.strips(of: [name], since: time(0))[name]?.map(\.outcome) == [.records, .nxdomain])
    #expect(try await history.strips(of: [name], since: time(950))[name]?.map(\.outcome) == [.nxdomain])
    #expect(try await history.watchMemory(of: name)?.state == .pending)
    #expect(try await history.watchMemory(of: try key("s2._domainkey.example.org")) == nil)
  }
}
