// What mail tells is kept with how far it was read: neither doubled nor lost.

import Model
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
        try key("s1"): MailUse(messages7d: 6, failing7d: 0, firstSeen: now - .seconds(60), lastSeen: now)
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
    #expect(use.firstSeen == now - .seconds(8 * 86_400 + 60))
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

  @Test func whatIsInUse() async throws {
    let history = try scratch.open()
    let tallies = [
      try tally("little", "pass", 2), try tally("much", "pass", 50), try tally("some", "pass", 5),
      try tally("former", "pass", 90, daysAgo: 100), try tally(nil, "pass", 70),
    ]
    _ = try await history.commit(MailChange(source: "x", tallies: tallies))
    let since = now - .seconds(90 * 86_400)
    #expect(
      try await history.mailPairs(since: since, atLeast: 3, limit: 10).map(\.selector.description) == ["much", "some"])
    #expect(try await history.mailPairs(since: since, atLeast: 3, limit: 1).map(\.selector.description) == ["much"])
    try await history.pruneMail(before: since)
    #expect(try await history.mailUse(of: [key("former")], at: now).isEmpty)
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
