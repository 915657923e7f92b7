// Which DMARC record is for a domain, by both standards; report addresses of others.

import Model
import Policies
import Testing

@Suite struct DMARCDiscoveries {
  struct Row: CustomTestStringConvertible, Sendable {
    var domain: String
    var zone: String
    /// Organizational domain, location and policy by the walk and by the list.
    var walk: String
    var list: String
    var testDescription: String { "\(domain): \(zone.split(separator: "\n").first ?? "")" }
  }

  static let rows: [Row] = [
    Row(
      domain: "example.com", zone: "_dmarc.example.com TXT v=DMARC1; p=reject",
      walk: "example.com example.com reject", list: "example.com example.com reject"),
    Row(
      domain: "mail.example.com", zone: "_dmarc.example.com TXT v=DMARC1; p=reject; sp=quarantine",
      walk: "example.com example.com quarantine", list: "example.com example.com quarantine"),
    Row(domain: "mail.example.com", zone: "", walk: "mail.example.com - -", list: "example.com - -"),
    // The walk goes on behind several records; the former standard stops.
    Row(
      domain: "mail.example.com",
      zone: """
        _dmarc.mail.example.com TXT v=DMARC1; p=none
        _dmarc.mail.example.com TXT v=DMARC1; p=reject
        _dmarc.example.com TXT v=DMARC1; p=quarantine
        """,
      walk: "example.com example.com quarantine", list: "example.com - -"),
    Row(
      domain: "a.b.example.com",
      zone: "_dmarc.b.example.com TXT v=DMARC1; p=reject; psd=n\n_dmarc.example.com TXT v=DMARC1; p=none",
      walk: "b.example.com b.example.com reject", list: "example.com example.com none"),
    Row(
      domain: "a.b.c.d.e.f.g.h.i.j.example.com", zone: "_dmarc.example.com TXT v=DMARC1; p=reject",
      walk: "example.com example.com reject", list: "example.com example.com reject"),
    // A record in the middle is for the walk alone.
    Row(
      domain: "a.mail.example.com", zone: "_dmarc.mail.example.com TXT v=DMARC1; p=reject",
      walk: "mail.example.com mail.example.com reject", list: "example.com - -"),
    // The public suffix stands above.
    Row(
      domain: "mail.giant.bank.example",
      zone: "_dmarc.bank.example TXT v=DMARC1; p=reject; psd=y\n_dmarc.giant.bank.example TXT v=DMARC1; p=quarantine",
      walk: "giant.bank.example giant.bank.example quarantine", list: "bank.example bank.example reject"),
    Row(
      domain: "mega.bank.example", zone: "_dmarc.bank.example TXT v=DMARC1; p=reject; psd=y",
      walk: "mega.bank.example bank.example reject", list: "bank.example bank.example reject"),
    // `np` where the name does not exist.
    Row(
      domain: "gone.example.com", zone: "_dmarc.example.com TXT v=DMARC1; p=reject; sp=none; np=quarantine",
      walk: "example.com example.com quarantine", list: "example.com example.com quarantine"),
    Row(
      domain: "there.example.com",
      zone: "there.example.com A 192.0.2.1\n_dmarc.example.com TXT v=DMARC1; p=reject; sp=none; np=quarantine",
      walk: "example.com example.com none", list: "example.com example.com none"),
    // Without a policy: none with a report address, else nothing.
    Row(
      domain: "example.com", zone: "_dmarc.example.com TXT v=DMARC1; rua=mailto:d@example.com",
      walk: "example.com example.com none", list: "example.com example.com none"),
    Row(
      domain: "example.com", zone: "_dmarc.example.com TXT v=DMARC1; adkim=s",
      walk: "example.com example.com -", list: "example.com example.com -"),
    Row(
      domain: "example.com", zone: "_dmarc.example.com TXT v=dmarc1; p=reject",
      walk: "example.com - -", list: "example.com - -"),
  ]

  private func text(_ finding: DMARCDiscovery.Finding) -> String {
    "\(finding.organizationalDomain) \(finding.location?.description ?? "-") \(finding.policy?.rawValue ?? "-")"
  }

  @Test(arguments: rows) func discovery(_ row: Row) throws {
    var zone = try Zone(row.zone)
    let result = try zone.discover(row.domain)
    #expect(text(result.byTreeWalk) == row.walk)
    #expect(text(result.bySuffixList) == row.list)
    #expect(!result.byTreeWalk.isUnknown)
  }

  @Test func theWalkHasEightStepsAtMost() throws {
    let names = DMARCDiscovery.walk(from: try DomainName("a.b.c.d.e.f.g.h.i.j.k.example.com"))
    #expect(
      names.map(\.description) == [
        "a.b.c.d.e.f.g.h.i.j.k.example.com", "g.h.i.j.k.example.com", "h.i.j.k.example.com", "i.j.k.example.com",
        "j.k.example.com", "k.example.com", "example.com", "com",
      ])
    #expect(DMARCDiscovery.walk(from: try DomainName("a.b.c.d.e.f.example.com")).count == 8)
  }

  @Test func aQuestionThatFailedLeavesTheResultOpen() throws {
    var zone = try Zone("_dmarc.mail.example.com FAILS TXT\n_dmarc.example.com TXT v=DMARC1; p=reject")
    let result = try zone.discover("mail.example.com")
    #expect(result.byTreeWalk.isUnknown && result.bySuffixList.isUnknown)
  }

  @Test func foreignReportAddressesHaveToAgree() throws {
    let record = try #require(
      DMARCRecord(
        TextRecord(
          "v=DMARC1; p=none; rua=mailto:a@mail.example.org,mailto:b@reports.example.net,mailto:c@other.example.com,"
            + "mailto:d@slow.example.se,https://x.example")))
    let check = DMARCReportCheck(record, at: try DomainName("www.example.org"))
    #expect(
      check.questions.map(\.name.description) == [
        "www.example.org._report._dmarc.reports.example.net", "www.example.org._report._dmarc.other.example.com",
        "www.example.org._report._dmarc.slow.example.se",
      ])
    var zone = try Zone(
      """
      www.example.org._report._dmarc.reports.example.net TXT v=DMARC1;
      www.example.org._report._dmarc.reports.example.net TXT other
      www.example.org._report._dmarc.slow.example.se FAILS TXT
      """)
    let replies = try zone.answers(check.questions)
    #expect(
      check.addresses.map { check.consent(of: $0, replies) }
        == [.notNeeded, .given, .missing, .unknown, .unusable])
  }
}
