// What is due when, on a clock that the tests move.

import Model
import Synchronization
import Testing

@testable import Scheduling

/// A generator that repeats (SplitMix64).
private final class Random: Sendable {
  private let state: Mutex<UInt64>
  init(_ seed: UInt64) { state = Mutex(seed) }
  func next() -> UInt64 {
    state.withLock { state in
      state &+= 0x9E37_79B9_7F4A_7C15
      var value = state
      value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
      value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
      return value ^ (value >> 31)
    }
  }
}

private func key(_ index: Int) throws -> KeyName {
  try KeyName(selector: DomainName("s\(index)"), domain: DomainName("example.org"))
}

private func watches(_ range: Range<Int>, every interval: Duration) throws -> [(key: KeyName, interval: Duration)] {
  try range.map { (key: try key($0), interval: interval) }
}

private func schedule(jitter: Double = 0.1, startRate: Int = 500) -> Schedule {
  let random = Random(7)
  return Schedule(jitter: jitter, startRate: startRate, random: { random.next() })
}

/// Sleeps as long as the schedule says, and notes what was due when.
private func run(
  _ schedule: inout Schedule, from start: Duration = .zero, until end: Duration,
  each: (Duration, Schedule.Burst) -> Void
) {
  var now = start
  while now <= end {
    each(now, schedule.due(at: now))
    guard let wait = schedule.wait(at: now) else { return }
    now += max(wait, .milliseconds(1))
  }
}

@Suite("Schedule")
struct ScheduleTests {
  @Test func nothingToDoIsNoWait() {
    var empty = schedule()
    #expect(empty.due(at: .seconds(5)).isEmpty)
    #expect(empty.wait(at: .seconds(5)) == nil)
  }

  @Test func aSingleWatchIsLookedAtAtOnceAndThenWithinTheJitter() throws {
    var schedule = schedule()
    schedule.set(try watches(0..<1, every: .seconds(60)), at: .seconds(1000))
    var times: [Duration] = []
    run(&schedule, from: .seconds(1000), until: .seconds(2000)) { now, burst in
      times += burst.sweep.map { _ in now }
    }
    #expect(times.first == .seconds(1000))
    for (one, next) in zip(times, times.dropFirst()) {
      #expect(next - one >= .seconds(53) && next - one <= .seconds(67))
    }
    #expect(Set(zip(times, times.dropFirst()).map { $1 - $0 }).count > 5)
  }

  @Test func theFirstRoundIsSpreadAndPrompt() throws {
    var schedule = schedule(startRate: 500)
    schedule.set(try watches(0..<10_000, every: .seconds(60)), at: .zero)
    var seen: [KeyName: Duration] = [:]
    var largest = 0
    run(&schedule, until: .seconds(21)) { now, burst in
      largest = max(largest, burst.sweep.count)
      for key in burst.sweep where seen[key] == nil { seen[key] = now }
    }
    #expect(seen.count == 10_000)
    #expect(largest <= 260)
  }

  @Test func theFirstRoundTakesNoLongerThanTheInterval() throws {
    var schedule = schedule(startRate: 10)
    schedule.set(try watches(0..<5000, every: .seconds(10)), at: .zero)
    var seen: Set<KeyName> = []
    run(&schedule, until: .seconds(11)) { _, burst in seen.formUnion(burst.sweep) }
    #expect(seen.count == 5000)
  }

  @Test func eachWatchIsLookedAtOnceAnInterval() throws {
    var schedule = schedule()
    schedule.set(try watches(0..<3000, every: .seconds(60)), at: .zero)
    var looks: [KeyName: Int] = [:]
    var bursts = 0
    run(&schedule, until: .seconds(600)) { _, burst in
      if !burst.isEmpty { bursts += 1 }
      for key in burst.sweep { looks[key, default: 0] += 1 }
    }
    #expect(looks.values.allSatisfy { (9...12).contains($0) })
    // What is due within a window goes out together.
    #expect(bursts <= 2600)
  }

  @Test func looksAgainComeAtTheirTimeAndNotBefore() throws {
    var schedule = schedule()
    schedule.set(try watches(0..<2, every: .seconds(900)), at: .zero)
    _ = schedule.due(at: .zero)
    schedule.lookAgain(try key(1), after: .seconds(15), at: .seconds(1))
    schedule.lookAgain(try key(1), after: .seconds(30), at: .seconds(1))
    #expect(schedule.wait(at: .seconds(1)) == .seconds(15))
    #expect(schedule.due(at: .milliseconds(15_900)).isEmpty)
    #expect(schedule.due(at: .seconds(16)) == Schedule.Burst(sweep: [], again: [try key(1)]))
    #expect(schedule.due(at: .seconds(40)).isEmpty)
  }

  @Test func aCancelledLookIsNotHandedOut() throws {
    var schedule = schedule()
    schedule.set(try watches(0..<1, every: .seconds(900)), at: .zero)
    _ = schedule.due(at: .zero)
    schedule.lookAgain(try key(0), after: .seconds(15), at: .zero)
    schedule.cancelLookAgain(try key(0))
    #expect(schedule.due(at: .seconds(20)).isEmpty)
    schedule.lookAgain(try key(0), after: .seconds(15), at: .seconds(20))
    #expect(schedule.due(at: .seconds(35)).again == [try key(0)])
  }

