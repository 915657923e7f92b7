// IP addresses and endpoints.

import Model
import Testing

@Suite struct IPAddressTests {
  @Test(arguments: [
    ("0.0.0.0", "0.0.0.0"), ("255.255.255.255", "255.255.255.255"), ("192.0.2.1", "192.0.2.1"), ("::", "::"),
    ("::1", "::1"), ("1::", "1::"), ("2001:DB8::1", "2001:db8::1"), ("2001:db8:0:0:0:0:0:1", "2001:db8::1"),
    // RFC 5952: the longest run, the first of equals, no run of one.
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:0:0:1:0:0:0:1", "2001:0:0:1::1"),
    ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ("::ffff:192.0.2.1", "::ffff:192.0.2.1"), ("64:ff9b::192.0.2.1", "64:ff9b::c000:201"),
    ("1:2:3:4:5:6:1.2.3.4", "1:2:3:4:5:6:102:304"), ("0001:0002:3:4:5:6:7:8", "1:2:3:4:5:6:7:8"),
  ]) func readsAndPrints(_ text: String, _ expected: String) throws {
    let address = try #require(IPAddress(text))
    #expect(address.description == expected)
    #expect(IPAddress(expected) == address)
    #expect(IPAddress(bytes: address.bytes) == address)
  }

  @Test(arguments: [
    "", " ", "1.2.3", "1.2.3.4.5", "1.2.3.256", "1.2.3.", "1.2.3.4 ", "01.2.3.4", "1.2.3.00", "+1.2.3.4", "1.2.3.٤",
    "a",
    ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "::g", "::-1", "1.2.3.4::", "1:1.2.3.4::",
    "::1.2.3", "1:2:3:4:5:6:7:1.2.3.4", "1:2:3:4:5:6:7:8::", "::1%lo", "[::1]", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7",
  ]) func refuses(_ text: String) { #expect(IPAddress(text) == nil) }

  @Test(arguments: [0, 1, 3, 5, 15, 17]) func refusesOtherSizes(_ count: Int) {
    #expect(IPAddress(bytes: [UInt8](repeating: 1, count: count)) == nil)
  }

  @Test(arguments: [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.255.0.1", "169.254.1.1", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "192.0.0.8", "198.18.0.1", "224.0.0.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1",
    "fdff::1",
    "fec0::1", "ff02::1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::192.168.0.1", "2002:7f00:1::1",
  ]) func isPrivate(_ text: String) throws { #expect(try #require(IPAddress(text)).isPrivate) }

  @Test(arguments: [
    "8.8.8.8", "100.63.255.255", "100.128.0.1", "172.15.0.1", "172.32.0.1", "169.253.1.1", "192.169.0.1", "198.20.0.1",
    "223.255.255.255", "2001:4860:4860::8888", "::ffff:8.8.8.8", "64:ff9b::8.8.8.8", "2002:808:808::1", "fb00::1",
  ]) func isPublic(_ text: String) throws { #expect(!(try #require(IPAddress(text)).isPrivate)) }
}

@Suite struct EndpointTests {
  @Test(
    arguments: [
      ("8.8.8.8", "8.8.8.8", 53), ("127.0.0.1:5301", "127.0.0.1:5301", 5301), ("8.8.8.8:53", "8.8.8.8", 53),
      ("2001:db8::1", "2001:db8::1", 53), ("[2001:db8::1]", "2001:db8::1", 53), ("[2001:db8::1]:53", "2001:db8::1", 53),
      ("[::1]:65535", "[::1]:65535", 65535), ("::1:53", "::1:53", 53),
    ] as [(String, String, UInt16)]) func readsAndPrints(_ text: String, _ expected: String, _ port: UInt16) throws
  {
    let endpoint = try #require(Endpoint(text))
    #expect(endpoint.description == expected && endpoint.port == port)
    #expect(Endpoint(expected) == endpoint)
  }

  @Test(arguments: [
    "", "8.8.8.8:", "8.8.8.8:0", "8.8.8.8:65536", "8.8.8.8:+53", "8.8.8.8:5 3", "[8.8.8.8]:53", "[::1", "[::1]53",
    "[::1]:",
    "[::1]:-1", "[]:53", "localhost:53", "8.8.8.8:53:53", ":53",
  ]) func refuses(_ text: String) { #expect(Endpoint(text) == nil) }

  @Test func takesAnotherDefaultPort() { #expect(Endpoint("8.8.8.8", defaultPort: 5300)?.port == 5300) }
}
