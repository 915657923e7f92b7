// Fermat's method: a number whose factors lie close together falls apart in a few steps.

/// Two factors that were found, and how far apart they are.
struct FermatFactors {
  /// The smaller one.
  let smaller: Natural
  let larger: Natural
  /// The steps that it took, from 0; 0 also for a square.
  let steps: Int
  /// The larger factor is about `ratio.0 / ratio.1` of the smaller one.
  let ratio: (Int, Int)

  /// Steps at the ratio 1:1. A key made by the rules (FIPS 186-5, appendix A.1.3) would take more than 2^400.
  static let steps = 2047
  /// Steps at each of the other ratios.
  static let stepsAtRatio = 63
  /// One prime made out of the other, as by a factor: pairs of small numbers without a common divisor.
  static let ratios: [(Int, Int)] = (2...8).flatMap { larger in
    (1..<larger).filter { greatestCommonDivisor($0, larger) == 1 }.map { (larger, $0) }
  }

  /// Looks for factors p and q of an odd number with p/q near 1, or near another ratio of small numbers (Lehman 1974).
  ///
  /// - Parameter remainders: those of the modulus.
  init?(of modulus: Natural, _ remainders: SmallRemainders) {
    if let found = Self.search(modulus, remainders, ratio: (1, 1), steps: Self.steps) {
      self = found
      return
    }
    // The roots for all ratios are multiples of one: a product takes less time than a root.
    let root = modulus.shifted(2 * RatioRoots.guarding).squareRoot
    let roots = RatioRoots.table(forBits: modulus.bits)
    let starts = root.products(
      with: roots.multiples, dropping: RatioRoots.guarding + roots.digits, modulo: UInt(SmallRemainders.product))
    for (ratio, start) in zip(Self.ratios, starts) {
      // Nearly always nothing is left of the first steps.
      guard
        SquareSieve.mayHaveSquare(
          SmallRemainders(value: UInt64(start.remainder), lowest: UInt64(start.lowest & 63)),
          remainders.times(UInt64(4 * ratio.0 * ratio.1))),
        let found = Self.search(modulus, remainders, ratio: ratio, steps: Self.stepsAtRatio)
      else { continue }
      self = found
      return
    }
    return nil
  }

  private init(smaller: Natural, larger: Natural, steps: Int, ratio: (Int, Int)) {
    self.smaller = smaller
    self.larger = larger
    self.steps = steps
    self.ratio = ratio
  }

  /// With p ≈ q·u/v, the factors vp and uq of uv·n are close, and 4uv·n = (vp + uq)² − (vp − uq)².
  private static func search(
    _ modulus: Natural, _ remainders: SmallRemainders, ratio: (Int, Int), steps: Int
  ) -> FermatFactors? {
    let factor = UInt(4 * ratio.0 * ratio.1)
    let number = modulus * factor
    // The sum vp + uq is at least the root; below it there is none unless the root is the sum itself.
    let root = number.squareRoot
    for offset in SquareSieve.candidates(
      SmallRemainders(of: root), remainders.times(UInt64(factor)), words: (steps + 64) / 64)
    {
      let sum = root + UInt(offset)
      guard let rest = (sum * sum).minus(number), rest.isSquare else { continue }
      let factor = (sum + rest.squareRoot).greatestCommonDivisor(modulus)
      guard !factor.isOne, factor != modulus else { continue }
      let other = modulus / factor
      let isExact = root * root == number
      return FermatFactors(
        smaller: min(factor, other), larger: max(factor, other), steps: isExact ? offset : offset - 1, ratio: ratio)
    }
    return nil
  }
}

/// The square roots of 4uv for all ratios u:v, as binary fractions.
private struct RatioRoots {
  /// Digits behind those that count, so that a product of two roots is at most one too small: with a probability of 2^-58.
  static let guarding = 64

  /// Binary digits behind the point.
  let digits: Int
  let multiples: [Natural]

  private init(bits: Int) {
    let digits = bits / 2 + Self.guarding
    self.digits = digits
    multiples = FermatFactors.ratios.map { Natural(UInt(4 * $0.0 * $0.1)).shifted(2 * digits).squareRoot }
  }

  private static let usual = RatioRoots(bits: 2048)
  private static let longest = RatioRoots(bits: TestedModulus.longest)

  static func table(forBits bits: Int) -> RatioRoots { bits <= 2048 ? usual : longest }
}

private func greatestCommonDivisor(_ one: Int, _ other: Int) -> Int {
  other == 0 ? one : greatestCommonDivisor(other, one % other)
}
