// docs/rules.md is what the rule tables print.

import Diagnosing
import Judging
import Keys
import Mail
import Model
import Monitoring
import TestSupport
import Testing

/// SELECTORD_RECORD=1 writes the tables anew; what stands above the first is kept.
@Test func thePageOfRulesHoldsEveryRuleThatTheProgramKnows() throws {
  let page = try #require(contents(ofFile: fixtures("../..") + "/docs/rules.md"))
  let opening = page.prefix(upTo: try #require(page.firstRange(of: "\n## ")).lowerBound)
  expectGolden(
    """
    \(opening)
    \(section("Key records", KeyRules.all))
    \(section("Servers, caches, chains and delegations", JudgingRules.all + CauseRules.findings))
    \(section("What only several looks show", MonitoringFindings.all))
    \(section("Messages and their signatures", MailFindings.all))
    """, "../../../docs/rules.md")
}

@Test func noTwoRulesShareAnId() {
  let ids =
    (KeyRules.all + JudgingRules.all + CauseRules.findings + MonitoringFindings.all
    + MailFindings.all).map(\.id)
  #expect(Set(ids).count == ids.count)
}

/// A heading, then one row a rule.
private func section(_ title: String, _ rules: [Rule]) -> String {
  func cell(_ text: String) -> String {
    text.reduce(into: "") { $0 += "|<*".contains($1) ? "\\\($1)" : String($1) }
  }
  let rows = rules.map { rule in
    "| `\(rule.id)` | \(rule.severity.rawValue) | "
      + [rule.summary, rule.remedy, rule.source].map(cell).joined(separator: " | ") + " |\n"
  }
  return "## \(title)\n\n| rule | severity | when | what to do | source |\n|---|---|---|---|---|\n" + rows.joined()
}
