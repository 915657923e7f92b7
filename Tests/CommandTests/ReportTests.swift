// What `status`, `history`, `key` and `alert list` print.

import Model
import TestSupport
import Testing

@testable import selectord

private let wide = Appearance(isColoured: false, isUnicode: true, columns: 140)

@Test func `Status shows each watch, what is suspected, and details where wanted`() throws {
  let report = try Samples.report(lastWatched: Samples.start - .seconds(20))
  let remarks = report.remarks.joined(separator: "\n") + "\n\n"
  expectGolden(remarks + StatusTable(appearance: wide).text(report), "status.txt")
  expectGolden(StatusTable(appearance: wide, showsDetails: true).text(report), "status-verbose.txt")
  var stream = JSONStream(isLines: false)
  let values = try report.watches.map { try JSONValue(encoding: StatusObject(watch: $0, report: report)) }
  expectGolden(values.map { stream.add($0) }.joined() + stream.finish(), "status.json")
}

@Test func `A daemon that does not watch makes everything unknown`() throws {
  let fresh = try Samples.report(lastWatched: Samples.start - StatusReport.staleAfter)
  #expect(fresh.verdict == .critical)
  for lastWatched in [nil, Samples.start - .seconds(301)] {
    let stale = try Samples.report(lastWatched: lastWatched)
    #expect(stale.isStale)
    #expect(stale.verdict == .unknown)
    #expect(stale.watches.allSatisfy { stale.verdict(of: $0) == .unknown })
  }
  expectGolden(
    try Samples.report(lastWatched: Samples.start - .seconds(7265)).remarks.joined(separator: "\n") + "\n",
    "status-stale.txt")
}

@Test func `A view that is down counts for everything, but not for one domain`() throws {
  var report = try Samples.report(lastWatched: Samples.start)
  report.watches = [report.watches[1]]
  #expect(report.verdict == .warning)
  report.countsViews = false
  #expect(report.verdict == .ok)
}

private func entries(since: Timestamp? = nil) throws -> [HistoryEntry] {
  HistoryEntry.entries(
    spans: try Samples.spans(), events: [try Samples.event()],
    periods: [
      (Samples.start - .seconds(90_100), Samples.start - .seconds(50_000)),
      (Samples.start - .seconds(49_900), Samples.start - .seconds(40_000)),
      (Samples.start - .seconds(30_000), Samples.start),
    ], since: since)
}

@Test func `History is told oldest first, with gaps, and servers that agree on one line`() throws {
  let all = try entries()
  expectGolden(HistoryText(appearance: wide).table(all), "history.txt")
  expectGolden(HistoryText(appearance: wide, showsDetails: true).table(all), "history-verbose.txt")
  var lines = JSONStream(isLines: true)
  expectGolden(try all.flatMap(HistoryText.objects).map { lines.add($0) }.joined(), "history.jsonl")
}

@Test func `History since a time leaves out what ended before`() throws {
  let recent = try entries(since: Samples.start - .seconds(3999))
  #expect(recent.count == 2)
  #expect(try entries(since: Samples.start + .seconds(1)).count == 1, "an answer that stands is always shown")
}

@Test func `Pauses shorter than a restart are no gaps`() throws {
  #expect(try entries().count { if case .gap = $0 { true } else { false } } == 1)
}

private let keyJudgement = KeyJudgement(
  state: .published, verdict: .warning, summary: "An RSA key of 1024 bits, which is weak.",
  key: KeySummary(type: .rsa, bits: 1024, fingerprint: "SHA256:abc", revoked: false, testing: true),
  findings: [
    Finding(
      rule: "key-weak", severity: .warning, text: "The key has 1024 bits.", evidence: "p= holds a modulus of 1024 bits",
      remedy: "Publish a key of 2048 bits."),
    Finding(rule: "key-testing", severity: .info, text: "t=y", evidence: "byte 9", remedy: ""),
  ],
  receivers: [
    ReceiverOpinion(receiver: "OpenDKIM", verdict: .accept, reason: "It reads the RSA key of 1024 bits."),
    ReceiverOpinion(receiver: "Exim", verdict: .temporary, reason: "No text at the name looks like a key record."),
    ReceiverOpinion(receiver: "strict RFC", verdict: .unsigned, reason: "t=y asks to treat the mail as unsigned."),
  ])

@Test func `A key record is judged in words, as a row and as JSON`() throws {
  expectGolden(KeyText(appearance: wide).detail(keyJudgement), "key.txt")
  let broken = KeyJudgement(state: .invalid, verdict: .critical, summary: "No p= tag.", key: nil, findings: [])
  let rows = [keyJudgement, broken].enumerated().map { KeyText(appearance: wide).row($1, line: $0 + 1) }
  expectGolden(Grid.render(KeyText.columns, rows, appearance: wide), "key-rows.txt")
  expectGolden(try JSONValue(encoding: keyJudgement).prettyText() + "\n", "key.json")
}

@Test func `Deliveries tell what became of them`() throws {
  let items = try Samples.deliveries()
  expectGolden(DeliveryTable.text(items, appearance: wide, showsDetails: true), "alert-list.txt")
  var lines = JSONStream(isLines: true)
  expectGolden(try items.map { lines.add(try JSONValue(encoding: $0)) }.joined(), "alert-list.jsonl")
}

@Test func `Incidents tell what opened them and who has taken note`() throws {
  let items = try Samples.incidents()
  expectGolden(IncidentTable(appearance: wide).text(items), "incident-list.txt")
  let narrow = Appearance(isColoured: false, isUnicode: true, columns: 80)
  expectGolden(IncidentTable(appearance: narrow).text(items), "incident-list-80.txt")
  var lines = JSONStream(isLines: true)
  expectGolden(
    try items.map { lines.add(try JSONValue(encoding: IncidentObject($0))) }.joined(), "incident-list.jsonl")
}

@Test func `Rules are a table for scripts and paragraphs for a terminal`() {
  let rule = Rule(
    id: "key-one", severity: .critical, summary: "One thing is wrong with it.", remedy: "Mend it at the source.",
    source: "RFC 1, section 2")
  #expect(RulesText.table([rule], appearance: .plain).split(separator: "\n").count == 2)
  let narrow = RulesText.table([rule], appearance: Appearance(isColoured: false, isUnicode: false, columns: 26))
  #expect(
    narrow == """
      x key-one: One thing is
        wrong with it.
        do:   Mend it at the
              source.
        from: RFC 1, section 2

      """)
}
