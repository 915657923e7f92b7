// The audits of a domain in the database: written with their event, read as spans, ended when nobody audits it any more.

import Model
import Storage
import Testing

@Suite struct Audits {
  let scratch: Scratch
  let history: SQLiteHistory
  init() throws {
    scratch = try Scratch()
    history = try scratch.open()
  }

  private func span(_ rule: String, _ first: Int64, until last: Int64? = nil, position: Int = 0) throws -> FindingSpan {
    FindingSpan(
      domain: try DomainName("example.org"),
      finding: Finding(rule: rule, severity: .warning, text: "t", evidence: "e\u{1B}\n\"", remedy: "r"),
      firstSeen: time(first), position: position, lastSeen: last.map(time))
  }

  private func change(_ at: Int64, _ domain: String = "example.org", _ spans: FindingSpan...) throws -> Change {
    let result = AuditResult(
      domain: try DomainName(domain), checkedAt: time(at), verdict: .warning, score: 8.5, of: 10, grade: "B",
      summary: "s")
    var memory = AuditMemory()
    memory.result = result
    memory.known = spans.filter { $0.lastSeen == nil }.map(KnownFinding.init)
    var change = Change(at: time(at))
    change.audits = [AuditChange(result: result, memory: memory, spans: spans)]
    return change
  }

  @Test func findingsAreSpans() async throws {
    let domain = try DomainName("example.org")
    try await history.commit(
      try change(0, "example.org", try span("a", 0), try span("a", 0, position: 1), try span("b", 0)))
    try await history.commit(try change(100, "example.org", try span("b", 0, until: 50), try span("b", 100)))
    #expect(
      try await history.findings(of: domain, since: nil) == [
        try span("a", 0), try span("a", 0, position: 1), try span("b", 0, until: 50), try span("b", 100),
      ])
    #expect(try await history.findings(of: domain, since: time(51)).map(\.firstSeen) == [time(0), time(0), time(100)])
    let stored = try await history.audits()
    #expect(stored.map(\.result.checkedAt) == [time(100)])
    #expect(stored.first?.findings.map(\.finding.rule) == ["a", "a", "b"])
    #expect(stored.first?.memory?.result == stored.first?.result)
    #expect(try await history.findings(of: DomainName("example.net"), since: nil) == [])
  }

  @Test func anAuditAndItsEventAreWrittenTogether() async throws {
    var change = try change(0, "example.org", try span("a", 0))
    var event = Event(id: "evt_1", type: .auditChanged, at: time(0), verdict: .warning, summary: "s")
    event.domain = try DomainName("example.org")
    event.audit = Event.AuditNews(
      new: [try span("a", 0).finding], fixed: [], same: 2, score: 8.5, of: 10, grade: nil, scoreBefore: 9,
      gradeBefore: "A")
    change.events = [event]
    change.deliveries = [Delivery(id: "dlv_1", event: "evt_1", receiver: "hook", createdAt: time(0))]
    try await history.commit(change)
    let filter = EventFilter(domain: try DomainName("example.org"))
    #expect(try await history.events(matching: filter) == [event])
    #expect(try await history.queue(of: "hook", at: time(0), limit: 9).map(\.event) == [event])
  }

  @Test func whatIsNoLongerAuditedEndsAndIsPruned() async throws {
    let (one, other) = (try DomainName("example.org"), try DomainName("example.net"))
    try await history.commit(try change(0, "example.org", try span("a", 0)))
    try await history.commit(try change(0, "example.net"))
    try await history.commit(try change(100, "example.org"))
    try await history.retireAudits(keeping: [other])
    #expect(try await history.findings(of: one, since: nil).map(\.lastSeen) == [time(100)])
    #expect(try await history.audits().map { $0.memory == nil } == [false, true])
    // Taken up again, it is a new start beside what was.
    try await history.prune(before: time(100))
    #expect(try await history.findings(of: one, since: nil).count == 1)
    try await history.prune(before: time(101))
    #expect(try await history.findings(of: one, since: nil) == [])
    #expect(try await history.audits().map(\.result.domain) == [other])
  }

  @Test func selectorsThatSignedMailAreKnown() async throws {
    func tally(_ selector: String, _ result: String, _ at: Int64) throws -> MailTally {
      MailTally(
        domain: try DomainName("example.org"), selector: try DomainName(selector), day: time(at).seconds / 86_400,
        result: result, messages: 3, first: time(at), last: time(at))
    }
    let domain = try DomainName("example.org")
    _ = try await history.commit(
      MailChange(
        source: "log",
        tallies: [
          try tally("s1", "pass", 100), try tally("s2", "pass", 200), try tally("old", "pass", 10),
          try tally("forged", "fail", 300),
        ]))
    #expect(
      try await history.selectorsInMail(of: domain, since: time(50)).map(\.description) == ["s2", "s1"])
    #expect(try await history.selectorsInMail(of: DomainName("example.net"), since: time(0)) == [])
  }
}
