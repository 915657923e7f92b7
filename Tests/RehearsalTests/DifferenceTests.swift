// What counts as the same, as a warning and as a loss: one row a case.

import Model
import Testing

@testable import Rehearsal

/// Two zones, and what differs of them.
struct Case: Sendable, CustomTestStringConvertible {
  var what: String
  var now: [String]
  var then: [String]
  var differences: [String]
  var verdict: Verdict
  var outside: [String] = []

  init(
    _ what: String, now: [String], then: [String], _ differences: [String] = [], _ verdict: Verdict = .ok,
    outside: [String] = []
  ) {
    (self.what, self.now, self.then, self.differences, self.verdict, self.outside) =
      (what, now, then, differences, verdict, outside)
  }

  var testDescription: String { what }
}

private let key = #"s1._domainkey IN TXT "v=DKIM1; p=AAAA""#
private let vendor = "s1._domainkey IN CNAME s1.vendor.example."

private let cases = [
  Case("an empty zone", now: [], then: []),
  Case("the same", now: [key, "@ MX 10 mail"], then: ["@ MX 10 mail", key]),
  Case("another cut of the text", now: [key], then: [#"s1._domainkey IN TXT "v=DKIM1" "; p=" "AAAA""#]),
  Case(
    "another order, another case of names", now: ["@ MX 10 a", "@ MX 20 mail", "a A 192.0.2.1"],
    then: ["@ MX 20 MAIL", "@ MX 10 A", "a A 192.0.2.1"]),
  Case(
    "another case of the key is another key", now: [key], then: [#"s1._domainkey IN TXT "v=DKIM1; p=AAAa""#],
    ["s1._domainkey.domain.com TXT different"], .critical),
  Case("the key is missing", now: [key], then: [], ["s1._domainkey.domain.com TXT missing"], .critical),
  Case(
    "another TTL", now: [key], then: [#"s1._domainkey 60 IN TXT "v=DKIM1; p=AAAA""#],
    ["s1._domainkey.domain.com TXT ttl"], .warning),
  Case("a key that is new", now: [], then: [key], ["s1._domainkey.domain.com TXT additional"], .warning),
  Case(
    "a second key spoils the first", now: [key], then: [key, #"s1._domainkey IN TXT "v=DKIM1; p=BBBB""#],
    ["s1._domainkey.domain.com TXT different"], .critical),
  Case(
    "a second MX", now: ["@ MX 10 a.example."], then: ["@ MX 10 a.example.", "@ MX 20 b.example."],
    ["domain.com MX additional"], .warning),
  Case(
    "another preference", now: ["@ MX 10 a.example."], then: ["@ MX 20 a.example."], ["domain.com MX different"],
    .critical),
  Case(
    "one MX of two", now: ["@ MX 10 a.example.", "@ MX 20 b.example."], then: ["@ MX 10 a.example."],
    ["domain.com MX different"], .critical),
  Case(
    "a second SPF record", now: [#"@ TXT "v=spf1 -all""#], then: [#"@ TXT "v=spf1 -all""#, #"@ TXT "v=spf1 ~all""#],
    ["domain.com TXT different"], .critical),
  Case(
    "a token beside SPF", now: [#"@ TXT "v=spf1 -all""#], then: [#"@ TXT "v=spf1 -all""#, #"@ TXT "token=1""#],
    ["domain.com TXT additional"], .warning),
  Case(
    "a second DMARC record", now: [#"_dmarc TXT "v=DMARC1; p=none""#],
    then: [#"_dmarc TXT "v=DMARC1; p=none""#, #"_dmarc TXT "v=DMARC1; p=reject""#],
    ["_dmarc.domain.com TXT different"], .critical),
  Case("the same CNAME", now: [vendor], then: [vendor]),
  Case(
    "the CNAME flattened", now: [vendor], then: [key], ["s1._domainkey.domain.com TXT flattened"], .warning,
    outside: [#"s1.vendor.example. TXT "v=DKIM1; p=AAAA""#]),
  Case(
    "the text behind a CNAME", now: [key], then: [vendor], ["s1._domainkey.domain.com TXT flattened"], .warning,
    outside: [#"s1.vendor.example. TXT "v=DKIM1;" " p=AAAA""#]),
  Case(
    "flattened at the end of a chain", now: [vendor], then: [key], ["s1._domainkey.domain.com TXT flattened"],
    .warning, outside: ["s1.vendor.example. CNAME k.example.", #"k.example. TXT "v=DKIM1; p=AAAA""#]),
  Case(
    "a loop of CNAMEs", now: [vendor], then: [key], ["s1._domainkey.domain.com TXT different"], .critical,
    outside: ["s1.vendor.example. CNAME k.example.", "k.example. CNAME s1.vendor.example."]),
  Case(
    "flattened to another key", now: [vendor], then: [key], ["s1._domainkey.domain.com TXT different"], .critical,
    outside: [#"s1.vendor.example. TXT "v=DKIM1; p=BBBB""#]),
  Case(
    "a CNAME to elsewhere", now: [vendor], then: ["s1._domainkey CNAME s1.other.example."],
    ["s1._domainkey.domain.com TXT different"], .critical,
    outside: [
      #"s1.vendor.example. TXT "v=DKIM1; p=AAAA""#, #"s1.other.example. TXT "v=DKIM1; p=AAAA""#,
    ]),
  Case(
    "the panel has appended the zone", now: [key], then: [#"s1._domainkey.domain.com TXT "v=DKIM1; p=AAAA""#],
    ["s1._domainkey.domain.com TXT missing"], .critical),
  Case(
    "quotes in the text", now: [key], then: [#"s1._domainkey TXT "\"v=DKIM1; p=AAAA\"""#],
    ["s1._domainkey.domain.com TXT different"], .critical),
  Case("the same delegation", now: ["_domainkey NS a.example."], then: ["_domainkey NS a.example."]),
  Case(
    "no delegation", now: ["_domainkey NS a.example."], then: [key], ["_domainkey.domain.com NS different"], .critical),
  Case(
    "a delegation to fewer servers", now: ["_domainkey NS a.example.", "_domainkey NS b.example."],
    then: ["_domainkey NS a.example."], ["_domainkey.domain.com NS different"], .critical),
  Case(
    "delegated keys, missing", now: ["_domainkey NS a.example."], then: [], ["_domainkey.domain.com NS missing"],
    .critical),
  Case(
    "keys that would be delegated", now: [key], then: ["_domainkey NS a.example."],
    ["_domainkey.domain.com NS additional", "s1._domainkey.domain.com TXT different"], .critical),
  Case("the same wildcard", now: [#"* TXT "x""#, "* A 192.0.2.1"], then: [#"* TXT "x""#, "* A 192.0.2.1"]),
  Case(
    "a wildcard less", now: ["* A 192.0.2.1", "www A 192.0.2.2"], then: ["www A 192.0.2.2"],
    ["*.domain.com A missing"], .critical),
  Case(
    "a wildcard for keys", now: [], then: [#"*._domainkey TXT "v=DKIM1; p=""#],
    // s1 is watched: what would be served of it is told too.
    ["*._domainkey.domain.com TXT additional", "s1._domainkey.domain.com TXT additional"], .warning),
  Case(
    "a wildcard in the place of the key", now: [key], then: [#"*._domainkey TXT "v=DKIM1; p=""#],
    ["*._domainkey.domain.com TXT additional", "s1._domainkey.domain.com TXT different"], .critical),
]

@Suite struct DifferenceTests {
  @Test(arguments: cases) func isToldAsItIs(_ row: Case) throws {
    var hosts = Miniature(now: row.now, then: row.then)
    hosts.outside = row.outside
    let report = try hosts.rehearse(keys: ["s1"])
    #expect(report.differences == row.differences)
    #expect(report.verdict == row.verdict)
  }

  /// Whatever is told, the lines for the future zone mend it: nothing is lost once they stand there in place of the rest.
  @Test(arguments: cases.filter { $0.verdict == .critical }) func linesMendTheZone(_ row: Case) throws {
    var hosts = Miniature(now: row.now, then: row.then)
    hosts.outside = row.outside
    let text = try hosts.rehearse(keys: ["s1"]).zoneFile.split(separator: "\n").map(String.init)
    let replaced = Set(text.filter { $0.hasPrefix("; instead of ") }.map { $0.dropFirst(13) })
    let owners = Set(text.filter { !$0.hasPrefix(";") }.compactMap { $0.split(separator: " ").first })
    let kept = try Miniature.records(row.then).filter { record in
      !replaced.contains(record.zoneFileLine[...]) && !owners.contains(record.owner.absoluteText[...])
    }
    let lines = text.filter { !$0.hasPrefix(";") } + kept.map(\.zoneFileLine)
    var mended = Miniature(now: row.now, then: lines)
    mended.outside = row.outside
    #expect(try mended.rehearse(keys: ["s1"]).items.allSatisfy { $0.difference.verdict != .critical })
  }

  @Test(arguments: Difference.allCases) func worseIsWorse(_ one: Difference) {
    for other in Difference.allCases {
      let worse = one.worse(other)
      #expect(worse == one || worse == other)
      #expect(worse.verdict == one.verdict.worse(other.verdict))
    }
  }
}
