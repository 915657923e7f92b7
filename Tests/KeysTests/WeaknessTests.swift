// The fast tests of a modulus find what plain arithmetic finds, on random numbers with planted weaknesses.

import Testing

@testable import Keys

/// The same searches, written so plainly that one sees that they are right.
private enum Plain {
  /// The least odd prime below 2^16, by trying all.
  static func smallFactor(of number: Natural) -> Int? {
    stride(from: 3, to: 65_536, by: 2).first { number.remainder(UInt($0)) == 0 }
  }

  /// Fermat's method, one big square after the other: factors, steps, ratio.
  static func closeFactors(of modulus: Natural) -> (smaller: Natural, larger: Natural, steps: Int, ratio: (Int, Int))? {
    func search(_ ratio: (Int, Int), steps: Int) -> (Natural, Natural, Int)? {
      let number = modulus * UInt(4 * ratio.0 * ratio.1)
      var root = number.squareRoot
      if root * root < number { root = root + .one }
      for step in 0..<steps {
        if let rest = (root * root).minus(number), rest.isSquare {
          let factor = (root + rest.squareRoot).greatestCommonDivisor(modulus)
          guard !factor.isOne, factor != modulus else { return nil }
          return (min(factor, modulus / factor), max(factor, modulus / factor), step)
        }
        root = root + .one
      }
      return nil
    }
    if let found = search((1, 1), steps: steps) { return (found.0, found.1, found.2, (1, 1)) }
    for ratio in FermatFactors.ratios {
      if let found = search(ratio, steps: stepsAtRatio) { return (found.0, found.1, found.2, ratio) }
    }
    return nil
  }

  static let steps = 2000
  static let stepsAtRatio = 50

  /// Powers of 65537 modulo each prime, by multiplying; one exponent below the product of all orders for all of them is
  /// tried prime by prime.
  static func isPower(_ number: Natural) -> Bool {
    var (exponent, period) = (0, 1)
    for prime in ROCAFingerprint.primes.map({ Int($0) }) {
      var powers: [Int] = [1 % prime]
      while let last = powers.last, last * 65_537 % prime != 1 { powers.append(last * 65_537 % prime) }
      guard let place = powers.firstIndex(of: Int(number.remainder(UInt(prime)))) else { return false }
      guard
        let joined = (0..<powers.count).lazy.map({ exponent + $0 * period }).first(where: { $0 % powers.count == place }
        )
      else { return false }
      exponent = joined
      var (divisor, rest) = (period, powers.count)
      while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
      period = period / divisor * powers.count
      exponent %= period
    }
    return true
  }
}

@Suite struct WeaknessTests {
  enum Plant: String, CaseIterable, Sendable {
    case nothing, smallPrime, smallPower, squareNearby, manySteps, ratio, square, roca
  }

  private static func random(_ bits: Int, _ generator: inout some RandomNumberGenerator) -> Natural {
    var bytes = (0..<((bits + 7) / 8)).map { _ in UInt8.random(in: 0...255, using: &generator) }
    bytes[0] = 0xC0 | bytes[0]
    bytes[bytes.count - 1] |= 1
    return Natural(bytes)
  }

