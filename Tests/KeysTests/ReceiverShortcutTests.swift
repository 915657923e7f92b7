// Where the panel answers for all receivers at once, each of them asked alone says the same.

import Model
import Syntax
import Testing

@testable import Keys

@Suite struct ReceiverShortcutTests {
  @Test(arguments: PanelFixture.all) func recordsOfTheRun(_ fixture: PanelFixture) {
    #expect(KeyJudge.judge(fixture.records).receivers == ReceiverPanel.opinions(on: fixture.records))
  }

  @Test(arguments: KeyFixture.names) func recordsOfTheRules(_ name: String) throws {
    let records = try RecordText.read(try KeyFixture(name).text)
    #expect(KeyJudge.judge(records).receivers == ReceiverPanel.opinions(on: records))
  }

  @Test func damagedPlainRecords() throws {
    let whole = try RecordText.read(try KeyFixture("fit-rsa-2048").text)[0].joined
    var generator = KeyProperties.Seeded(state: 17)
    let bytes = Array("; =\"\\+AZaz09vkp\t\0".utf8)
    for _ in 0..<300 {
      var text = whole
      let place =
        Bool.random(using: &generator)
        ? Int.random(in: 0..<24, using: &generator) : text.indices.randomElement(using: &generator) ?? 0
      switch Int.random(in: 0..<3, using: &generator) {
      case 0: text[place] = bytes.randomElement(using: &generator) ?? 0
      case 1: text.insert(bytes.randomElement(using: &generator) ?? 0, at: place)
      default: text.remove(at: place)
      }
      let records = [TextRecord(bytes: text)]
      #expect(KeyJudge.judge(records).receivers == ReceiverPanel.opinions(on: records), "\(records[0].text)")
    }
  }
}
