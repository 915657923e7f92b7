// One fixture a rule, and the fixtures of whole cases: a policy as text, and what must come of it.

import Foundation
import Model
import Policies
import TestSupport
import Testing

/// A file of Tests/Fixtures/policies: lines `name: value`, then `---`, then the text.
struct PolicyFixture {
  var expected: [String: String]
  var text: String

  init(_ name: String) throws {
    let file = try #require(contents(ofFile: fixtures("policies") + "/" + name + ".txt"), "no fixture \(name).txt")
    let marker = try #require(file.range(of: "---\n"))
    let body = file[marker.upperBound...]
    text = String(body.hasSuffix("\r\n") ? body[...] : body.dropLast())
    expected = file[..<marker.lowerBound].split(separator: "\n").reduce(into: [:]) { values, line in
      let parts = line.split(separator: ":", maxSplits: 1)
      values[String(parts[0])] = parts.count > 1 ? parts[1].trimmingCharacters(in: .whitespaces) : ""
    }
  }

  /// The policies in it, by their type where the fixture gives one.
  func policies() throws -> [PolicyText] {
    try PolicyText.read(Array(text.utf8), type: expected["as"].flatMap(PolicyType.init))
  }

  static let names: [String] =
    ((try? FileManager.default.contentsOfDirectory(atPath: fixtures("policies"))) ?? [])
    .filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
}

@Suite struct PolicyFixtures {
  @Test(arguments: PolicyFixture.names) func judgement(_ name: String) throws {
    let fixture = try PolicyFixture(name)
    let policies = try fixture.policies()
    #expect(policies.count == 1)
    let judgement = PolicyJudge.judge(try #require(policies.first))
    #expect(judgement.type.rawValue == fixture.expected["type"])
    #expect(judgement.verdict.rawValue == fixture.expected["verdict"])
    #expect((judgement.valid ? "yes" : "no") == fixture.expected["valid"])
    let rules = judgement.findings.map(\.rule)
    #expect((rules.isEmpty ? "none" : rules.joined(separator: ", ")) == fixture.expected["findings"])
    if let evidence = fixture.expected["evidence"] {
      #expect(judgement.findings.contains { $0.evidence == evidence }, "\(judgement.findings.map(\.evidence))")
    }
    #expect(judgement.summary.hasSuffix("."))
  }

  @Test(arguments: PolicyRules.all) func everyRuleHasAFixture(_ rule: Rule) throws {
    // An oversized file fits into no fixture that a person would open.
    if rule.id == "mta-sts-policy-oversized" { return }
    let fixture = try PolicyFixture(rule.id)
    #expect(fixture.expected["findings"]?.split(separator: ", ").contains(Substring(rule.id)) == true)
  }

  @Test func anOversizedPolicyFileIsRefused() {
    let file = Array("version: STSv1\n".utf8) + Array(repeating: UInt8(ascii: "#"), count: 70_000)
    let judgement = PolicyJudge.judge(.mtaSTSPolicy(file))
    #expect(judgement.findings.map(\.rule) == ["mta-sts-policy-oversized"])
    #expect(!judgement.valid)
  }

  @Test func idsAreUniqueAndInKebabCase() {
    let ids = PolicyRules.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    for id in ids { #expect(id.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }, "\(id)") }
  }

  @Test(arguments: PolicyRules.all) func textsAreSentences(_ rule: Rule) {
    #expect(rule.summary.hasSuffix(".") && rule.remedy.hasSuffix("."))
    #expect(!rule.source.isEmpty)
  }

  /// Everything that a person reads, in one file that a person has read.
  @Test func textsAreThoseThatWereRead() throws {
    let told = try PolicyFixture.names.map { name in
      let judgement = PolicyJudge.judge(try #require(try PolicyFixture(name).policies().first))
      let findings = judgement.findings.map {
        "  \($0.severity.rawValue) \($0.rule): \($0.text)\n    seen: \($0.evidence)\n    do:   \($0.remedy)\n"
      }
      let tags = judgement.tags.map { "  \($0.name) = \($0.value): \($0.meaning)\n" }
      return "\(name)\n  \(judgement.summary)\n" + findings.joined() + tags.joined()
    }
    expectGolden(told.joined(separator: "\n"), "judgements.txt")
  }
}
