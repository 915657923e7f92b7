// The queue by time against a plain list, and schedules under conditions that are not the usual ones.

import Model
import TestSupport
import Testing

@testable import Scheduling

@Suite struct DueQueueTests {
  private struct Entry: Hashable {
    var number: UInt32
    var slot: Int64
  }

  /// Random times in random order: all of the slots that are over come, in the order of the slots, and nothing else.
  @Test(arguments: 1...8 as ClosedRange<UInt64>) func handsOutWhatAPlainListWould(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    var queue = DueQueue()
    var list: [Entry] = []
    var now: Int64 = 0
    for number in 0..<2_000 as Range<UInt32> {
      if Int.random(in: 0..<3, using: &random) > 0 {
        let time = max(0, now + Int64.random(in: -500_000...20_000_000, using: &random))
        queue.push(number, at: time)
        list.append(Entry(number: number, slot: DueQueue.slot(of: time)))
      } else {
        now += Int64.random(in: 0...2_000_000, using: &random)
        var popped: [Entry] = []
        while let (slot, numbers) = queue.pop(until: now) { popped += numbers.map { Entry(number: $0, slot: slot) } }
        let isOver = { (entry: Entry) in entry.slot < DueQueue.slot(of: now) }
        #expect(Set(popped) == Set(list.filter(isOver)) && popped.count == list.count(where: isOver))
        #expect(popped.map(\.slot) == popped.map(\.slot).sorted())
        list.removeAll(where: isOver)
        let earliest = list.map(\.slot).min()
        #expect(queue.next == earliest.map { ($0 + 1) * Schedule.slot.microseconds })
      }
    }
  }
}

@Suite struct UnusualScheduleTests {
  private func schedule(_ interval: Duration, jitter: Double = 0) throws -> (schedule: Schedule, key: KeyName) {
    var schedule = Schedule(jitter: jitter, random: { 0.5 })
    let key = try ScheduleTests.key(0)
    schedule.replace(with: [key: interval], at: .zero)
    return (schedule, key)
  }

  @Test func whatWasRemovedWhileUnderWayDoesNotComeBack() throws {
    var (schedule, key) = try schedule(.seconds(10))
    #expect(schedule.due(at: .seconds(1)).map(\.key) == [key])
    schedule.replace(with: [:], at: .seconds(2))
    schedule.finish([key], at: .seconds(3))
    schedule.lookAgain(key, after: .zero, at: .seconds(3))
    #expect(schedule.count == 0 && schedule.nextDue == nil && schedule.due(at: .seconds(1000)).isEmpty)
  }

  /// The one that takes the number of a removed one is still due at its time, once.
  @Test func whatIsRemovedLeavesTheOthersAsTheyAre() throws {
    var schedule = Schedule(jitter: 0, random: { 0.5 })
    let keys = try (0..<40).map { try ScheduleTests.key($0) }
    for (number, key) in keys.enumerated() { schedule.add(key, every: .seconds(100), at: .seconds(number)) }
    for key in keys.prefix(20) { schedule.remove(key) }
    let due = schedule.due(at: .seconds(60)).map(\.key)
    #expect(due.count == 20 && Set(due) == Set(keys.suffix(20)))
    for key in keys.suffix(20).prefix(10) { schedule.remove(key) }
    schedule.finish(due, at: .seconds(60))
    #expect(Set(schedule.due(at: .seconds(160)).map(\.key)) == Set(keys.suffix(10)))
  }

  @Test func aReloadWhileAWatchIsUnderWayDoesNotHandItOutTwice() throws {
    var (schedule, key) = try schedule(.seconds(10))
    #expect(schedule.due(at: .seconds(1)).count == 1)
    schedule.replace(with: [key: .seconds(2)], at: .seconds(2))
    #expect(schedule.due(at: .seconds(100)).isEmpty)
    schedule.finish([key], at: .seconds(100))
    #expect(schedule.due(at: .milliseconds(102_500)).map(\.key) == [key])
  }

  @Test func finishingWhatWasNotHandedOutChangesNothing() throws {
    var (schedule, key) = try schedule(.seconds(10))
    let before = schedule.nextDue
    schedule.finish([key, try ScheduleTests.key(9)], at: .zero)
    #expect(schedule.nextDue == before && schedule.count == 1)
  }

  /// The machine slept for a day: one look more than the interval gives.
  @Test func aLongPauseIsNotCaughtUpWith() throws {
    var (schedule, key) = try schedule(.seconds(60))
    #expect(schedule.due(at: .seconds(86_400)).count == 1)
    schedule.finish([key], at: .seconds(86_400))
    var looks = 0
    for second in 86_401...86_700 {
      let due = schedule.due(at: .seconds(second))
      looks += due.count
      schedule.finish(due.map(\.key), at: .seconds(second))
    }
    #expect(looks == 5)
  }

  @Test func theEarliestOfSeveralConfirmationsCounts() throws {
    var (schedule, key) = try schedule(.seconds(600))
    #expect(schedule.due(at: .seconds(1)).count == 1)
    for seconds in [30, 10, 20] { schedule.lookAgain(key, after: .seconds(seconds), at: .seconds(1)) }
    schedule.finish([key], at: .seconds(1))
    #expect(schedule.due(at: .seconds(10)).isEmpty)
    #expect(schedule.due(at: .milliseconds(11_500)).map(\.isConfirmation) == [true])
    schedule.finish([key], at: .seconds(12))
    #expect(schedule.due(at: .seconds(500)).isEmpty, "the others went with it")
  }

  @Test(arguments: [(-1.0, 100), (0, 100), (0.1, 95), (1, 50), (7, 50)])
  func jitterStaysBetweenNothingAndAll(jitter: Double, seconds: Int) throws {
    var (schedule, key) = try schedule(.seconds(100), jitter: jitter)
    schedule.finish(schedule.due(at: .milliseconds(250)).map(\.key), at: .milliseconds(250))
    let next = try #require(schedule.nextDue)
    #expect(next >= .seconds(seconds) && next <= .seconds(seconds) + Schedule.slot * 2)
    #expect(schedule.due(at: next).map(\.key) == [key])
  }

  /// An interval below the width of a slot is no busy loop: at most one look a slot.
  @Test func aTinyIntervalIsOneLookASlot() throws {
    var (schedule, key) = try schedule(.milliseconds(1))
    var looks = 0
    for step in 0...1000 {
      let now = Duration.milliseconds(step * 10)
      let due = schedule.due(at: now)
      looks += due.count
      schedule.finish(due.map { _ in key }, at: now)
    }
    #expect((15...40).contains(looks))
  }
}
