// Small primes in a modulus: whoever tries them in turn finds the other factor at once.

/// The odd primes below 2^16, multiplied to products of one word each.
///
/// A modulus is held against each product: powers of the radix modulo the product are kept, so that its remainder is a sum
/// of products of words, with one reduction at the end. That takes half the time of a greatest common divisor with the
/// product of all primes.
struct SmallPrimes: Sendable {
  /// All primes below this are tried.
  static let limit = 65_536
  /// Binary digits of one digit of the modulus: sums of 127 products with a word fit into two words.
  private static let digitBits = 57
  /// Digits that are summed before they are reduced: enough for 2048 bits.
  private static let digitsAtOnce = 36
  /// Powers kept of each product: one for each digit, and two for the halves of the word that is carried on.
  private static let powersOfEach = digitsAtOnce + 2

  /// A product of consecutive primes.
  private struct Product {
    var value: UInt64
    /// Modulo 2^64.
    var inverse: UInt64
    /// Its primes among `tests`.
    var primes: Range<Int>
  }

  /// How a word is tested for a prime without a division: it is a multiple where times `inverse` it is at most `largest`.
  private struct Test {
    var prime: UInt64
    var inverse: UInt64
    var largest: UInt64
  }

  private static let table = SmallPrimes()

  private var products: [Product] = []
  private var tests: [Test] = []
  /// The powers of the radix modulo each product.
  private var powers: [UInt64] = []

  private init() {
    var isComposite = [Bool](repeating: false, count: Self.limit)
    var product: UInt64 = 1
    var first = 0
    for prime in stride(from: 3, to: Self.limit, by: 2) where !isComposite[prime] {
      for multiple in stride(from: prime * prime, to: Self.limit, by: 2 * prime) { isComposite[multiple] = true }
      let (next, overflows) = product.multipliedReportingOverflow(by: UInt64(prime))
      if overflows {
        add(product, first..<tests.count)
        first = tests.count
      }
      product = overflows ? UInt64(prime) : next
      tests.append(
        Test(prime: UInt64(prime), inverse: inverse(of: UInt64(prime)), largest: .max / UInt64(prime)))
    }
    add(product, first..<tests.count)
  }

  private mutating func add(_ product: UInt64, _ primes: Range<Int>) {
    products.append(Product(value: product, inverse: inverse(of: product), primes: primes))
    func times(_ power: UInt64, _ bits: Int) -> UInt64 {
      product.dividingFullWidth(power.multipliedFullWidth(by: (1 << UInt64(bits)) % product)).remainder
    }
    var power: UInt64 = 1
    for _ in 0...Self.digitsAtOnce {
      powers.append(power)
      power = times(power, Self.digitBits)
    }
    powers.append(times(powers[powers.count - 1], 32))
  }

  /// The least odd prime below 2^16 that divides a number.
  static func least(dividing number: Natural) -> Int? {
    let digits = number.digits(ofBits: digitBits)
    return table.least(dividing: digits)
  }

  private func least(dividing digits: [UInt64]) -> Int? {
    digits.withUnsafeBufferPointer { digits in
      powers.withUnsafeBufferPointer { powers in
        tests.withUnsafeBufferPointer { tests in
          for (index, product) in products.enumerated() {
            let first = index * Self.powersOfEach
            let powers = UnsafeBufferPointer(rebasing: powers[first..<(first + Self.powersOfEach)])
            let remainder = Self.remainder(of: digits, powers, product)
            for test in product.primes where remainder &* tests[test].inverse <= tests[test].largest {
              return Int(tests[test].prime)
            }
          }
          return nil
        }
      }
    }
  }

  /// The number modulo a product, times a power of two.
  private static func remainder(
    of digits: UnsafeBufferPointer<UInt64>, _ powers: UnsafeBufferPointer<UInt64>, _ product: Product
  ) -> UInt64 {
    // From the highest digits down; what is left of them is carried on.
    var end = digits.count
    var carried: UInt64 = 0
    while true {
      let start = (end - 1) / digitsAtOnce * digitsAtOnce
      // Two sums, so that one multiplication need not wait for the other.
      var (even, odd): (UInt128, UInt128) = (0, 0)
      var index = start
      while index &+ 1 < end {
        even &+= wide(digits[index], powers[index &- start])
        odd &+= wide(digits[index &+ 1], powers[index &- start &+ 1])
        index &+= 2
      }
      if index < end { even &+= wide(digits[index], powers[index &- start]) }
      if carried != 0 {
        even &+= wide(carried & 0xFFFF_FFFF, powers[digitsAtOnce])
        odd &+= wide(carried >> 32, powers[digitsAtOnce + 1])
      }
      let sum = even &+ odd
      let (high, low) = (UInt64(truncatingIfNeeded: sum >> 64), UInt64(truncatingIfNeeded: sum))
      if start == 0 {
        // Montgomery's reduction: the number, divided by 2^64 modulo the product.
        let multiple = (low &* product.inverse).multipliedFullWidth(by: product.value).high
        return high >= multiple ? high &- multiple : high &- multiple &+ product.value
      }
      carried = product.value.dividingFullWidth((high % product.value, low)).remainder
      end = start
    }
  }

  private static func wide(_ one: UInt64, _ other: UInt64) -> UInt128 { UInt128(one) &* UInt128(other) }
}

/// The inverse of an odd number modulo 2^64, by Newton's method.
private func inverse(of number: UInt64) -> UInt64 {
  var inverse = number
  for _ in 0..<5 { inverse = inverse &* (2 &- number &* inverse) }
  return inverse
}
