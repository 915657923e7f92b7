// The bytes of questions, held against what libldns and the RFCs say.

import DNS
import Model
import TestSupport
import Testing

struct QuestionBytesTests {
  let question: Question
  init() throws { question = Question(try DomainName("S1._domainkey.example.org"), .txt) }

  @Test func bytesAreAsTheRFCsSay() {
    let bytes = QuestionBytes(question, id: 0xABCD, options: .init(recursionDesired: true, checkingDisabled: true))
      .bytes
    #expect(bytes[..<12] == [0xAB, 0xCD, 0x01, 0x30, 0, 1, 0, 0, 0, 0, 0, 1])
    #expect(Array(bytes[12...].prefix(question.name.wire.count)) == question.name.wire)
    #expect(bytes.suffix(15) == [0, 16, 0, 1, 0, 0, 41, 0x04, 0xD0, 0, 0, 0, 0, 0, 0])
  }

  @Test func withoutEDNSAndRecursionNothingIsAdded() {
    let bytes = QuestionBytes(question, id: 1, options: .init(recursionDesired: false, usesEDNS: false)).bytes
    #expect(bytes[..<12] == [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0])
    #expect(bytes.count == 12 + question.name.wire.count + 4)
  }

  @Test func signaturesAreAskedForByDO() {
    let bytes = QuestionBytes(question, id: 1, options: .init(recursionDesired: false, wantsSignatures: true)).bytes
    #expect(bytes.suffix(11) == [0, 0, 41, 0x04, 0xD0, 0, 0, 0x80, 0, 0, 0])
  }

  @Test func caseIsMixedInLettersOnly() {
    var random = SeededGenerator(seed: 5)
    let plain = QuestionBytes(question, id: 1, options: .init(recursionDesired: true)).bytes
    var patterns: Set<[UInt8]> = []
    for _ in 0..<64 {
      let mixed = QuestionBytes(question, id: 1, options: .init(recursionDesired: true), mixing: &random).bytes
      patterns.insert(mixed)
      #expect(mixed.count == plain.count)
      for (one, other) in zip(mixed, plain) {
        #expect(one == other || (one ^ other == 0x20 && (0x61...0x7A).contains(other)))
      }
    }
    #expect(patterns.count > 60)
  }

  @Test func theLongestNameFits() throws {
    let labels = [63, 63, 63, 61].map { [UInt8](repeating: 0x61, count: $0) }
    let long = Question(try DomainName(labels: labels), .txt)
    let bytes = QuestionBytes(long, id: 1, options: .init(recursionDesired: true)).bytes
    #expect(bytes.count == QuestionBytes.limit)
  }
}
