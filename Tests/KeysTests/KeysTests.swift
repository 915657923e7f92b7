// One fixture a rule, and the fixtures of whole cases: a record as text, and what must come of it.

import Foundation
import Keys
import Model
import Syntax
import Testing
import TestSupport

/// A file of Tests/Fixtures/keys: lines `name: value`, then `---`, then the record.
struct KeyFixture: CustomTestStringConvertible {
  var name: String
  var expected: [String: String]
  var text: String
  var testDescription: String { name }

  init(_ name: String) throws {
    self.name = name
    let file = try #require(contents(ofFile: fixtures("keys") + "/" + name + ".txt"), "no fixture \(name).txt")
    let marker = try #require(file.range(of: "---\n"))
    text = String(file[marker.upperBound...].dropLast())
    expected = file[..<marker.lowerBound].split(separator: "\n").reduce(into: [:]) { values, line in
      let parts = line.split(separator: ":", maxSplits: 1)
      values[String(parts[0])] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
    }
  }

  /// The names between blanks that stand in a line.
  func names(_ line: String) -> [String] { (expected[line] ?? "").split(separator: " ").map(String.init) }

  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: fixtures("keys"))) ?? [])
    .filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
}

@Suite struct KeyFixtures {
  @Test(arguments: KeyFixture.names) func judgement(_ name: String) throws {
    let fixture = try KeyFixture(name)
    let records = try RecordText.read(fixture.text)
    let judgement = KeyJudge.judge(
      records, minimumBits: fixture.expected["minimumBits"].flatMap { Int($0) },
      relations: KeyRelations(
        primeSharers: fixture.names("primeSharers"), domains: fixture.names("sameKeyAt")))
    #expect(judgement.state.rawValue == fixture.expected["state"])
    #expect(judgement.verdict.rawValue == fixture.expected["verdict"])
    #expect(judgement.key.map { "\($0.bits)" } == fixture.expected["bits"])
    let rules = Set(judgement.findings.map(\.rule))
    let expected = Set((fixture.expected["findings"] ?? "").split(separator: ", ").map(String.init)).subtracting([
      "none"
    ])
    #expect(rules == expected)
    if let evidence = fixture.expected["evidence"] {
      #expect(
        judgement.findings.contains { ($0.rule == name || !expected.contains(name)) && $0.evidence.contains(evidence) },
        "\(judgement.findings.map(\.evidence))")
    }
    #expect(!judgement.summary.isEmpty)
  }

  @Test(arguments: KeyRules.all) func everyRuleHasAFixture(_ rule: Rule) throws {
    // An oversized record fits into no fixture that a person would open.
    if rule.id == "key-record-oversized" { return }
    let fixture = try KeyFixture(rule.id)
    #expect(fixture.expected["findings"]?.split(separator: ", ").contains(Substring(rule.id)) == true)
  }
}
