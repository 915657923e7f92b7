// Every vendor of the table whose records come in sets: the idle one is no alarm, the one that was left out is told with its
// record.

import Conventions
import Model
import Testing

@testable import Diagnosing
@testable import Judging

/// A set of two records or more: one that is there, and another.
private struct VendorSet: Sendable, CustomTestStringConvertible {
  var vendor: Vendor
  var present: VendorRecord
  var other: VendorRecord

  var testDescription: String { "\(vendor.name) \(other.selector)" }

  /// Whether the selector of the other alone leads to the vendor.
  var selectorTells: Bool { Vendors.matching(selector: other.selector).contains { $0.vendor == vendor } }

  /// Those whose sibling's record can be told, by their example.
  static func all(_ rule: Vendor.Rule) -> [VendorSet] {
    Vendors.all.filter { $0.rule == rule }.compactMap { vendor in
      let match = Vendors.matching(selector: vendor.example.selector, target: vendor.example.target).first
      guard let match, match.vendor == vendor, let other = match.siblings.first else { return nil }
      return VendorSet(vendor: vendor, present: match.record, other: other)
    }
  }
}

@Suite("Vendors' sets")
struct VendorCauseTests {
  @Test func thereAreSets() {
    #expect(VendorSet.all(.all).count > 15)
    #expect(VendorSet.all(.oneActive).count > 10)
  }

  private func play(_ set: VendorSet, _ lines: String) throws -> [String] {
    let text = """
      policy confirm 0 after 1s
      watch \(set.other.selector) example.org
      zone example.org ns1.example.net 192.0.2.1
      found \(set.present.selector)._domainkey.example.org TXT nodata cname \(set.present.target?.description ?? "none.example")
      found \(set.present.target?.description ?? "none.example") TXT "v=DKIM1; k=rsa; p={vendor}"
      at 14:00
      \(lines)
      """
    var runner = ScenarioRunner(try ScenarioParser.parse(text, file: "x"))
    try runner.run()
    return runner.failures
  }

  /// A selector that the customer makes up does not tell the vendor.
  @Test(arguments: (VendorSet.all(.all) + VendorSet.all(.oneActive)).filter(\.selectorTells))
  private func theRecordThatWasLeftOutIsTold(_ set: VendorSet) throws {
    let record = set.other.target.map { target in
      "expect record \"\(set.other.selector)._domainkey.example.org. 3600 IN CNAME \(target).\""
    }
    let failures = try play(
      set,
      """
        servers say nxdomain
        expect event selector.missing critical
        expect diagnosed vendor-record-missing certain
        \(record ?? "expect no record")
      """)
    #expect(failures.isEmpty)
  }

  @Test(arguments: VendorSet.all(.oneActive))
  private func theIdleOneIsNoAlarm(_ set: VendorSet) throws {
    guard let target = set.other.target else { return }
    let failures = try play(
      set,
      """
        servers say nodata cname \(target)
        expect judged missing critical
        expect state missing ok
        expect diagnosed vendor-selector-idle certain
        expect incident closed
      """)
    #expect(failures.isEmpty)
  }

  /// Where the vendor signs with every record, one without a key is a fault.
  @Test(arguments: VendorSet.all(.all))
  private func ofOthersNoneIsIdle(_ set: VendorSet) throws {
    guard let target = set.other.target else { return }
    let failures = try play(
      set,
      """
        servers say nodata cname \(target)
        expect event selector.missing critical
        expect diagnosed cname-target-without-txt likely
      """)
    #expect(failures.isEmpty)
  }
}
