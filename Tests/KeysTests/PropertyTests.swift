// What must hold of any text: the judge is total, and its parts agree with each other.

import Keys
import Model
import Syntax
import Testing
import TestSupport

@Suite struct KeyProperties {
  /// A generator with a seed, so that a failure comes again.
  struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return state ^ (state >> 29)
    }
  }

  private func check(_ judgement: KeyJudgement, _ what: String) {
    #expect([.published, .revoked, .invalid].contains(judgement.state), "\(what)")
    let worst = judgement.findings.map(\.severity).max()
    #expect(judgement.verdict == (worst.map { Verdict($0) } ?? .ok), "\(what)")
    #expect(judgement.findings.map(\.severity) == judgement.findings.map(\.severity).sorted(by: >), "\(what)")
    switch judgement.state {
    case .published: #expect(judgement.key?.revoked == false, "\(what)")
    case .revoked: #expect(judgement.key?.revoked == true && judgement.verdict == .critical, "\(what)")
    default: #expect(judgement.verdict == .critical, "\(what)")
    }
    let ids = Set(KeyRules.all.map(\.id))
    for finding in judgement.findings {
      #expect(ids.contains(finding.rule))
      for text in [finding.text, finding.evidence, finding.remedy, judgement.summary] {
        #expect(!text.isEmpty && text.utf8.count < 1000, "\(finding.rule) of \(what)")
        #expect(text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }, "\(finding.rule) of \(what)")
      }
    }
  }

  @Test func everyPrefixOfARecordIsJudged() throws {
    let whole = Array(try KeyFixture("fit-rsa-2048").text.utf8.filter { $0 != UInt8(ascii: "\"") })
    for length in 0...whole.count {
      let text = String(decoding: whole[..<length], as: UTF8.self)
      check(KeyJudge.judge([TextRecord(text)]), text)
    }
  }

  @Test(arguments: KeyFixture.names) func damagedRecordsAreJudged(_ name: String) throws {
    let records = try RecordText.read(try KeyFixture(name).text)
    var generator = Seeded(state: UInt64(name.utf8.reduce(7) { $0 &* 31 &+ UInt64($1) }))
    for _ in 0..<60 {
      let damaged = records.map { record in
        var bytes = record.joined
        for _ in 0..<Int.random(in: 1...3, using: &generator) where !bytes.isEmpty {
          let place = Int.random(in: 0..<bytes.count, using: &generator)
          switch Int.random(in: 0..<4, using: &generator) {
          case 0: bytes[place] = UInt8.random(in: 0...255, using: &generator)
          case 1: bytes.remove(at: place)
          case 2: bytes.insert(contentsOf: bytes[place..<min(place + 40, bytes.count)], at: place)
          default: bytes.removeSubrange(place...)
          }
        }
        return TextRecord(strings: [bytes])
      }
      check(KeyJudge.judge(damaged), "\(damaged.map(\.text))")
    }
  }

  @Test func orderOfTheRecordsDoesNotMatter() throws {
    for name in KeyFixture.names {
      let records = try RecordText.read(try KeyFixture(name).text)
      #expect(KeyJudge.judge(records) == KeyJudge.judge(records.reversed()), "\(name)")
    }
  }

  /// 64 KiB of what could make a careless parser quadratic.
  @Test(arguments: [";", "=", "v=DKIM1; p=;", "p=A;", "k=rsa ", "A", " ", "\\", "-----BEGIN", "n=p", "t=y:"])
  func longTextsAreJudgedAtOnce(_ piece: String) {
    let text = String(repeating: piece, count: 65_000 / piece.utf8.count)
    for prefix in ["", "v=DKIM1; k=rsa; p=", "v=DKIM1; t="] {
      let time = processorTime { check(KeyJudge.judge([TextRecord(prefix + text)]), prefix + piece) }
      #expect(time < .seconds(60), "\(prefix + piece)")
    }
  }

  @Test func manyRecordsAreJudgedAtOnce() {
    let records = (0..<1000).map { TextRecord($0 % 2 == 0 ? "v=DKIM1; p=MIIBIjAN\($0)" : "AAAABBBBCCCCDDDD\($0)") }
    let time = processorTime {
      let judgement = KeyJudge.judge(records)
      #expect(judgement.state == .invalid)
      #expect(judgement.findings.contains { $0.rule == "key-several-records" })
    }
    #expect(time < .seconds(60))
  }

  @Test func aTextThatFitsIntoNoRecordIsRefused() {
    let judgement = KeyJudge.judge([TextRecord("v=DKIM1; p=" + String(repeating: "A", count: 70_000))])
    #expect(judgement.state == .invalid)
    #expect(judgement.findings.map(\.rule) == ["key-record-oversized"])
  }

  @Test func noRecordIsAnEmptyRecord() {
    #expect(KeyJudge.judge([]).findings.map(\.rule) == ["key-record-empty"])
  }
}
