// The rule table is fit to print.

import Keys
import Model
import Testing

@Suite struct RuleTable {
  @Test func idsAreUniqueAndInKebabCase() {
    let ids = KeyRules.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    for id in ids {
      #expect(id.hasPrefix("key-") && id.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "-" }, "\(id)")
    }
  }

  @Test(arguments: KeyRules.all) func textsAreSentences(_ rule: Rule) {
    #expect(rule.summary.hasSuffix(".") && rule.remedy.hasSuffix("."))
    #expect(!rule.source.isEmpty)
  }
}
