// No byte of a private key is left in a text that is stored or told, and none in what is said of it.

import Model
import Syntax
import Testing
import TestSupport

@testable import Keys

@Suite struct PrivateKeyRedactionTests {
  /// The fixtures that hold a private key.
  static let names = KeyFixture.names.filter { name in
    (try? KeyFixture(name)).map {
      $0.names("findings").contains {
        $0.hasPrefix("key-private") && !$0.contains("-known") && !$0.contains("exponent")
      }
    } ?? false
  }

  @Test(arguments: names) func nothingOfTheKeyIsLeft(_ name: String) throws {
    let records = try RecordText.read(try KeyFixture(name).text)
    let before = KeyJudge.judge(records)
    #expect(PrivateKeyRedaction.isNeeded(for: before))
    let redacted = PrivateKeyRedaction.redacted(records)
    let after = KeyJudge.judge(redacted)
    #expect(after.state == .invalid && after.findings.map(\.rule).contains(KeyRules.privateKey))
    #expect(PrivateKeyRedaction.redacted(redacted) == redacted, "once is enough")
    let told =
      redacted.map(\.text)
      + [before, after].flatMap { judgement in
        [judgement.summary] + judgement.findings.flatMap { [$0.text, $0.evidence, $0.remedy] }
          + judgement.receivers.map(\.reason)
      }
    // Any 12 characters of the base64 would be a piece of the key; the first ones are the same in all keys.
    let key = records.map(\.joined).joined().filter { Base64Text.value(of: $0) != nil }
    if name == "case-private-removed" { return }
    for start in stride(from: 40, to: key.count - 12, by: 4) {
      let piece = String(decoding: Array(key)[start..<(start + 12)], as: UTF8.self)
      #expect(!told.contains { $0.contains(piece) }, "\(piece) is in \(told)")
    }
    #expect(redacted.contains { $0.text.contains("SHA256:") && $0.text.contains(" characters") })
  }

  @Test func tagsBeforeTheKeyAreKept() throws {
    let records = try RecordText.read(try KeyFixture("key-private").text)
    let text = try #require(PrivateKeyRedaction.redacted(records).first?.text)
    #expect(text.hasPrefix("v=DKIM1; k=rsa; p=private key removed by selectord, SHA256:"))
  }

  @Test(arguments: ["fit-rsa-2048", "key-pem-armour", "key-split-over-records", "fit-ed25519", "key-damaged"])
  func otherTextsStayAsTheyAre(_ name: String) throws {
    let records = try RecordText.read(try KeyFixture(name).text)
    #expect(PrivateKeyRedaction.redacted(records) == records)
  }

  @Test func aKeyInSeveralRecordsIsRemovedFromAll() throws {
    let whole = try RecordText.read(try KeyFixture("key-private").text)[0].joined
    let records = [TextRecord(bytes: whole.prefix(600)), TextRecord(bytes: whole.dropFirst(600))]
    for text in PrivateKeyRedaction.redacted(records).map(\.text) { #expect(text.contains("private key removed")) }
  }
}
