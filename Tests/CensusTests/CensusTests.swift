// Sightings summed: what counts once, what is bounded, what a use is.

import Census
import Model
import Testing

@Suite struct CensusTests {
  private static let clock = LogClock(reference: Timestamp(seconds: 1_795_478_400))

  /// A census of a log.
  private func census(_ log: String, since: Timestamp? = nil, limit: Int = Census.mostPairs) -> (Census, [String]) {
    census(Array(log.utf8), since: since, limit: limit)
  }

  private func census(
    _ log: [UInt8], since: Timestamp? = nil, limit: Int = Census.mostPairs
  ) -> (Census, [String]) {
    var reader = LogReader(.init(clock: Self.clock))
    var census = Census(since: since, limit: limit)
    var faults: [String] = []
    func take(_ event: CensusEvent) {
      if case .sighting(let sighting) = event {
        if let fault = census.add(sighting, source: 0) { faults.append(fault.description) }
      } else {
        faults.append(describe(event))
      }
    }
    log.withUnsafeBytes { reader.feed($0, take) }
    reader.finish(take)
    census.finishSource()
    return (census, faults)
  }

  private func verdict(
    _ id: String, _ domain: String, _ selector: String, _ text: String = "[verification succeeded]", day: Int = 20
  ) -> String {
    "2026-11-\(day) 08:00:00 1tDn\(id)-0003LU-U3 DKIM: d=\(domain) s=\(selector) c=relaxed/relaxed a=rsa-sha256 b=2048 \(text)\n"
  }

  @Test func pairsAreSummedWithTheirTimes() throws {
    let (census, faults) = census(
      verdict("R1", "example.org", "s1", day: 21) + verdict("R2", "EXAMPLE.ORG", "S1", day: 19)
        + verdict("R3", "example.org", "s1", "[verification failed - unspecified reason]")
        + verdict("R4", "example.org", "s2"))
    #expect(faults == [])
    let entry = try #require(census.entries.first)
    #expect(census.entries.count == 2)
    #expect(entry.key?.description == "s1._domainkey.example.org")
    #expect(entry.messages == 3)
    #expect(entry.results[.pass] == 2)
    #expect(entry.results[.fail] == 1)
    #expect(entry.firstSeen?.description == "2026-11-19T08:00:00Z")
    #expect(entry.lastSeen?.description == "2026-11-21T08:00:00Z")
    #expect(entry.sources == [.init(kind: .exim, place: 0, messages: 3)])
  }

  @Test func whatIsToldTwiceCountsOnce() throws {
    let imported = "2026-11-20 08:00:00 1tDnR1-0003LU-U3 DKIM: d=example.org s=s1 [failed key import]\n"
    let (whole, _) = census(
      imported + verdict("R1", "example.org", "s1", "[invalid - syntax error in public key record]"))
    #expect(whole.entries.map(\.messages) == [1])
    let (alone, _) = census(imported)
    #expect(alone.entries.map(\.messages) == [1])
    // The rejection comes after the verdict.
    let rejected =
      "2026-11-20 08:00:01 1tDnR1-0003LU-U3 H=x [192.0.2.1] F=<a@example.org> rejected DKIM : d=example.org s=s1\n"
    let (both, _) = census(verdict("R1", "example.org", "s1", "[invalid - unspecified problem]") + rejected + rejected)
    #expect(both.entries.map(\.messages) == [1])
    #expect(both.entries.first?.results[.permerror] == 1)
  }

  @Test func theDomainAloneCountsOnlyWhereNoLineTellsTheSelector() {
    let arrival = "2026-11-20 08:00:00 1tDnR1-0003LU-U3 <= a@example.org H=x [192.0.2.1] P=esmtp S=1 DKIM=example.org\n"
    #expect(census(arrival).0.entries.map { $0.selector?.description } == [nil])
    #expect(census(verdict("R1", "example.org", "s1") + arrival).0.entries.map { $0.selector?.description } == ["s1"])
  }

