// Clocks that begin when the source was seen to change: by a look, by an earlier proof, by the history.

import Model
import Testing

@testable import Rotation

private func session(
  history: [AnswerSpan] = [], earlier: [RotationRound] = [], caches: [String] = []
) throws -> RotationSession {
  RotationSession(gate: try Stage.gate(caches: caches), history: history, earlier: earlier, judge: Stage.judge)
}

private func round(
  _ new: [Word], at seconds: Int64, stage: Stage = Stage(), caches: [String: Word] = [:]
) throws -> RotationRound {
  RotationRound(
    new: try stage.look("s2", at: seconds, servers: new, caches: caches),
    old: try stage.look("s1", at: seconds, servers: [.old, .old]))
}

private func span(_ word: Word, server: UInt32, from: Int64, to: Int64?, stage: Stage = Stage()) throws -> AnswerSpan {
  AnswerSpan(
    key: try Stage.key("s2"), view: "authoritative", server: "ns\(server).example.net",
    endpoint: Endpoint(.v4(0xC000_0200 + server)), firstSeen: Stage.time(from), lastSeen: Stage.time(to ?? 0),
    isCurrent: to == nil, answer: stage.answer(word, isCache: false))
}

@Suite struct ClockTests {
  @Test func aRecordThatIsSeenToAppearHasOnlyItsAbsenceBehindIt() throws {
    var session = try session()
    _ = session.take(try round([.gone, .gone], at: 0))
    let report = session.take(try round([.new, .new], at: 10))
    #expect(report["caches-cleared"]?.until == Stage.time(310))
    #expect(report.assumptions.isEmpty)
    #expect(session.take(try round([.new, .new], at: 309)).state == .notYet)
    #expect(session.take(try round([.new, .new], at: 310)).state == .ready)
  }

  @Test func theLastServerStartsTheClock() throws {
    var session = try session()
    _ = session.take(try round([.gone, .gone], at: 0))
    _ = session.take(try round([.new, .gone], at: 10))
    #expect(session.take(try round([.new, .new], at: 500))["caches-cleared"]?.until == Stage.time(800))
  }

  @Test func aRecordThatReplacedAnotherOneIsOlderByItsTTL() throws {
    var session = try session()
    _ = session.take(try round([.other, .other], at: 0, stage: Stage(ttl: 900)))
    let report = session.take(try round([.new, .new], at: 10, stage: Stage(ttl: 60)))
    #expect(report["caches-cleared"]?.until == Stage.time(910))
    #expect(report["caches-cleared"]?.text.contains("caches may keep the record before it for 15 min") == true)
  }

  @Test func whatIsLeftOfAnEvenOlderRecordStillCounts() throws {
    var session = try session()
    _ = session.take(try round([.other, .other], at: 0, stage: Stage(ttl: 86_400)))
    _ = session.take(try round([.gone, .gone], at: 100))
    #expect(session.take(try round([.new, .new], at: 200))["caches-cleared"]?.until == Stage.time(86_500))
  }

  @Test func aServerThatFailsForALookStartsNothingAnew() throws {
    var session = try session()
    _ = session.take(try round([.gone, .gone], at: 0))
    _ = session.take(try round([.new, .new], at: 10))
    #expect(session.take(try round([.new, .silent], at: 400)).state == .notYet)
    #expect(session.take(try round([.new, .new], at: 420)).state == .ready)
  }

  @Test func aServerThatLosesTheRecordStartsTheClockAnew() throws {
    var session = try session()
    _ = session.take(try round([.gone, .gone], at: 0))
    _ = session.take(try round([.new, .new], at: 10))
    _ = session.take(try round([.new, .gone], at: 100))
    // It may have had anything before the loss: that has as long as the record that was seen last.
    #expect(session.take(try round([.new, .new], at: 120))["caches-cleared"]?.until == Stage.time(3700))
  }

  @Test func anotherTextWithTheSameKeyIsNoOtherAnswer() throws {
    var session = try session()
    _ = session.take(try round([.gone, .gone], at: 0))
    _ = session.take(try round([.new, .new], at: 10))
    var look = try round([.new, .new], at: 310)
    for index in look.new.views[0].servers.indices {
      look.new.views[0].servers[index].answer.records = [TextRecord("new")]
      look.new.views[0].servers[index].answer.digest = Digest(high: 5, low: 5)
    }
    #expect(session.take(look).state == .ready)
  }

  @Test func theHistoryKnowsWhenTheRecordAppeared() throws {
    let history = try [1, 2].flatMap { server in
      [
        try span(.gone, server: server, from: -90_000, to: -1000),
        try span(.new, server: server, from: server == 1 ? -1000 : -200, to: nil),
      ]
    }
    var session = try session(history: history)
    let report = session.take(try round([.new, .new], at: 0))
    #expect(report["caches-cleared"]?.until == Stage.time(100))
    #expect(report.assumptions.isEmpty)
  }

