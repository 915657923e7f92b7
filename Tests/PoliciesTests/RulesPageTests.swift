// docs/policy-rules.md is what the rule tables print.

import Model
import Policies
import TestSupport
import Testing

/// SELECTORD_RECORD=1 writes the page anew.
@Test func thePageOfPolicyRulesHoldsEveryRule() {
  let sections = PolicyType.allCases.map { type in
    rulesSection(
      "\(type == .mtaSTSPolicy ? "MTA-STS policy files" : "\(type.title)s") (`\(type.rawValue)`)",
      PolicyRules.rules(of: type))
  }
  expectGolden(
    """
    # Rules on policies

    What `selectord policy` finds in the text of a policy. The ids are stable: scripts may rely on them. `selectord policy
    --rules` prints the same tables, and a test keeps this page equal to them. Rules on keys, servers and caches are in
    [rules](rules.md).

    A critical finding makes the verdict critical, a warning makes it a warning, an info leaves it ok. `valid` is false where
    receivers do not use the text, or give up on it. Offsets in the evidence count the bytes of the record from 0, its strings
    joined.

    \(sections.joined(separator: "\n"))
    """, "../../../docs/policy-rules.md")
}
