// Which of many moduli share a prime with another: all of them at once (Bernstein 2004), not each with each.

/// The greatest common divisor of each modulus with the product of all others.
enum BatchDivisor {
  /// Moduli that are worked on at a time, which bounds the memory: so many of 2048 bits take 700 megabytes.
  static let batchSize = 131_072

  /// For each modulus its greatest common divisor with the product of all others; 1 where it shares no prime.
  ///
  /// With P the product of all, Σ P/nᵢ leaves P/nᵢ as its rest modulo nᵢ, since nᵢ divides all other terms. Sums and
  /// rests are taken along a tree, so that the numbers multiplied are of equal size.
  ///
  /// - Parameter moduli: odd, and all different.
  static func divisors(of moduli: [Natural], batchSize: Int = batchSize) -> [Natural] {
    let batches = stride(from: 0, to: moduli.count, by: batchSize).map {
      Array(moduli[$0..<min($0 + batchSize, moduli.count)])
    }
    let products = batches.count > 1 ? batches.map(ProductTree.product) : []
    return batches.indices.flatMap { index in
      let tree = ProductTree(batches[index])
      var sum = tree.sumOfCofactors
      for (other, product) in products.enumerated() where other != index {
        sum = sum % tree.product * (product % tree.product)
      }
      return zip(batches[index], tree.rests(of: sum)).map { $0.greatestCommonDivisor($1) }
    }
  }
}
