// What `status`, `history`, `key` and `alert list` print.

import Model
import Reporting
import Storage
import TestSupport
import Testing

@testable import selectord

private let wide = Appearance(isColoured: false, isUnicode: true, columns: 140)

@Test func statusShowsEachWatchWhatIsSuspectedAndDetailsWhereWanted() throws {
  let report = try Samples.report(lastWatched: Samples.start - .seconds(20))
  let remarks = report.remarks.joined(separator: "\n") + "\n\n"
  expectGolden(remarks + StatusTable(appearance: wide).text(report), "status.txt")
  expectGolden(StatusTable(appearance: wide, showsDetails: true).text(report), "status-verbose.txt")
  var stream = JSONStream(isLines: false)
  let values = try report.watches.map { try JSONValue(encoding: StatusObject(watch: $0, report: report)) }
  expectGolden(values.map { stream.add($0) }.joined() + stream.finish(), "status.json")
}

private let narrow = Appearance(isColoured: false, isUnicode: true, columns: 80)

/// The lines of a text for a terminal of 80 columns; none but those that people copy may be longer.
private func expectFits(_ text: String, sourceLocation: SourceLocation = #_sourceLocation) {
  for line in text.split(separator: "\n") where !line.contains("v=DKIM1") {
    #expect(String(line).terminalWidth <= 80, "\(line)", sourceLocation: sourceLocation)
  }
}

@Test func everythingFitsATerminalOf80ColumnsAndNothingIsLost() throws {
  let report = try Samples.report(lastWatched: Samples.start - .seconds(20))
  let status = StatusTable(appearance: narrow, showsDetails: true).text(report)
  expectGolden(status, "status-80.txt")
  let history = HistoryText(appearance: narrow, showsDetails: true).table(try entries())
  expectGolden(history, "history-80.txt")
  let deliveries = DeliveryTable.text(try Samples.deliveries(), appearance: narrow, showsDetails: true)
  expectGolden(deliveries, "alert-list-80.txt")
  for text in [status, history, deliveries] { expectFits(text) }
  #expect(deliveries.contains("dlv_03") && deliveries.contains("HTTP 410: the receiver wants nothing more"))
  // Short names keep all on one line; a long one stands whole beneath.
  var long = report
  long.watches[1].key = try Samples.key("s2026-with-a-long-name._domainkey.mail.a-rather-long-domain-name.example.org")
  let names = StatusTable(appearance: narrow).text(long)
  #expect(names.contains("    s2026-with-a-long-name._domainkey.mail.a-rather-long-domain-name.example.org\n"))
  expectFits(names)
}

@Test func anEventAsJSON() throws {
  var event = try Samples.event()
  event.before = Event.Snapshot(
    state: .published, verdict: .ok, outcome: "records", records: [Samples.record], key: Samples.keySummary)
  event.after = Event.Snapshot(
    state: .divergent, verdict: .critical, outcome: "divergent", records: [Samples.record], key: nil)
  event.lastGood = try Samples.memory().lastGood
  event.caches = try Samples.missing().caches
  event.findings = try Samples.missing().findings
  event.note = "Ask Ann."
  expectGolden(try JSONValue(encoding: event).prettyText() + "\n", "event.json")
}

@Test func aWatchThatNobodyAnswersSaysWhatWasSeenAndWhenItIsReported() throws {
  var memory = WatchMemory()
  memory.suspicion = Model.Confirmation(evidence: "unreachable", at: Samples.start - .seconds(600))
  memory.suspicion?.count = 3
  let policy = MonitoringPolicy()
  #expect(
    memory.summary(policy)
      == "No answer since 2026-11-23 19:50:00 UTC (3 looks); it will be reported at 2026-11-23 20:20:00 UTC if it lasts."
  )
  memory.state = .published
  memory.summary = "The key is published everywhere"
  memory.suspicion = Model.Confirmation(evidence: "missing\nbad", at: Samples.start)
  #expect(
    memory.summary(policy)
      == "The key is published everywhere. Seen as missing since 2026-11-23 20:00:00 UTC (1 look); "
      + "it will be reported at 2026-11-23 20:00:30 UTC if it lasts.")
}

@Test func theSelectionOfStatusFiltersAndSortsAndTheTotalCounts() throws {
  var report = try Samples.report(lastWatched: Samples.start)
  // The name of a record set has no selector.
  func names() -> [String] { report.shown.map(\.key.selector.description) }
  #expect(names() == ["zendesk1", "new", ".", "s2026"])
  #expect(report.total == "4 watches: 1 critical, 1 unknown, 2 ok.")
  report.selection.order = .name
  #expect(names() == report.watches.map(\.key).sorted().map(\.selector.description))
  report.selection.order = .since
  #expect(names() == ["zendesk1", ".", "s2026", "new"])
  report.selection.verdicts = [.critical, .warning]
  #expect(names() == ["zendesk1"] && report.verdict == .critical)
  #expect(report.total == "1 of 4 watches: 1 critical.")
  report.selection = StatusSelection(states: [.published])
  #expect(names() == [".", "s2026"])
  report.selection = StatusSelection(domains: ["*.com", "example.net"].compactMap { DomainPattern($0) })
  #expect(names() == ["zendesk1", "new", "."])
  report.selection = StatusSelection(verdicts: [.warning])
  report.viewsDown = [:]
  report.givenUp = 2
  #expect(report.shown.isEmpty && report.verdict == .ok)
  #expect(report.footer == ["0 of 4 watches.", "2 alerts were given up; 'selectord alert list --failed' shows them."])
}

