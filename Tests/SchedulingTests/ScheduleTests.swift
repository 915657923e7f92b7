// When watches are due, on a clock of the test's own.

import Model
import Scheduling
import Synchronization
import Testing

@Suite struct ScheduleTests {
  static func key(_ number: Int) throws -> KeyName {
    try KeyName(selector: DomainName("s\(number)"), domain: DomainName("example.org"))
  }

  static func keys(_ count: Int, every interval: Duration) throws -> [KeyName: Duration] {
    try Dictionary(uniqueKeysWithValues: (0..<count).map { (try key($0), interval) })
  }

  /// A repeatable source of numbers.
  static func numbers(_ seed: UInt64) -> @Sendable () -> Double {
    let state = Counter(seed)
    return { state.next() }
  }

  @Test func noWatchIsEverLaterThanItsInterval() throws {
    var schedule = Schedule(jitter: 0.1, random: Self.numbers(1))
    schedule.replace(with: try Self.keys(500, every: .seconds(60)), at: .zero)
    var last: [KeyName: Duration] = [:]
    var counts: [KeyName: Int] = [:]
    var now = Duration.zero
    while now < .seconds(600) {
      let due = schedule.due(at: now)
      for one in due {
        if let before = last[one.key] {
          #expect(now - before <= .seconds(60) + Schedule.slot)
          #expect(now - before >= .seconds(54) - Schedule.slot)
        }
        last[one.key] = now
        counts[one.key, default: 0] += 1
      }
      schedule.finish(due.map(\.key), at: now + .milliseconds(40))
      now += .milliseconds(250)
    }
    #expect(counts.count == 500)
    #expect(counts.values.allSatisfy { (9...12).contains($0) })
  }

  @Test(arguments: [(10, Duration.milliseconds(50)), (10_000, .seconds(50)), (100_000, .seconds(60))])
  func theFirstRoundIsSpreadButPrompt(count: Int, spread: Duration) throws {
    var schedule = Schedule(jitter: 0.1, random: Self.numbers(2))
    schedule.replace(with: try Self.keys(count, every: .seconds(60)), at: .zero)
    #expect(schedule.due(at: spread + Schedule.slot * 2).count == count)
  }

  @Test func whatIsUnderWayIsNotHandedOutAgain() throws {
    var schedule = Schedule(jitter: 0, random: Self.numbers(3))
    schedule.replace(with: try Self.keys(1, every: .seconds(1)), at: .zero)
    #expect(schedule.due(at: .seconds(2)).count == 1)
    #expect(schedule.due(at: .seconds(500)).isEmpty)
    schedule.finish([try Self.key(0)], at: .seconds(500))
    #expect(schedule.due(at: .seconds(502)).count == 1, "and a long look brings no flood after it")
    #expect(schedule.due(at: .seconds(900)).isEmpty)
  }

  @Test func aConfirmationComesBeforeTheInterval() throws {
    var schedule = Schedule(jitter: 0, random: Self.numbers(4))
    let key = try Self.key(0)
    schedule.replace(with: [key: .seconds(300)], at: .zero)
    #expect(schedule.due(at: .seconds(1)).map(\.isConfirmation) == [false])
    schedule.lookAgain(key, after: .seconds(15), at: .seconds(1))
    schedule.finish([key], at: .seconds(1))
    #expect(schedule.due(at: .seconds(15)).isEmpty)
    #expect(schedule.due(at: .milliseconds(16_251)).map(\.isConfirmation) == [true])
    schedule.finish([key], at: .seconds(17))
    schedule.lookAgain(key, after: .seconds(15), at: .seconds(20))
    #expect(schedule.due(at: .milliseconds(35_251)).map(\.isConfirmation) == [true])
    schedule.finish([key], at: .seconds(36))
    schedule.lookAgain(key, after: .seconds(900), at: .seconds(36))
    #expect(schedule.due(at: .seconds(336)).map(\.isConfirmation) == [false], "the interval comes first")
  }

  @Test func aConfirmationIsNotLostToTheInterval() throws {
    var schedule = Schedule(jitter: 0, random: Self.numbers(5))
    let key = try Self.key(0)
    schedule.replace(with: [key: .seconds(5)], at: .zero)
    #expect(schedule.due(at: .seconds(1)).map(\.isConfirmation) == [false])
    schedule.lookAgain(key, after: .milliseconds(7500), at: .seconds(1))
    schedule.finish([key], at: .seconds(1))
    #expect(schedule.due(at: .milliseconds(5500)).map(\.isConfirmation) == [false], "the interval comes first")
    schedule.finish([key], at: .milliseconds(5500))
    #expect(schedule.due(at: .milliseconds(8750)).map(\.isConfirmation) == [true], "and this as it was asked for")
    schedule.finish([key], at: .milliseconds(8750))
    // Asked for when the interval was over already, but nobody had come to hand it out.
    schedule.lookAgain(key, after: .zero, at: .seconds(60))
    #expect(schedule.due(at: .seconds(60)).map(\.isConfirmation) == [true])
    schedule.finish([key], at: .seconds(60))
    #expect(schedule.due(at: .seconds(66)).map(\.isConfirmation) == [false], "once")
  }

  @Test func aReloadKeepsTheTimesOfWhatStays() throws {
    var schedule = Schedule(jitter: 0, random: { 0 })
    let stays = try Self.key(0)
    let goes = try Self.key(1)
    let comes = try Self.key(2)
    schedule.replace(with: [stays: .seconds(100), goes: .seconds(100)], at: .zero)
    schedule.finish(schedule.due(at: .seconds(1)).map(\.key), at: .seconds(1))
    schedule.replace(with: [stays: .seconds(100), comes: .seconds(100)], at: .seconds(50))
    #expect(schedule.due(at: .seconds(51)).map(\.key) == [comes])
    #expect(schedule.due(at: .milliseconds(100_251)).map(\.key) == [stays])
    #expect(schedule.count == 2)
    schedule.replace(with: [stays: .seconds(10)], at: .seconds(101))
    schedule.finish([stays], at: .seconds(101))
    #expect(schedule.due(at: .milliseconds(111_500)).map(\.key) == [stays], "a shorter interval holds at once")
  }

  @Test func watchesThatFallDueTogetherAreOneBurst() throws {
    var schedule = Schedule(jitter: 0, random: { 0 })
    schedule.replace(with: try Self.keys(1000, every: .seconds(60)), at: .zero)
    #expect(schedule.nextDue == Schedule.slot)
    #expect(schedule.due(at: Schedule.slot).count == 1000)
    #expect(schedule.nextDue == nil)
  }
}

/// A linear congruential generator behind a lock.
final class Counter: Sendable {
  private let state: Mutex<UInt64>
  init(_ seed: UInt64) { state = Mutex(seed) }

  func next() -> Double {
    state.withLock {
      $0 = $0 &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Double($0 >> 11) / Double(1 << 53)
    }
  }
}
