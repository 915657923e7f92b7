// The rule table is fit to print, and docs/rules.md is what it prints.

import Foundation
import Keys
import Model
import TestSupport
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

  /// SELECTORD_RECORD=1 writes the section anew.
  @Test func rulesPageHoldsTheTable() throws {
    let path = fixtures("../..") + "/docs/rules.md"
    let page = try #require(contents(ofFile: path))
    let section = RuleText.markdown("Key records", KeyRules.all)
    if ProcessInfo.processInfo.environment["SELECTORD_RECORD"] == "1", let start = page.range(of: "## Key records\n") {
      let end = page[start.upperBound...].range(of: "\n## ")?.lowerBound ?? page.endIndex
      try (page[..<start.lowerBound] + section + page[end...]).write(toFile: path, atomically: true, encoding: .utf8)
      return
    }
    #expect(page.contains(section), "docs/rules.md is old: run this test with SELECTORD_RECORD=1")
  }

  @Test func plainText() {
    let rules = [
      Rule(id: "key-one", severity: .critical, summary: "One is wrong.", remedy: "Mend it.", source: "RFC 1"),
      Rule(
        id: "key-second", severity: .info, summary: "Two is odd.", remedy: "Look at it.", source: "RFC 2, section 3"),
    ]
    #expect(
      RuleText.plain(rules) == """
        key-one     critical  One is wrong.
                              Mend it.
                              (RFC 1)
        key-second  info      Two is odd.
                              Look at it.
                              (RFC 2, section 3)

        """)
  }
}
