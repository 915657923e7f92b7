// IP addresses as values, read and printed without the C library.

/// An IPv4 or IPv6 address.
public enum IPAddress: Hashable, Sendable {
  case v4(UInt32)
  case v6(high: UInt64, low: UInt64)

  /// The address in network byte order: 4 or 16 bytes.
  public var bytes: [UInt8] {
    switch self {
    case .v4(let bits): (0..<4).map { UInt8(truncatingIfNeeded: bits >> (24 - 8 * $0)) }
    case .v6(let high, let low):
      (0..<16).map { UInt8(truncatingIfNeeded: ($0 < 8 ? high : low) >> (56 - 8 * ($0 % 8))) }
    }
  }

  /// Takes 4 or 16 bytes in network byte order; nil for any other number.
  public init?(bytes: some Collection<UInt8>) {
    switch bytes.count {
    case 4: self = .v4(bytes.reduce(0) { $0 << 8 | UInt32($1) })
    case 16:
      self = .v6(
        high: bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) },
        low: bytes.dropFirst(8).reduce(0) { $0 << 8 | UInt64($1) })
    default: return nil
    }
  }

  /// Reads dotted-quad IPv4 or RFC 4291 IPv6 (no zone id, no brackets); nil where the text is neither.
  public init?(_ text: some StringProtocol) {
    if let bits = Self.v4Bits(text) {
      self = .v4(bits)
    } else if text.contains(":"), let groups = Self.v6Groups(text) {
      self.init(bytes: groups.flatMap { [UInt8($0 >> 8), UInt8($0 & 0xFF)] })
    } else {
      return nil
    }
  }

  private static func v4Bits(_ text: some StringProtocol) -> UInt32? {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 4 else { return nil }
    var bits: UInt32 = 0
    for part in parts {
      // A leading zero means octal to some and nothing to others.
      guard (1...3).contains(part.utf8.count), part.isDigits, part == "0" || part.first != "0", let value = UInt8(part)
      else { return nil }
      bits = bits << 8 | UInt32(value)
    }
    return bits
  }

  private static func v6Groups(_ text: some StringProtocol) -> [UInt16]? {
    let text = String(text)
    func groups(_ half: Substring, isLast: Bool = true) -> [UInt16]? {
      if half.isEmpty { return [] }
      var result: [UInt16] = []
      let parts = half.split(separator: ":", omittingEmptySubsequences: false)
      for (index, part) in parts.enumerated() {
        if isLast, index == parts.count - 1, let bits = v4Bits(part) {
          result += [UInt16(bits >> 16), UInt16(bits & 0xFFFF)]
        } else if (1...4).contains(part.utf8.count), part.utf8.allSatisfy({ $0 != 0x2B && $0 != 0x2D }),
          let group = UInt16(part, radix: 16)
        {
          result.append(group)
        } else {
          return nil
        }
      }
      return result
    }
    guard let gap = text.indexOfDoubleColon else {
      guard let all = groups(text[...]), all.count == 8 else { return nil }
      return all
    }
    let after = text.index(gap, offsetBy: 2)
    guard let left = groups(text[..<gap], isLast: false), let right = groups(text[after...]),
      left.count + right.count < 8
    else { return nil }
    return left + Array(repeating: 0, count: 8 - left.count - right.count) + right
  }

  /// Whether the address is IPv6.
  public var isV6: Bool {
    if case .v6 = self { true } else { false }
  }

  /// Whether the address is loopback, private, link-local, shared, unspecified, reserved or multicast: no public target
  /// (RFC 6890). An IPv4 address that is wrapped into IPv6 counts as what it is.
  public var isPrivate: Bool {
    switch self {
    case .v4(let bits):
      let first = bits >> 24
      return first == 0 || first == 10 || first == 127 || first >= 224 || bits >> 20 == 0xAC1
        || bits >> 16 == 0xC0A8 || bits >> 16 == 0xA9FE || bits >> 22 == 0x191 || bits >> 8 == 0xC00000
        || bits >> 17 == 0x6309
    case .v6(let high, let low):
      // Mapped and compatible addresses (RFC 4291, section 2.5.5), NAT64 (RFC 6052) and 6to4 (RFC 3056).
      let isMapped = high == 0 && (low >> 32 == 0xFFFF || low >> 32 == 0)
      if isMapped || high == 0x0064_FF9B_0000_0000 && low >> 32 == 0 {
        return IPAddress.v4(UInt32(truncatingIfNeeded: low)).isPrivate
      }
      if high >> 48 == 0x2002 { return IPAddress.v4(UInt32(truncatingIfNeeded: high >> 16)).isPrivate }
      return high >> 57 == 0x7E || high >> 54 == 0x3FA || high >> 54 == 0x3FB || high >> 56 == 0xFF
    }
  }
}

extension String {
  fileprivate var indexOfDoubleColon: String.Index? {
    var previous: String.Index?
    for index in indices {
      if self[index] == ":" {
        if let previous, self.index(after: previous) == index { return previous }
        previous = index
      }
    }
    return nil
  }
}

extension IPAddress: CustomStringConvertible {
  /// Dotted quad, or RFC 5952 text for IPv6.
  public var description: String {
    switch self {
    case .v4: return bytes.map(String.init).joined(separator: ".")
    case .v6(let high, let low):
      if high == 0, low >> 32 == 0xFFFF { return "::ffff:\(IPAddress.v4(UInt32(low & 0xFFFF_FFFF)))" }
      let groups = (0..<8).map { UInt16(truncatingIfNeeded: ($0 < 4 ? high : low) >> (48 - 16 * ($0 % 4))) }
      var best = 0..<0
      var start = 0
      while start < 8 {
        var end = start
        while end < 8, groups[end] == 0 { end += 1 }
        if end - start > max(best.count, 1) { best = start..<end }
        start = max(end, start + 1)
      }
      let hex = groups.map { String($0, radix: 16) }
      if best.isEmpty { return hex.joined(separator: ":") }
      return hex[..<best.lowerBound].joined(separator: ":") + "::"
        + hex[best.upperBound...].joined(separator: ":")
    }
  }
}
