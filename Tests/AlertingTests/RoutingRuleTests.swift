// Quiet hours, escalation, silences and labels, played with times that the tests set.

import HTTPClient
import Model
import Synchronization
import Testing

@testable import Alerting

/// A time of 2026 in UTC.
private func utc(_ text: String) -> Timestamp { Timestamp("2026-\(text):00Z") ?? Timestamp(seconds: 0) }

@Suite struct Quiet {
  private let nights = QuietHours(from: 22 * 60, to: 7 * 60, timeZone: "Europe/Berlin")

  @Test(arguments: [
    ("07-01T19:59", false), ("07-01T20:00", true), ("07-02T04:59", true), ("07-02T05:00", false),
    // In winter the clock of Berlin is one hour nearer to UTC.
    ("12-01T20:59", false), ("12-01T21:00", true), ("12-02T05:59", true), ("12-02T06:00", false),
    // The night in which the clock is put back has one hour more.
    ("10-24T20:00", true), ("10-25T05:59", true), ("10-25T06:00", false),
  ]) func aNightGoesByTheClockOfItsPlace(time: String, isQuiet: Bool) {
    #expect(nights.contains(utc(time)) == isQuiet)
  }

  @Test(arguments: [
    ("11-27T21:30", true), ("11-28T03:00", true), ("11-28T23:00", false), ("11-26T23:00", false),
    ("11-28T07:00", false),
  ]) func aNightBelongsToTheDayOnWhichItBegins(time: String, isQuiet: Bool) {
    // 27 November 2026 is a Friday.
    let fridays = QuietHours(from: 21 * 60, to: 7 * 60, days: [.friday])
    #expect(fridays.contains(utc(time)) == isQuiet)
  }

  @Test func aWholeDayAndAPartOfOne() {
    let sundays = QuietHours(from: 0, to: 0, days: [.sunday])
    #expect(sundays.contains(utc("11-29T12:00")) && !sundays.contains(utc("11-30T12:00")))
    let noon = QuietHours(from: 12 * 60, to: 13 * 60)
    #expect(noon.contains(utc("11-29T12:59")) && !noon.contains(utc("11-29T13:00")))
  }

  @Test func anUnknownZoneIsNeverQuiet() {
    #expect(!QuietHours(from: 0, to: 0, timeZone: "Moon/Tranquility").contains(utc("11-29T12:00")))
  }

  @Test func whatIsHeldIsSentWhenTheNightEndsAndWhatIsCriticalPasses() async throws {
    let store = MemoryOutbox()
    let clock = ManualClock()
    let http = ScriptedReceivers { _ in HTTPResponse(status: 200) }
    var target = receiver()
    target.quiet = nights
    let running = RunningDeliverer([target], http, store: store, clock: clock)
    let night = utc("11-27T23:00")
    clock.set(night)
    store.add(try .sample(.selectorDegraded), as: "dlv_1", to: "hook", at: night)
    store.add(try .sample(.selectorMissing), as: "dlv_2", to: "hook", at: night)
    store.add(try .sample(.selectorRecovered), as: "dlv_3", to: "hook", at: night)
    store.add(try .sample(.delegationChanged), as: "dlv_4", to: "hook", at: night)
    _ = await running.drain()
    #expect(http.ids == ["dlv_2", "dlv_3"], "a critical alert and its end")
    clock.set(utc("11-28T06:00"))
    _ = await running.drain()
    #expect(http.ids == ["dlv_2", "dlv_3", "dlv_1", "dlv_4"])
    #expect(store.deliveries.allSatisfy { $0.status == .delivered && $0.attempts == 1 })
    target.quiet?.criticalPasses = false
    #expect(
      target.disposition(
        of: QueuedDelivery(delivery: store.deliveries[1], event: try .sample(.selectorMissing)), at: night) == .held)
  }
}

@Suite struct Escalation {
  private var second: Receiver {
    var target = receiver("second", .slack)
    target.escalateAfter = .seconds(900)
    return target
  }

  private func disposition(
    _ type: EventType, after seconds: Int64, _ standing: QueuedDelivery.Standing?
  ) throws -> Disposition {
    let event = try Event.sample(type)
    let delivery = Delivery(id: "dlv_1", event: event.id, receiver: "second", createdAt: event.at)
    return second.disposition(
      of: QueuedDelivery(delivery: delivery, event: event, standing: standing), at: event.at + .seconds(seconds))
  }

