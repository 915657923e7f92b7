// What a key has in common with other keys that were seen: no record shows it alone.

/// The other keys that a key is related to.
public struct KeyRelations: Hashable, Sendable {
  /// Names that are kept of each kind: one prime in thousands of keys needs no list of thousands of names.
  public static let mostNames = 100

  /// The names of keys whose moduli share a prime with this one, in order; the first ones.
  public var primeSharers: [String]
  /// Other signing domains that publish the same key by records of their own, in order; the first
  /// ones.
  public var domains: [String]

  public init(primeSharers: [String] = [], domains: [String] = []) {
    self.primeSharers = primeSharers
    self.domains = domains
  }

  public var isEmpty: Bool { primeSharers.isEmpty && domains.isEmpty }
}
