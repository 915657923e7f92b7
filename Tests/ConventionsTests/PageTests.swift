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

  @Test func hosts() throws {
    let rows = DNSHosts.all.map { host in
      let name =
        switch host.nameForm {
        case .absolute: "the whole name"
        case .relative(let apex): "without the zone; \(apex.isEmpty ? "empty" : code(apex)) for the zone itself"
        }
      let text = host.textForm == .plain ? "as it is, in one piece" : "quoted strings of at most 255 bytes"
      let target = host.targetForm == .plain ? "without a final dot" : "with a final dot"
      return [
        host.name, host.servers.map { code("\($0)") }.joined(separator: ", "), host.place,
        "\(host.fields.name): \(name)", "\(host.fields.text): \(text)", "\(host.fields.target): \(target)",
        notes(host.note, host.source),
      ]
    }
    try expectPage("dns-hosts", ["host", "name servers", "form", "name", "TXT", "CNAME", "notes"], rows)
  }

  private func notes(_ note: String, _ source: String) -> String {
    (note.isEmpty ? "" : note + " ") + "[Source](\(source))"
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
