// What a key has in common with other keys that were seen: no record shows it alone.

/// The other keys that a key is related to.
public struct KeyRelations: Hashable, Sendable {
  /// The names of keys whose moduli share a prime with this one, in order.
  public var primeSharers: [String]
  /// Other signing domains that publish the same key by records of their own, in order.
  public var domains: [String]

  public init(primeSharers: [String] = [], domains: [String] = []) {
    self.primeSharers = primeSharers
    self.domains = domains
  }

  public var isEmpty: Bool { primeSharers.isEmpty && domains.isEmpty }
}
