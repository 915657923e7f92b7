// Each condition and each clock, by what servers and resolvers say.

import Model
import Testing

@testable import Rotation

/// One story: the servers of the zone at the new and the old selector, the caches, and what must be said of one condition.
struct Story: Sendable, CustomTestStringConvertible {
  var name: String
  var new: [Word]
  var old: [Word] = [.old, .old]
  var caches: [String: Word] = [:]
  var expected: [Word] = []
  var stage = Stage()
  var condition: String
  var state: Condition.State
  /// Seconds from the start.
  var until: Int64?
  var says: String

  var testDescription: String { name }
}

private let lagging = ["ns1.example.net": UInt32(6), "ns2.example.net": UInt32(5)]

private let stories: [Story] = [
  Story(
    name: "every server has it", new: [.new, .new], condition: "served-everywhere", state: .met,
    says: "2 of 2 addresses"),
  Story(
    name: "nobody published it", new: [.gone, .nodata], condition: "served-everywhere", state: .failed,
    says: "no server of example.org has a TXT record at s2._domainkey.example.org"),
  Story(
    name: "a secondary lags", new: [.new, .gone], stage: Stage(serials: lagging), condition: "served-everywhere",
    state: .notYet, says: "the zone there has an older serial"),
  Story(
    name: "serials wrap around (RFC 1982)", new: [.new, .gone],
    stage: Stage(serials: ["ns1.example.net": 2, "ns2.example.net": 4_294_967_290]), condition: "served-everywhere",
    state: .notYet, says: "older serial"),
  Story(
    name: "one server of the same version lacks it", new: [.new, .gone],
    stage: Stage(serials: ["ns1.example.net": 6, "ns2.example.net": 6]), condition: "served-everywhere", state: .failed,
    says: "the serial there is not older"),
  Story(
    name: "a server is silent", new: [.new, .silent], condition: "served-everywhere", state: .notYet,
    says: "ns2.example.net (192.0.2.2) gives no usable answer: no answer in time"),
  Story(
    name: "a server refuses", new: [.new, .refused], condition: "served-everywhere", state: .failed, says: "REFUSED"),
  Story(
    name: "a server is lame", new: [.new, .lame], condition: "served-everywhere", state: .failed,
    says: "an answer without authority"),
  Story(
    name: "the way ends", new: [], condition: "served-everywhere", state: .notYet, says: "no server of org answers"),
  Story(
    name: "two texts", new: [.new, .other], condition: "same-everywhere", state: .failed,
    says: "ns2.example.net (192.0.2.2) gives another text than ns1.example.net (192.0.2.1)"),
  Story(
    name: "two texts, one of an older version", new: [.new, .other], stage: Stage(serials: lagging),
    condition: "same-everywhere", state: .notYet, says: "does not have the latest serial"),
  Story(
    name: "a usable key", new: [.new, .new], condition: "key-usable", state: .met, says: "an RSA key of 2048 bits"),
  Story(
    name: "a broken record", new: [.broken, .broken], condition: "key-usable", state: .failed,
    says: "the record of selector s2 cannot be used: The base64 in p= is cut"),
  Story(
    name: "a revoked key", new: [.revoked, .revoked], condition: "key-usable", state: .failed, says: "p= is empty"),
  Story(
    name: "the key that is meant", new: [.new, .new], expected: [.new], condition: "key-matches", state: .met,
    says: "belongs to an RSA private key (PKCS#8) of 2048 bits"),
  Story(
    name: "one of two readings of the key is meant", new: [.new, .new], expected: [.other, .new],
    condition: "key-matches", state: .met, says: "belongs"),
  Story(
    name: "another key in DNS", new: [.other, .other], expected: [.new], condition: "key-matches", state: .failed,
    says:
      "DNS has an RSA key of 2048 bits (SHA256:other) at selector s2, but you gave an RSA private key (PKCS#8)"),
  Story(
    name: "the old key in DNS", new: [.old, .old], expected: [.new], condition: "key-matches", state: .failed,
    says: "the key in DNS is that of the old selector s1"),
  Story(
    name: "the old key in the file", new: [.new, .new], expected: [.old], condition: "key-matches", state: .failed,
    says: "that is the key of the old selector s1"),
  Story(
    name: "every view has it", new: [.new, .new], caches: ["google": .new, "local": .new], condition: "seen-everywhere",
    state: .met, says: "google and local give the key"),
  Story(
    name: "a negative entry", new: [.new, .new], caches: ["google": .gone, "local": .new], condition: "seen-everywhere",
    state: .notYet, until: 122, says: "google (8.8.8.8) still answers that there is no record"),
  Story(
    name: "an older entry", new: [.new, .new], caches: ["google": .other], stage: Stage(left: 50),
    condition: "seen-everywhere", state: .notYet, until: 52, says: "still gives another record"),
  Story(
    name: "a resolver is silent", new: [.new, .new], caches: ["google": .silent], condition: "seen-everywhere",
    state: .notYet, says: "google (8.8.8.8) gives no usable answer: no answer in time"),
  Story(
    name: "validation fails", new: [.new, .new], caches: ["google": .bogus], condition: "seen-everywhere",
    state: .failed, says: "DNSSEC validation fails"),
  Story(
    name: "split horizon", new: [.new, .new], caches: ["google": .gone], stage: Stage(cacheIsAuthority: true),
    condition: "seen-everywhere", state: .failed, says: "an internal zone"),
  Story(
    name: "nobody looked before: both TTLs count", new: [.new, .new], condition: "caches-cleared", state: .notYet,
    until: 3600, says: "caches may keep an absence for 5 min, and an older record for 60 min"),
  Story(
    name: "the negative TTL is the longer one", new: [.new, .new], stage: Stage(negativeTTL: 7200, ttl: 60),
    condition: "caches-cleared", state: .notYet, until: 7200, says: "caches may keep an absence for 2 h"),
  Story(
    name: "no SOA told anything", new: [.new, .new], stage: Stage(negativeTTL: nil, ttl: 60),
    condition: "caches-cleared", state: .notYet, until: 10_800, says: "caches may keep an absence for 3 h"),
  Story(
    name: "the clocks have not begun", new: [.new, .gone], condition: "caches-cleared", state: .notYet,
    says: "counted from the time when every server has the key"),
  Story(name: "the old key is there", new: [.gone, .gone], condition: "old-published", state: .met, says: "2 of 2"),
  Story(
    name: "the old key is missing", new: [.new, .new], old: [.gone, .gone], condition: "old-published", state: .failed,
    says: "the key of selector s1 is missing"),
  Story(
    name: "the old key is missing at one server", new: [.new, .new], old: [.old, .gone], condition: "old-published",
    state: .failed, says: "is missing at ns2.example.net (192.0.2.2)"),
  Story(
    name: "the old key is revoked", new: [.new, .new], old: [.revoked, .revoked], condition: "old-published",
    state: .failed, says: "the key of selector s1 is revoked"),
  Story(
    name: "nobody tells of the old key", new: [.new, .new], old: [.silent, .silent], condition: "old-published",
    state: .notYet, says: "no server says whether s1._domainkey.example.org is still there"),
]

