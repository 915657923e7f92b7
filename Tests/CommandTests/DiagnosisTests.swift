// How a diagnosis reads: the report of `diagnose`, and the page of causes.

import Diagnosing
import Judging
import Model
import TestSupport
import Testing

@testable import selectord

/// The lost key with what the database knows: the story that the README tells.
private func explained() throws -> Judgement {
  var judgement = try Samples.missing()
  let old = [Samples.name("ns1.old.example"), Samples.name("ns2.old.example")]
  guard let delegation = judgement.views.lazy.compactMap(\.delegation).first else { return judgement }
  var zone = ZoneMemory(delegation: delegation, firstSeen: Samples.start - .seconds(86_400 * 30))
  zone.lastChange = DelegationChange(
    zone: delegation.zone, at: Samples.start - .seconds(3600), before: old, after: delegation.servers)
  let input = DiagnosisInput(
    look: JudgedLook(
      sorted: SortedLook(look: Look(key: judgement.key, at: judgement.checkedAt, views: judgement.views)),
      judgement: judgement),
    lastGood: Event.LastGood(at: Samples.start - .seconds(4000), records: [Samples.record], ttl: 300),
    since: Samples.start - .seconds(3600), zone: zone, hasHistory: true)
  judgement = judgement.taking(DiagnosisMachine(input).diagnosis)
  return judgement
}

@Test(arguments: [
  ("diagnose.txt", Appearance.plain), ("diagnose-80.txt", Appearance(isColoured: false, isUnicode: true, columns: 80)),
])
func theReportOfDiagnoseNamesTheCauseInItsFirstLine(name: String, appearance: Appearance) throws {
  let judgement = try explained()
  let lines = DiagnosisText(detail: JudgementDetail(appearance: appearance)).lines(judgement)
  let text = lines.map { $0.rendered(appearance) + "\n" }.joined()
  #expect(text.split(separator: "\n")[0].contains("The zone domain.com moved"))
  expectGolden(text, name)
}

@Test func aKeyThatIsWellHasAReportOfOneSentence() throws {
  let judgement = try Samples.published()
  let lines = DiagnosisText(detail: JudgementDetail(appearance: .plain)).lines(judgement)
  #expect(lines.map { $0.rendered(.plain) } == ["ok Nothing is wrong: \(judgement.summary)"] || lines.count == 1)
}

@Test func jsonHasTheDiagnosisAtItsEnd() throws {
  expectGolden(try JSONValue(encoding: explained()).prettyText() + "\n", "diagnose.json")
}

@Test func checkExplainTellsTheCauseBeneathTheFindings() throws {
  var table = JudgementTable(viewNames: ["authoritative"], details: .whereNotOK, appearance: .plain)
  let text = table.add(try explained()) + table.finish()
  #expect(text.contains("    cause\n      The zone domain.com moved"))
}

@Test func aCauseThatIsWorseThanTheAnswersIsAFindingAndCountsForTheVerdict() throws {
  var judgement = try Samples.published()
  var diagnosis = Diagnosis(cause: "The pair is not whole.", evidence: ["dig"], remedy: "Add the other.")
  diagnosis.rule = "vendor-set-incomplete"
  judgement = judgement.taking(diagnosis)
  #expect(judgement.verdict == .ok)
  diagnosis.severity = .warning
  judgement = judgement.taking(diagnosis)
  #expect(judgement.verdict == .warning)
  #expect(judgement.findings.last == diagnosis.finding)
  #expect(diagnosis.finding?.rule == "vendor-set-incomplete" && diagnosis.finding?.evidence == "dig")
}

@Test func aStateThatIsAsItShouldBeIsNoAlarm() throws {
  var judgement = try explained()
  #expect(judgement.verdict == .critical)
  var diagnosis = Diagnosis(cause: "The idle half.", evidence: [], remedy: "Nothing.")
  diagnosis.isHarmless = true
  judgement = judgement.taking(diagnosis)
  #expect(judgement.verdict == .ok && judgement.findings.allSatisfy { $0.severity == .info })
}

/// SELECTORD_RECORD=1 writes the table anew; what stands above it is kept.
@Test func thePageOfCausesHoldsEveryCauseThatTheProgramKnows() throws {
  let page = try #require(contents(ofFile: fixtures("../..") + "/docs/causes.md"))
  let opening = page.prefix(upTo: try #require(page.firstRange(of: "\n| cause |")).lowerBound)
  let rows = CauseRules.all.map { "| `\($0.id)` | \($0.summary.tableCell) | \($0.remedy.tableCell) |\n" }
  expectGolden(
    "\(opening)\n| cause | what happened | what fixes it |\n|---|---|---|\n" + rows.joined(), "../../../docs/causes.md")
}

@Test func noTwoCausesShareAnId() {
  #expect(Set(CauseRules.all.map(\.id)).count == CauseRules.all.count)
}

extension String {
  fileprivate var tableCell: String { reduce(into: "") { $0 += "|<*".contains($1) ? "\\\($1)" : String($1) } }
}