  @Test func itWaitsForSomebodyToAcknowledge() throws {
    let open = QueuedDelivery.Standing(isOpen: true)
    #expect(try disposition(.selectorMissing, after: 899, open) == .held)
    #expect(try disposition(.selectorMissing, after: 900, open) == .ready)
    let known = QueuedDelivery.Standing(isOpen: true, acknowledgedBy: "kim")
    #expect(try disposition(.selectorMissing, after: 100, known) == .dropped("kim acknowledged the incident"))
    let ended = QueuedDelivery.Standing(isOpen: false)
    #expect(
      try disposition(.selectorMissing, after: 900, ended) == .dropped("the incident ended before it was escalated"))
    #expect(try disposition(.test, after: 0, nil) == .ready)
  }

  @Test func whoWasToldIsToldOfTheEnd() throws {
    #expect(
      try disposition(.selectorRecovered, after: 0, QueuedDelivery.Standing(isOpen: false))
        == .dropped("the incident ended before it was escalated"))
    #expect(
      try disposition(.selectorRecovered, after: 0, QueuedDelivery.Standing(isOpen: false, thread: "inc_1")) == .ready)
  }

  @Test func itIsScheduledForThatTime() throws {
    let missing = try Event.sample(.selectorMissing)
    let first = receiver("first", .slack)
    let deliveries = Routing.deliveries(
      for: [missing, try .sample(.delegationChanged)], to: [first, second], identifiers: IdentifierSource(),
      at: time(3600))
    #expect(deliveries.map(\.receiver) == ["first", "second", "first"], "what opens no incident is not escalated")
    #expect(deliveries.map(\.nextAttemptAt) == [time(3605), time(4500), time(3605)])
  }

  @Test func whatNobodyNeedsIsDropped() async throws {
    let store = MemoryOutbox()
    let clock = ManualClock()
    let http = ScriptedReceivers { _ in HTTPResponse(status: 200) }
    store.add(try .sample(.selectorMissing), as: "dlv_1", to: "second", at: time(3600), dueAt: time(4500))
    clock.set(time(4500))
    _ = await RunningDeliverer([second], http, store: store, clock: clock).drain()
    #expect(http.requests.isEmpty)
    #expect(store.deliveries.map(\.status) == [.dropped])
    #expect(store.deliveries.first?.lastResult == "there is no incident to escalate")
  }
}

@Suite struct Silencing {
  private func silence(_ matchers: Silence.Matchers, until end: Int64 = 7200) -> Silence {
    Silence(id: "sil_1", matchers: matchers, by: "kim", reason: "a move", createdAt: time(0), expiresAt: time(end))
  }

  private func silenced(_ matchers: Silence.Matchers, _ type: EventType = .selectorMissing, at seconds: Int64 = 3600)
    throws -> Bool
  {
    var events = [try Event.sample(type)]
    Routing.silence(&events, by: [silence(matchers)], at: time(seconds))
    let told = Routing.deliveries(for: events, to: [receiver()], identifiers: IdentifierSource(), at: time(seconds))
    #expect(told.isEmpty == (events[0].silencedBy != nil))
    return events[0].silencedBy == "sil_1"
  }

  @Test func everyConditionMustMatch() throws {
    let selector = try DomainName("zendesk1")
    #expect(try silenced(.init(domain: "domain.com")))
    #expect(try !silenced(.init(domain: "*.domain.com")))
    #expect(try silenced(.init(domain: "*", selector: selector, labels: ["team": "mail"], types: [.selectorMissing])))
    #expect(try !silenced(.init(domain: "domain.com", selector: DomainName("s1"))))
    #expect(try !silenced(.init(labels: ["team": "web"])))
    #expect(try !silenced(.init(domain: "domain.com", types: [.selectorChanged])))
    #expect(try silenced(.init(domain: "domain.com"), .delegationChanged), "the zone of the domain")
    #expect(try !silenced(.init(domain: "domain.com"), .viewDown))
    #expect(try silenced(.init(types: [.viewDown]), .viewDown))
  }

  @Test func itHoldsForItsTime() throws {
    #expect(try silenced(.init(domain: "*"), at: 7199))
    #expect(try !silenced(.init(domain: "*"), at: 7200))
    #expect(try !silenced(.init(domain: "*"), at: -1))
    #expect(try !silenced(.init(domain: "*"), .test), "a test is asked for")
  }

  @Test func aRecoveryWaitsForTheEndOfItsSilence() throws {
    var event = try Event.sample(.selectorRecovered)
    event.silencedBy = "sil_1"
    let told = Routing.deliveries(
      for: [event], to: [receiver("hook"), receiver("other")], identifiers: IdentifierSource(),
      told: [event.incident ?? "": ["hook"]], at: event.at)
    #expect(told.map(\.receiver) == ["hook"])
    let known = QueuedDelivery.Standing(isOpen: false, thread: "inc_1")
    let item = QueuedDelivery(
      delivery: Delivery(id: "dlv_1", event: event.id, receiver: "hook", createdAt: event.at), event: event,
      standing: known)
    #expect(receiver().disposition(of: item, at: event.at, silences: ["sil_1", "sil_2"]) == .held)
    #expect(receiver().disposition(of: item, at: event.at, silences: ["sil_2"]) == .ready)
    var untold = item
    untold.standing?.thread = nil
    #expect(receiver().disposition(of: untold, at: event.at) == .dropped("nobody was alerted of the incident"))
  }

