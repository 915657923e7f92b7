// Each answer of a receiver, and what becomes of the delivery; who is told of what.

import HTTPClient
import Model
import Testing

@testable import Alerting

@Suite struct Policy {
  private let policy = DeliveryPolicy()
  private let new = Delivery(id: "dlv_1", event: "evt_1", receiver: "hook", createdAt: time(0))

  static let answers: [(Int, AttemptResult.Kind)] = [
    (200, .accepted), (201, .accepted), (202, .accepted), (204, .accepted), (299, .accepted), (301, .refused),
    (302, .refused), (307, .refused), (400, .refused), (401, .refused), (403, .refused), (404, .refused),
    (408, .failed), (410, .gone), (413, .refused), (422, .refused), (425, .failed), (429, .unavailable),
    (500, .failed), (502, .failed), (503, .unavailable), (504, .failed), (599, .failed), (100, .refused), (0, .refused),
  ]

  @Test(arguments: answers) func responses(status: Int, kind: AttemptResult.Kind) {
    let result = AttemptResult(HTTPResponse(status: status), at: time(0))
    #expect(result.kind == kind)
    #expect(result.text.hasPrefix("HTTP \(status)"))
    let after = policy.delivery(new, after: result, at: time(1), jitter: 0)
    switch kind {
    case .accepted: #expect(after.status == .delivered)
    case .refused, .gone: #expect(after.status == .failed)
    case .failed, .unavailable: #expect(after.status == .pending)
    }
    #expect(after.id == new.id)
    #expect(after.attempts == 1)
    #expect((after.nextAttemptAt == nil) == (after.status != .pending))
    #expect((after.finishedAt == nil) == (after.status == .pending))
    #expect(after.lastResult == result.text)
  }

  static let errors: [(HTTPError, AttemptResult.Kind)] = [
    (.badURL("x"), .refused), (.timeout, .unavailable), (.unresolved("x"), .unavailable),
    (.unreachable("x"), .unavailable), (.tls("x"), .unavailable), (.privateAddress("10.0.0.1"), .unavailable),
    (.responseTooLarge, .failed), (.other("x"), .unavailable),
  ]

  @Test(arguments: errors) func failures(error: HTTPError, kind: AttemptResult.Kind) {
    #expect(AttemptResult(error).kind == kind)
    #expect(!AttemptResult(error).text.isEmpty)
  }

  @Test func theScheduleOfTries() {
    var delivery = new
    var waits: [Duration] = []
    var now = time(0)
    while let next = delivery.nextAttemptAt {
      waits.append(next - now)
      now = next
      delivery = policy.delivery(delivery, after: AttemptResult(.unavailable, "down"), at: now, jitter: 0)
    }
    #expect(waits == [0, 5, 30, 120, 600, 1800, 7200, 18_000].map { .seconds($0) })
    #expect(delivery.status == .failed)
    #expect(delivery.attempts == 8)
    #expect(delivery.lastResult == "given up after 8 tries: down")
  }

  @Test(arguments: [(-1.0, 4500), (0.0, 5000), (1.0, 5500), (9.0, 5500)]) func jitter(_ jitter: Double, expected: Int) {
    let after = policy.delivery(new, after: AttemptResult(.failed, ""), at: time(0), jitter: jitter)
    #expect(after.nextAttemptAt == time(0) + .milliseconds(expected))
  }

  static let waits: [(String, Int64)] = [
    ("60", 60), (" 60", 60), ("1", 5), ("0", 5), ("99999999999", 21_600), ("-5", 5), ("soon", 5), ("", 5),
    ("Tue, 24 Nov 2026 00:01:30 GMT", 90), ("Tue, 24 Nov 2026 00:00:00 GMT", 5), ("Tue, 24 Foo 2026 00:01:30 GMT", 5),
    ("Sun, 06 Nov 1994 08:49:37 GMT", 5), ("Tue, 24 Nov 2099 00:00:00 GMT", 21_600),
  ]

  @Test(arguments: waits) func retryAfter(value: String, seconds: Int64) throws {
    let now = try #require(Timestamp("2026-11-24T00:00:00Z"))
    let result = AttemptResult(HTTPResponse(status: 503, headers: ["retry-after": value]), at: now)
    let after = policy.delivery(new, after: result, at: now, jitter: 0)
    #expect(after.nextAttemptAt == now + .seconds(seconds))
  }

  @Test func whatAReceiverSaysIsShown() {
    let result = AttemptResult(HTTPResponse(status: 404, body: Array("no_team\u{1B}[2J\n".utf8)), at: time(0))
    #expect(result.text == "HTTP 404: no_team\u{FFFD}[2J ")
  }

  @Test func noWaitIsLongerThanAnyWait() {
    let longest = (DeliveryPolicy.waits.max() ?? .zero) * 1.1
    #expect(max(longest, DeliveryPolicy.longestRetryAfter) < Delivery.longestWait)
  }
}

@Suite struct Route {
  @Test(arguments: [
    ("example.org", "example.org", true), ("example.org", "a.example.org", false),
    ("EXAMPLE.org.", "example.org", true),
    ("*.example.org", "a.example.org", true), ("*.example.org", "b.a.example.org", true),
    ("*.example.org", "example.org", false), ("*.example.org", "badexample.org", false), ("*", "example.org", true),
    ("", "example.org", false), ("*.", "example.org", false), ("..", "example.org", false),
  ])
  func patterns(pattern: String, domain: String, expected: Bool) throws {
    #expect((DomainPattern(pattern)?.matches(try DomainName(domain)) ?? false) == expected)
  }

