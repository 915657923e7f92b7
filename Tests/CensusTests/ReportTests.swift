// Reports in every form that reporters send, and in those that attackers would.

import Census
import Model
import Testing

/// What a report gives, fed in chunks of so many bytes.
private func read(_ bytes: [UInt8], chunk: Int = 1 << 16) -> [String] {
  let reader = ReportReader()
  var events: [String] = []
  var start = 0
  while start < bytes.count {
    let end = min(start + chunk, bytes.count)
    let goesOn = bytes[start..<end].withUnsafeBytes { reader.feed($0) { events.append(describe($0)) } }
    if !goesOn { break }
    start = end
  }
  reader.finish { events.append(describe($0)) }
  return events
}

private func read(_ text: String, chunk: Int = 1 << 16) -> [String] { read(Array(text.utf8), chunk: chunk) }

/// A report with these elements in its records' `auth_results`.
private func report(
  _ results: String..., count: String = "<count>2</count>", attributes: String = "",
  opening: String = "<?xml version=\"1.0\"?>"
) -> String {
  opening + "<feedback\(attributes)><report_metadata><org_name>example.net</org_name><date_range>"
    + "<begin>1795132800</begin><end>1795219199</end></date_range></report_metadata>"
    + results.map { "<record><row>\(count)</row><auth_results>\($0)</auth_results></record>" }.joined() + "</feedback>"
}

private let span = "2026-11-20T00:00:00Z/2026-11-20T23:59:59Z"

