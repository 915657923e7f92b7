// What `rehearse` takes, and what it prints.

import ArgumentParser
import Foundation
import Model
import TestSupport
import Testing

@testable import Rehearsal
@testable import selectord

private let wide = Appearance(isColoured: false, isUnicode: true, columns: 140)

private func record(_ owner: String, _ type: RecordType, _ data: ResourceRecord.Data, ttl: UInt32 = 3600) throws
  -> ResourceRecord
{
  ResourceRecord(owner: try DomainName(owner), type: type, ttl: ttl, data: data)
}

private func texts(_ owner: String, _ text: String, ttl: UInt32 = 3600) throws -> [ResourceRecord] {
  [try record(owner, .txt, .txt(TextRecord(text)), ttl: ttl)]
}

/// A rehearsal in which everything happens.
private func report(at host: String) throws -> RehearsalReport {
  let servers = [1, 2].map { number in
    RehearsalReport.Server(
      name: "\(number == 1 ? "anna" : "bob").ns.\(host)", endpoint: Endpoint("192.0.2.\(number)"))
  }
  let old = RehearsalReport.Server(name: "ns1.old-host.net", endpoint: Endpoint("198.51.100.1"))
  func item(
    _ name: String, _ type: RecordType, _ purpose: Purpose, now: [ResourceRecord],
    _ results: [(Difference, [ResourceRecord])]
  ) throws -> RehearsalReport.Item {
    RehearsalReport.Item(
      question: Question(try DomainName(name), type), purpose: purpose, current: now,
      servers: zip(servers, results).map { server, result in
        RehearsalReport.ServerResult(
          server: server, difference: result.0, records: result.1,
          failure: result.0 == .unanswered ? .timeout : nil)
      })
  }
  let key = try texts("zendesk1._domainkey.domain.com", "v=DKIM1; p=" + String(repeating: "MIIB", count: 80))
  let alias = [
    try record("s1._domainkey.domain.com", .cname, .cname(DomainName("s1.domainkey.u1.wl.sendgrid.net")))
  ]
  let hosts = try [10, 20].map { number in
    try record("domain.com", .mx, .other([0, UInt8(number)] + DomainName("mx\(number).domain.com").wire))
  }
  let spf = try texts("domain.com", "v=spf1 mx -all")
  let dmarc = try texts("_dmarc.domain.com", "v=DMARC1; p=reject", ttl: 300)
  let extra = try texts("extra._domainkey.domain.com", "v=DKIM1; p=")
  let address = [try record("mx20.domain.com", .a, .a(.v4(0xC000_0219)))]
  return RehearsalReport(
    domain: try DomainName("domain.com"), zone: try DomainName("domain.com"), current: [old], future: servers,
    items: [
      try item("domain.com", .mx, .mail, now: hosts, [(.different, [hosts[0]]), (.equal, hosts)]),
      try item("domain.com", .txt, .spf, now: spf, [(.equal, spf), (.equal, spf)]),
      try item(
        "_dmarc.domain.com", .txt, .dmarc, now: dmarc,
        [
          (.ttl, try texts("_dmarc.domain.com", "v=DMARC1; p=reject")),
          (.ttl, try texts("_dmarc.domain.com", "v=DMARC1; p=reject")),
        ]),
      try item("extra._domainkey.domain.com", .txt, .key, now: [], [(.additional, extra), (.additional, extra)]),
      try item("s1._domainkey.domain.com", .txt, .key, now: alias, [(.missing, []), (.missing, [])]),
      try item("zendesk1._domainkey.domain.com", .txt, .key, now: key, [(.missing, []), (.equal, key)]),
      try item("mx20.domain.com", .a, .address, now: address, [(.equal, address), (.unanswered, [])]),
    ],
    notices: [
      Notice(
        severity: .critical, text: "The parent of domain.com has DS records (key tag 4711).",
        remedy: "Have the registrar remove them.", short: "DNSSEC would break"),
      Notice(severity: .info, text: "The present servers disagree about domain.com TXT.", remedy: ""),
    ])
}

@Test func aRehearsalAsATableAsJSONAndWithWhatGoesIntoThePanel() throws {
  let report = try report(at: "cloudflare.com")
  expectGolden(RehearsalText(appearance: wide).text(report), "rehearse.txt")
  expectGolden(RehearsalText(appearance: wide, showsAll: true).text(report), "rehearse-verbose.txt")
  let narrow = Appearance(isColoured: true, isUnicode: false, columns: 80)
  expectGolden(RehearsalText(appearance: narrow).text(report), "rehearse-narrow.txt")
  var stream = JSONStream(isLines: false)
  let value = try JSONValue(encoding: RehearsalObject(report: report, checkedAt: Samples.start))
  expectGolden(stream.add(value) + stream.finish(), "rehearse.json")
}

