// Every form in which `check` prints a judgement.

import Model
import TestSupport
import Testing

@testable import selectord

private let views = ["local", "google", "authoritative"]

private func table(_ appearance: Appearance, _ details: JudgementTable.Details = .never) throws -> String {
  var table = JudgementTable(
    viewNames: views, details: details, appearance: appearance,
    display: { $0.description == "xn--fsqu00a.xn--0zwm56d" ? "例子.测试" : $0.description })
  return try Samples.all().map { table.add($0) }.joined() + table.finish()
}

@Test(arguments: [
  ("check-table-pipe.txt", Appearance.plain),
  ("check-table-80.txt", Appearance(isColoured: false, isUnicode: true, columns: 80)),
  ("check-table-160.txt", Appearance(isColoured: false, isUnicode: true, columns: 160)),
  ("check-table-colour.txt", Appearance(isColoured: true, isUnicode: true, columns: 120)),
])
func theTableKeepsOneLineASelectorAndPutsSentencesBeneathWhereThereIsNoRoomBeside(
  name: String, appearance: Appearance
) throws {
  let text = try table(appearance)
  #expect(text.split(separator: "\n").count { !$0.hasPrefix("    ") } == 5)
  expectGolden(text, name)
}

@Test(arguments: [80, 100, 160]) func aTerminalsWidthIsRespected(columns: Int) throws {
  let appearance = Appearance(isColoured: false, isUnicode: true, columns: columns)
  for line in try table(appearance).split(separator: "\n") {
    #expect(String(line).terminalWidth <= columns, "\(line)")
  }
}

@Test func detailsTellEveryServersAnswer() throws {
  expectGolden(try table(Appearance(isColoured: false, isUnicode: true, columns: 100), .always), "check-verbose.txt")
}

@Test func onlyWhatIsNotOkHasDetailsByItself() throws {
  let text = try table(.plain, .whereNotOK)
  #expect(text.contains("key-name-absent"))
  #expect(!text.contains("SHA256:"))
}

@Test func noByteOfAZoneSteersTheTerminal() throws {
  for appearance in [Appearance.plain, Appearance(isColoured: false, isUnicode: true, columns: 60)] {
    let text = try table(appearance, .always)
    let steering = text.unicodeScalars.filter {
      ($0.value < 0x20 && $0 != "\n") || (0x7F...0x9F).contains($0.value) || $0.value == 0x202E
    }
    #expect(steering.isEmpty)
  }
}

@Test func jsonIsAnArrayAndOneObjectALine() throws {
  var array = JSONStream(isLines: false)
  var lines = JSONStream(isLines: true)
  let values = try Samples.all().map { try JSONValue(encoding: $0) }
  expectGolden(values.map { array.add($0) }.joined() + array.finish(), "check.json")
  expectGolden(values.map { lines.add($0) }.joined() + lines.finish(), "check.jsonl")
  #expect(JSONStream(isLines: false).finish() == "[]\n")
  #expect(JSONStream(isLines: true).finish() == "")
}

@Test(arguments: [("nagios-one.txt", 0..<1), ("nagios-ok.txt", 1..<2), ("nagios-several.txt", 0..<4)])
func pluginOutputHasAFirstLineWithPerformanceData(name: String, range: Range<Int>) throws {
  var nagios = NagiosText()
  for judgement in try Samples.all()[range] { nagios.add(judgement) }
  let text = nagios.text()
  #expect(text.hasPrefix("SELECTORD "))
  #expect(text.split(separator: "\n")[0].count { $0 == "|" } == 1)
  expectGolden(text, name)
}

@Test func aBarInASummaryDoesNotBeginPerformanceData() throws {
  var judgement = try Samples.missing()
  judgement.summary = "a|b"
  var nagios = NagiosText()
  nagios.add(judgement)
  #expect(nagios.text().contains("a/b"))
  #expect(NagiosText.failure("no | file") == "SELECTORD UNKNOWN - no / file\n")
}