@Suite struct ReportTests {
  @Test(arguments: [
    ("<dkim><domain>example.org</domain><selector>s1</selector><result>pass</result></dkim>", ["s1 pass"]),
    // RFC 9990 has the selector behind the result.
    ("<dkim><domain>example.org</domain><result>fail</result><selector>s1</selector></dkim>", ["s1 fail"]),
    ("<dkim><domain>example.org</domain><result>pass</result></dkim>", ["? pass"]),
    ("<dkim><domain>example.org</domain><selector/><result>pass</result></dkim>", ["? pass"]),
    ("<dkim><domain> Example.ORG.\n</domain><selector>\n S1 </selector><result> Pass </result></dkim>", ["s1 pass"]),
    ("<dkim><domain>example.org</domain><selector>s1</selector><result>temperror</result></dkim>", ["s1 temperror"]),
    ("<dkim><domain>example.org</domain><selector>s1</selector><result>permerror</result></dkim>", ["s1 permerror"]),
    ("<dkim><domain>example.org</domain><selector>s1</selector><result>neutral</result></dkim>", ["s1 neutral"]),
    ("<dkim><domain>example.org</domain><selector>s1</selector><result>policy</result></dkim>", ["s1 policy"]),
    ("<dkim><domain>example.org</domain><selector>s1</selector><result>none</result></dkim>", ["s1 none"]),
    ("<dkim><domain/><selector/><result>none</result></dkim>", []), ("<spf><domain>example.org</domain></spf>", []),
    // The same pair with the same result is one signature of each message.
    (
      String(
        repeating: "<dkim><domain>example.org</domain><selector>s1</selector><result>pass</result></dkim>", count: 2),
      ["s1 pass"]
    ),
  ]) func everyFormOfAResultIsRead(_ results: String, _ expected: [String]) {
    let whole = expected.map { "report example.org \($0) \(span) x2" }
    for chunk in [1 << 16, 13, 1] { #expect(read(report(results), chunk: chunk) == whole) }
  }

  @Test(arguments: [
    (" xmlns=\"http://dmarc.org/dmarc-xml/0.1\"", "<?xml version=\"1.0\" encoding=\"UTF-8\"?>"),
    (" xmlns=\"urn:ietf:params:xml:ns:dmarc-2.0\"", ""), ("", "\n\n  <?xml version=\"1.0\"?>"),
    ("", "<?xml version=\"1.0\" encoding=\"windows-1252\"?>"), ("", "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>"),
    ("", "\u{FEFF}<?xml version=\"1.0\"?>"), ("", "<!-- a comment with <tags> & such -->"),
  ]) func everyOpeningIsRead(attributes: String, opening: String) {
    let text = report(
      "<dkim><domain>example.org</domain><selector>s1</selector><result>pass</result></dkim>", attributes: attributes,
      opening: opening)
    #expect(read(text) == ["report example.org s1 pass \(span) x2"])
  }

  @Test func prefixesOfNamespacesMeanNothing() {
    let text = report(
      "<dkim><domain>example.org</domain><selector>s1</selector><result>pass</result></dkim>", opening: ""
    )
    .replacing("</", with: "</d:").replacing("<", with: "<d:").replacing("<d:/d:", with: "</d:")
    #expect(read(text) == ["report example.org s1 pass \(span) x2"])
  }

  @Test func sixteenBitsACharacterAreRead() {
    let text = report(
      "<dkim><domain>example.org</domain><selector>s1</selector><result>pass</result></dkim>", opening: "")
    var bytes: [UInt8] = [0xFF, 0xFE]
    for unit in text.utf16 { bytes += [UInt8(truncatingIfNeeded: unit), UInt8(truncatingIfNeeded: unit >> 8)] }
    #expect(read(bytes) == ["report example.org s1 pass \(span) x2"])
  }

  @Test(arguments: [
    "<human_result>AT&T & Söhne</human_result>", "<human_result>1 < 2 <no-tag@example.org> &bogus;</human_result>",
    "<human_result><![CDATA[a < b && c]]></human_result>",
  ]) func whatReportersForgetToEscapeCostsNothing(_ more: String) {
    let text = report(
      "<dkim><domain>example.org</domain>\(more)<selector>s1</selector><result>pass</result></dkim>")
    for chunk in [1 << 16, 1] { #expect(read(text, chunk: chunk) == ["report example.org s1 pass \(span) x2"]) }
  }

  @Test func brokenBytesAreReplaced() {
    var bytes = Array(
      report(
        "<dkim><domain>example.org</domain><human_result>@</human_result><selector>s1</selector><result>pass</result></dkim>"
      ).utf8)
    for broken in [[0xCD], [0xE2, 0x82], [0x00], [0x1B, 0x5B], [0xFF, 0xFE, 0xFD]] as [[UInt8]] {
      let place = bytes.firstIndex(of: UInt8(ascii: "@")) ?? 0
      var text = bytes
      text.replaceSubrange(place...place, with: broken)
      #expect(read(text) == ["report example.org s1 pass \(span) x2"])
      #expect(read(text, chunk: 1) == ["report example.org s1 pass \(span) x2"])
    }
    bytes = []
    #expect(read(bytes) == ["unreadable, line 1: the XML is broken: no element found"])
  }

  @Test func entitiesAreRefused() {
    let laughs =
      "<?xml version=\"1.0\"?><!DOCTYPE lolz [<!ENTITY lol \"lol\"><!ENTITY lol2 \"&lol;&lol;&lol;&lol;\">]>"
      + "<feedback>&lol2;</feedback>"
    #expect(read(laughs) == ["unreadable, line 1: it declares entities, which are not read"])
  }

  @Test func nestingEndsEarly() {
    let text = String(repeating: "<a>", count: 100_000)
    #expect(read(text) == ["unreadable, line 1: its elements are nested more than 64 deep"])
  }

  @Test func aCutReportGivesItsWholeRecordsAndALine() {
    let text = report(
      "<dkim><domain>example.org</domain><selector>s1</selector><result>pass</result></dkim>",
      "<dkim><domain>example.org</domain><selector>s2</selector><result>pass</result></dkim>")
    let cut = String(text.prefix(text.count - 60))
    let events = read(cut)
    #expect(events.first == "report example.org s1 pass \(span) x2")
    #expect(events.count == 2)
    #expect(events.last?.hasPrefix("unreadable, line 1: the XML is broken") == true)
  }

  @Test(arguments: [
    ("<dkim><domain>a b.example</domain><selector>s1</selector><result>pass</result></dkim>", "no signing domain"),
    ("<dkim><domain>example.org</domain><selector>s1</selector><result>great</result></dkim>", "which is no result"),
    ("<dkim><domain>example.org</domain><selector>s1</selector><result/></dkim>", "is empty"),
    (
      "<dkim><domain>&lt;script&gt;.example</domain><selector>s1</selector><result>pass</result></dkim>",
      "no signing domain"
    ),
  ]) func whatIsNoResultIsReported(_ results: String, _ reason: String) {
    let events = read(report(results))
    #expect(events.count == 1)
    #expect(events.first?.hasPrefix("unreadable, line ") == true)
    #expect(events.first?.contains(reason) == true)
  }

  @Test func aCountThatIsNoneIsReportedAndOne() {
    let result = "<dkim><domain>example.org</domain><selector>s1</selector><result>pass</result></dkim>"
    #expect(read(report(result, count: "<count>many</count>")).count == 2)
    #expect(read(report(result, count: "")) == ["report example.org s1 pass \(span)"])
    #expect(read(report(result, count: "<count>0</count>")) == [])
  }

  @Test func xmlOfAnotherKindIsNoReport() {
    #expect(read("<html><body/></html>").last?.contains("is no report of DMARC") == true)
  }

  @Test func aRecordWithManyResultsIsBounded() {
    let results = (0..<1000).map {
      "<dkim><domain>example.org</domain><selector>s\($0)</selector><result>pass</result></dkim>"
    }
    let events = read(report(results.joined()))
    #expect(events.count == 101)
  }
}
