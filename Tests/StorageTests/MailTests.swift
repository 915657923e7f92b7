// What mail tells is kept with how far it was read: neither doubled nor lost.

import Model
import Reporting
import Storage
import Testing

@Suite struct KeepingMail {
  let scratch: Scratch
  init() throws { scratch = try Scratch() }

  private let now = Timestamp(seconds: 1_700_000_000)

  private func tally(
    _ selector: String?, _ result: String, _ messages: Int, daysAgo: Int64 = 0, domain: String = "example.org"
  ) throws -> MailTally {
    let at = now - .seconds(86_400 * daysAgo)
    return MailTally(
      domain: try DomainName(domain), selector: try selector.map { try DomainName($0) }, day: at.seconds / 86_400,
      result: result, messages: messages, first: at - .seconds(60), last: at)
  }

  private func key(_ selector: String) throws -> KeyName {
    try KeyName(selector: DomainName(selector), domain: DomainName("example.org"))
  }

  @Test func countsAddUpAndAPairIsNewOnce() async throws {
    let history = try scratch.open()
    let change = MailChange(
      source: "/var/log/mainlog", position: "{}", tallies: [try tally("s1", "pass", 3), try tally(nil, "pass", 2)])
    #expect(try await history.commit(change) == [key("s1")])
    #expect(try await history.commit(change) == [])
    let use = try await history.mailUse(of: [key("s1"), key("s2")], at: now)
    #expect(
      use == [
        try key("s1"): Event.Use(messages7d: 6, failing7d: 0, lastSeen: now)
      ])
  }

  @Test func sevenDaysAreCounted() async throws {
    let history = try scratch.open()
    let tallies = [
      try tally("s1", "pass", 1, daysAgo: 8), try tally("s1", "fail", 10, daysAgo: 6),
      try tally("s1", "temperror", 100),
      try tally("s1", "signed", 1000),
    ]
    _ = try await history.commit(MailChange(source: "x", tallies: tallies))
    let use = try #require(try await history.mailUse(of: [key("s1")], at: now)[key("s1")])
    #expect(use.messages7d == 1110 && use.failing7d == 110)
    #expect(use.lastSeen == now)
  }

  @Test func theCensusOfADomainHasItsBusiestSelectorFirst() async throws {
    let history = try scratch.open()
    let change = MailChange(
      source: "log", position: "{}",
      tallies: [
        try tally("s1", "pass", 3, daysAgo: 1), try tally("s2", "pass", 5), try tally("s2", "fail", 2),
        try tally("s3", "pass", 900, daysAgo: 40), try tally("s4", "pass", 900, domain: "sub.example.org"),
      ])
    _ = try await history.commit(change)
    let census = try await history.census(of: DomainName("example.org"), at: now, limit: 2)
    #expect(census.map(\.selector?.description) == ["s2", "s1"])
    #expect(census.first?.results == ["pass": 5, "fail": 2])
    #expect(try await history.census(of: DomainName("other.example"), at: now, limit: 2).isEmpty)
  }

  @Test func aFileCountsOnce() async throws {
    let history = try scratch.open()
    let change = MailChange(source: "/reports", file: "a.xml", tallies: [try tally("s1", "pass", 3)])
    for _ in 0..<2 { _ = try await history.commit(change) }
    #expect(try await history.mailUse(of: [key("s1")], at: now).values.map(\.messages7d) == [3])
    #expect(try await history.takenMailFiles(of: "/reports", among: ["a.xml", "b.xml"]) == ["a.xml"])
    #expect(try await history.takenMailFiles(of: "/other", among: ["a.xml"]) == [])
  }

  @Test func positionsOutliveTheProcess() async throws {
    let history = try scratch.open()
    #expect(try await history.mailPosition(of: "x") == nil)
    for position in ["1", "2"] { _ = try await history.commit(MailChange(source: "x", position: position)) }
    try history.close()
    #expect(try await scratch.open().mailPosition(of: "x") == "2")
  }

  @Test func silentKeysAreThoseWithoutMailSinceATime() async throws {
    let history = try scratch.open()
    var tallies = [
      try tally("talking", "pass", 50), try tally("few", "pass", 2, daysAgo: 20),
      try tally(nil, "pass", 90, daysAgo: 20),
    ]
    for day in 20..<40 { tallies.append(try tally("silent", "pass", 3, daysAgo: Int64(day))) }
    tallies.append(try tally("silent", "fail", 1, daysAgo: 30))
    _ = try await history.commit(MailChange(source: "x", tallies: tallies))
    let silence = try await history.mailSilence(since: now - .seconds(5 * 86_400), atLeast: 20)
    #expect(silence.lastMail == now)
    #expect(try silence.keys.map(\.key) == [key("silent")])
    #expect(silence.keys.first?.messages.count == 20)
    #expect(silence.keys.first?.messages[(now - .seconds(30 * 86_400)).seconds / 86_400] == 4)
    #expect(silence.keys.first?.lastSeen == now - .seconds(20 * 86_400))
  }

  @Test func aSilenceThatWasToldIsOverWhenMailComes() async throws {
    let history = try scratch.open()
    _ = try await history.commit(MailChange(source: "x", tallies: [try tally("s1", "pass", 30, daysAgo: 20)]))
    let told = now - .seconds(86_400)
    var event = Event(id: "evt_1", type: .selectorSilent, at: told, verdict: .warning, summary: "")
    event.domain = try key("s1").domain
    event.selector = try key("s1").selector
    event.incident = "inc_1"
    var change = Change(at: told)
    change.events = [event]
    change.incidents = [
      Incident(
        id: "inc_1", kind: .change, subject: try key("s1").name.description, openedAt: told, openedBy: "evt_1",
        verdict: .warning, toldAt: told)
    ]
    try await history.commit(change)
    let since = now - .seconds(5 * 86_400)
    #expect(try await history.mailSilence(since: since, atLeast: 20).ended.isEmpty)
    _ = try await history.commit(MailChange(source: "x", tallies: [try tally("s1", "signed", 1)]))
    #expect(try await history.mailSilence(since: since, atLeast: 20).ended == [key("s1"): now])
    change.incidents[0].closedAt = now
    change.incidents[0].closedBy = "evt_1"
    change.events = []
    try await history.commit(change)
    #expect(try await history.mailSilence(since: since, atLeast: 20).ended.isEmpty)
  }

  @Test func aSilenceThatWasToldIsToldAgainOnlyAfterMail() async throws {
    let history = try scratch.open()
    _ = try await history.commit(MailChange(source: "x", tallies: [try tally("s1", "pass", 30, daysAgo: 20)]))
    var event = Event(id: "evt_1", type: .selectorSilent, at: now - .seconds(86_400), verdict: .warning, summary: "")
    event.domain = try key("s1").domain
    event.selector = try key("s1").selector
    var change = Change(at: now)
    change.events = [event]
    try await history.commit(change)
    let since = now - .seconds(5 * 86_400)
    #expect(try await history.mailSilence(since: since, atLeast: 20).keys.isEmpty)
    // Mail comes, and stays away again.
    _ = try await history.commit(MailChange(source: "x", tallies: [try tally("s1", "pass", 1)]))
    let later = now + .seconds(20 * 86_400)
    #expect(try await history.mailSilence(since: later, atLeast: 20).keys.count == 1)
  }

  @Test func whatIsOldIsForgotten() async throws {
    let history = try scratch.open()
    let tallies = [
      try tally("now", "pass", 5), try tally("now", "pass", 7, daysAgo: 120),
      try tally("former", "pass", 90, daysAgo: 500),
    ]
    _ = try await history.commit(MailChange(source: "x", tallies: tallies))
    try await history.pruneMail(pairsBefore: now - .seconds(400 * 86_400), countsBefore: now - .seconds(100 * 86_400))
    #expect(try await history.mailUse(of: [key("former")], at: now).isEmpty)
    #expect(try await history.mailUse(of: [key("now")], at: now).values.map(\.messages7d) == [5])
    #expect(try await history.mailSilence(since: now + .seconds(1), atLeast: 0).keys.map(\.messages.count) == [1])
  }

  @Test func aFloodOfInventedNamesMakesRoomForWhatVerifies() async throws {
    let history = try SQLiteHistory(path: scratch.database, mode: .readWrite, mailPairLimit: 20)
    _ = try await history.commit(MailChange(source: "x", tallies: [try tally("real", "pass", 1, daysAgo: 3)]))
    let flood = try (0..<100).map { try tally("x\($0)", "permerror", 1, daysAgo: 1) }
    #expect(try await history.commit(MailChange(source: "x", tallies: flood)).count == 19)
    #expect(try await history.commit(MailChange(source: "x", tallies: [try tally("next", "pass", 1)])).isEmpty)
    let long = now - .seconds(400 * 86_400)
    try await history.pruneMail(pairsBefore: long, countsBefore: long)
    #expect(try await history.commit(MailChange(source: "x", tallies: [try tally("next", "pass", 1)])).count == 1)
    #expect(try await history.mailUse(of: [key("real"), key("next")], at: now).count == 2)
  }

  @Test func filesThatAreNotThereAreForgotten() async throws {
    let history = try scratch.open()
    for file in ["a", "b"] { _ = try await history.commit(MailChange(source: "/reports", file: file)) }
    _ = try await history.commit(MailChange(source: "/other", file: "a"))
    try await history.forgetMailFiles(of: "/reports", except: ["b", "c"])
    #expect(try await history.takenMailFiles(of: "/reports", among: ["a", "b", "c"]) == ["b"])
    #expect(try await history.takenMailFiles(of: "/other", among: ["a"]) == ["a"])
  }

  @Test func learnedWatchesAreReplaced() async throws {
    let history = try scratch.open()
    let watches = try ["a", "b"].map {
      LearnedWatch(key: try key($0), reason: .failing, since: now - .seconds(9), lastMail: now)
    }
    try await history.keep(learnedWatches: watches)
    #expect(try await history.learnedWatches() == watches)
    try await history.keep(learnedWatches: [watches[1]])
    #expect(try await history.learnedWatches() == [watches[1]])
  }
}
