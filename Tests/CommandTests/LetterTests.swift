// The letter of `queue`: both languages, by what is wrong.

import Census
import Model
import TestSupport
import Testing

@testable import selectord

@Suite struct LetterTests {
  private static let now = Timestamp(seconds: 1_795_464_000)

  private func row(_ state: State?, messages: Int = 1, _ diagnosis: Diagnosis? = nil) throws -> QueueRow {
    let key = try KeyName(selector: DomainName("s1"), domain: DomainName("xn--bcher-kva.example"))
    let waiting = (0..<messages).map { index in
      var message = QueuedMessage(
        id: "4F2A11C\(index)", since: Self.now - .seconds(3960), sender: "a@xn--bcher-kva.example")
      message.lifetime = .seconds(5 * 86_400)
      return QueueJoin.Waiting(message: message, key: key, reason: "no key")
    }
    var judgement: Judgement?
    if let state {
      judgement = Judgement(
        key: key, state: state, verdict: .critical, summary: "What DNS says, in a sentence.", checkedAt: Self.now,
        views: [])
      judgement?.diagnosis = diagnosis
    }
    return QueueRow(key: key, messages: waiting, judgement: judgement, contact: "hostmaster@host.example")
  }

  private func letters(_ row: QueueRow) -> String {
    Letter.Language.allCases.map { language in
      Letter(row, language: language, now: Self.now, display: { $0 == row.key.domain ? "bücher.example" : "\($0)" })
        .text
    }.joined(separator: "----\n")
  }

  @Test func aMissingKeyIsAskedFor() throws {
    expectGolden(try letters(row(.missing)), "letter-missing.txt")
  }

  @Test func theRecordToAddIsInTheLetter() throws {
    let diagnosis = Diagnosis(
      cause: "record-removed", evidence: ["dig @ns1.host.example s1._domainkey.xn--bcher-kva.example TXT"],
      remedy: "Add the record again.", record: "s1._domainkey.xn--bcher-kva.example. 300 IN TXT \"v=DKIM1; p=MIIB\"")
    expectGolden(try letters(row(.missing, messages: 3, diagnosis)), "letter-record.txt")
  }

  @Test(arguments: [State.revoked, .invalid, .mismatched, .divergent, .unreachable, .published])
  func everyStateHasItsWords(_ state: State) throws {
    expectGolden(try letters(row(state)), "letter-\(state.rawValue).txt")
  }
}
