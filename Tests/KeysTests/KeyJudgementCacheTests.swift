// A text is judged once, and what is kept is what the judge says.

import Model
import Syntax
import Testing

@testable import Keys

@Suite struct KeyJudgementCacheTests {
  private func record(_ number: Int) -> TextRecord { TextRecord("v=DKIM1; k=rsa; n=\(number); p=") }

  @Test func keepsWhatTheJudgeSays() throws {
    var cache = KeyJudgementCache()
    for name in KeyFixture.names {
      let records = try RecordText.read(try KeyFixture(name).text)
      let judged = cache.judge(records)
      #expect(judged.judgement == KeyJudge.judge(records), "\(name)")
      #expect(judged.identity == KeyIdentity(records), "\(name)")
      #expect(cache.judged(.init(records.reversed())) == judged, "\(name): in whatever order they come")
    }
  }

  @Test func whatAJudgementIsMadeOfTellsQuestionsApart() {
    let whole = TextRecord(strings: [Array("v=DKIM1; p=".utf8)])
    let parted = TextRecord(strings: [Array("v=DKIM1; ".utf8), Array("p=".utf8)])
    let questions: Set<KeyJudgementCache.Question> = [
      .init([whole]), .init([parted]), .init([whole, whole]), .init([whole], minimumBits: 2048),
      .init([whole], relations: KeyRelations(domains: ["example.org"])), .init([]),
    ]
    #expect(questions.count == 6)
  }

  @Test func isBoundedAndKeepsWhatIsAskedFor() {
    var cache = KeyJudgementCache(capacity: 20)
    _ = cache.judge([record(0)])
    for number in 1...200 {
      _ = cache.judge([record(number)])
      #expect(cache.count <= 20)
      #expect(cache.judged(.init([record(0)])) != nil, "after \(number)")
    }
    #expect(cache.judged(.init([record(1)])) == nil)
    #expect(cache.judged(.init([record(200)])) != nil)
  }

  @Test func theVersionIsTheSameInEveryRun() {
    #expect(KeyRules.version.count == 16)
    #expect(KeyRules.version == KeyRules.version)
  }
}

/// What is written of a judgement is read again as it was, and nothing else is taken for one.
@Suite struct JudgedKeyBytesTests {
  @Test(arguments: KeyFixture.names) func whatIsReadIsWhatWasWritten(_ name: String) throws {
    let records = try RecordText.read(try KeyFixture(name).text)
    for relations in [KeyRelations(), KeyRelations(primeSharers: ["a", "b"], domains: ["example.org"])] {
      let judged = JudgedKey(records, minimumBits: 1024, relations: relations)
      #expect(JudgedKey(bytes: judged.bytes, of: records) == judged)
    }
  }

  @Test func aSoundKeyIsShort() throws {
    let records = try RecordText.read(try KeyFixture("fit-rsa-2048").text)
    #expect(JudgedKey(records).bytes.count < 250)
  }

  @Test func whatIsDamagedIsNeverReadAsAnotherLength() throws {
    let records = try RecordText.read(try KeyFixture("case-prime-shared-1").text)
    let bytes = JudgedKey(records).bytes
    for length in 0..<bytes.count { #expect(JudgedKey(bytes: Array(bytes.prefix(length)), of: records) == nil) }
    #expect(JudgedKey(bytes: bytes + [0], of: records) == nil)
    // What comes of other damage may be a judgement; it must only not end the process.
    for place in bytes.indices {
      for value in [0, 1, 0x7F, 0x80, 0xFF] as [UInt8] {
        var damaged = bytes
        damaged[place] = value
        _ = JudgedKey(bytes: damaged, of: records)
      }
    }
  }
}
