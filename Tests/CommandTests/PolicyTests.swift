// Every form in which `policy` prints a judgement.

import Model
import Policies
import TestSupport
import Testing

@testable import selectord

private let wide = Appearance(isColoured: false, isUnicode: true, columns: nil)
private let narrow = Appearance(isColoured: false, isUnicode: true, columns: 60)

private func judgement(_ text: String, type: PolicyType? = nil) throws -> PolicyJudgement {
  PolicyJudge.judge(try #require(try PolicyText.read(Array(text.utf8), type: type).first))
}

private let texts = [
  "v=spf1 mx include:_spf.example.net ip4:192.0.2.0/33 -all",
  "v=DMARC1; p=none; rua=mailto:dmarc@example.org",
  "version: STSv1\nmode: enforce\nmx: *.example.org\nmax_age: 86400\n",
  "0 issue \"letsencrypt.org\"\n0 issuewild \";\"",
]

@Test func aPolicyIsJudgedInWordsAsARowAndAsJSON() throws {
  let judgements = try texts.map { try judgement($0) }
  let output = PolicyTextOutput(appearance: wide)
  expectGolden(judgements.map(output.detail).joined(separator: "\n"), "policy.txt")
  expectGolden(PolicyTextOutput(appearance: narrow).detail(judgements[0]), "policy-60.txt")
  let rows = judgements.enumerated().map { output.row($1, line: $0 + 1) }
  expectGolden(Grid.render(PolicyTextOutput.columns, rows, appearance: wide), "policy-rows.txt")
  var lines = JSONStream(isLines: true)
  expectGolden(try judgements.map { lines.add(try JSONValue(encoding: $0)) }.joined(), "policy.jsonl")
}

@Test func pluginOutputCountsPolicies() throws {
  var nagios = NagiosText()
  nagios.nouns = (one: "policy", many: "policies")
  for (index, text) in texts.enumerated() {
    nagios.add(NagiosText.Item(try judgement(text), name: "line \(index + 1)"))
  }
  nagios.add(badLines: 1, "line")
  expectGolden(nagios.text(), "policy-nagios.txt")
}

@Test(arguments: [
  "v=spf1 include:\u{1B}[31mred -all", "v=DMARC1; p=\u{202E}reject; \u{7}=x", "version: STSv1\nmode: \u{9B}31m",
  "0 issue \"\u{1B}]0;title\u{7}\"",
])
func noByteOfAPolicySteersTheTerminal(_ text: String) throws {
  for judgement in try PolicyText.read(Array(text.utf8)).map(PolicyJudge.judge) {
    let printed = PolicyTextOutput(appearance: narrow).detail(judgement)
    let steering = printed.unicodeScalars.filter { $0.steersTerminal && $0 != "\n" }
    #expect(steering.isEmpty)
  }
}
