// Where registrable domains begin.

import Conventions
import Model
import Testing

@Suite struct RegistrableDomainTests {
  @Test(arguments: [
    ("k1.dkim.vendor.com", "vendor.com"), ("mail.example.co.uk", "example.co.uk"), ("example.co.uk", "example.co.uk"),
    ("a.b.vendor.example", "vendor.example"), ("s1._domainkey.xn--bcher-kva.de", "xn--bcher-kva.de"),
  ]) func isFound(_ name: String, _ domain: String) throws {
    #expect(try DomainName(name).registrableDomain == DomainName(domain))
  }

  @Test(arguments: ["co.uk", "com", ".", "example"]) func isNoneForASuffix(_ name: String) throws {
    #expect(try DomainName(name).registrableDomain == nil)
  }
}