  @Test func aHistoryThatBeginsWithTheRecordLeavesTheTimeBeforeOpen() throws {
    let history = try [1, 2].map { try span(.new, server: $0, from: -5000, to: nil) }
    var session = try session(history: history)
    #expect(session.take(try round([.new, .new], at: 0)).state == .ready)
    let report = session.take(try round([.new, .new], at: 1))
    #expect(report.assumptions.count == 1)
  }

  @Test func aHistoryOfOtherViewsSaysNothing() throws {
    var strange = try span(.new, server: 1, from: -90_000, to: nil)
    strange.view = "google"
    var session = try session(history: [strange])
    #expect(session.take(try round([.new, .new], at: 0))["caches-cleared"]?.until == Stage.time(3600))
  }

  @Test func anEarlierProofKnowsWhenTheRecordWasFirstSeen() throws {
    var session = try session(earlier: [try round([.new, .new], at: -3500)])
    #expect(session.take(try round([.new, .new], at: 0))["caches-cleared"]?.until == Stage.time(100))
  }

  @Test func historyAndProofAreTakenInTheOrderOfTime() throws {
    let history = try [1, 2].map { try span(.new, server: $0, from: -1000, to: nil) }
    var session = try session(history: history, earlier: [try round([.gone, .gone], at: -2000)])
    #expect(session.take(try round([.new, .new], at: 0)).state == .ready)
  }

  @Test func aNegativeEntryOfAViewHasItsOwnClock() throws {
    let history = try [1, 2].map { try span(.new, server: $0, from: -5000, to: nil) }
    var session = try session(history: history, caches: ["google"])
    let report = session.take(try round([.new, .new], at: 0, caches: ["google": .gone]))
    #expect(report.state == .notYet && report.readyAt == Stage.time(122))
    #expect(report.summary == "The signer may switch to s2 at 2026-11-23 20:02:02 UTC.")
    #expect(session.take(try round([.new, .new], at: 122, caches: ["google": .new])).state == .ready)
  }

  @Test func equalRoundsAreKeptOnceAtEachEnd() throws {
    var session = try session()
    for seconds in [0, 10, 20, 30] as [Int64] { _ = session.take(try round([.gone, .gone], at: seconds)) }
    for seconds in [40, 50, 60] as [Int64] { _ = session.take(try round([.new, .new], at: seconds)) }
    #expect(session.rounds.map(\.at) == [0, 30, 40, 60].map { Stage.time($0) })
  }
}

@Suite struct PatienceTests {
  private func reports(_ words: [[Word]], old: [Word] = [.old]) throws -> [RotationReport] {
    var session = try session()
    return try words.enumerated().map { index, servers in
      session.take(
        RotationRound(
          new: try Stage().look("s2", at: Int64(index), servers: servers),
          old: try Stage().look("s1", at: Int64(index), servers: old)))
    }
  }

  @Test func oneLookWithoutWaiting() throws {
    var polling = VerifyPolling(wait: nil, from: Stage.start)
    #expect(polling.next(after: try reports([[.gone]])[0], at: Stage.start) == .finish)
  }

  @Test func aRecordThatNobodyPublishedIsWaitedFor() throws {
    var polling = VerifyPolling(wait: .seconds(100), from: Stage.start)
    for report in try reports([[.gone], [.gone], [.gone]]) {
      #expect(polling.next(after: report, at: Stage.start) == .lookAgain(at: Stage.time(15)))
    }
    #expect(polling.next(after: try reports([[.gone]])[0], at: Stage.time(95)) == .lookAgain(at: Stage.time(100)))
    #expect(polling.next(after: try reports([[.gone]])[0], at: Stage.time(100)) == .finish)
  }

  @Test func whatSomebodyMustMendEndsItOnceConfirmed() throws {
    var polling = VerifyPolling(wait: .seconds(100), from: Stage.start)
    let broken = try reports([[.broken], [.broken]])
    #expect(polling.next(after: broken[0], at: Stage.start) == .lookAgain(at: Stage.time(5)))
    #expect(polling.next(after: broken[1], at: Stage.time(5)) == .finish)
  }

  @Test func aMissingOldKeyIsNotWaitedFor() throws {
    var polling = VerifyPolling(wait: .seconds(100), from: Stage.start)
    let lost = try reports([[.gone], [.gone]], old: [.gone])
    #expect(polling.next(after: lost[0], at: Stage.start) == .lookAgain(at: Stage.time(5)))
    #expect(polling.next(after: lost[1], at: Stage.time(5)) == .finish)
  }

  @Test func clocksAreWaitedForWithLooksBetween() throws {
    var polling = VerifyPolling(wait: .seconds(7200), from: Stage.start)
    let report = try reports([[.new]])[0]
    #expect(polling.next(after: report, at: Stage.start) == .lookAgain(at: Stage.time(300)))
    #expect(polling.next(after: report, at: Stage.time(3590)) == .lookAgain(at: Stage.time(3600)))
    #expect(polling.next(after: report, at: Stage.time(3600)) == .lookAgain(at: Stage.time(3601)))
  }
}
