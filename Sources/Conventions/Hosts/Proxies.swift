// Proxies that answer with addresses of their own where a host name is served through them.

public import Model

/// A network that stands before the servers of its customers.
public struct Proxy: Hashable, Sendable {
  /// What people call it.
  public var name: String
  /// The addresses that its customers' names get.
  var ranges: [AddressRange]
  /// Where the addresses are published.
  public var source: String
}

/// The proxies that are known.
public enum Proxies {
  /// Ranges are those that were published on 2026-11-24.
  public static let all = [
    Proxy(
      name: "Cloudflare",
      ranges: [
        "173.245.48.0/20", "103.21.244.0/22", "103.22.200.0/22", "103.31.4.0/22", "141.101.64.0/18", "108.162.192.0/18",
        "190.93.240.0/20", "188.114.96.0/20", "197.234.240.0/22", "198.41.128.0/17", "162.158.0.0/15", "104.16.0.0/13",
        "104.24.0.0/14", "172.64.0.0/13", "131.0.72.0/22", "2400:cb00::/32", "2606:4700::/32", "2803:f800::/32",
        "2405:b500::/32", "2405:8100::/32", "2a06:98c0::/29", "2c0f:f248::/32",
      ].compactMap(AddressRange.init), source: "https://www.cloudflare.com/ips/")
  ]

  /// The proxy that an address belongs to.
  public static func proxy(of address: IPAddress) -> Proxy? {
    all.first { proxy in proxy.ranges.contains { $0.contains(address) } }
  }
}

/// Addresses that begin with the same bits.
struct AddressRange: Hashable, Sendable {
  private let bytes: [UInt8]
  private let bits: Int

  /// Reads `104.16.0.0/13`; nil where it is no range.
  init?(_ text: String) {
    let parts = text.split(separator: "/")
    guard parts.count == 2, let address = IPAddress(parts[0]), let bits = Int(parts[1]),
      (0...address.bytes.count * 8).contains(bits)
    else { return nil }
    (bytes, self.bits) = (address.bytes, bits)
  }

  func contains(_ address: IPAddress) -> Bool {
    let other = address.bytes
    guard other.count == bytes.count else { return false }
    let whole = bits / 8
    guard other.prefix(whole) == bytes.prefix(whole) else { return false }
    return bits % 8 == 0 || (other[whole] ^ bytes[whole]) >> (8 - bits % 8) == 0
  }
}
