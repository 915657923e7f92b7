// The course of an audit: what is asked when, what bounds it, and how the report counts.

import DNSSEC
import Model
import Testing

@testable import Auditing

@Suite struct AuditTests {
  @Test func everyRuleStandsOnce() {
    let ids = AuditCheck.all.map(\.rule.id)
    #expect(Set(ids).count == ids.count)
  }

  @Test func whatDoesNotDependIsAskedTogether() throws {
    let (_, rounds) = try Internet(World.clean).audit(CheckTests.checks)
    // The zone, then what its names lead to, then who has registered them.
    #expect(rounds.count <= 4)
    let asked = rounds.flatMap { $0 }
    #expect(Set(asked).count == asked.count)
  }

  @Test func aBoundOnQuestionsHolds() throws {
    let (report, _) = try Internet(World.clean).audit(CheckTests.checks, limit: 20)
    #expect(report.effort.isCut)
    #expect(report.effort.questions <= 40)
    #expect(report.findings.filter { $0.finding.severity > .info }.isEmpty)
  }

  @Test func manyKeysOfOneTagTakeBoundedWork() throws {
    var world = try World.signed("nsec")
    // The tag is a sum of 16-bit words: keys whose words are in another order have the same one.
    let zone = try #require(world.hosts.first).lines
    let line = try #require(zone.first { $0.contains("\tDNSKEY\t") })
    for index in world.hosts.indices { world.hosts[index].lines += Array(repeating: line, count: 1) }
    for number in 0..<1000 {
      world.add("@ 3600 IN DNSKEY 257 3 13 " + Self.key(number))
    }
    let clock = ContinuousClock()
    var report: AuditReport?
    let time = try clock.measure { report = try Internet(world).audit(CheckTests.checks).report }
    #expect(time < .seconds(20))
    let found = report?.findings.map(\.finding.rule) ?? []
    #expect(found.contains("dnskey-set-large"))
  }

  /// 64 bytes that are all different for different numbers.
  private static func key(_ number: Int) -> String {
    let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
    let head = [digits[number / 4096 % 64], digits[number / 64 % 64], digits[number % 64], "A"]
    return String(head) + String(repeating: "A", count: 80) + "AA=="
  }
}

@Suite struct ScoreTests {
  private func loss(_ area: AuditArea, _ cost: Int, _ severity: Severity = .warning, cap: AuditGrade? = nil)
    -> AuditScore.Loss
  {
    AuditScore.Loss(area: area, cost: cost, severity: severity, cap: cap)
  }

  @Test func nothingWrongIsTenOfTen() {
    let score = AuditScore([], unjudged: [], marks: [])
    #expect(score.points == 100)
    #expect(score.grade == .a)
    #expect(AuditScore([], unjudged: [], marks: Set(AuditMark.allCases)).grade == .aPlus)
  }

  @Test func anAreaLosesNoMoreThanItsBudget() {
    let score = AuditScore(Array(repeating: loss(.zone, 15, .critical), count: 4), unjudged: [], marks: [])
    #expect(score.points == 80)
    #expect(score.charged == [15, 5, 0, 0])
  }

  @Test func theSumOfLossesIsWhatIsMissing() {
    let losses = [loss(.spf, 7), loss(.zone, 20, .critical), loss(.dmarc, 3), loss(.zone, 3), loss(.dkim, 15)]
    for shift in losses.indices {
      let turned = Array(losses[shift...] + losses[..<shift])
      let score = AuditScore(turned, unjudged: [], marks: [])
      #expect(score.charged.reduce(0, +) == 100 - score.points)
      #expect(score.points == 55)
    }
  }

  @Test func removingAFindingNeverLowersTheScore() {
    let losses = [loss(.spf, 7), loss(.zone, 20, .critical), loss(.zone, 3), loss(.takeover, 10, .critical, cap: .f)]
    let whole = AuditScore(losses, unjudged: [], marks: [])
    for index in losses.indices {
      var rest = losses
      rest.remove(at: index)
      let score = AuditScore(rest, unjudged: [], marks: [])
      #expect(score.points >= whole.points)
      #expect((score.grade ?? .f) <= (whole.grade ?? .f))
    }
  }

  @Test func anAreaThatIsNotJudgedLeavesTheScore() {
    let score = AuditScore([loss(.dkim, 15)], unjudged: [.dkim], marks: [])
    #expect(score.total == 85)
    #expect(score.points == 85)
    #expect(AuditScore([], unjudged: [.zone, .dmarc], marks: []).grade == nil)
  }

  @Test func aCriticalFindingCapsTheGrade() {
    #expect(AuditScore([loss(.spf, 1, .critical)], unjudged: [], marks: []).grade == .c)
    #expect(AuditScore([loss(.takeover, 1, .critical, cap: .f)], unjudged: [], marks: []).grade == .f)
  }

  @Test func budgetsAreTenPoints() {
    #expect(AuditArea.allCases.reduce(0) { $0 + $1.budget } == 100)
    let without = AuditArea.allCases.filter { area in !AuditSection.allCases.contains { $0.area == area } }
    #expect(without == [])
  }
}
