// Prefixes: what is read, and which addresses are in them.

import Model
import Testing

@Suite struct AddressRangeTests {
  @Test(arguments: [
    ("192.0.2.1", "192.0.2.1", "192.0.2.2"), ("192.0.2.0/24", "192.0.2.255", "192.0.3.0"),
    ("192.0.2.8/29", "192.0.2.15", "192.0.2.16"), ("0.0.0.0/0", "255.255.255.255", "::1"),
    ("2001:db8::/32", "2001:db8:ffff::1", "2001:db9::"),
    ("2001:db8::/65", "2001:db8::7fff:0:0:1", "2001:db8::8000:0:0:1"),
    ("::1", "::1", "::2"), ("::/0", "ffff::", "127.0.0.1"),
  ])
  func aPrefixHoldsItsAddresses(text: String, inside: String, outside: String) throws {
    let range = try #require(AddressRange(text))
    #expect(range.contains(try #require(IPAddress(inside))))
    #expect(!range.contains(try #require(IPAddress(outside))))
    #expect(range.description == text)
  }

  @Test(arguments: [
    "", "/", "192.0.2.1/", "192.0.2.1/33", "192.0.2.1/24", "192.0.2.0/+24", "192.0.2.0/024x", "192.0.2/24", "::/129",
    "2001:db8::1/64", "example.org", "192.0.2.0/24/24", "192.0.2.0/-1",
  ])
  func whatIsNoneIsRefused(text: String) { #expect(AddressRange(text) == nil) }
}
