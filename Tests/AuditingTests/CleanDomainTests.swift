// A whole domain that does everything right scores 10 of 10, and so does one that is closed.

import Model
import Testing

@testable import Auditing

@Suite struct CleanDomainTests {
  private func world(_ name: String) throws -> World {
    var world = try World.signed(name)
    world.elsewhere += [
      "ns2.example.net. 3600 IN AAAA 2600:1::2", ". 3600 IN NS a.root.example.",
      "25.4.8.8.in-addr.arpa. 3600 IN PTR mail.example.org.", "example.net. 3600 IN NS ns2.example.net.",
    ]
    return world
  }

  private func expectFlawless(_ report: AuditReport, _ grade: AuditGrade) {
    #expect(report.findings.filter { $0.finding.severity > .info }.map(\.finding) == [])
    #expect(report.score == 10 && report.of == 10)
    #expect(report.grade == grade)
    #expect(report.verdict == .ok)
    #expect(report.undecided == [])
  }

  @Test func aCleanDomainHasTenPointsAndTheBestGrade() throws {
    var world = try world("whole")
    world.selectors = ["s1"]
    world.files = [
      "https://mta-sts.example.org/.well-known/mta-sts.txt":
        "version: STSv1\nmode: enforce\nmx: mail.example.org\nmax_age: 1209600\n"
    ]
    let report = try Internet(world).audit().report
    expectFlawless(report, .aPlus)
    #expect(report.role == .active)
    #expect(report.summary == "No problems found with example.org.")
  }

  @Test func aClosedDomainHasTenPoints() throws {
    let report = try Internet(try world("parked")).audit().report
    expectFlawless(report, .a)
    #expect(report.role == .parked)
  }

  /// Every record that is taken away shows.
  @Test(arguments: ["_dmarc", "v=spf1 mx", "TLSA", "v=TLSRPTv1", "MX\t", "s1._domainkey"])
  func whatIsTakenAwayShows(_ text: String) throws {
    var world = try world("whole")
    world.selectors = ["s1"]
    let before = Set(try Internet(world).audit().report.findings.map(\.finding.rule))
    world.remove(text)
    let after = Set(try Internet(world).audit().report.findings.map(\.finding.rule))
    #expect(!after.subtracting(before).isEmpty)
  }
}
