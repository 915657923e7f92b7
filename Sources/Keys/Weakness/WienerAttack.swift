// Wiener's attack: a private exponent shorter than a quarter of the modulus can be read off the public one.

/// The private exponent, where it is so small that the continued fraction of exponent and modulus tells it.
enum WienerAttack {
  /// Below this the public exponent is too small for the private one to be.
  static let leastBits = 32

  /// Finds the private exponent (Wiener 1990).
  ///
  /// - Parameters:
  ///   - modulus: the product of two primes.
  ///   - exponent: the public exponent, below the modulus.
  static func find(modulus: Natural, exponent: Natural) -> Natural? {
    guard exponent.bits > leastBits, exponent < modulus else { return nil }
    // e/n = [0; a1, a2, …]; one convergent is k/(d·g), with e·d·g = k·φ + g and a small g.
    var (dividend, divisor) = (exponent, modulus)
    var (numerator, previousNumerator) = (Natural.one, Natural(0))
    var (denominator, previousDenominator) = (Natural(0), Natural.one)
    while !divisor.isZero {
      let (quotient, remainder) = dividend.divided(by: divisor)
      (dividend, divisor) = (divisor, remainder)
      (numerator, previousNumerator) = (quotient * numerator + previousNumerator, numerator)
      (denominator, previousDenominator) = (quotient * denominator + previousDenominator, denominator)
      if denominator.bits > modulus.bits / 2 { return nil }
      // The true fraction lies a little above e/n: every other convergent has to be moved by one.
      if let found = test(numerator, denominator, modulus, exponent) { return found }
      if let found = test(numerator + previousNumerator, denominator + previousDenominator, modulus, exponent) {
        return found
      }
    }
    return nil
  }

  /// Whether k and d·g give a φ that splits the modulus.
  private static func test(
    _ numerator: Natural, _ denominator: Natural, _ modulus: Natural, _ exponent: Natural
  ) -> Natural? {
    guard !numerator.isZero else { return nil }
    let (phi, g) = (exponent * denominator).divided(by: numerator)
    // p + q = n − φ + 1; p and q are whole numbers where (p + q)² − 4n is a square.
    guard let sum = (modulus + .one).minus(phi), !g.isZero,
      let discriminant = (sum * sum).minus(modulus * Natural(4)), discriminant.isSquare
    else { return nil }
    return denominator / g
  }
}
