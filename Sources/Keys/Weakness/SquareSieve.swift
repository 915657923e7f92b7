// Which of many consecutive x can make x² − n a square: seen from remainders by small primes, without big numbers.

/// The remainders of a number by small primes, of which one word of arithmetic on the number gives all.
struct SmallRemainders: Sendable {
  /// All odd primes whose product fits into a word.
  static let primes: [UInt64] = [3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53]
  static let product: UInt64 = primes.reduce(1, *)

  /// Modulo `product`.
  let value: UInt64
  /// Modulo 64.
  let lowest: UInt64

  init(of number: Natural) {
    value = UInt64(number.remainder(UInt(Self.product)))
    lowest = UInt64(number.lowestWord & 63)
  }

  init(value: UInt64, lowest: UInt64) {
    self.value = value
    self.lowest = lowest
  }

  /// Those of a multiple of the number.
  func times(_ factor: UInt64) -> SmallRemainders {
    SmallRemainders(
      value: Self.product.dividingFullWidth(value.multipliedFullWidth(by: factor)).remainder,
      lowest: lowest &* factor & 63)
  }
}

/// Tables of squares by the remainders of x and n.
enum SquareSieve {
  /// For each prime q, each n mod q and each x mod q: bit i is 1 where (x + i)² − n is a square modulo q.
  private static let masks: [UInt64] = SmallRemainders.primes.flatMap { prime -> [UInt64] in
    let squares = Set((0..<prime).map { $0 * $0 % prime })
    return (0..<prime).flatMap { number -> [UInt64] in
      let isSquare = (0..<prime).map { squares.contains(($0 * $0 + prime - number) % prime) }
      return (0..<prime).map { first in
        (0..<64).reduce(0) { $0 | (isSquare[Int((first + $1) % prime)] ? 1 << $1 : 0) }
      }
    }
  }

  /// Where the masks of each prime begin.
  private static let starts: [Int] = SmallRemainders.primes.reduce(into: [0]) { starts, prime in
    starts.append(starts[starts.count - 1] + Int(prime * prime))
  }

  /// The same for 64: by n mod 64, bit x is 1 where x² − n is a square modulo 64.
  private static let masksOf64: [UInt64] = {
    let squares = Set((0..<UInt64(64)).map { $0 * $0 % 64 })
    return (0..<UInt64(64)).map { number in
      (0..<UInt64(64)).reduce(0) { $0 | (squares.contains(($1 * $1 &- number) % 64) ? 1 << $1 : 0) }
    }
  }()

  /// The i below 64 · `words` for which (x + i)² − n may be a square; nearly all others are left out.
  static func candidates(_ x: SmallRemainders, _ n: SmallRemainders, words: Int) -> [Int] {
    var sieve = Sieve(x, n)
    var found: [Int] = []
    for word in 0..<words {
      var mask = sieve.next()
      while mask != 0 {
        found.append(64 * word + mask.trailingZeroBitCount)
        mask &= mask - 1
      }
    }
    return found
  }

  /// Whether there is such an i below 64.
  static func mayHaveSquare(_ x: SmallRemainders, _ n: SmallRemainders) -> Bool {
    var sieve = Sieve(x, n)
    return sieve.next() != 0
  }

  /// Goes over the i, 64 at a time.
  private struct Sieve {
    private let n: SmallRemainders
    private let x: SmallRemainders
    private let first: UInt64
    private var start: UInt64 = 0

    init(_ x: SmallRemainders, _ n: SmallRemainders) {
      (self.x, self.n) = (x, n)
      let base = masksOf64[Int(n.lowest)]
      first = x.lowest == 0 ? base : base >> x.lowest | base << (64 - x.lowest)
    }

    /// Bit i is 1 where i, from the next multiple of 64 on, may give a square.
    mutating func next() -> UInt64 {
      defer { start &+= 64 }
      var mask = first
      // Each prime rules out half of them: mostly few primes are looked at.
      for index in SmallRemainders.primes.indices {
        let prime = SmallRemainders.primes[index]
        let place = (x.value &+ start) % prime
        mask &= masks[starts[index] &+ Int(truncatingIfNeeded: n.value % prime &* prime &+ place)]
        if mask == 0 { break }
      }
      return mask
    }
  }
}
