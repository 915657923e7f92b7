// When domains are audited: spread, few at once, soon again where something has to be confirmed.

import Model
import Testing

@testable import Scheduling

@Suite struct AuditScheduleTests {
  private static let day = Duration.seconds(86_400)

  private func schedule(
    _ domains: [String], sinceLast: Duration? = nil, limit: Int = 2, random: Double = 0.5
  ) throws -> AuditSchedule {
    var schedule = AuditSchedule(limit: limit) { random }
    schedule.replace(
      with: Dictionary(
        uniqueKeysWithValues: try domains.map {
          (try DomainName($0), AuditSchedule.Entry(interval: Self.day, sinceLast: sinceLast))
        }), at: .zero)
    return schedule
  }

  @Test func aSingleDomainIsAuditedAtOnce() throws {
    var schedule = try schedule(["a.example"])
    let first = schedule.next(at: .zero)
    #expect(first == (try DomainName("a.example")))
    let second = schedule.next(at: .zero)
    #expect(second == nil && schedule.nextDue == nil)
    schedule.finish(try DomainName("a.example"), soon: false, at: .seconds(10))
    #expect(schedule.nextDue == .seconds(10) + Self.day * 0.95)
  }

  @Test func fewRunSideBySide() throws {
    var schedule = try schedule(["a.example", "b.example", "c.example"])
    let late = Duration.seconds(3600)
    let running = (0..<3).compactMap { _ in schedule.next(at: late) }
    #expect(running.count == 2)
    schedule.finish(try #require(running.first), soon: false, at: late)
    let third = try #require(
      ["a.example", "b.example", "c.example"].map { try DomainName($0) }.first { !running.contains($0) })
    let next = schedule.next(at: late)
    #expect(next == third)
  }

  @Test func firstAuditsOfManyAreSpread() throws {
    let names = (0..<100).map { "d\($0).example" }
    var times: [Duration] = []
    for number in names.indices {
      let value = Double(number) / 100
      var schedule = AuditSchedule { value }
      schedule.replace(
        with: Dictionary(
          uniqueKeysWithValues: try names.map {
            (try DomainName($0), AuditSchedule.Entry(interval: Self.day, sinceLast: nil))
          }), at: .zero)
      times.append(try #require(schedule.nextDue))
    }
    #expect(Set(times).count == 100)
    #expect(times.allSatisfy { $0 <= .seconds(20 * 99) })
  }

  @Test func aRestartKeepsTheInterval() throws {
    #expect(try schedule(["a.example"], sinceLast: .seconds(6400)).nextDue == .seconds(80_000))
    #expect(try schedule(["a.example"], sinceLast: Self.day * 9).nextDue == .zero)
    // A clock that was set back makes nothing wait longer than the interval.
    #expect(try schedule(["a.example"], sinceLast: .seconds(-5)).nextDue == Self.day)
  }

  @Test func whatMustBeConfirmedIsAuditedSoon() throws {
    var schedule = try schedule(["a.example"])
    let due = schedule.next(at: .zero)
    let domain = try #require(due)
    schedule.finish(domain, soon: true, at: .zero)
    #expect(schedule.nextDue == .seconds(300))
    schedule.replace(with: [domain: AuditSchedule.Entry(interval: .seconds(60), sinceLast: nil)], at: .zero)
    #expect(schedule.nextDue == .seconds(60))
    _ = schedule.next(at: .seconds(60))
    schedule.finish(domain, soon: true, at: .seconds(60))
    #expect(schedule.nextDue == .seconds(75))
  }

  @Test func aDomainThatIsTakenAwayDoesNotComeBack() throws {
    var schedule = try schedule(["a.example", "b.example"])
    let due = schedule.next(at: .seconds(600))
    let running = try #require(due)
    schedule.replace(with: [:], at: .seconds(600))
    schedule.finish(running, soon: true, at: .seconds(600))
    let next = schedule.next(at: .seconds(9999))
    #expect(schedule.nextDue == nil && next == nil)
  }
}
