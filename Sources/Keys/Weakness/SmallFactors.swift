// Small primes in a modulus: whoever tries them in turn has the rest at once.

/// The product of the primes below 2^16 that divide a modulus, and what is left of it.
struct SmallFactors {
  /// All primes below this are tried.
  static let limit: UInt = 65_536

  /// The smallest one.
  let smallest: UInt
  /// What is left when all of them are divided out.
  let cofactor: Natural

  private static let primorial = Natural.primorial(limit)

  /// Nil where there is none.
  init?(of modulus: Natural) {
    var common = modulus.greatestCommonDivisor(Self.primorial)
    guard !common.isOne, let smallest = (2..<Self.limit).first(where: { common.remainder($0) == 0 }) else { return nil }
    self.smallest = smallest
    var rest = modulus
    // A power of a prime is divided out whole.
    while !common.isOne {
      rest = rest / common
      common = rest.greatestCommonDivisor(common)
    }
    cofactor = rest
  }

  /// Whether at least two large primes may be left: a key that was made so has one.
  var isDamage: Bool { !cofactor.isOne && !cofactor.isPrime }
}
