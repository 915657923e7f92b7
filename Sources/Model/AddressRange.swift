// An address, or all addresses with the same first bits.

/// One IP address, or a prefix of them.
public struct AddressRange: Hashable, Sendable, CustomStringConvertible {
  public let address: IPAddress
  /// How many bits of the address count.
  public let prefixLength: Int

  /// Reads `192.0.2.1`, `192.0.2.0/24`, `2001:db8::1` and `2001:db8::/32`; nil where bits after the prefix are set.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let address = IPAddress(parts[0]) else { return nil }
    let longest = address.isV6 ? 128 : 32
    var length = longest
    if parts.count == 2 {
      guard (1...3).contains(parts[1].utf8.count), parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let given = Int(parts[1]), given <= longest
      else { return nil }
      length = given
    }
    self.address = address
    prefixLength = length
    guard Self.masked(address, length) == address else { return nil }
  }

  /// Whether the address is one of these.
  public func contains(_ other: IPAddress) -> Bool {
    other.isV6 == address.isV6 && Self.masked(other, prefixLength) == address
  }

  /// The address with all bits after the first `length` cleared.
  private static func masked(_ address: IPAddress, _ length: Int) -> IPAddress {
    switch address {
    case .v4(let bits): .v4(bits & ~(UInt32.max >> UInt32(length)))
    case .v6(let high, let low):
      .v6(
        high: high & ~(UInt64.max >> UInt64(min(length, 64))), low: low & ~(UInt64.max >> UInt64(max(length - 64, 0))))
    }
  }

  public var description: String {
    prefixLength == (address.isV6 ? 128 : 32) ? address.description : "\(address)/\(prefixLength)"
  }
}
