// A rotation in the daemon: what is told when, and that one bad look pages nobody.

import Model
import Testing

@testable import Rotation

/// Plays looks against the monitor.
private struct Play {
  let rotation: Rotation
  let monitor = RotationMachine(
    policy: MonitoringPolicy(confirmTimes: 2, confirmAfter: .seconds(15)), views: Stage.views(["google"]))
  var memory: RotationMemory?
  var events: [Event] = []

  init(fingerprint: Word? = nil) throws {
    rotation = Rotation(
      old: try Stage.key("s1"), new: try Stage.key("s2"), fingerprint: fingerprint.map(Stage.fingerprint))
  }

  func watch(_ selector: String) throws -> Watch {
    Watch(key: try Stage.key(selector), interval: .seconds(60), labels: ["team": "mail"], rotation: rotation)
  }

  /// Looks at both keys; the types of what is told.
  @discardableResult
  mutating func look(
    _ new: Word, old: Word = .old, google: Word? = nil, at seconds: Int64
  ) throws -> [EventType] {
    var told: [Event] = []
    for (selector, word, cached) in [("s2", new, google ?? new), ("s1", old, old)] {
      let look = try Stage().look(selector, at: seconds, servers: [word, word], caches: ["google": cached])
      let keys = look.answers.reduce(into: [Digest: KeyJudgement]()) { keys, answer in
        if answer.outcome == .records { keys[answer.digest] = Stage.judge(answer.records) }
      }
      let step = monitor.step(memory, watch: try watch(selector), look: look, keys: keys)
      memory = step.memory
      told += step.events
    }
    events += told
    return told.map(\.type)
  }

  /// Three looks that agree, 15 s apart.
  mutating func settle(_ new: Word, old: Word = .old, google: Word? = nil, from seconds: Int64) throws -> [EventType] {
    try [0, 15, 30].flatMap { try look(new, old: old, google: google, at: seconds + $0) }
  }
}

@Suite struct RotationMonitorTests {
  @Test func fromTheFirstLookToReady() throws {
    var play = try Play()
    #expect(try play.settle(.gone, from: 0) == [.rotationBlocked], "once it is confirmed")
    #expect(try play.settle(.gone, from: 100) == [], "and once only")
    #expect(try play.look(.new, at: 200) == [])
    #expect(play.memory?.lookDue == Stage.time(500), "the clock of the absence")
    #expect(try play.look(.new, at: 499) == [])
    #expect(try play.look(.new, at: 500) == [], "one look is no proof")
    #expect(play.memory?.lookDue == Stage.time(515))
    #expect(try play.look(.new, at: 515) == [])
    #expect(try play.look(.new, at: 530) == [.rotationReady])
    #expect(try play.settle(.new, from: 1000) == [])
    let ready = try #require(play.events.last)
    #expect(ready.verdict == .ok && ready.labels == ["team": "mail"])
    #expect(ready.name == play.rotation.new.name && ready.since == Stage.time(500))
    #expect(
      ready.diagnosis?.remedy
        == "Switch the signer to s2, and keep s1 published until 2026-11-30 20:08:50 UTC at least.")
  }

  @Test func oneBadLookPagesNobody() throws {
    var play = try Play()
    _ = try play.settle(.new, from: 0)
    #expect(try play.look(.gone, at: 100) == [])
    #expect(try play.look(.new, at: 115) == [])
    #expect(try play.look(.new, old: .gone, at: 130) == [])
    #expect(try play.look(.new, at: 145) == [])
    #expect(play.memory?.suspicion == nil)
  }

  @Test func anotherKeyThanTheOneThatIsMeantBlocks() throws {
    var play = try Play(fingerprint: .new)
    #expect(try play.settle(.other, from: 0) == [.rotationBlocked])
    #expect(play.events[0].summary.contains("DNS has an RSA key of 2048 bits (SHA256:other) at selector s2"))
    #expect(play.events[0].diagnosis?.evidence.isEmpty == false)
    #expect(try play.settle(.broken, from: 100) == [.rotationBlocked], "for another reason")
  }

  @Test func theOldKeyLeavesBeforeTheNewOneIsReady() throws {
    var play = try Play()
    _ = try play.settle(.new, from: 0)
    #expect(try play.settle(.new, old: .gone, from: 100) == [.rotationTooEarly])
    #expect(play.events[0].summary.hasPrefix("The key of selector s1 is missing, before s2 is ready"))
    #expect(play.events[0].name == play.rotation.old.name && play.events[0].verdict == .critical)
    #expect(try play.settle(.new, old: .gone, from: 200) == [], "told once")
  }

  @Test func theOldKeyLeavesWithinSevenDays() throws {
    var play = try Play()
    _ = try play.settle(.new, from: 0)
    #expect(try play.settle(.new, from: 3600) == [.rotationReady])
    #expect(try play.settle(.new, old: .revoked, from: 6 * 86_400) == [.rotationTooEarly])
    #expect(play.events[1].summary.contains("less than 7 days after the signer could switch"))
    #expect(try play.settle(.new, from: 6 * 86_400 + 100) == [], "restored")
    #expect(try play.settle(.new, old: .gone, from: 6 * 86_400 + 200) == [.rotationTooEarly], "and lost again")
  }

  @Test func theOldKeyMayLeaveAfterSevenDays() throws {
    var play = try Play()
    _ = try play.settle(.new, from: 0)
    _ = try play.settle(.new, from: 3600)
    #expect(try play.settle(.new, old: .gone, from: 3700 + 7 * 86_400) == [])
  }

  @Test func anotherRotationBeginsAnew() throws {
    var play = try Play()
    _ = try play.settle(.new, from: 0)
    _ = try play.settle(.new, from: 3600)
    var other = try Play(fingerprint: .new)
    other.memory = play.memory
    _ = try other.look(.new, at: 4000)
    #expect(other.memory?.readySince == nil && other.memory?.new.at == Stage.time(4000))
  }

  /// What the watches are held against meanwhile.
  @Test func aKeyThatComesMayBeAbsentAndOneThatGoesMayLeave() throws {
    var play = try Play(fingerprint: .new)
    func expectation(_ selector: String, _ state: State, at seconds: Int64) throws -> Model.Expectation {
      play.monitor.expectation(of: try play.watch(selector), play.memory, at: Stage.time(seconds)) { _ in state }
    }
    #expect(try expectation("s2", .missing, at: 0) == Model.Expectation(state: .missing))
    #expect(play.monitor.isComing(try play.watch("s2"), play.memory))
    #expect(!play.monitor.isComing(try play.watch("s1"), play.memory))
    _ = try play.settle(.new, from: 0)
    _ = try play.settle(.new, from: 3600)
    #expect(!play.monitor.isComing(try play.watch("s2"), play.memory))
    #expect(try expectation("s2", .missing, at: 3700) == Model.Expectation(fingerprint: Stage.fingerprint(.new)))
    #expect(try expectation("s1", .missing, at: 3700) == Model.Expectation())
    #expect(try expectation("s1", .missing, at: 3700 + 7 * 86_400) == Model.Expectation(state: .missing))
    #expect(try expectation("s1", .invalid, at: 3700 + 7 * 86_400) == Model.Expectation())
  }
}
