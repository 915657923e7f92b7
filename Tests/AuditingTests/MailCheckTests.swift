// Each check on mail fires where it should, and a clean domain and a closed one are left alone.

@testable import Auditing
import Model
import Policies
import Testing

/// The rules that fire on a zone, with their severity.
private func fired(
  _ lines: [String], domain: String = "example.org", selectors: [String] = ["s1"], client: SPFClient? = nil
)
  throws -> [(rule: String, severity: Severity, text: String)]
{
  let facts = try MailZone(lines).facts(domain, selectors: selectors, client: client).facts
  return MailChecks.findings(facts).map { ($0.rule, $0.severity, "\($0.text) [\($0.evidence)] \($0.remedy)") }
}

private struct Case: CustomTestStringConvertible, Sendable {
  var rule: String
  var severity: Severity
  var edits: [String]
  var isParked = false
  var client: String?
  var testDescription: String { "\(rule) \(edits)" }

  init(_ rule: String, _ severity: Severity, _ edits: [String], parked: Bool = false, client: String? = nil) {
    self.rule = rule
    self.severity = severity
    self.edits = edits
    isParked = parked
    self.client = client
  }
}

private let noMail = ["-example.org MX", "-example.org TXT v=spf1", "-s1._domainkey"]

private let cases: [Case] = [
  Case("mx-missing", .critical, ["-example.org MX", "-example.org A "]),
  Case("mx-implicit", .warning, ["-example.org MX"]),
  Case("mx-implicit", .info, ["-example.org MX", "example.org A 198.51.100.10"], parked: true),
  Case("mx-null-with-others", .warning, ["example.org MX 0 ."]),
  Case("mx-null-preference", .info, ["-example.org MX", "example.org MX 10 ."], parked: true),
  Case("mx-null-but-sends", .warning, ["-example.org MX", "example.org MX 0 ."]),
  Case(
    "mx-is-cname", .warning,
    ["-mx1.example.org A", "mx1.example.org CNAME real.example.org", "real.example.org A 198.51.100.1"]),
  Case("mx-is-address", .critical, ["example.org MX 30 198.51.100.7"]),
  Case("mx-name-invalid", .warning, ["example.org MX 30 a_b.example.org", "a_b.example.org A 198.51.100.7"]),
  Case("mx-host-without-address", .critical, ["-mx1.example.org A"]),
  Case("mx-host-without-address", .warning, ["-mx2.example.net A"]),
  Case("mx-address-not-public", .warning, ["mx1.example.org A 10.0.0.1"]),
  Case("mx-single-host", .info, ["-example.org MX 20"]),
  Case(
    "mx-same-address", .info,
    ["-mx2.example.net A", "mx2.example.net A 198.51.100.1", "mx2.example.net AAAA 2600:db8::1"]),
  Case("mx-no-ipv6", .info, ["-mx1.example.org AAAA", "-mx2.example.net AAAA"]),
  Case(
    "mx-hosts-mixed", .info,
    ["example.org MX 30 aspmx.l.google.com", "example.org MX 40 example-org.mail.protection.outlook.com"]),
  Case("mx-host-without-spf", .info, ["-mx1.example.org TXT"]),
  Case(
    "dkim-vendor-absent", .info,
    ["-example.org MX", "example.org MX 1 aspmx.l.google.com", "aspmx.l.google.com A 198.51.100.1"]),
  Case(
    "spf-exp-broken", .info,
    ["-example.org TXT v=spf1", "example.org TXT v=spf1 mx -all exp=why.example.org"]),
  Case(
    "spf-exp-broken", .info,
    [
      "-example.org TXT v=spf1", "example.org TXT v=spf1 mx -all exp=why.example.org", "why.example.org TXT one",
      "why.example.org TXT two",
    ]),
  Case("spf-misplaced", .info, ["-example.org TXT v=spf1", "_spf.example.org TXT v=spf1 mx -all"]),
  Case(
    "dmarc-psd-wrong", .warning,
    ["-_dmarc", "_dmarc.example.org TXT v=DMARC1; p=reject; psd=y; rua=mailto:dmarc@example.org"]),
  Case("client-spf", .critical, [], client: "192.0.2.77"),
  Case("ptr-missing", .critical, [], client: "203.0.113.5"),
  Case(
    "ptr-not-confirmed", .critical, ["-1.100.51.198", "1.100.51.198.in-addr.arpa PTR mx2.example.net"],
    client: "198.51.100.1"),
  Case(
    "ptr-generic", .warning,
    ["-1.100.51.198", "1.100.51.198.in-addr.arpa PTR dsl-pool.example.net", "dsl-pool.example.net A 198.51.100.1"],
    client: "198.51.100.1"),
  Case("helo-unresolved", .info, [], client: "203.0.113.5"),
  Case("spf-missing", .warning, ["-example.org TXT v=spf1"]),
  Case("spf-missing", .critical, ["-example.org TXT v=spf1", "-s1._domainkey", "_domainkey.example.org EXISTS"]),
  Case("spf-several", .critical, ["example.org TXT v=spf1 -all"]),
  Case("spf-syntax-error", .critical, ["-example.org TXT v=spf1", "example.org TXT v=spf1 ipv4:192.0.2.1 -all"]),
  Case(
    "spf-too-many-lookups", .critical,
    ["-example.org TXT v=spf1", "example.org TXT v=spf1 include:a.example.net include:b.example.net -all"]
      + ["a", "b"].map { side in
        "\(side).example.net TXT v=spf1 " + (0..<5).map { "include:i\($0).example.net" }.joined(separator: " ")
      } + (0..<5).map { "i\($0).example.net TXT v=spf1 ip4:203.0.113.\($0)" }),
  Case(
    "spf-lookups-near-limit", .info,
    [
      "-example.org TXT v=spf1",
      "example.org TXT v=spf1 \((0..<9).map { "include:i\($0).example.net" }.joined(separator: " ")) -all",
    ]
      + (0..<9).map { "i\($0).example.net TXT v=spf1 ip4:203.0.113.\($0)" }),
  Case(
    "spf-too-many-voids", .warning,
    ["-example.org TXT v=spf1", "example.org TXT v=spf1 a:x1.example.org a:x2.example.org a:x3.example.org -all"]),
  Case(
    "spf-mx-limit", .critical,
    ["-example.org TXT v=spf1", "example.org TXT v=spf1 mx:many.example.net -all"]
      + (0..<11).map { "many.example.net MX 10 h\($0).example.net" }),
  Case("spf-include-broken", .critical, ["-_spf.example.net"]),
  Case("spf-include-broken", .critical, ["_spf.example.net TXT v=spf1 ~all"]),
  Case("spf-loop", .critical, ["-_spf.example.net", "_spf.example.net TXT v=spf1 include:example.org -all"]),
  Case("spf-loop", .critical, ["-_spf.example.net", "_spf.example.net TXT v=spf1 include:_spf.example.net -all"]),
  Case(
    "spf-address-void", .warning, ["-example.org TXT v=spf1", "example.org TXT v=spf1 a:missing.example.org mx -all"]),
  Case("spf-all-pass", .critical, ["-example.org TXT v=spf1", "example.org TXT v=spf1 +all"]),
  Case("spf-all-pass", .critical, ["-_spf.example.net", "_spf.example.net TXT v=spf1 +all"]),
  Case("spf-all-neutral", .warning, ["-example.org TXT v=spf1", "example.org TXT v=spf1 mx ?all"]),
  Case("dkim-none", .warning, ["-s1._domainkey"]),
  Case("dkim-none", .critical, ["-s1._domainkey", "-example.org TXT v=spf1"]),
  Case(
    "dkim-selector-absent", .critical, ["-s1._domainkey", "s9._domainkey.example.org TXT v=DKIM1; p=\(MailZone.key)"]),
  Case("dkim-alias-dangling", .warning, ["k1._domainkey.example.org CNAME dkim.missing.example.net"]),
  Case("dkim-wildcard", .info, ["probe-7._domainkey.example.org TXT v=spf1 -all"]),
  Case("key-value-missing", .critical, ["-s1._domainkey", "s1._domainkey.example.org TXT v=DKIM1; k=rsa"]),
  Case("key-testing", .warning, ["-s1._domainkey", "s1._domainkey.example.org TXT v=DKIM1; t=y; p=\(MailZone.key)"]),
  Case("key-tag-unknown", .info, ["-s1._domainkey", "s1._domainkey.example.org TXT v=DKIM1; zz=1; p=\(MailZone.key)"]),
  Case("dmarc-missing", .warning, ["-_dmarc.example.org"]),
  Case("dmarc-misplaced", .warning, ["-_dmarc.example.org", "example.org TXT v=DMARC1; p=reject"]),
  Case(
    "dmarc-policy-monitoring", .info, ["-_dmarc", "_dmarc.example.org TXT v=DMARC1; p=none; rua=mailto:d@example.org"]),
  Case("dmarc-several", .critical, ["_dmarc.example.org TXT v=DMARC1; p=none"]),
  Case("dmarc-parked-open", .warning, ["-_dmarc", "_dmarc.example.org TXT v=DMARC1; p=quarantine"], parked: true),
  Case(
    "dmarc-rua-unauthorised", .warning,
    ["-_dmarc", "_dmarc.example.org TXT v=DMARC1; p=reject; rua=mailto:d@mx2.example.net"]),
  Case(
    "dmarc-rua-undeliverable", .warning,
    ["-_dmarc", "_dmarc.example.org TXT v=DMARC1; p=reject; rua=mailto:d@nomail.example.org"]),
  Case(
    "dmarc-enforced-without-support", .warning,
    ["-s1._domainkey", "-example.org TXT v=spf1", "example.org TXT v=spf1 mx -all ipv4:1.2.3.4"]),
  Case("dmarc-spf-only", .warning, ["-s1._domainkey"]),
  Case("mta-sts-absent", .info, ["-_mta-sts", "-_25._tcp"]),
  Case("mta-sts-policy-unreachable", .warning, ["-FILE", "\(MailZone.file) !tls"]),
  Case("mta-sts-policy-unreachable", .warning, ["-FILE", "\(MailZone.file) !timeout"]),
  Case("mta-sts-policy-unreachable", .warning, ["-FILE", "\(MailZone.file) !tooLarge"]),
  Case("mta-sts-policy-unreachable", .warning, ["-FILE", "\(MailZone.file) 301 text/plain https://www.example.org/|"]),
  Case("mta-sts-policy-unreachable", .warning, ["-FILE", "\(MailZone.file) 404 text/html|"]),
  Case("mta-sts-policy-unreachable", .warning, ["-mta-sts.example.org A"]),
  Case(
    "mta-sts-policy-mode", .warning,
    ["-FILE", "\(MailZone.file) 200 text/plain|version: STSv1/n/mode: strict/n/max_age: 1/n/"]),
  Case("mta-sts-content-type", .info, ["-FILE", MailZone.goodFile.replacing("text/plain", with: "text/html")]),
  Case("mta-sts-mx-mismatch", .critical, ["-FILE", MailZone.goodFile.replacing("mx: mx2.example.net/n/", with: "")]),
  Case(
    "mta-sts-mx-mismatch", .warning,
    ["-FILE", MailZone.goodFile.replacing("mx: mx2.example.net/n/", with: "").replacing("enforce", with: "testing")]),
  Case(
    "mta-sts-mx-unused", .info,
    ["-FILE", MailZone.goodFile.replacing("/n/max_age", with: "/n/mx: old.example.org/n/max_age")]),
  Case("tls-rpt-absent", .warning, ["-_smtp._tls"]),
  Case("tls-rpt-absent", .info, ["-_smtp._tls", "-_mta-sts", "-_25._tcp"]),
  Case(
    "tls-rpt-undeliverable", .warning,
    ["-_smtp._tls", "_smtp._tls.example.org TXT v=TLSRPTv1; rua=mailto:t@nomail.example.org"]),
  Case("tlsa-absent", .info, ["-_25._tcp", "-_mta-sts"]),
  Case("tlsa-unanswered", .critical, ["_25._tcp.mx1.example.org FAILS TLSA servfail"]),
  Case("tlsa-insecure", .warning, ["mx1.example.org UNSIGNED", "_25._tcp.mx1.example.org UNSIGNED"]),
  Case("tlsa-not-on-all-mx", .warning, ["-_25._tcp.mx2"]),
  Case("tlsa-none-usable", .critical, ["-_25._tcp.mx1", "_25._tcp.mx1.example.org TLSA 3 1 1 abcd"]),
  Case(
    "bimi-dmarc-insufficient", .warning,
    [
      "default._bimi.example.org TXT v=BIMI1; l=https://example.org/logo.svg; a=", "-_dmarc",
      "_dmarc.example.org TXT v=DMARC1; p=none; rua=mailto:d@example.org",
    ]),
  Case(
    "bimi-logo-unreachable", .warning, ["default._bimi.example.org TXT v=BIMI1; l=https://example.org/logo.svg; a="]),
  Case(
    "bimi-logo-profile", .warning,
    [
      "default._bimi.example.org TXT v=BIMI1; l=https://example.org/logo.svg; a=",
      "FILE https://example.org/logo.svg 200 image/svg+xml|<svg version=\"1.1\"><script/></svg>",
    ]),
  Case(
    "bimi-evidence-unreachable", .warning,
    [
      "default._bimi.example.org TXT v=BIMI1; l=https://example.org/logo.svg; a=https://example.org/vmc.pem",
      "FILE https://example.org/vmc.pem 200 text/plain|hello",
    ]),
  Case("caa-absent", .info, ["-example.org CAA"]),
  Case("caa-unanswered", .critical, ["example.org FAILS CAA servfail"]),
  Case("caa-blocks-policy-host", .warning, ["-example.org CAA", "example.org CAA 0 issue \";\""]),
  Case("mx-target-free", .critical, ["example.org MX 5 mx.lapsed-7.com"]),
  Case(
    "spf-target-free", .critical, ["-example.org TXT v=spf1", "example.org TXT v=spf1 include:spf.lapsed-7.com -all"]),
  Case(
    "report-target-free", .warning, ["-_dmarc", "_dmarc.example.org TXT v=DMARC1; p=reject; rua=mailto:d@lapsed-7.com"]),
  Case("dmarc-boundary-differs", .warning, []),
]

