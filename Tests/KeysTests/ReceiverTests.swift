// The panel of receivers is what the run against the real ones has shown.

import Keys
import Model
import Syntax
import Testing
import TestSupport

/// A line of Tests/Fixtures/receivers/panel.tsv: a name, a verdict a receiver, the TXT records in zone-file notation.
struct PanelFixture: CustomTestStringConvertible, Sendable {
  var name: String
  var verdicts: [String]
  var records: [TextRecord]
  var testDescription: String { name }

  static let all: [PanelFixture] = (contents(ofFile: fixtures("receivers") + "/panel.tsv") ?? "")
    .split(separator: "\n").filter { !$0.hasPrefix("#") }.map { line in
      let parts = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      return PanelFixture(
        name: parts[0], verdicts: parts[1].split(separator: " ").map(String.init),
        records: parts.dropFirst(2).flatMap { (try? RecordText.read("r IN TXT " + $0)) ?? [] })
    }
}

@Suite struct Receivers {
  @Test func theFixtureIsThere() {
    #expect(PanelFixture.all.count >= 80)
    #expect(PanelFixture.all.allSatisfy { !$0.records.isEmpty && $0.verdicts.count == 10 })
  }

  @Test(arguments: PanelFixture.all) func thePanelSaysWhatTheRunHasShown(_ fixture: PanelFixture) {
    let opinions = KeyJudge.judge(fixture.records).receivers
    for (opinion, expected) in zip(opinions, fixture.verdicts) {
      #expect(opinion.verdict.rawValue == expected, "\(opinion.receiver): \(opinion.reason)")
      #expect(opinion.reason.hasSuffix("."), "\(opinion.reason)")
    }
    #expect(opinions.count == fixture.verdicts.count)
  }

  @Test(arguments: PanelFixture.all.filter { $0.records.count > 1 })
  func theOrderOfTheRecordsSaysNothing(_ fixture: PanelFixture) {
    let opinions = KeyJudge.judge(fixture.records).receivers
    #expect(KeyJudge.judge(fixture.records.reversed()).receivers == opinions)
  }

  @Test func aSoundKeyWorksEverywhereButWhereEd25519IsNotKnown() throws {
    let rfc8463 = "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    let opinions = KeyJudge.judge([TextRecord(rfc8463)]).receivers
    #expect(opinions.filter { $0.verdict != .accept }.map(\.receiver) == ["Mail::DKIM"])
    #expect(opinions.acceptances == 9)
    #expect(Set(opinions.map(\.receiver)).count == 10)
  }

  /// Bytes of all kinds: the panel neither traps nor takes long.
  @Test func hostileTextsGetAnOpinionToo() {
    var generator = SeededGenerator(seed: 2000)
    let pieces: [[UInt8]] = ["v=DKIM1", ";", "=", "p=", "k=", " ", "MIGf", "\\", "\"", "(", ":", "n=", "QQ==", "\0"].map
    {
      Array($0.utf8)
    }
    for _ in 0..<2000 {
      let text = (0..<Int.random(in: 0...30, using: &generator)).flatMap { _ -> [UInt8] in
        Bool.random(using: &generator)
          ? pieces.randomElement(using: &generator) ?? [] : [UInt8.random(in: 0...255, using: &generator)]
      }
      #expect(KeyJudge.judge([TextRecord(bytes: text), TextRecord("v=spf1 -all")]).receivers.count == 10)
    }
    let long = TextRecord(bytes: Array(repeating: Array("p=A;;\\(\"".utf8), count: 8000).joined())
    #expect(KeyJudge.judge([long]).receivers.acceptances == 0)
  }
}
