// Hosts of zones: who is recognised, and what their panels are told.

import Model
import TestSupport
import Testing

@testable import Conventions

@Suite struct DNSHostTests {
  private static let zone = "domain.com"

  private static let short = "v=DKIM1; k=rsa; p=MIGfMA0GCSq"
  private static let long = "v=DKIM1; k=rsa; p=" + String(repeating: "MIIBIjAN", count: 48) + "IDAQAB"

  private static func record(_ owner: String, _ data: ResourceRecord.Data, ttl: UInt32 = 3600) throws -> ResourceRecord
  {
    let type: RecordType =
      switch data {
      case .txt: .txt
      case .cname: .cname
      default: .mx
      }
    return ResourceRecord(owner: try DomainName(owner), type: type, ttl: ttl, data: data)
  }

  @Test func everyRowIsWellFormed() {
    #expect(DNSHosts.errors.isEmpty)
    #expect(DNSHosts.all.count > 45)
    #expect(Set(DNSHosts.all.map(\.name)).count == DNSHosts.all.count)
  }

  @Test(arguments: DNSHosts.all) func exampleBelongsToItsHostAndNoOther(_ host: DNSHost) throws {
    let example = try #require(host.example)
    #expect(DNSHosts.all.filter { $0.servers.contains { $0.match(example) != nil } } == [host])
    #expect(host.source.hasPrefix("https://"))
    #expect(host.note.isEmpty || host.note.last == ".")
  }

  @Test(arguments: [
    (["lily.ns.cloudflare.com", "rob.ns.cloudflare.com"], "Cloudflare"),
    (["ns-2048.awsdns-64.com", "ns-1.awsdns-00.co.uk"], "Amazon Route 53"),
    (["ns1-07.azure-dns.com", "ns4-07.azure-dns.info"], "Azure DNS"),
    (["ns-12-a.gandi.net", "ns1.example.net", "ns-12-b.gandi.net"], "Gandi"),
    (["ns1.example.net", "lily.ns.cloudflare.com"], "Cloudflare"),
    (["NS1.DESEC.IO"], "deSEC"), (["ns1.example.net"], "zone file"), ([], "zone file"),
    (["ns.cloudflare.com.example.net"], "zone file"), (["evil-awsdns-64.com"], "zone file"),
  ]) func areRecognisedByMostServers(_ servers: [String], _ name: String) throws {
    #expect(try DNSHosts.host(servers: servers.map { try DomainName($0) }).name == name)
  }

  @Test func whatIsEntered() throws {
    let zone = try DomainName(Self.zone)
    let records = [
      try Self.record("zendesk1._domainkey.domain.com", .txt(TextRecord(Self.short))),
      try Self.record("s2026._domainkey.mail.domain.com", .txt(TextRecord(Self.long)), ttl: 300),
      try Self.record("zendesk1._domainkey.domain.com", .cname(DomainName("zendesk1._domainkey.zendesk.com"))),
      try Self.record("domain.com", .txt(TextRecord("v=spf1 -all"))),
    ]
    let text = (DNSHosts.all + [.zoneFile]).map { host in
      let instructions = records.map { host.instructions(for: $0, zone: zone) }
      return "== \(host.name)\n"
        + instructions.map { "\($0.lines.joined(separator: "\n"))\n\($0)\n" }.joined(separator: "\n")
    }
    expectGolden(text.joined(separator: "\n"), "hosts.txt")
  }

  /// The strings that a panel is given, joined as a receiver joins them, are the text.
  @Test(arguments: DNSHosts.all) func nothingIsLostOrAdded(_ host: DNSHost) throws {
    for text in [Self.short, Self.long, "a \"quoted\" \\ text", String(repeating: "x", count: 255), ""] {
      let record = try Self.record("s1._domainkey.domain.com", .txt(TextRecord(text)))
      let form = try host.instructions(for: record, zone: DomainName(Self.zone))
      let value = try #require(form.fields.first { $0.field == host.fields.text }).value
      switch host.textForm {
      case .plain: #expect(value == text)
      case .strings: #expect(value == TextRecord(text).zoneFileText)
      }
      #expect(form.zoneFileLine == "s1._domainkey.domain.com. 3600 IN TXT \(TextRecord(text).zoneFileText)")
    }
  }

  @Test func whatNoPanelTakesIsALine() throws {
    let host = DNSHosts.all[0]
    let zone = try DomainName(Self.zone)
    let unprintable = try Self.record("s1._domainkey.domain.com", .txt(TextRecord(bytes: [0x76, 0xC3, 0xA4])))
    #expect(
      host.instructions(for: unprintable, zone: zone).description
        == #"In the zone file: s1._domainkey.domain.com. 3600 IN TXT "v\195\164""#)
    let outside = try Self.record("s1._domainkey.vendor.example", .txt(TextRecord("v=DKIM1; p=")))
    #expect(host.instructions(for: outside, zone: zone).place == nil)
    let mail = try Self.record("domain.com", .other([0, 10] + DomainName("mx.domain.com").wire))
    #expect(host.instructions(for: mail, zone: zone).zoneFileLine == "domain.com. 3600 IN MX 10 mx.domain.com.")
  }

  @Test(arguments: [
    (0, "", "line 1: cell 1 must not be empty"), (1, "<x", "line 1: '<x' is no pattern of a name"),
    (5, "here", "line 1: found 'here' for the name, expected @, blank or absolute"),
    (8, "both", "line 1: found 'both' for TXT, expected plain or strings"),
    (9, "both", "line 1: found 'both' for CNAME, expected plain or dot"),
    (10, "Auto", "line 1: found the setting 'Auto', expected 'field=value' or -"),
    (12, "ns.other.example", "line 1: the example 'ns.other.example' is none of the servers"),
    (14, "a\tb", "line 1: found 16 cells, expected 15"),
  ]) func malformedRowsAreLeftOut(_ cell: Int, _ text: String, _ error: String) {
    var cells = ["A", "*.a.example", "DNS", "Type", "Name", "@", "Text", "Target", "plain", "plain", "-", "-"]
    cells += ["ns.a.example", "https://a", ""]
    let good = cells.joined(separator: "\t")
    cells[cell] = text
    let table = DNSHostTable("\(cells.joined(separator: "\t"))\n\(good)\n".utf8)
    #expect(table.errors.map(\.description) == [error])
    #expect(table.hosts.map(\.name) == ["A"])
  }
}