@Suite struct MailCheckTests {
  @Test(arguments: cases.filter { $0.rule != "dmarc-boundary-differs" })
  fileprivate func theCheckFires(_ row: Case) throws {
    let client = try row.client.map {
      SPFClient(
        address: try #require(IPAddress($0)), sender: Array("a@example.org".utf8),
        helo: Array("nobody.example.org".utf8))
    }
    let found = try fired(
      MailZone.changed(row.isParked ? MailZone.parked : MailZone.clean, row.edits),
      selectors: row.isParked ? [] : ["s1"],
      client: client)
    #expect(
      found.contains { $0.rule == row.rule && $0.severity == row.severity },
      "\(found.map { "\($0.severity) \($0.rule): \($0.text)" })")
  }

  @Test func theBoundaryDiffersWhereARecordStandsBelowTheOrganizationOnly() throws {
    let found = try fired(
      MailZone.changed(
        MailZone.clean,
        [
          "mail.example.org MX 10 mx1.example.org", "-_dmarc",
          "mail.example.org TXT v=spf1 mx -all",
          "_dmarc.mail.example.org TXT v=DMARC1; p=reject; rua=mailto:d@example.org",
        ]),
      domain: "mail.example.org", selectors: [])
    #expect(found.contains { $0.rule == "dmarc-boundary-differs" })
  }

  @Test func everyRowOnMailHasACase() {
    let own = MailChecks.rules.map(\.id).filter { id in
      !PolicyRules.all.contains { $0.id == id } || ["spf-all-pass"].contains(id)
    }
    // Rows that say what was not answered have tests of their own; those of keys fire under the ids of the keys.
    let others = [
      "mx-unanswered", "spf-unanswered", "dmarc-unanswered", "dkim-not-found", "spf-include-unanswered",
      "dkim-key-unusable",
      "dkim-key-weak", "dkim-key-note",
    ]
    #expect(Set(own).subtracting(cases.map(\.rule)).subtracting(others).sorted() == [])
  }

  @Test(arguments: [("clean", ["s1"]), ("parked", [])])
  func aGoodDomainHasNoFindingAboveInfo(name: String, selectors: [String]) throws {
    let found = try fired(name == "clean" ? MailZone.clean : MailZone.parked, selectors: selectors)
    #expect(found.filter { $0.severity > .info }.map { "\($0.rule): \($0.text)" } == [])
    #expect(
      found.filter { !["mx-single-host", "dmarc-rua-missing", "caa-forbids-all", "caa-absent"].contains($0.rule) }.map(
        \.rule) == [])
  }

  @Test func aDomainThatDoesNotExistIsNotJudged() throws {
    let found = try fired([". EXISTS"], selectors: [])
    #expect(found.map(\.rule) == [])
  }

  @Test func aDomainWithoutMailIsToldHowToCloseIt() throws {
    let zone = [". EXISTS", "example.org A 198.51.100.10", "example.org NS ns1.example.org"]
    let facts = try MailZone(zone).facts(selectors: []).facts
    #expect(facts.role == .unused)
    let found = try fired(zone, selectors: [])
    #expect(Set(found.map(\.rule)) == ["mx-implicit", "spf-missing", "dmarc-missing", "caa-absent"])
    #expect(found.allSatisfy { $0.severity < .critical })
    #expect(found.contains { $0.text.contains("\"v=spf1 -all\"") })
  }

  @Test func mailBehindALargeHostGetsItsIncludes() throws {
    let zone = [
      ". EXISTS", "example.org MX 0 example-org.mail.protection.outlook.com",
      "example-org.mail.protection.outlook.com A 203.0.113.9",
    ]
    let found = try fired(zone, selectors: [])
    #expect(found.contains { $0.rule == "spf-missing" && $0.text.contains("include:spf.protection.outlook.com ~all") })
  }

  /// 20 includes, 3 MX: few rounds.
  @Test func aLargeDomainTakesFewRounds() throws {
    let zone = MailZone.changed(
      MailZone.clean,
      [
        "-example.org TXT v=spf1", "example.org MX 30 mx3.example.org", "mx3.example.org A 198.51.100.9",
        "example.org TXT v=spf1 \((0..<4).map { "include:v\($0).example.net" }.joined(separator: " ")) -all",
      ]
        + (0..<4).map { vendor in
          "v\(vendor).example.net TXT v=spf1 "
            + (0..<4).map { "include:v\(vendor)n\($0).example.net" }.joined(separator: " ")
        }
        + (0..<4).flatMap { vendor in (0..<4).map { "v\(vendor)n\($0).example.net TXT v=spf1 ip4:203.0.113.0/24" } })
    let result = try MailZone(zone).facts()
    #expect(result.rounds <= 6)
    #expect(result.questions < 150)
    #expect(result.facts.spf.tree?.lookups == 20)
  }
}

