// docs/vendors.md and docs/dns-hosts.md are what the tables print.

import Model
import TestSupport
import Testing

@testable import Conventions

/// SELECTORD_RECORD=1 writes the tables anew; what stands above them is kept.
@Suite struct PageTests {
  @Test func vendors() throws {
    let rows = Vendors.all.map { vendor in
      let selectors = vendor.members.map { code("\($0.selector)") }.joined(separator: ", ")
      let targets = Set(vendor.members.map(\.target)).count == 1 ? Array(vendor.members.prefix(1)) : vendor.members
      let records =
        vendor.type == .txt
        ? "TXT" : "CNAME to " + targets.compactMap { $0.target.map { code("\($0)") } }.joined(separator: ", ")
      let count = vendor.recordCount == vendor.members.count ? "" : ", \(vendor.recordCount) records"
      return [
        vendor.name, selectors, records, vendor.rule.rawValue + count, "\(vendor.note) [Source](\(vendor.source))",
      ]
    }
    try expectPage("vendors", ["vendor", "selectors", "record", "set", "notes"], rows)
  }

  private func expectPage(_ name: String, _ titles: [String], _ rows: [[String]]) throws {
    let page = try #require(contents(ofFile: fixtures("../..") + "/docs/\(name).md"))
    let opening = page.prefix(upTo: try #require(page.firstRange(of: "\n## Table")).lowerBound)
    let table = ([titles, titles.map { _ in "---" }] + rows).map { row in
      "| " + row.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
    }
    expectGolden("\(opening)\n## Table\n\n\(table.joined())", "../../../docs/\(name).md")
  }

  private func code(_ text: String) -> String { "`\(text)`" }
}
