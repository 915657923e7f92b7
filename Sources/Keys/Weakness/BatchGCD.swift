// Which of many moduli share a prime with another: all of them at once (Bernstein 2004), not each with each.

/// The greatest common divisor of each modulus with the product of all others.
enum BatchGCD {
  /// For each modulus its greatest common divisor with the product of all others; 1 where it shares no prime.
  ///
  /// With P the product of all, Σ P/nᵢ leaves P/nᵢ as its remainder modulo nᵢ, since nᵢ divides all other terms. Sums and
  /// remainders are taken along a tree, so that the numbers multiplied are of equal size.
  ///
  /// - Parameters:
  ///   - moduli: odd, and all different.
  ///   - products: of other numbers, with which the moduli are compared as well.
  static func divisors(of moduli: [Natural], and products: some Sequence<Natural> = EmptyCollection()) -> [Natural] {
    guard !moduli.isEmpty else { return [] }
    let tree = ProductTree(moduli)
    var sum = tree.sumOfCofactors
    for product in products { sum = sum % tree.product * (product % tree.product) }
    return zip(moduli, tree.remainders(of: sum)).map { $0.greatestCommonDivisor($1) }
  }
}
