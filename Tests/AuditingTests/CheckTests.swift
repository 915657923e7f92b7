// Every check of the zone fires at its fixture, and at nothing else.

import Model
import Testing

@testable import Auditing

@Suite struct CheckTests {
  static let zoneSections: Set<AuditSection> = [.delegation, .nameservers, .zone, .dnssec, .takeover]
  /// The checks that these fixtures are for; those of mail have their own.
  static let checks = AuditCheck.all.filter { check in
    zoneSections.contains(check.section) && !MailChecks.rules.contains { $0.id == check.rule.id }
  }

  @Test(arguments: CheckFixture.all) func aFaultIsNamed(_ fixture: CheckFixture) throws {
    let (report, _) = try Internet(fixture.world()).audit(Self.checks)
    let found = report.findings.map(\.finding).filter { $0.rule == fixture.rule }
    let row = try #require(Self.checks.first { $0.rule.id == fixture.rule }, "there is no check \(fixture.rule)")
    let expected = fixture.severity ?? row.rule.severity
    #expect(
      found.map(\.severity).contains(expected),
      "found \(report.findings.map { ($0.finding.rule, $0.finding.evidence) })")
    let others = Set(report.findings.map(\.finding).filter { $0.severity > .info }.map(\.rule))
    #expect(others.subtracting([fixture.rule]).isSubset(of: fixture.besides), "\(others)")
    for finding in report.findings.map(\.finding) { expectReadable(finding) }
  }

  @Test func everyCheckHasAFixture() {
    let missing = Set(Self.checks.map(\.rule.id)).subtracting(CheckFixture.all.map(\.rule))
    #expect(missing.sorted() == [])
  }

  @Test(arguments: [nil, "nsec", "nsec3", "ed25519"]) func aCleanZoneHasNoFindingAboveInformation(_ signed: String?)
    throws
  {
    let (report, _) = try Internet(try signed.map(World.signed) ?? World.clean).audit(Self.checks)
    #expect(report.findings.filter { $0.finding.severity > .info }.map(\.finding) == [])
    #expect(report.score == report.of)
  }

  private func expectReadable(_ finding: Finding) {
    #expect(finding.text.hasSuffix("."), "\(finding.text)")
    #expect(finding.remedy.hasSuffix(".") || finding.remedy.contains(": "), "\(finding.remedy)")
    #expect(!finding.evidence.isEmpty, "\(finding.rule)")
  }
}
