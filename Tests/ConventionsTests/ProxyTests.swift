// Which addresses belong to a proxy.

import Model
import Testing

@testable import Conventions

@Suite("Proxies")
struct ProxyTests {
  @Test(arguments: [
    ("104.16.0.0", "Cloudflare"), ("104.23.255.255", "Cloudflare"), ("104.27.255.255", "Cloudflare"),
    ("104.28.0.0", nil),
    ("172.64.0.1", "Cloudflare"), ("172.71.255.255", "Cloudflare"), ("172.72.0.0", nil), ("188.114.97.3", "Cloudflare"),
    ("131.0.75.255", "Cloudflare"), ("131.0.76.0", nil), ("192.0.2.1", nil), ("2606:4700:3031::6815:307", "Cloudflare"),
    ("2a06:98c7:ffff::1", "Cloudflare"), ("2a06:98c8::1", nil), ("2001:db8::1", nil),
  ])
  func anAddressTellsItsProxy(text: String, name: String?) throws {
    #expect(Proxies.proxy(of: try #require(IPAddress(text)))?.name == name)
  }

  @Test(arguments: ["104.16.0.0", "104.16.0.0/33", "104.16.0/13", "2400:cb00::/129", "/8", ""])
  func whatIsNoRangeIsNone(text: String) {
    #expect(AddressRange(text) == nil)
  }

  /// A range that could not be read would have been left out.
  @Test func everyRangeOfTheTableIsOne() throws {
    let counts = Dictionary(uniqueKeysWithValues: Proxies.all.map { ($0.name, $0.ranges.count) })
    #expect(counts == ["Cloudflare": 22])
  }
}
