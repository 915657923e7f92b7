// The modulus of an RSA key as the rules on weak keys look at it: read once, for all of them.

/// A modulus on which arithmetic makes sense.
struct TestedModulus: Sendable {
  /// No receiver takes longer ones, and GMP ends the process where a number does not fit into memory.
  static let longest = 16_384

  let number: Natural
  let remainders: SmallRemainders
  /// The least prime below 2^16 that divides it.
  let smallFactor: Int?

  /// Nil for numbers that no key can have, which have rules of their own: negative, even, or of another size.
  init?(_ key: RSAKey) {
    guard !key.isNegative, (16...Self.longest).contains(key.bits), key.modulus.last.map({ $0 & 1 == 1 }) == true else {
      return nil
    }
    self.init(Natural(key.modulus))
  }

  /// - Parameter number: odd.
  init(_ number: Natural) {
    self.number = number
    remainders = SmallRemainders(of: number)
    smallFactor = SmallPrimes.least(dividing: number)
  }
}
