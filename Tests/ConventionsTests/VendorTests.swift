// Vendors: the table holds itself to its own examples.

import Model
import TestSupport
import Testing

@testable import Conventions

@Suite struct VendorTests {
  @Test func everyRowIsWellFormed() {
    #expect(Vendors.errors.isEmpty)
    #expect(Vendors.all.count > 100)
  }

  @Test(arguments: Vendors.all) func exampleFitsItsRowAndNoOther(_ vendor: Vendor) throws {
    let example = vendor.example
    if let target = example.target {
      let matches = Vendors.matching(selector: example.selector, target: target)
      #expect(matches.map(\.vendor) == [vendor])
      #expect(matches.first?.record == VendorRecord(selector: example.selector, target: target))
    } else {
      #expect(Vendors.matching(selector: example.selector).map(\.vendor).filter { $0.type == .txt } == [vendor])
    }
  }

  @Test(arguments: Vendors.all) func sourceIsAnAddress(_ vendor: Vendor) {
    #expect(vendor.source.hasPrefix("https://"))
    #expect(vendor.note.isEmpty || vendor.note.last == ".")
  }

  @Test(arguments: [
    (
      "selector1", "selector1-contoso-com._domainkey.contoso.n-v1.dkim.mail.microsoft",
      "selector2 selector2-contoso-com._domainkey.contoso.n-v1.dkim.mail.microsoft"
    ),
    (
      "selector2", "selector2-contoso-com._domainkey.contoso.onmicrosoft.com",
      "selector1 selector1-contoso-com._domainkey.contoso.onmicrosoft.com"
    ),
    ("s1", "s1.domainkey.u123.wl045.sendgrid.net", "s2 s2.domainkey.u123.wl045.sendgrid.net"),
    ("em2", "em2.domainkey.u123.wl.sendgrid.net", "em em.domainkey.u123.wl.sendgrid.net"),
    ("k3", "dkim3.mcsv.net", "k2 dkim2.mcsv.net"),
    ("hs1-123", "example-org.hs04a.dkim.hubspotemail.net", "hs2-123 example-org.hs04b.dkim.hubspotemail.net"),
    (
      "fm2", "fm2.mail.example.org.dkim.fmhosted.com",
      "fm1 fm1.mail.example.org.dkim.fmhosted.com, fm3 fm3.mail.example.org.dkim.fmhosted.com"
    ),
    (
      "h3f", "dkim1.fa0cb6bc6910.p371.email.myshopify.com",
      "h3f3 dkim3.fa0cb6bc6910.p371.email.myshopify.com, h3f2 dkim2.fa0cb6bc6910.p371.email.myshopify.com"
    ),
    // Its number is not that of its sibling.
    ("ovhmo-selector-1", "ovhmo-selector-1._domainkey.4115282.dq.dkim.mail.ovh.net", "ovhmo-selector-2 ?"),
    // Nobody but the vendor knows the others.
    ("abc", "abc.dkim.amazonses.com", ""),
    ("sig1", "sig1.dkim.example.org.at.icloudmailadmin.com", ""),
  ]) func siblings(_ selector: String, _ target: String, _ expected: String) throws {
    let match = try #require(Vendors.matching(selector: DomainName(selector), target: DomainName(target)).first)
    let siblings = match.siblings.map { "\($0.selector) \($0.target?.description ?? "?")" }
    #expect(siblings.joined(separator: ", ") == expected)
  }

  @Test(
    arguments: [
      ("zendesk1", ["Zendesk"], "zendesk1._domainkey.zendesk.com"), ("s1", ["SendGrid", "Tuta"], nil),
      ("selector2", ["Microsoft 365", "Microsoft 365, target made before May 2025", "Runbox"], nil),
      ("20250817055129pm", ["Postmark"], nil), ("anything", [], nil), ("anything2", [], nil),
    ] as [(String, [String], String?)])
  func selectorAlone(_ selector: String, _ vendors: [String], _ target: String?) throws {
    let matches = try Vendors.matching(selector: DomainName(selector))
    #expect(matches.map(\.vendor.name) == vendors)
    #expect(try matches.first?.record.target == target.map { try DomainName($0) })
    #expect(matches.allSatisfy { $0.basis == .selector })
  }

  @Test(arguments: [
    ("zendesk1", "zendesk1._domainkey.zendesk.com.example.org"), ("zendesk1", "zendesk2._domainkey.zendesk.com"),
    ("k2", "dkim3.mcsv.net"), ("abc", "abd.dkim.amazonses.com"), ("s1", "s2.domainkey.u1.wl1.sendgrid.net"),
    ("s1", "s1.domainkey.u1.wl1.sendgrid.net.evil.example"),
  ]) func otherTargetsFitNobody(_ selector: String, _ target: String) throws {
    #expect(try Vendors.matching(selector: DomainName(selector), target: DomainName(target)).isEmpty)
  }

  @Test func selectorsToTryAreThoseThatAllCustomersShare() throws {
    let selectors = Vendors.selectors
    #expect(Set(selectors).count == selectors.count)
    for selector in ["selector1", "google", "s2", "zendesk2", "default"] {
      #expect(try selectors.contains(DomainName(selector)))
    }
    #expect(selectors.allSatisfy { $0.labels.count == 1 })
  }

  @Test(arguments: [
    ("A\ts1\tCNAME\tx.example\tall\ts1 x.example\thttps://x", "line 1: found 7 cells, expected 8"),
    ("\n# a\n\ts1\tTXT\t-\tall\ts1\thttps://x\t", "line 3: the vendor and the source must not be empty"),
    ("A\ts1\tMX\t-\tall\ts1\thttps://x\t", "line 1: found the type 'MX', expected CNAME or TXT"),
    (
      "A\ts1\tTXT\tx.example\tall\ts1\thttps://x\t",
      "line 1: found 1 targets; a CNAME has one for all selectors or one for each, a TXT has none"
    ),
    (
      "A\ts1 s2 s3\tCNAME\ta.b c.d\tall\ts1 a.b\thttps://x\t",
      "line 1: found 2 targets; a CNAME has one for all selectors or one for each, a TXT has none"
    ),
    ("A\t-\tTXT\t-\tall\ts1\thttps://x\t", "line 1: a vendor needs a selector"),
    (
      "A\ts1\tTXT\t-\tsome\ts1\thttps://x\t",
      "line 1: found 'some'; expected all, oneActive or independent, and ':count' for more records"
    ),
    (
      "A\ts1 s2\tTXT\t-\tall:1\ts1\thttps://x\t",
      "line 1: found 'all:1'; expected all, oneActive or independent, and ':count' for more records"
    ),
    (
      "A\ts1\tCNAME\ta.b\tall\ts1\thttps://x\t",
      "line 1: the example 's1' is no selector, or for a CNAME no selector and target"
    ),
    ("A\t<s\tTXT\t-\tall\ts1\thttps://x\t", "line 1: '<s' is no pattern of a name"),
  ]) func malformedRowsAreLeftOut(_ text: String, _ error: String) {
    let table = VendorTable((text + "\nB\ts1\tTXT\t-\tall\ts1\thttps://x\t\n").utf8)
    #expect(table.errors.map(\.description) == [error])
    #expect(table.vendors.map(\.name) == ["B"])
  }
}