  @Test func aRecoveryIsSentWhenTheSilenceEnds() async throws {
    let store = MemoryOutbox()
    let clock = ManualClock()
    let http = ScriptedReceivers { _ in HTTPResponse(status: 200) }
    let running = RunningDeliverer([receiver()], http, store: store, clock: clock)
    var event = try Event.sample(.selectorRecovered)
    event.silencedBy = "sil_1"
    store.silences.withLock { $0 = ["sil_1"] }
    store.add(
      event, as: "dlv_1", to: "hook", at: clock.now, standing: QueuedDelivery.Standing(isOpen: false, thread: "inc_1"))
    _ = await running.drain()
    #expect(http.ids.isEmpty)
    store.silences.withLock { $0 = [] }
    clock.set(clock.now + .seconds(10))
    _ = await running.drain()
    #expect(store.deliveries.map(\.status) == [.delivered])
  }

  @Test func aRecoveryGoesToWhoeverWasToldWhateverItsFilters() throws {
    let event = try Event.sample(.selectorRecovered)
    var strict = receiver("strict")
    strict.domains = ["elsewhere.example"]
    let incident = try #require(event.incident)
    func receivers(_ told: [String: Set<String>]) -> [String] {
      Routing.deliveries(
        for: [event], to: [receiver("hook"), strict], identifiers: IdentifierSource(), told: told, at: event.at
      ).map(\.receiver)
    }
    #expect(receivers([incident: ["strict"]]) == ["strict"])
    #expect(receivers([incident: []]) == [], "nobody was told")
    #expect(receivers([:]) == ["hook"], "it is not known who was")
  }

  @Test func aReceiverMayWantLabels() throws {
    var target = receiver()
    target.labels = ["team": "mail"]
    #expect(Routing.wants(target, try .sample(.selectorMissing)))
    target.labels = ["team": "web"]
    #expect(!Routing.wants(target, try .sample(.selectorMissing)))
    #expect(!Routing.wants(target, try .sample(.viewDown)))
    #expect(Routing.wants(target, try .sample(.test)))
  }
}

@Suite struct Acknowledging {
  private func incident() -> Incident {
    var incident = Incident(
      id: "inc_1", subject: "zendesk1._domainkey.domain.com", openedAt: time(0), openedBy: "evt_1", verdict: .critical,
      toldAt: time(0))
    incident.acknowledged = Acknowledgement(incident: "inc_1", by: "kim", note: "on it", at: time(60))
    return incident
  }

  @Test func whoShowsItIsTold() {
    let receivers = [receiver("pager", .pagerduty), receiver("other", .pagerduty), receiver("chat", .slack)]
    func told(_ incident: Incident) -> [String] {
      Routing.acknowledgements(
        of: [incident], told: ["inc_1": ["pager", "chat"]], to: receivers, identifiers: IdentifierSource(), at: time(60)
      ).map { "\($0.receiver) \($0.event)" }
    }
    var incident = incident()
    #expect(told(incident) == ["pager evt_1"])
    incident.closedAt = time(61)
    #expect(told(incident) == [], "its end is told")
    incident = self.incident()
    incident.acknowledged = nil
    #expect(told(incident) == [])
  }

  @Test(arguments: [
    (QueuedDelivery.Standing(isOpen: true, acknowledgedBy: "kim", thread: "inc_1", openInThread: 1), "acknowledge"),
    (QueuedDelivery.Standing(isOpen: true, acknowledgedBy: "kim"), "trigger"),
    (QueuedDelivery.Standing(isOpen: true, thread: "inc_1", openInThread: 1), "trigger"),
  ]) func pagerDutyIsTold(_ standing: QueuedDelivery.Standing, _ action: String) throws {
    let event = try Event.sample(.selectorMissing)
    let delivery = Delivery(id: "dlv_1", event: event.id, receiver: "pager", createdAt: event.at)
    var target = receiver("pager", .pagerduty)
    target.service.token = Secret("R0UT1NGKEY")
    let sender = MessageSender(transport: ScriptedReceivers { _ in HTTPResponse(status: 202) }, now: { time(60) })
    let item = QueuedDelivery(delivery: delivery, event: event, standing: standing)
    guard case .http(let requests) = try sender.dispatch([item], id: "dlv_1", to: target) else { return }
    let request = try #require(requests.first)
    let body = try #require(JSON(request.body))
    #expect(body["event_action"]?.string == action)
    #expect(body["dedup_key"]?.string == standing.thread ?? event.incident)
    #expect((body["payload"] == nil) == (action == "acknowledge"))
  }
}

@Suite struct Refreshing {
  @Test func whatFiresIsSentAgainToAlertmanagersAlone() async throws {
    let http = ScriptedReceivers { _ in HTTPResponse(status: 200) }
    let refresh = AlertRefresh(sender: MessageSender(transport: http, now: { time(9000) }))
    let events = try Event.loss(of: (0..<250).map { "s\($0)" })
    let results = await refresh.refresh(events, at: [receiver("a", .alertmanager), receiver("b", .slack)])
    #expect(Set(results.keys) == ["a"])
    #expect(http.requests.count == 3)
    let alerts = http.requests.flatMap { JSON($0.body)?.elements ?? [] }
    #expect(alerts.count == 251)
    #expect(alerts.allSatisfy { $0["endsAt"] == .text((time(9000) + AlertmanagerFormat.lifetime).description) })
    #expect(AlertmanagerFormat.lifetime > AlertRefresh.interval * 3)
  }
}
