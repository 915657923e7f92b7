// What must hold of any text: the judge is total, bounded, and prints nothing that steers a terminal.

import Model
import Policies
import TestSupport
import Testing

@Suite struct PolicyProperties {
  private func check(_ judgement: PolicyJudgement, _ what: String) {
    #expect(judgement.findings.first.map { Verdict($0.severity) } ?? .ok == judgement.verdict, "\(what)")
    let texts =
      [judgement.summary] + judgement.findings.flatMap { [$0.text, $0.evidence, $0.remedy] }
      + judgement.tags.flatMap { [$0.name, $0.value, $0.meaning] }
    for text in texts {
      let steers = text.unicodeScalars.contains { $0.steersTerminal }
      #expect(!steers, "\(what)")
    }
    for finding in judgement.findings { #expect(finding.evidence.utf8.count < 2000, "\(what)") }
  }

  private func everyWay(_ bytes: [UInt8]) -> [PolicyJudgement] {
    let all = [nil] + PolicyType.allCases.map(Optional.some)
    return all.flatMap { type in ((try? PolicyText.read(bytes, type: type)) ?? []).map(PolicyJudge.judge) }
  }

  @Test(arguments: PolicyFixture.names) func damagedTextsAreJudged(_ name: String) throws {
    let whole = Array(try PolicyFixture(name).text.utf8)
    var generator = SeededGenerator(seed: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ Int($1) }.magnitude))
    for _ in 0..<20 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &generator)
        switch Int.random(in: 0..<4, using: &generator) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(contentsOf: bytes[place..<min(place + 40, bytes.count)], at: place)
        default: bytes.removeSubrange(place...)
        }
      }
      for judgement in everyWay(bytes) { check(judgement, name) }
    }
  }

  /// 16 KiB of what could make a careless parser quadratic.
  @Test(arguments: [
    ";", "=", "a", "v=spf1 ", "ip4:1.2.3.4 ", "ip4:1.2.3.4/8 ", "%{d}", "%", "p=none;", "rua=mailto:a@b.c,", ":",
    "mx: a.b\n", "/1",
  ])
  func longTextsAreJudgedAtOnce(_ piece: String) {
    let text = String(repeating: piece, count: 16_000 / piece.utf8.count)
    for prefix in ["v=spf1 ", "v=DMARC1; p=none; rua=", "0 issue \""] {
      let time = processorTime { for judgement in everyWay(Array((prefix + text).utf8)) { check(judgement, prefix) } }
      #expect(time < .seconds(60), "\(prefix + piece)")
    }
  }

  @Test func orderOfTheRecordsDoesNotMatter() {
    let records = ["v=spf1 -all", "v=spf1 mx -all", "other"].map { TextRecord($0) }
    #expect(PolicyJudge.judge(.spf(records)) == PolicyJudge.judge(.spf(records.reversed())))
    let policies = ["v=DMARC1; p=none", "v=DMARC1; p=reject", "x"].map { TextRecord($0) }
    #expect(PolicyJudge.judge(.dmarc(policies)) == PolicyJudge.judge(.dmarc(policies.reversed())))
  }

  @Test func noRecordIsJudgedAsAnEmptyOne() {
    #expect(PolicyJudge.judge(.spf([])).findings.map(\.rule) == ["spf-version-malformed"])
    #expect(!PolicyJudge.judge(.dmarc([])).valid)
    #expect(!PolicyJudge.judge(.tlsa([])).valid)
    #expect(PolicyJudge.judge(.caa([])).findings.isEmpty)
  }
}
