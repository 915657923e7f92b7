// One fixture a repair, and fixtures of whole cases: records as text, and the record that they were meant to be.

import Foundation
import Model
import Syntax
import Testing
import TestSupport

@testable import Keys

/// A file of Tests/Fixtures/repairs: `repaired: TEXT`, or `repaired: none`, then `---`, then the records.
struct RepairFixture {
  var records: [TextRecord]
  /// Nil where nothing can be repaired.
  var repaired: String?

  init(_ name: String) throws {
    let file = try #require(contents(ofFile: fixtures("repairs") + "/" + name + ".txt"), "no fixture \(name).txt")
    let marker = try #require(file.range(of: "---\n"))
    records = try RecordText.read(String(file[marker.upperBound...]))
    let expected = file[..<marker.lowerBound].dropFirst("repaired: ".count).trimmingCharacters(in: .newlines)
    repaired = expected == "none" ? nil : expected
  }

  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: fixtures("repairs"))) ?? [])
    .filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
}

@Suite struct KeyRepairTests {
  @Test(arguments: RepairFixture.names) func repairs(_ name: String) throws {
    let fixture = try RepairFixture(name)
    let repair = KeyRepair.repair(fixture.records)
    #expect(repair?.record.text == fixture.repaired)
    guard let repair else { return }
    let judgement = KeyJudge.judge([repair.record])
    #expect(judgement.state == .published && judgement.key == repair.key)
    #expect(!repair.description.isEmpty)
    // What is repaired needs no repair.
    #expect(KeyRepair.repair([repair.record]) == nil)
  }

  @Test(arguments: KeyRepairs.table.map(\.id)) func everyRowHasAFixture(_ id: String) throws {
    let fixture = try RepairFixture(id)
    let deed = try #require(KeyRepairs.table.first { $0.id == id }?.description)
    #expect(KeyRepair.repair(fixture.records)?.description.contains(deed) == true)
  }

  @Test func idsAndDeedsAreUnique() {
    #expect(Set(KeyRepairs.table.map(\.id)).count == KeyRepairs.table.count)
    #expect(Set(KeyRepairs.table.map(\.description)).count == KeyRepairs.table.count)
  }

  /// Whatever the fault, a repair is sound, has the key that can be read in the text, and is made of it alone.
  @Test(arguments: KeyFixture.names) func neverMakesUpAKey(_ name: String) throws {
    let records = try RecordText.read(try KeyFixture(name).text)
    guard let repair = KeyRepair.repair(records) else { return }
    let judgement = KeyJudge.judge(records)
    #expect(KeyJudge.judge([repair.record]).state == .published)
    #expect(!judgement.findings.contains { $0.rule == "key-private" })
    if let key = judgement.key, !key.revoked, name != "case-revoked-beside-key" {
      #expect(repair.key?.fingerprint == key.fingerprint)
    }
  }

  @Test func soundRecordsAreNotTouched() throws {
    for name in ["fit-rsa-2048", "fit-rsa-4096", "fit-ed25519", "key-weak", "key-tag-unknown", "key-value-blank"] {
      #expect(KeyRepair.repair(try RecordText.read(try KeyFixture(name).text)) == nil, "\(name)")
    }
  }

  @Test func areFoundByTheTextsInAnyOrderAndCut() throws {
    let pieces = try RepairFixture("case-two-pieces").records
    let cut = pieces.map { TextRecord(strings: $0.joined.map { [$0] }) }
    let repairs = KeyRepair.repairs(for: [pieces])
    #expect(repairs.count == 1)
    #expect(repairs[RecordRepair.key(of: cut.reversed())] == KeyRepair.repair(pieces))
  }

  /// Hostile texts end early.
  @Test func isBounded() {
    let texts = ["p=", "&#59;", "v=DKIM1 p=MII"]
    for text in texts {
      let record = TextRecord(bytes: Array(repeatElement(Array(text.utf8), count: 1300 / text.utf8.count).joined()))
      _ = KeyRepair.repair([record, record, TextRecord("x"), TextRecord("v=DKIM1; k=rsa")])
    }
    #expect(KeyRepair.repair(Array(repeating: TextRecord("v=DKIM1; p="), count: 1000)) == nil)
    #expect(KeyRepair.repair([TextRecord(bytes: Array(repeating: 0x20, count: 60_000))]) == nil)
    #expect(KeyRepair.repair([]) == nil)
  }
}
