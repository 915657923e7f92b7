// Audits one after the other: what is told, when, and what is not.

import Model
import Testing

@testable import Auditing

private func finding(_ rule: String, _ severity: Severity = .warning, _ evidence: String = "seen") -> Finding {
  Finding(rule: rule, severity: severity, text: "The text of \(rule).", evidence: evidence, remedy: "Fix \(rule).")
}

private func time(_ number: Int) -> Timestamp { World.now + .seconds(86_400 * Int64(number)) }

/// Audits in a row, each as its findings, and the checks that could not tell.
private struct Course {
  var memory = AuditMemory()
  private(set) var number = 0

  @discardableResult
  mutating func audit(_ findings: Finding..., undecided: [String] = [], score: Double = 10) throws -> AuditStep {
    let report = AuditReport(
      domain: try DomainName("example.org"), verdict: .ok, score: score, of: 10, grade: .a, summary: "A summary.",
      checkedAt: time(number), scheme: 1, role: .active,
      sections: [
        AuditReport.Section(
          id: .zone, title: "Zone", score: 10, of: 10,
          findings: findings.map { AuditReport.ScoredFinding(finding: $0, points: 0) }, good: [], unknown: [])
      ], undecided: undecided, records: AuditReport.Records(ns: [], mx: [], spf: nil, dmarc: nil), spf: nil,
      effort: AuditReport.Effort(questions: 1, limit: 1, rounds: 1, isCut: false))
    number += 1
    return memory.take(report)
  }

  /// The start: two audits with these findings.
  static func started(_ findings: Finding...) throws -> Course {
    var course = Course()
    for _ in 0..<2 {
      switch findings.count {
      case 0: try course.audit()
      case 1: try course.audit(findings[0])
      default: try course.audit(findings[0], findings[1])
      }
    }
    return course
  }
}

@Suite struct AuditMemoryTests {
  @Test func theStartIsKeptAndTellsNothing() throws {
    var course = Course()
    let first = try course.audit(finding("a"), finding("b"))
    #expect(first.spans.map(\.finding.rule) == ["a", "b"] && first.spans.allSatisfy { $0.lastSeen == nil })
    #expect(first.news == nil && first.needsConfirmation)
    // What the second audit does not show any more was never there for anybody.
    let second = try course.audit(finding("a"))
    #expect(second.news == nil && !second.needsConfirmation)
    #expect(second.spans.map(\.finding.rule) == ["b"] && second.spans.map(\.lastSeen) == [time(0)])
  }

  @Test func aDomainWithoutFindingsNeedsNoSecondLook() throws {
    var course = Course()
    #expect(try !course.audit().needsConfirmation)
    try course.audit(finding("a"))
    #expect(try course.audit(finding("a")).news?.new.map(\.rule) == ["a"])
  }

  @Test func aNewFindingIsToldOnceAndAfterASecondAudit() throws {
    var course = try Course.started(finding("old"))
    let first = try course.audit(finding("old"), finding("new", .critical), score: 9)
    #expect(first.news == nil && first.needsConfirmation)
    #expect(first.spans.map(\.finding.rule) == ["new"])
    let second = try course.audit(finding("old"), finding("new", .critical, "other evidence"), score: 9)
    #expect(second.news?.new == [finding("new", .critical, "other evidence")])
    #expect(second.news?.fixed == [] && second.news?.same == 1)
    #expect(second.news?.scoreBefore == 10 && second.news?.score == 9 && second.since == time(2))
    #expect(second.spans == [] && !second.needsConfirmation)
    #expect(try course.audit(finding("old"), finding("new", .critical)).news == nil)
  }

  @Test func aFindingThatOneAuditShowedIsNotTold() throws {
    var course = try Course.started()
    try course.audit(finding("new"))
    let second = try course.audit()
    #expect(second.news == nil && !second.needsConfirmation)
    #expect(second.spans.map(\.lastSeen) == [time(2)])
  }

  @Test func whatIsFixedIsToldOnceAndAfterASecondAudit() throws {
    var course = try Course.started(finding("old", .critical))
    let first = try course.audit()
    #expect(first.news == nil && first.needsConfirmation && first.spans == [])
    let second = try course.audit()
    #expect(second.news?.fixed.map(\.rule) == ["old"] && second.news?.new == [])
    #expect(second.news?.verdict == .ok && second.news?.severity == .critical)
    // It was there until the last audit that showed it.
    #expect(second.spans.map(\.lastSeen) == [time(1)])
    #expect(try course.audit().news == nil)
  }

