// ROCA (CVE-2017-15361): the modulus is a power of 65537 modulo many small primes at once.

/// The trace that Infineon's RSALib leaves in a modulus.
///
/// Its primes are k·M + (65537^a mod M), where M is the product of the first primes (Nemec et al. 2017). So the modulus
/// is a power of 65537 modulo M: there is one exponent that is right for each of the small primes.
enum ROCAFingerprint {
  /// The odd primes that divide every M.
  static let primes: [UInt] = (3...167).filter { candidate in (2..<candidate).allSatisfy { candidate % $0 != 0 } }

  /// The powers of 65537 modulo one prime.
  private struct Powers {
    let prime: UInt
    let order: Int
    /// The exponent of each remainder; −1 where it is no power.
    let exponents: [Int]

    init(of prime: UInt) {
      var exponents = [Int](repeating: -1, count: Int(prime))
      var power: UInt = 1
      var order = 0
      repeat {
        exponents[Int(power)] = order
        power = power * 65_537 % prime
        order += 1
      } while power != 1
      self.prime = prime
      self.order = order
      self.exponents = exponents
    }
  }

  private static let tables = primes.map(Powers.init)

  /// Whether the number is a power of 65537 modulo M. A random number is with a probability below 2^−150.
  ///
  /// - Parameter remainders: those of the number.
  static func marks(_ modulus: Natural, _ remainders: SmallRemainders) -> Bool {
    // The first primes rule out nearly every number, and their remainders are there already.
    for table in tables.prefix(SmallRemainders.primes.count)
    where table.exponents[Int(remainders.value % UInt64(table.prime))] < 0 { return false }
    var found: [(exponent: Int, order: Int)] = []
    for table in tables {
      let exponent = table.exponents[Int(modulus.remainder(table.prime))]
      guard exponent >= 0 else { return false }
      found.append((exponent, table.order))
    }
    // One exponent fits them all where each two agree modulo what their orders have in common.
    return found.indices.allSatisfy { one in
      found[..<one].allSatisfy { other in
        var (divisor, remainder) = (found[one].order, other.order)
        while remainder != 0 { (divisor, remainder) = (remainder, divisor % remainder) }
        return (found[one].exponent - other.exponent) % divisor == 0
      }
    }
  }
}
