// What several numbers have in common, taken apart: of pq, qr and rp the primes p, q and r.

/// Numbers without common divisors that make up some given numbers.
struct CoprimeBase {
  /// Given numbers that have no divisor in common with the others: mostly all of them.
  private let single: Set<Natural>
  /// What the others are made of.
  private let parts: [Natural]

  /// Of numbers that are entangled with each other only so many are taken apart: it takes the square of them.
  private static let mostEntangled = 2000

  /// - Parameter numbers: odd, and above 1.
  init(of numbers: Set<Natural>) {
    let numbers = Array(numbers)
    let isSingle = BatchGCD.divisors(of: numbers).map(\.isOne)
    single = Set(zip(numbers, isSingle).lazy.filter(\.1).map(\.0))
    parts = Self.parts(of: zip(numbers, isSingle).lazy.filter { !$0.1 }.map(\.0).prefix(Self.mostEntangled))
  }

  /// The factors that divide a given number.
  func factors(of number: Natural) -> [Natural] {
    single.contains(number) ? [number] : parts.filter { (number % $0).isZero }
  }

  private static func parts(of numbers: some Sequence<Natural>) -> [Natural] {
    var parts: [Natural] = []
    var left = Array(numbers)
    while let number = left.popLast() {
      if number.isOne { continue }
      guard let index = parts.firstIndex(where: { !$0.greatestCommonDivisor(number).isOne }) else {
        parts.append(number)
        continue
      }
      let part = parts[index]
      let common = part.greatestCommonDivisor(number)
      left.append(number / common)
      if common != part {
        parts.remove(at: index)
        left += [part / common, common]
      }
    }
    return parts
  }
}
