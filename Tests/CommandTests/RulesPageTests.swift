// docs/rules.md is what the rule tables print.

import Diagnosing
import Judging
import Keys
import Mail
import Model
import Monitoring
import Policies
import TestSupport
import Testing

/// SELECTORD_RECORD=1 writes the tables anew; what stands above the first is kept.
@Test func thePageOfRulesHoldsEveryRuleThatTheProgramKnows() throws {
  let page = try #require(contents(ofFile: fixtures("../..") + "/docs/rules.md"))
  let opening = page.prefix(upTo: try #require(page.firstRange(of: "\n## ")).lowerBound)
  expectGolden(
    """
    \(opening)
    \(rulesSection("Key records", KeyRules.all))
    \(rulesSection("Servers, caches, chains and delegations", JudgingRules.all + CauseRules.findings))
    \(rulesSection("What only several looks show", MonitoringFindings.all))
    \(rulesSection("Messages and their signatures", MailFindings.all))
    """, "../../../docs/rules.md")
}

@Test func noTwoRulesShareAnId() {
  let rules =
    KeyRules.all + JudgingRules.all + CauseRules.findings + MonitoringFindings.all + PolicyRules.all + MailFindings.all
  let ids = rules.map(\.id)
  #expect(Set(ids).count == ids.count)
}
