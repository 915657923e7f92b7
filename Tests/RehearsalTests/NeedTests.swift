// What is asked: everything that mail needs, and what follows from the answers.

import Conventions
import Model
import Testing

@testable import Rehearsal

@Suite struct NeedTests {
  private static func absolute(_ name: Substring) -> String { name == "@" ? "domain.com" : "\(name).domain.com" }

  @Test func everythingThatMailNeedsIsAsked() throws {
    var hosts = Miniature(now: [], then: [])
    _ = try hosts.rehearse(keys: ["s1"], given: [Question(try DomainName("shop.domain.com"), .cname)])
    let asked = Set(hosts.asked.map { "\($0.question.name) \($0.question.type)" })
    let wanted = [
      "@ SOA", "@ NS", "@ DS", "@ DNSKEY", "@ MX", "@ TXT", "@ A", "@ AAAA", "@ CAA", "s1._domainkey TXT",
      "_domainkey TXT", "_dmarc TXT", "_mta-sts TXT", "mta-sts A", "mta-sts AAAA", "_smtp._tls TXT",
      "default._bimi TXT", "autoconfig A", "autodiscover AAAA", "_autodiscover._tcp SRV", "_submission._tcp SRV",
      "_submissions._tcp SRV", "_imap._tcp SRV", "_imaps._tcp SRV", "_pop3s._tcp SRV", "probe TXT", "probe MX",
      "probe._domainkey TXT", "shop CNAME", "zendesk1._domainkey TXT", "selector2._domainkey TXT",
    ]
    for words in wanted.map({ $0.split(separator: " ") }) {
      #expect(asked.contains("\(Self.absolute(words[0])) \(words[1])"))
    }
    #expect(Vendors.selectors.allSatisfy { asked.contains("\($0)._domainkey.domain.com TXT") })
    // Both sides are asked each question once.
    let ofServers = hosts.asked.filter { if case .servers = $0.target { true } else { false } }
    #expect(Set(ofServers).count == ofServers.count)
  }

  @Test(arguments: [
    (["@ MX 10 mail", "mail A 192.0.2.1", "mail AAAA 2001:db8::1"], ["mail A", "mail AAAA"]),
    (["@ MX 10 mail", "_25._tcp.mail TLSA 3 1 1 00"], ["_25._tcp.mail TLSA"]),
    (["@ A 192.0.2.1"], ["@ A"]),
    (
      [
        #"@ TXT "v=spf1 include:_spf.domain.com -all""#, #"_spf TXT "v=spf1 redirect=_more.domain.com""#,
        #"_more TXT "v=spf1 a:out.domain.com/28 mx:in.domain.com exists:ok.domain.com -all""#, "out A 192.0.2.1",
        "in MX 10 relay", "relay A 192.0.2.2", "ok A 127.0.0.1",
      ],
      ["_spf TXT", "_more TXT", "out A", "in MX", "ok A"]
    ),
    (["_imaps._tcp SRV 0 1 993 imap", "imap A 192.0.2.1"], ["_imaps._tcp SRV", "imap A"]),
    (["autodiscover CNAME cfg", "cfg A 192.0.2.1"], ["autodiscover A", "cfg A"]),
    (
      ["mta-sts CNAME policy", "policy AAAA 2001:db8::1", #"_mta-sts TXT "v=STSv1; id=1""#],
      ["_mta-sts TXT", "mta-sts AAAA", "policy AAAA"]
    ),
    (
      [#"_smtp._tls TXT "v=TLSRPTv1; rua=mailto:a@b.example""#, #"default._bimi TXT "v=BIMI1; l=""#],
      ["_smtp._tls TXT", "default._bimi TXT"]
    ),
    (
      ["s1._domainkey CNAME k._domainkey", #"k._domainkey TXT "v=DKIM1; p=AAAA""#],
      ["s1._domainkey TXT", "k._domainkey TXT"]
    ),
    // Halves of a vendor's pair that nobody watches.
    (
      [
        "selector2._domainkey CNAME selector2-domain-com._domainkey.x.onmicrosoft.com.",
        "selector1._domainkey CNAME selector1-domain-com._domainkey.x.onmicrosoft.com.",
      ],
      ["selector1._domainkey TXT", "selector2._domainkey TXT"]
    ),
    (
      [
        "hs1-4711._domainkey CNAME domain-com.hs01a.dkim.hubspotemail.net.",
        "hs2-4711._domainkey CNAME domain-com.hs01b.dkim.hubspotemail.net.",
      ],
      ["hs2-4711._domainkey TXT"]
    ),
    ([#"@ CAA 0 issue "ca.example""#], ["@ CAA"]),
  ])
  func followsFromWhatIsServed(_ lines: [String], _ lost: [String]) throws {
    var hosts = Miniature(now: lines, then: [])
    let report = try hosts.rehearse(keys: ["s1", "hs1-4711"])
    let missing = Set(
      report.items.filter { $0.difference == .missing }.map { "\($0.question.name) \($0.question.type)" })
    for line in lost {
      let words = line.split(separator: " ")
      #expect(missing.contains("\(Self.absolute(words[0])) \(words[1])"))
    }
  }

  @Test func namesOutsideTheZoneDoNotMove() throws {
    var hosts = Miniature(
      now: ["@ MX 10 mx.example.", #"@ TXT "v=spf1 include:spf.example a:out.example -all""#], then: [])
    _ = try hosts.rehearse()
    #expect(try hosts.asked.allSatisfy { try $0.question.name.isWithin(DomainName("domain.com")) })
  }

  @Test func whatTheHostMakesIsNotCopied() throws {
    let types = ["SOA", "NS", "DS", "DNSKEY", "RRSIG", "NSEC", "NSEC3PARAM", "CDS"]
    let given = try types.map { Question(try DomainName("domain.com"), try #require(RecordType(mnemonic: $0))) }
    var hosts = Miniature(now: ["@ NS a.example.", ##"@ TYPE59 \# 4 00000000"##], then: [])
    #expect(try hosts.rehearse(given: given).differences == [])
  }

  @Test func aDomainBelowTheZoneIsItsOwnMatter() throws {
    var hosts = Miniature(
      now: ["@ MX 10 a.example.", "news MX 10 b.example.", #"s1._domainkey.news TXT "v=DKIM1; p=""#], then: [])
    let report = try hosts.rehearse(keys: ["s1"], domain: "news.domain.com")
    #expect(Set(report.compared) == ["s1._domainkey.news.domain.com TXT", "news.domain.com MX"])
    #expect(report.zone == (try DomainName("domain.com")))
  }

  @Test func noZoneLeadsOnForEver() throws {
    var loop = Miniature(
      now: [#"@ TXT "v=spf1 include:a.domain.com""#, #"a TXT "v=spf1 include:domain.com""#], then: [])
    #expect(try loop.rehearse().verdict == .critical)
    // A tree of 4000 names.
    let lines = (0..<4000).map { number in
      let more = (1...30).map { #""include:c\#(number * 30 + $0).domain.com ""# }
      return "\(number == 0 ? "@" : "c\(number)") TXT \"v=spf1 \" " + more.joined(separator: " ")
    }
    var tree = Miniature(now: lines, then: [])
    _ = try tree.rehearse()
    let names = Set(tree.asked.map(\.question.name).filter { $0.description.hasPrefix("c") })
    #expect((900..<1200).contains(names.count))
  }
}