  @Test func aFloodOfInventedPairsIsBounded() {
    let log =
      (0..<50).map { verdict("R1", "d\($0).example.org", "s1") }.joined() + verdict("R1", "d1.example.org", "s1")
    let (census, _) = census(log, limit: 10)
    #expect(census.entries.count == 10)
    #expect(census.leftOut == 40)
    #expect(census.entries.reduce(0) { $0 + $1.messages } == 11)
  }

  @Test func sinceLeavesOutWhatIsOlder() throws {
    let time = try #require(Timestamp("2026-11-20T00:00:00Z"))
    let (census, _) = census(
      verdict("R1", "example.org", "old", day: 19) + verdict("R2", "example.org", "new"), since: time)
    #expect(census.entries.map { $0.selector?.description } == ["new"])
    #expect(census.tooOld == 1)
  }

  @Test func namesThatAreNoneAreReportedAndNotCounted() {
    let (census, faults) = census(
      verdict("R1", "localhost", "s1") + verdict("R2", "example.org", "a/b") + verdict("R3", "x..example", "s1")
        + verdict("R4", "\u{1B}[31m.example", "s1")
        + verdict("R5", String(repeating: "a.", count: 150) + "example", "s1"))
    #expect(census.entries.isEmpty)
    #expect(faults.count == 5)
    #expect(faults.allSatisfy { $0.unicodeScalars.allSatisfy { !$0.steersTerminal } })
  }

  /// A control character has the bits of a hyphen, but for one.
  @Test func namesCompareExactly() {
    let (census, faults) = census(verdict("R1", "a-b.example", "s1") + verdict("R2", "a\u{0D}b.example", "s1"))
    #expect(census.entries.map(\.messages) == [1])
    #expect(faults.count == 1)
  }

  @Test func aUseIsWhatTheSightingsSay() throws {
    let now = try #require(Timestamp("2026-11-27T00:00:00Z"))
    let missing = "[invalid - public key record (currently?) unavailable]"
    func use(_ log: String, isPublished: Bool? = nil) -> KeyUse? {
      census(log).0.entries.first?.use(at: now, isPublished: isPublished)
    }
    #expect(use(verdict("R1", "example.org", "s1")) == .active)
    #expect(use(verdict("R1", "example.org", "s1"), isPublished: false) == .ghost)
    #expect(use(verdict("R1", "example.org", "s1", missing)) == .ghost)
    #expect(use(verdict("R1", "example.org", "s1", missing), isPublished: true) == .active)
    #expect(use(verdict("R1", "example.org", "s1", missing) + verdict("R2", "example.org", "s1")) == .active)
    #expect(use(verdict("R1", "example.org", "s1").replacing("2026-", with: "2025-")) == .dormant)
    #expect(use("opendkim[1]: 4F2A: DKIM-Signature field added (s=s1, d=example.org)\n") == .unknown)
  }

  @Test func anythingMayStandInALog() {
    let good = verdict("R1", "example.org", "s1")
    let long = String(repeating: "x", count: 1 << 20)
    for hostile in [
      "\0\0\0\n", long + "\n", "2026-11-20 08:00:00 1tDnR1-0003LU-U3 DKIM: d=\(long) s=s1\n", "\r\n\r\n", "[1/",
    ] {
      let (census, _) = census(good + hostile + (hostile.hasSuffix("\n") ? "" : "\n") + good)
      #expect(census.entries.map(\.messages) == [2])
    }
    var random = SystemRandomNumberGenerator()
    let noise = (0..<200_000).map { _ in UInt8.random(in: 0...255, using: &random) }
    let (census, _) = census(Array(good.utf8) + [0x0A] + noise + [0x0A] + Array(good.utf8))
    #expect(census.entries.first { $0.key?.description == "s1._domainkey.example.org" }?.messages == 2)
  }
}
