// Which of many moduli share a prime with another: all of them at once (Bernstein 2004), not each with each.

/// The greatest common divisor of each modulus with the product of all others.
enum BatchDivisor {
  /// For each modulus a number that divides it, and is 1 where it shares no prime.
  ///
  /// With P the product of all, Σ P/nᵢ leaves P/nᵢ as its rest modulo nᵢ, since nᵢ divides all other terms. Sums and
  /// rests are taken along a tree, so that the numbers multiplied are of equal size.
  ///
  /// - Parameter moduli: all different; 100,000 of 2048 bits take about 600 megabytes.
  static func divisors(of moduli: [Natural]) -> [Natural] {
    guard moduli.count > 1 else { return moduli.map { _ in .one } }
    var products = [moduli]
    var sums = moduli.map { _ in Natural.one }
    while let level = products.last, level.count > 1 {
      let pairs = stride(from: 0, to: level.count, by: 2)
      sums = pairs.map { left in
        left + 1 < level.count
          ? sums[left] * level[left + 1] + sums[left + 1] * level[left] : sums[left]
      }
      products.append(pairs.map { left in left + 1 < level.count ? level[left] * level[left + 1] : level[left] })
    }
    // The product of all is not needed: the sum is below it already, but for a small factor.
    products.removeLast()
    var rests = sums
    while let level = products.popLast() {
      rests = level.indices.map { rests[$0 / 2] % level[$0] }
    }
    return zip(rests, moduli).map { $0.greatestCommonDivisor($1) }
  }
}