  private static func modulus(_ plant: Plant, bits: Int, _ generator: inout some RandomNumberGenerator) -> Natural {
    let one = random(bits / 2, &generator)
    switch plant {
    case .nothing: return one * random(bits / 2, &generator)
    case .smallPrime, .smallPower:
      let primes: [UInt] = [3, 5, 7, 53, 59, 61, 251, 4099, 32_771, 65_519, 65_521]
      let prime = primes.randomElement(using: &generator) ?? 3
      return one * random(bits / 2 - 16, &generator) * prime * (plant == .smallPower ? prime : 1)
    case .squareNearby: return one * (one + UInt.random(in: 1...50, using: &generator) * 2)
    case .manySteps:
      // Steps grow with the square of the distance: some of these lie within the 2000, some behind them.
      let distance = one.squareRoot * UInt.random(in: 1...300, using: &generator)
      return one * (one + (distance.isOdd ? distance + 1 : distance))
    case .ratio:
      let ratio = FermatFactors.ratios.randomElement(using: &generator) ?? (2, 1)
      let other = one * UInt(ratio.0) / Natural(UInt(ratio.1)) + UInt.random(in: 0...1000, using: &generator)
      return one * (other.isOdd ? other : other + 1)
    case .square: return one * one
    case .roca:
      var product = Natural.one
      for prime in [2] + ROCAFingerprint.primes { product = product * prime }
      func prime() -> Natural {
        var power = Natural.one
        for _ in 0..<Int.random(in: 1...500, using: &generator) { power = power * 65_537 % product }
        return product * random(max(16, bits / 2 - product.bits), &generator) * 2 + power
      }
      return prime() * prime()
    }
  }

  static let sizes = [64, 512, 1024, 2047, 2048, 2056, 3072, 4104, 4112]

  @Test(arguments: Plant.allCases) func fastAndPlainAgree(_ plant: Plant) {
    var generator = KeyProperties.Seeded(state: UInt64(plant.rawValue.utf8.reduce(11) { $0 &* 31 &+ UInt64($1) }))
    var found = 0
    for bits in Self.sizes {
      for _ in 0..<(bits <= 2048 ? 12 : 3) {
        let number = Self.modulus(plant, bits: bits, &generator)
        guard number.isOdd else { continue }
        let modulus = TestedModulus(number)
        #expect(modulus.smallFactor == Plain.smallFactor(of: number), "\(number.decimal)")
        #expect(ROCAFingerprint.marks(number, modulus.remainders) == Plain.isPower(number), "\(number.decimal)")
        let fast = FermatFactors(of: number, modulus.remainders)
        if let plain = Plain.closeFactors(of: number) {
          found += 1
          #expect(fast?.smaller == plain.smaller && fast?.larger == plain.larger, "\(number.decimal)")
          #expect(fast?.steps == plain.steps && fast.map { $0.ratio == plain.ratio } == true, "\(number.decimal)")
        } else if let fast {
          // The sieve looks at whole words of steps.
          #expect(fast.smaller * fast.larger == number && !fast.smaller.isOne)
          #expect(fast.steps >= (fast.ratio == (1, 1) ? Plain.steps : Plain.stepsAtRatio), "\(number.decimal)")
        }
      }
    }
    switch plant {
    case .squareNearby, .square, .ratio: #expect(found > 50, "the plain search finds what is planted")
    case .manySteps: #expect(found > 10)
    default: break
    }
  }

  @Test func rocaIsFoundWherePlanted() {
    var generator = KeyProperties.Seeded(state: 5)
    for bits in [1024, 2048] {
      let number = Self.modulus(.roca, bits: bits, &generator)
      #expect(ROCAFingerprint.marks(number, SmallRemainders(of: number)))
    }
  }

  @Test func everySmallPrimeIsFound() {
    var generator = KeyProperties.Seeded(state: 3)
    let cofactor = Self.random(2000, &generator)
    // A prime cofactor is not needed: what divides it counts as well.
    let own = Plain.smallFactor(of: cofactor) ?? .max
    for candidate in stride(from: 3, to: 65_536, by: 2) where Natural(UInt(candidate)).isPrime {
      #expect(SmallPrimes.least(dividing: cofactor * UInt(candidate)) == min(own, candidate))
    }
  }

  @Test func numbersKeepTheirDigits() {
    var generator = KeyProperties.Seeded(state: 9)
    for bits in [57, 58, 114, 2048] {
      let number = Self.random(bits, &generator)
      let sum = number.digits(ofBits: 57).reversed().reduce(Natural(0)) { $0.shifted(57) + UInt($1) }
      #expect(sum == number)
    }
  }
}