@Suite struct GateTests {
  @Test(arguments: stories) func condition(_ story: Story) throws {
    let gate = try Stage.gate(caches: story.caches.keys.sorted(), expected: story.expected)
    var session = RotationSession(gate: gate, judge: Stage.judge)
    let report = session.take(
      RotationRound(
        new: try story.stage.look("s2", at: 0, servers: story.new, caches: story.caches),
        old: try story.stage.look("s1", at: 0, servers: story.old)))
    let condition = try #require(report[story.condition])
    #expect(condition.state == story.state, "\(condition)")
    #expect(condition.until == story.until.map(Stage.time), "\(report.lines)")
    #expect(condition.text.contains(story.says), "\(condition.text)")
    #expect(
      (condition.remedy != nil) == (story.state == .failed), "a remedy where something can be fixed, and only there")
  }

  @Test(arguments: stories) func theWholeFollowsFromTheParts(_ story: Story) throws {
    let gate = try Stage.gate(caches: story.caches.keys.sorted(), expected: story.expected)
    var session = RotationSession(gate: gate, judge: Stage.judge)
    let report = session.take(
      RotationRound(
        new: try story.stage.look("s2", at: 0, servers: story.new, caches: story.caches),
        old: try story.stage.look("s1", at: 0, servers: story.old)))
    let states = Set(report.conditions.map(\.state))
    #expect(report.state == (states.contains(.failed) ? .blocked : states.contains(.notYet) ? .notYet : .ready))
    #expect(report.exitCode == [.ready: 0, .notYet: 1, .blocked: 2][report.state])
    let open = report.conditions.filter { $0.state == .notYet }
    if report.state == .notYet, open.allSatisfy({ $0.until != nil }) {
      #expect(report.readyAt == open.compactMap(\.until).max())
      #expect(report.keepOldUntil == report.readyAt.map { $0 + .seconds(7 * 86_400) })
    }
  }

  @Test func withoutTheSourceNothingIsProved() throws {
    let gate = try Stage.gate(caches: ["google"], source: false)
    var session = RotationSession(gate: gate, judge: Stage.judge)
    let report = session.take(
      RotationRound(
        new: try Stage().look("s2", at: 0, servers: [], caches: ["google": .new], isAsked: false),
        old: try Stage().look("s1", at: 0, servers: [], caches: ["google": .old], isAsked: false)))
    #expect(report.state == .blocked)
    #expect(report["served-everywhere"]?.text == "no view asks the zone's own servers")
  }

  @Test func withoutAnOldSelectorTheRestIsAsked() throws {
    var session = RotationSession(gate: try Stage.gate(old: nil), judge: Stage.judge)
    let look = try Stage().look("s2", at: 0, servers: [.new])
    #expect(session.take(RotationRound(new: look, old: nil))["old-published"] == nil)
    let report = session.take(RotationRound(new: try Stage().look("s2", at: 3600, servers: [.new]), old: nil))
    #expect(report.state == .ready && report.keepOldUntil == nil)
    #expect(report.warnings.contains { $0.contains("--old") })
  }

  @Test(arguments: [
    (Stage(ttl: 172_800), Word.new, "may be cached for 2 days"), (Stage(), .old, "has the same key as s1"),
    (Stage(), .weak, "1024 bits, the old one 2048"),
    (Stage(negativeTTL: 172_800), .new, "caches keep an absence for 2 days"),
  ])
  func warns(stage: Stage, word: Word, says: String) throws {
    var session = RotationSession(gate: try Stage.gate(), judge: Stage.judge)
    let report = session.take(
      RotationRound(
        new: try stage.look("s2", at: 0, servers: [word]), old: try stage.look("s1", at: 0, servers: [.old])))
    #expect(report.warnings.contains { $0.contains(says) }, "\(report.warnings)")
  }
}
