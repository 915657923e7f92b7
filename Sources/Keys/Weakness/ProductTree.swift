// Products of all numbers by pairs, pairs of pairs and so on: what makes work on many numbers cheap.

/// A tree of products: the numbers, the products of each two of them, up to the product of all.
struct ProductTree {
  /// From the numbers to their product. A number without a partner goes up as it is.
  private(set) var levels: [[Natural]]

  /// - Parameter numbers: at least one.
  init(_ numbers: [Natural]) {
    levels = [numbers]
    while let last = levels.last, last.count > 1 { levels.append(Self.pairs(of: last) { $0 * $1 }) }
  }

  var product: Natural { levels[levels.count - 1][0] }

  /// The sum of the products of all numbers but one each: modulo one of the numbers, the product of the others.
  var sumOfCofactors: Natural {
    var sums = levels[0].map { _ in Natural.one }
    for level in levels.dropLast() {
      sums = stride(from: 0, to: level.count, by: 2).map { index in
        index + 1 < level.count
          ? sums[index] * level[index + 1] + sums[index + 1] * level[index] : sums[index]
      }
    }
    return sums[0]
  }

  /// The product alone, without the memory for the tree.
  static func product(of numbers: [Natural]) -> Natural {
    var level = numbers
    while level.count > 1 { level = pairs(of: level) { $0 * $1 } }
    return level.first ?? .one
  }

  private static func pairs(of level: [Natural], _ combine: (Natural, Natural) -> Natural) -> [Natural] {
    stride(from: 0, to: level.count, by: 2).map { index in
      index + 1 < level.count ? combine(level[index], level[index + 1]) : level[index]
    }
  }

  /// The remainders of one number modulo each number of the tree.
  ///
  /// A scaled remainder tree (Bernstein 2004): going down it multiplies fractions, which is faster than to divide remainders.
  func remainders(of number: Natural) -> [Natural] {
    // Each level may double the error in the last digit of a fraction.
    let guarding = 64
    var precision = product.bits + guarding
    var fractions = [((number % product).shifted(precision) / product, precision)]
    for level in levels.dropLast().reversed() {
      fractions = level.indices.map { index in
        let (fraction, digits) = fractions[index / 2]
        let sibling = index ^ 1
        guard sibling < level.count else { return (fraction, digits) }
        precision = min(level[index].bits + guarding, digits)
        return ((fraction * level[sibling]).lowest(digits).dropping(digits - precision), precision)
      }
    }
    return zip(levels[0], fractions).map { number, fraction in
      let remainder = (number * fraction.0 + Natural.one.shifted(fraction.1 - 1)).dropping(fraction.1)
      // A fraction just below 1 stands for 0.
      return remainder == number ? Natural(0) : remainder
    }
  }
}