  @Test(arguments: [
    (Severity.info, Verdict.ok, true), (.warning, .ok, false), (.warning, .warning, true), (.warning, .unknown, true),
    (.warning, .critical, true), (.critical, .warning, false), (.critical, .unknown, false),
    (.critical, .critical, true),
  ])
  func severity(minimum: Severity, verdict: Verdict, expected: Bool) throws {
    var event = try Event.sample(.selectorMissing)
    event.verdict = verdict
    #expect(Routing.wants(receiver(minimumSeverity: minimum), event) == expected)
  }

  @Test func aRecoveryGoesToWhoeverWasTold() throws {
    var recovery = try Event.sample(.selectorRecovered)
    let critical = receiver(minimumSeverity: .critical)
    #expect(Routing.wants(critical, recovery))
    recovery.before?.verdict = .warning
    #expect(!Routing.wants(critical, recovery))
    #expect(Routing.wants(critical, recovery, of: incident(.critical)), "it was worse before")
    recovery.before = nil
    #expect(Routing.wants(critical, recovery), "an alarm must end")
    #expect(Routing.wants(critical, try .sample(.viewRecovered), of: incident(.critical)))
    #expect(!Routing.wants(critical, try .sample(.viewRecovered), of: incident(.unknown)))
  }

  private func incident(_ verdict: Verdict, _ kind: Incident.Kind = .condition) -> Incident {
    Incident(
      id: "inc_1", kind: kind, subject: "x", openedAt: time(0), openedBy: "evt_1", verdict: verdict, toldAt: time(0))
  }

  @Test func theEndOfAChangeGoesToWhoeverWasToldOfTheChange() throws {
    var end = try Event.sample(.selectorRecovered)
    end.before = nil
    let changes = receiver(types: [.selectorChanged])
    #expect(Routing.wants(changes, end, of: incident(.warning, .change)))
    #expect(!Routing.wants(changes, end, of: incident(.warning)))
    #expect(!Routing.wants(receiver(minimumSeverity: .critical), end, of: incident(.warning, .change)))
    // The end of a silence has what was published all the while.
    end.before = end.after
    #expect(Routing.wants(receiver(types: [.selectorSilent]), end, of: incident(.warning, .change)))
    #expect(!Routing.wants(changes, end, of: incident(.warning, .change)))
    #expect(Routing.wants(receiver(types: [.selectorDegraded]), end, of: incident(.warning)))
  }

  @Test func whatIsToldByDefault() throws {
    let told = try EventType.allCases.filter { type in
      Routing.wants(receiver(), try .sample(type))
    }
    let silent = Set(EventType.allCases).subtracting(told)
    #expect(silent.isEmpty, "every type has a verdict that a default receiver is told")
    var information = try Event.sample(.selectorChanged)
    information.verdict = .ok
    #expect(!Routing.wants(receiver(), information))
  }

  @Test func typesAndTheirRecoveries() throws {
    let missing = receiver(types: [.selectorMissing])
    #expect(Routing.wants(missing, try .sample(.selectorMissing)))
    #expect(!Routing.wants(missing, try .sample(.selectorRevoked)))
    #expect(Routing.wants(missing, try .sample(.selectorRecovered)))
    #expect(!Routing.wants(receiver(types: [.selectorRevoked]), try .sample(.selectorRecovered)))
    #expect(Routing.wants(receiver(types: [.selectorRecovered]), try .sample(.selectorRecovered)))
    #expect(Routing.wants(receiver(types: [.viewDown]), try .sample(.viewRecovered)))
    #expect(Routing.wants(missing, try .sample(.test)), "a test is for whom it is sent to")
  }

  @Test func domains() throws {
    let missing = try Event.sample(.selectorMissing)
    #expect(Routing.wants(receiver(domains: ["example.org", "domain.com"]), missing))
    #expect(!Routing.wants(receiver(domains: ["*.domain.com"]), missing))
    let moved = try Event.sample(.delegationChanged)
    #expect(Routing.wants(receiver(domains: ["mail.domain.com"]), moved), "its domain stands in the zone")
    #expect(!Routing.wants(receiver(domains: ["example.org"]), moved))
    #expect(Routing.wants(receiver(domains: ["example.org"]), try .sample(.viewDown)), "concerns everybody")
  }

  @Test func oneDeliveryForEachEventAndReceiver() throws {
    let events = [try Event.sample(.selectorMissing), try .sample(.selectorChanged)]
    let receivers = [receiver("a"), receiver("b", minimumSeverity: .info), receiver("c", domains: ["other.example"])]
    let deliveries = Routing.deliveries(for: events, to: receivers, identifiers: IdentifierSource(), at: time(4000))
    #expect(deliveries.map(\.receiver) == ["a", "b", "a", "b"])
    #expect(deliveries.map(\.event) == [events[0].id, events[0].id, events[1].id, events[1].id])
    #expect(Set(deliveries.map(\.id)).count == 4)
    #expect(deliveries.allSatisfy { $0.status == .pending && $0.nextAttemptAt == $0.createdAt })
    let held = Routing.deliveries(
      for: events, to: [receiver("people", .slack)], identifiers: IdentifierSource(), at: time(4000))
    #expect(held.allSatisfy { $0.nextAttemptAt == time(4005) })
  }
}
