// What `audit` prints as JSON, for the schema of docs/output.schema.json.

import Foundation
import Model
import TestSupport
import Testing

@testable import Auditing

@Suite struct ReportJSONTests {
  private func json(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self) + "\n"
  }

  @Test func ofADomain() throws {
    expectGolden(try json(Internet(World.signed("whole")).audit().report), "audit.json")
    var world = World.clean
    world.replace("v=spf1 mx -all", "v=spf1 include:missing.example +all")
    world.hosts[1].failure = .timeout
    world.remove("_dmarc")
    let report = try Internet(world).audit().report
    expectGolden(try json(report), "audit-broken.json")
    // What is written is read again: `--diff` does.
    let decoder = JSONDecoder()
    #expect(try decoder.decode(AuditReport.self, from: Data(try json(report).utf8)) == report)
  }

  /// A report of an earlier version is compared too.
  @Test func aReportWithoutNewerFieldsIsRead() throws {
    let text = try json(try Internet(World.clean).audit().report)
    var object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    object["undecided"] = nil
    let data = try JSONSerialization.data(withJSONObject: object)
    #expect(try JSONDecoder().decode(AuditReport.self, from: data).undecided == nil)
  }
}
