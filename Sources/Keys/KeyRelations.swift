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
  /// Whether a prime of the key is one that is known from many keys on the internet.
  public var knownPrime: KnownPrime

  /// Who holds a key against the table of known primes.
  public enum KnownPrime: Hashable, Sendable {
    /// Nobody yet: the judge does it itself, which takes longer than all other rules together.
    case untested
    /// Whoever compares many keys at once (`SharedPrimes`), and has found nothing, or not yet.
    case testedElsewhere
    /// This prime, in decimal and shortened.
    case divides(String)
  }

  public init(primeSharers: [String] = [], domains: [String] = [], knownPrime: KnownPrime = .untested) {
    self.primeSharers = primeSharers
    self.domains = domains
    self.knownPrime = knownPrime
  }

  /// Whether nothing was found.
  public var isEmpty: Bool {
    if case .divides = knownPrime { return false }
    return primeSharers.isEmpty && domains.isEmpty
  }
}