@Suite struct HostileMailTests {
  @Test func aRecordThatIncludesItselfEnds() throws {
    let result = try MailZone([
      ". EXISTS", "example.org MX 10 mx.example.org",
      "example.org TXT v=spf1 include:example.org include:example.org -all",
    ]).facts()
    #expect(result.questions < 80)
  }

  @Test func aTreeThatGrowsWithoutEndIsCut() throws {
    // Each record includes ten others.
    var lines = [
      ". EXISTS", "example.org MX 10 mx.example.org",
      "example.org TXT v=spf1 " + (0..<10).map { "include:a\($0).example.net" }.joined(separator: " "),
    ]
    for first in 0..<10 {
      lines.append(
        "a\(first).example.net TXT v=spf1 "
          + (0..<10).map { "include:a\(first)b\($0).example.net" }.joined(separator: " "))
      for second in 0..<10 {
        lines.append(
          "a\(first)b\(second).example.net TXT v=spf1 "
            + (0..<10).map { "mx:a\(first)b\(second)c\($0).example.net" }.joined(separator: " "))
      }
    }
    let result = try MailZone(lines).facts(selectors: [])
    #expect(result.questions <= MailPass.questionLimit)
    #expect(result.rounds < 12)
    #expect(MailChecks.findings(result.facts).contains { $0.rule == "spf-too-many-lookups" })
  }