  @Test func aReloadKeepsTheTimesOfWhatStays() throws {
    var left = schedule(jitter: 0)
    var right = schedule(jitter: 0)
    left.set(try watches(0..<100, every: .seconds(60)), at: .zero)
    right.set(try watches(0..<100, every: .seconds(60)), at: .zero)
    right.lookAgain(try key(3), after: .seconds(90), at: .seconds(30))
    right.set(try watches(0..<50, every: .seconds(60)) + watches(200..<210, every: .seconds(60)), at: .seconds(30))
    #expect(right.count == 60)
    #expect(!right.contains(try key(70)))
    var (first, second): ([KeyName: [Duration]], [KeyName: [Duration]]) = ([:], [:])
    var again: [KeyName] = []
    run(&left, from: .seconds(30), until: .seconds(300)) { now, burst in
      for key in burst.sweep { first[key, default: []].append(now) }
    }
    run(&right, from: .seconds(30), until: .seconds(300)) { now, burst in
      for key in burst.sweep { second[key, default: []].append(now) }
      again += burst.again
    }
    #expect(again == [try key(3)])
    for index in 0..<50 {
      let (one, other) = (first[try key(index)] ?? [], second[try key(index)] ?? [])
      #expect(one.count == other.count)
      #expect(zip(one, other).allSatisfy { abs(($0 - $1).inSeconds) <= 0.3 })
    }
    for index in 200..<210 {
      let promptly = second[try key(index)]?.first
      #expect(promptly.map { $0 <= .seconds(32) } == true)
    }
    #expect(second[try key(70)] == nil)
  }

  @Test func aShorterIntervalCountsFromTheReload() throws {
    var schedule = schedule()
    schedule.set(try watches(0..<200, every: .seconds(3600)), at: .zero)
    run(&schedule, until: .seconds(2)) { _, _ in }
    schedule.set(try watches(0..<200, every: .seconds(10)), at: .seconds(10))
    var seen: [Int] = []
    run(&schedule, from: .seconds(10), until: .seconds(20)) { _, burst in seen.append(burst.sweep.count) }
    #expect(seen.reduce(0, +) >= 200)
    #expect((seen.max() ?? 0) < 60)
  }

  @Test func aClockThatGoesBackNeitherStallsNorFloods() throws {
    var schedule = schedule()
    schedule.set(try watches(0..<100, every: .seconds(60)), at: .seconds(10_000))
    run(&schedule, from: .seconds(10_000), until: .seconds(10_030)) { _, _ in }
    var seen: Set<KeyName> = []
    var looks = 0
    run(&schedule, from: .seconds(100), until: .seconds(167)) { _, burst in
      seen.formUnion(burst.sweep)
      looks += burst.sweep.count
    }
    #expect(seen.count == 100)
    #expect(looks <= 200)
  }

  @Test func aGapOfHoursIsCaughtUpAtABoundedPace() throws {
    var schedule = schedule(startRate: 500)
    schedule.set(try watches(0..<10_000, every: .seconds(60)), at: .zero)
    run(&schedule, until: .seconds(120)) { _, _ in }
    var largest = 0
    var looks: [KeyName: Int] = [:]
    run(&schedule, from: .seconds(20_000), until: .seconds(20_030)) { _, burst in
      largest = max(largest, burst.sweep.count)
      for key in burst.sweep { looks[key, default: 0] += 1 }
    }
    #expect(looks.count == 10_000)
    #expect(largest <= 300)
    #expect(looks.values.allSatisfy { $0 <= 2 })
  }

  @Test func looksAgainDoNotWaitBehindABacklog() throws {
    var schedule = schedule(startRate: 10)
    schedule.set(try watches(0..<1000, every: .seconds(3600)), at: .zero)
    run(&schedule, until: .seconds(1)) { _, _ in }
    schedule.lookAgain(try key(999), after: .seconds(1), at: .seconds(5000))
    #expect(schedule.due(at: .seconds(5001)).again == [try key(999)])
  }

  @Test func aHundredThousandWatchesAreSpreadOverTheFirstRound() throws {
    var schedule = schedule(startRate: 500)
    let interval = Duration.seconds(86_400)
    let many = try watches(0..<100_000, every: interval)
    schedule.set(many, at: .zero)
    var looks = 0
    run(&schedule, until: .seconds(210)) { _, burst in looks += burst.sweep.count }
    #expect(looks == 100_000)
  }

  @Test func manyReloadsLeaveNothingBehind() throws {
    var schedule = schedule()
    for round in 0..<50 {
      schedule.set(try watches((round * 100)..<(round * 100 + 100), every: .seconds(60)), at: .seconds(round))
      #expect(schedule.count == 100)
    }
    var seen: Set<KeyName> = []
    run(&schedule, from: .seconds(50), until: .seconds(120)) { _, burst in seen.formUnion(burst.sweep) }
    #expect(seen == Set(try watches(4900..<5000, every: .seconds(60)).map(\.key)))
  }
}