@Test func anEqualRehearsalIsShort() throws {
  var report = try report(at: "new-host.net")
  report.items = [report.items[1]]
  report.notices = []
  expectGolden(RehearsalText(appearance: wide).text(report), "rehearse-equal.txt")
  report.items = []
  #expect(report.verdict == .ok)
  #expect(RehearsalText(appearance: wide).text(report).contains("domain.com has no records for mail now"))
}

@Test func aTextFromAServerCannotSteerTheTerminal() throws {
  var report = try report(at: "new-host.net")
  report.items = [report.items[2]]
  report.items[0].servers[0].records = try texts("_dmarc.domain.com", "v=DMARC1\u{1B}[2J")
  #expect(!RehearsalText(appearance: wide, showsAll: true).text(report).contains("\u{1B}"))
}

@Test(arguments: [
  (["ns1.example.net"], ["ns1.example.net"]),
  (["ns1.example.net,ns2.example.net."], ["ns1.example.net", "ns2.example.net"]),
  (["192.0.2.1", "2001:db8::1"], ["192.0.2.1:5300", "[2001:db8::1]:5300"]),
  (["192.0.2.1:53,[2001:db8::1]:54"], ["192.0.2.1", "[2001:db8::1]:54"]),
  (["bücher.example"], ["xn--bcher-kva.example"]),
])
func serversAreTakenByNameOrAddress(_ words: [String], _ servers: [String]) throws {
  let found = try RehearsalInput.servers(words, defaultPort: 5300)
  #expect(found.map { $0.endpoints.first?.description ?? $0.name } == servers)
  #expect(found.allSatisfy { $0.endpoints.count <= 1 })
}

@Test(arguments: [[], [""], [","], ["a..b"], ["192.0.2.1:"], ["http://ns1.example"]])
func whatNamesNoServerIsRefused(_ words: [String]) {
  #expect(throws: ValidationError.self) { try RehearsalInput.servers(words, defaultPort: 53) }
}

@Test func namesOfAFileStandBelowTheDomainWithTypesOrWithout() throws {
  let folder = try Folder(["names": "# more\n\nshop\nwww.domain.com A aaaa # both\r\nx.domain.com. TYPE99\n"])
  let found = try RehearsalInput.names(of: folder.path("names"), domain: DomainName("domain.com"))
  #expect(
    found.map { "\($0.name) \($0.type)" } == [
      "shop.domain.com TXT", "shop.domain.com A", "shop.domain.com AAAA", "shop.domain.com MX", "www.domain.com A",
      "www.domain.com AAAA", "x.domain.com SPF",
    ])
}

@Test(arguments: [
  ("ok\na..b\n", ":2: "), ("x.example.net.\n", ":1: x.example.net is not part of the domain that moves, domain.com"),
  ("x FOO\n", ":1: 'FOO' is not a known record type"),
])
func aBadLineOfAFileOfNamesIsToldWithItsNumber(_ text: String, _ message: String) throws {
  let folder = try Folder(["names": text])
  let error = try #require(throws: CommandFailure.self) {
    try RehearsalInput.names(of: folder.path("names"), domain: DomainName("domain.com"))
  }
  #expect(error.message.hasPrefix(folder.path("names") + message))
}

@Test func aZoneFileGivesEachOfItsRecordSetsOnce() throws {
  let folder = try Folder([
    "zone": "$TTL 1h\n@ IN SOA ns1 h 1 2 3 4 5\n@ MX 10 a\n@ MX 20 b\n", "bad": "@ MX 10 a\nwww A 300.1.1.1\n",
  ])
  let domain = try DomainName("domain.com")
  let found = try RehearsalInput.names(ofZoneFile: folder.path("zone"), domain: domain)
  #expect(found == [Question(domain, .mx)])
  let error = try #require(throws: CommandFailure.self) {
    try RehearsalInput.names(ofZoneFile: folder.path("bad"), domain: domain)
  }
  #expect(error.message.hasPrefix(folder.path("bad") + ":2: "))
  #expect(throws: CommandFailure.self) {
    try RehearsalInput.names(ofZoneFile: folder.path("none"), domain: domain)
  }
}

@Test func badUsageIsUnknownAsWithEveryVerbThatGivesVerdicts() throws {
  for arguments in [
    ["rehearse"], ["rehearse", "domain.com"], ["rehearse", "domain.com", "--to", "192.0.2.1", "--wait", "x"],
  ] {
    let run = try Run(arguments)
    #expect(run.code == 3)
    #expect(run.out.isEmpty)
    #expect(run.err.hasPrefix("Error: "))
  }
}

/// Files in a folder of their own, removed when the value goes.
private final class Folder {
  private let url = FileManager.default.temporaryDirectory.appendingPathComponent("selectord-\(UUID().uuidString)")

  init(_ files: [String: String]) throws {
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    for (name, text) in files { try Data(text.utf8).write(to: url.appendingPathComponent(name)) }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appendingPathComponent(name).path }
}