  @Test func whatCouldNotBeAskedIsNotFixed() throws {
    var course = try Course.started(finding("old"))
    for _ in 0..<3 {
      let step = try course.audit(undecided: ["old"])
      #expect(step.news == nil && !step.needsConfirmation && step.spans == [])
    }
    try course.audit(finding("old"))
    // A doubt and a blind audit between two that see.
    try course.audit()
    #expect(try course.audit(undecided: ["old"]).news == nil)
    #expect(try course.audit().news?.fixed.map(\.rule) == ["old"])
  }

  @Test func whatWasSeenAtAServerThatIsSilentNowIsNotFixed() throws {
    let old = finding("ns-tcp-refused", .warning, "dig +tcp @192.0.2.2 example.org SOA → no answer")
    let dead = finding("server-failed-timeout", .warning, "dig @192.0.2.2 example.org SOA → no answer")
    var course = try Course.started(old)
    try course.audit(dead)
    let step = try course.audit(dead)
    #expect(step.news?.new.map(\.rule) == ["server-failed-timeout"] && step.news?.fixed == [])
    try course.audit()
    #expect(try course.audit().news?.fixed.map(\.rule) == ["ns-tcp-refused", "server-failed-timeout"])
  }

  @Test func aFindingThatGrowsWorseIsNew() throws {
    var course = try Course.started(finding("a", .warning))
    #expect(try course.audit(finding("a", .critical)).needsConfirmation)
    let step = try course.audit(finding("a", .critical))
    #expect(step.news?.new == [finding("a", .critical)] && step.news?.fixed == [])
    #expect(step.spans.map(\.lastSeen) == [time(2), nil])
    #expect(step.spans.map(\.finding.severity) == [.warning, .critical])
    // Better again, and no news: it is not over.
    #expect(try course.audit(finding("a", .warning)).news == nil)
  }

  @Test func severalFindingsOfOneRuleAreToldApart() throws {
    var course = try Course.started(finding("a", .warning, "1"), finding("a", .warning, "2"))
    #expect(Set(course.memory.known.map(\.span.position)) == [0, 1])
    try course.audit(finding("a", .warning, "2"))
    #expect(try course.audit(finding("a", .warning, "2")).news?.fixed == [finding("a", .warning, "1")])
  }

  @Test func aSummaryCountsAndNamesTheWorst() throws {
    let domain = try DomainName("example.org")
    func news(_ new: [Finding], _ fixed: [Finding]) -> String {
      Event.AuditNews(
        new: new, fixed: fixed, same: 0, score: 9, of: 10, grade: "A", scoreBefore: 9, gradeBefore: "A"
      ).summary(of: domain)
    }
    #expect(news([finding("a")], []) == "1 new problem with example.org. The text of a.")
    #expect(
      news([finding("a"), finding("b", .info)], [finding("c"), finding("d")])
        == "1 new problem and 1 new remark with example.org; 2 problems were fixed. The text of a.")
    #expect(news([], [finding("c")]) == "1 problem with example.org was fixed. It was: The text of c.")
    #expect(news([], [finding("c"), finding("d", .info)]) == "1 problem and 1 remark with example.org were fixed.")
  }
}

@Suite struct UndecidedTests {
  private func undecided(_ change: (inout World) -> Void) throws -> Set<String> {
    var world = World.clean
    change(&world)
    return Set(try Internet(world).audit().report.undecided ?? [])
  }

  @Test func aZoneThatAnswersLeavesNothingOpenButKeysThatCannotBeGuessed() throws {
    #expect(try undecided { _ in }.subtracting(["dkim-not-found"]) == [])
  }

  @Test func serversThatFailLeaveTheirChecksOpen() throws {
    let open = try undecided { for index in $0.hosts.indices { $0.hosts[index].failure = .timeout } }
    #expect(open.isSuperset(of: ["soa-expire-short", "ns-tcp-refused", "servers-disagree", "rrsig-expired"]))
    #expect(!open.contains("source-down"))
    #expect(try undecided { $0.isUnregistered = true }.isSuperset(of: ["soa-expire-short"]))
  }

  @Test func aResolverThatFailsLeavesMailOpen() throws {
    let open = try undecided { $0.resolverIsBogus = true }
    #expect(open.isSuperset(of: ["spf-missing", "dmarc-missing", "mx-missing"]))
    #expect(!open.contains("soa-expire-short"))
  }

  @Test func whatIsIgnoredCostsNothingAndIsNotShown() throws {
    var world = World.clean
    world.replace("1209600 3600", "86400 3600")
    func report(_ ignored: Set<String>) throws -> AuditReport {
      let internet = try Internet(world)
      return try internet.audit(ignored: ignored).report
    }
    let (whole, rest) = (try report([]), try report(["soa-expire-short"]))
    #expect(whole.findings.contains { $0.finding.rule == "soa-expire-short" })
    #expect(!rest.findings.contains { $0.finding.rule == "soa-expire-short" })
    #expect(rest.score > whole.score)
  }
}
