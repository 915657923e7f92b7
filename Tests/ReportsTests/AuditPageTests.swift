// The page of a report: nothing of a zone reaches it unescaped, and nothing is loaded from elsewhere.

@testable import Auditing
import Model
import Reports
import Testing

/// A report with everything in it, in the words of a hostile zone where they are its own.
private func report(_ evidence: String, score: Double = 8.5, grade: AuditGrade? = .b) throws -> AuditReport {
  func finding(_ rule: String, _ severity: Severity, _ points: Double) -> AuditReport.ScoredFinding {
    AuditReport.ScoredFinding(
      finding: Finding(
        rule: rule, severity: severity, text: "The text of \(rule).", evidence: evidence, remedy: "Do what helps."),
      points: points)
  }
  func section(_ id: AuditSection, _ findings: [AuditReport.ScoredFinding], good: [String] = [], unknown: [String] = [])
    -> AuditReport.Section
  {
    AuditReport.Section(
      id: id, title: id.title, score: findings.contains { $0.points > 0 } ? 4 : 10, of: 10, findings: findings,
      good: good,
      unknown: unknown)
  }
  return AuditReport(
    domain: try DomainName("example.org"), verdict: .critical, score: score, of: 10, grade: grade,
    summary: "1 critical problem with example.org.", checkedAt: try #require(Timestamp("2026-11-27T20:00:00Z")),
    scheme: 1,
    role: .active,
    sections: [
      section(.mx, [], good: ["Mail is taken by mx.example.org."]),
      section(.spf, [finding("spf-too-many-lookups", .critical, 1.5), finding("spf-too-long", .info, 0)]),
      section(.dmarc, [finding("dmarc-pct", .warning, 0.3)]),
      section(.dkim, [], unknown: ["No key at 40 usual selectors."]),
    ],
    records: AuditReport.Records(ns: ["ns1.example.org"], mx: ["10 mx.example.org."], spf: evidence, dmarc: nil),
    spf: nil, effort: AuditReport.Effort(questions: 90, limit: 1500, rounds: 5, isCut: false))
}

@Suite struct AuditPageTests {
  @Test func theTemplateIsRight() {
    #expect(AuditPage.html([]).contains("</html>"))
  }

  @Test func aReportHasItsFindingsItsGradeAndItsRecords() throws {
    let page = AuditPage.html([try report("v=spf1 include:a.example.net -all\nand more")])
    for text in [
      "<h1>example.org</h1>", "<b>8.5</b> of 10 points", "The text of spf-too-many-lookups.", "<span>and more</span>",
      "No key at 40 usual selectors.", "Do what helps.", "90 questions in 5 rounds",
    ] {
      #expect(page.contains(text), "\(text)")
    }
    // What costs most stands first.
    let first = try #require(page.firstRange(of: "spf-too-many-lookups")).lowerBound
    #expect(first < (try #require(page.firstRange(of: "dmarc-pct")).lowerBound))
  }

  @Test(arguments: [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "{{title}}{{{style}}}", "\u{202E}evil\u{1B}[31m",
    "</style>",
  ])
  func whatAZoneSaysIsText(evidence: String) throws {
    let page = AuditPage.html([try report(evidence), try report(evidence)])
    for tag in ["<script", "<img", "onerror=alert(1)>", "\u{202E}", "\u{1B}"] where !tag.isEmpty {
      #expect(!page.contains(tag), "\(tag)")
    }
    #expect(page.components(of: "<style>") == 1)
    #expect(page.components(of: "</style>") == 1)
  }

  @Test func nothingIsLoadedFromElsewhere() throws {
    let page = AuditPage.html([try report("https://example.org/")])
    for word in ["src=", "url(", "@import", "<link", "<script"] { #expect(!page.contains(word), "\(word)") }
    #expect(page.contains("default-src 'none'"))
  }
}

extension String {
  fileprivate func components(of word: String) -> Int { ranges(of: word).count }
}