  @Test(arguments: [
    "v=spf1 exists:%{l1r-}.%{d2}.example.net exists:%{i}._spf.%{d} include:%{ir}.%{v}.example.net -all",
    "v=spf1 " + String(repeating: "%{d}", count: 5000) + " -all",
    "v=spf1 " + (0..<10_000).map { "a:h\($0).example.net" }.joined(separator: " "),
    "v=spf1 a:<script>alert(1)</script>.example.net \u{1B}[31m -all",
  ])
  func hostileRecordsAreBounded(text: String) throws {
    let result = try MailZone([". EXISTS", "example.org MX 10 mx.example.org", "example.org TXT \(text)"]).facts(
      selectors: [])
    #expect(result.questions <= MailPass.questionLimit)
    for finding in MailChecks.findings(result.facts) {
      #expect(!finding.evidence.unicodeScalars.contains { $0.steersTerminal && $0 != "\n" }, "\(finding)")
      #expect(finding.evidence.utf8.count < 20_000)
    }
  }

  @Test(arguments: [
    "<svg version=\"1.2\" baseProfile=\"tiny-ps\"><title>x</title></svg>"
  ])
  func aLogoOfTheProfilePasses(file: String) throws {
    let zone = MailZone.changed(
      MailZone.clean,
      [
        "default._bimi.example.org TXT v=BIMI1; l=https://example.org/l.svg; a=https://example.org/v.pem",
        "FILE https://example.org/l.svg 200 image/svg+xml|\(file)",
        "FILE https://example.org/v.pem 200 text/plain|-----BEGIN CERTIFICATE-----",
      ])
    #expect(try fired(zone).filter { $0.severity > .info }.map(\.text) == [])
  }

  @Test(arguments: [
    "<!DOCTYPE svg [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;\">]><svg>&b;</svg>", "<html/>", "not XML",
    String(repeating: "<g>", count: 5000), "<svg onload=\"alert(1)\"><image xlink:href=\"http://x/\"/></svg>", "",
  ])
  func aHostileLogoIsAFinding(file: String) throws {
    let zone = MailZone.changed(
      MailZone.clean,
      [
        "default._bimi.example.org TXT v=BIMI1; l=https://example.org/l.svg; a=",
        "FILE https://example.org/l.svg 200 image/svg+xml|\(file)",
      ])
    #expect(try fired(zone).contains { $0.rule == "bimi-logo-profile" })
  }
}
