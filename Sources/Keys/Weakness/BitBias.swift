// How many binary digits of a modulus are 1: half of them, unless it was made by a recipe.

/// Digits that cannot come from two random primes.
enum BitBias: Hashable {
  /// Far too many digits are equal, everywhere: the primes are no random numbers.
  case throughout(percent: Int)
  /// Only in the upper half, which can be chosen freely while the primes stay random.
  case upperHalf(percent: Int)

  /// Nil where the digits look random. Less than one random key of 1024 bits in 10^9 is taken for biased.
  init?(of modulus: Natural) {
    let bits = modulus.bits
    // 6.5 times the standard deviation of a fair coin, √bits / 2.
    func isBiased(_ number: Natural, of bits: Int) -> Bool {
      let surplus = 2 * number.ones - bits
      return surplus * surplus * 100 > 4225 * bits
    }
    // Short numbers are off by chance, and have a rule of their own.
    guard bits >= 500, isBiased(modulus, of: bits) else { return nil }
    let percent = modulus.ones * 100 / bits
    self =
      isBiased(modulus.lowest(bits / 2), of: bits / 2) ? .throughout(percent: percent) : .upperHalf(percent: percent)
  }
}