@Test func theWorstVerdictCounts() throws {
  var nagios = NagiosText()
  #expect(nagios.verdict == nil)
  nagios.add(try Samples.published())
  #expect(nagios.verdict == .ok)
  nagios.add(try Samples.unreachable())
  #expect(nagios.verdict == .unknown)
  nagios.add(try Samples.missing())
  #expect(nagios.verdict == .critical)
}

@Test func evidenceOfSeveralServersStandsOneLineAServer() {
  let detail = JudgementDetail(appearance: .plain)
  let finding = Finding(
    rule: "servers-disagree", severity: .critical, text: "They differ.", evidence: "dig @a\ndig @b", remedy: "Mend it.")
  #expect(
    detail.finding(finding).map { $0.rendered(.plain) } == [
      "      x servers-disagree: They differ.", "        seen: dig @a", "              dig @b",
      "        do:   Mend it.",
    ])
}

@Test(arguments: [40, 60, 80]) func aNarrowTerminalGoesWithoutViewsRatherThanBreakingLines(columns: Int)
  throws
{
  let appearance = Appearance(isColoured: false, isUnicode: true, columns: columns)
  var table = JudgementTable(
    viewNames: views + (1...5).map { "resolver-\($0)" }, details: .never, appearance: appearance)
  let text = table.add(try Samples.missing()) + table.finish()
  let lines = text.split(separator: "\n").map(String.init)
  #expect(lines[0].hasSuffix("…"))
  #expect(lines[0].terminalWidth <= max(columns, 48))
  #expect(text.split(whereSeparator: \.isWhitespace).joined(separator: " ").contains(try Samples.missing().summary))
}

@Test func pluginOutputDoesNotSayOKWhereANameWasNotUnderstood() throws {
  var nagios = NagiosText()
  nagios.add(try Samples.published())
  nagios.add(badLines: 2)
  #expect(nagios.verdict == .unknown)
  #expect(nagios.text().hasPrefix("SELECTORD UNKNOWN - 2 names could not be read. "))
}

/// One text by way of a CNAME into another zone: at its servers and at those of the key name.
@Test func aCNAMEIntoAnotherZoneGivesOneTextItsServersUnderTheirOwnZones() throws {
  let key = try Samples.key("s1._domainkey.sig.example")
  let target = Samples.name("key._domainkey.vendor-mail.net")
  func server(_ name: String, zone: String, question: DomainName, cname: [DomainName], digest: UInt64) -> ServerAnswer {
    var server = Samples.server(name, .records, Samples.record, ttl: 3600, cname: cname, aa: true, question: question)
    server.zone = Samples.name(zone)
    server.answer.digest = Digest(high: digest, low: 0)
    return server
  }
  let view = ViewAnswer(
    view: "authoritative", isAuthoritative: true,
    servers: ["ns1", "ns2"].flatMap { name in
      [
        server("\(name).sig.example", zone: "sig.example", question: key.name, cname: [target], digest: 1),
        server("\(name).vendor-mail.net", zone: "vendor-mail.net", question: target, cname: [], digest: 2),
      ]
    }, delegation: Delegation(zone: Samples.name("sig.example"), servers: []))
  #expect(view.cell(withTTL: true).rendered(.plain) == "records ttl 1h")
  let judgement = Judgement(
    key: key, state: .published, verdict: .ok, summary: "The key is published everywhere.", checkedAt: Samples.start,
    views: [view], keySummary: Samples.keySummary)
  for (name, columns) in [("check-cname.txt", nil), ("check-cname-80.txt", 80)] as [(String, Int?)] {
    let appearance = Appearance(isColoured: false, isUnicode: true, columns: columns)
    let lines = JudgementDetail(appearance: appearance).lines(judgement)
    expectGolden(lines.map { $0.rendered(appearance) + "\n" }.joined(), name)
  }
}