@Test func sinceIsTheBeginningOfTheFault() throws {
  var watch = StatusReport.WatchStatus(key: try Samples.key("a._domainkey.b.c"), memory: WatchMemory())
  watch.memory.state = .published
  watch.memory.verdict = .warning
  watch.memory.since = Samples.start - .seconds(900_000)
  watch.memory.changedAt = Samples.start - .seconds(60)
  #expect(watch.since == watch.memory.changedAt)
  watch.memory.openIncident = try Samples.memory().openIncident
  #expect(watch.since == watch.memory.openIncident?.openedAt)
  watch.memory.verdict = .ok
  #expect(watch.since == watch.memory.since)
}

@Test func aDaemonThatDoesNotWatchMakesEverythingUnknown() throws {
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

@Test func aViewThatIsDownCountsForEverythingButNotForOneDomain() throws {
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

@Test func historyIsToldOldestFirstWithGapsAndServersThatAgreeOnOneLine() throws {
  let all = try entries()
  expectGolden(HistoryText(appearance: wide).table(all), "history.txt")
  expectGolden(HistoryText(appearance: wide, showsDetails: true).table(all), "history-verbose.txt")
  var lines = JSONStream(isLines: true)
  expectGolden(try all.flatMap(\.objects).map { lines.add(try JSONValue(encoding: $0)) }.joined(), "history.jsonl")
}

@Test func historySinceATimeLeavesOutWhatEndedBefore() throws {
  let recent = try entries(since: Samples.start - .seconds(3999))
  #expect(recent.count == 2)
  #expect(try entries(since: Samples.start + .seconds(1)).count == 1, "an answer that stands is always shown")
}

@Test func pausesShorterThanARestartAreNoGaps() throws {
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

@Test func aKeyRecordIsJudgedInWordsAsARowAndAsJSON() throws {
  expectGolden(KeyText(appearance: wide).detail(keyJudgement), "key.txt")
  let broken = KeyJudgement(state: .invalid, verdict: .critical, summary: "No p= tag.", key: nil, findings: [])
  let rows = [keyJudgement, broken].enumerated().map { KeyText(appearance: wide).row($1, line: $0 + 1) }
  expectGolden(Grid.render(KeyText.columns, rows, appearance: wide), "key-rows.txt")
  expectGolden(try JSONValue(encoding: keyJudgement).prettyText() + "\n", "key.json")
}

@Test func deliveriesTellWhatBecameOfThem() throws {
  let items = try Samples.deliveries()
  expectGolden(DeliveryTable.text(items, appearance: wide, showsDetails: true), "alert-list.txt")
  var lines = JSONStream(isLines: true)
  expectGolden(try items.map { lines.add(try JSONValue(encoding: $0)) }.joined(), "alert-list.jsonl")
}

@Test func incidentsTellWhatOpenedThemAndWhoHasTakenNote() throws {
  let items = try Samples.incidents()
  expectGolden(IncidentTable(appearance: wide).text(items), "incident-list.txt")
  let narrow = Appearance(isColoured: false, isUnicode: true, columns: 80)
  expectGolden(IncidentTable(appearance: narrow).text(items), "incident-list-80.txt")
  var lines = JSONStream(isLines: true)
  expectGolden(
    try items.map { lines.add(try JSONValue(encoding: IncidentObject($0.incident, opening: $0.opening))) }.joined(),
    "incident-list.jsonl")
}

@Test func rulesAreATableForScriptsAndParagraphsForATerminal() {
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

@Test func statusShowsAuditsTheWorstFirst() throws {
  let report = try Samples.auditReport(lastWatched: Samples.start - .seconds(20))
  expectGolden(StatusTable(appearance: wide).text(report), "status-audit.txt")
  expectGolden(StatusTable(appearance: wide, showsDetails: true).text(report), "status-audit-verbose.txt")
  expectGolden(NagiosText(report).text(), "status-audit-nagios.txt")
  var stream = JSONStream(isLines: false)
  let values = try report.shownAudits.map { try JSONValue(encoding: AuditStatusObject(audit: $0, report: report)) }
  expectGolden(values.map { stream.add($0) }.joined() + stream.finish(), "status-audit.json")
  #expect(report.verdict == .critical)
  // What nobody repeats any more is unknown.
  let stale = try Samples.auditReport(lastWatched: Samples.start - .seconds(4000))
  #expect(stale.shownAudits.allSatisfy { stale.verdict(of: $0) == .unknown } && stale.verdict == .unknown)
}

@Test func auditsAreChosenByDomainAndVerdict() throws {
  var report = try Samples.auditReport(lastWatched: Samples.start - .seconds(20))
  report.selection = StatusSelection(domains: [
    try #require(DomainPattern("*.org")), try #require(DomainPattern("example.org")),
  ])
  #expect(report.shownAudits.map(\.result.domain.description) == ["example.org"])
  report.selection = StatusSelection(verdicts: [.critical, .unknown])
  #expect(report.shownAudits.map(\.result.domain.description) == ["domain.com", "example.net"])
  report.selection = StatusSelection(states: [.missing])
  #expect(report.shownAudits.isEmpty)
}

@Test func historyOfADomainShowsItsFindings() throws {
  let entries = HistoryEntry.entries(
    findings: try Samples.findings(), events: [try Samples.auditEvent()], periods: [], since: nil)
  expectGolden(HistoryText(appearance: wide).table(entries), "history-audit.txt")
  expectGolden(HistoryText(appearance: wide, showsDetails: true).table(entries), "history-audit-verbose.txt")
  var lines = JSONStream(isLines: true)
  expectGolden(
    try entries.flatMap(\.objects).map { lines.add(try JSONValue(encoding: $0)) }.joined(), "history-audit.jsonl")
  let later = HistoryEntry.entries(
    findings: try Samples.findings(), events: [], periods: [], since: Samples.start - .seconds(50_000))
  #expect(later.count == 1)
}
