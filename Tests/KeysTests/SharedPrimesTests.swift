// Keys that share a prime, found among others that do not.

import Model
import Testing

@testable import Keys

/// Moduli of primes that are made here: 8 primes of 89 bits and more, each known.
private let primes: [Natural] = (0..<40).map { index in
  // The first prime above 2^100 + index · 2^90.
  var candidate = Natural.one.shifted(100) + Natural(UInt(index)).shifted(90) + .one
  while !candidate.isPrime { candidate = candidate + Natural(2) }
  return candidate
}

private func modulus(_ one: Int, _ other: Int) -> Modulus { Modulus(primes[one] * primes[other]) }

@Suite struct SharedPrimesTests {
  /// Owner, and the two primes of its key.
  struct Case: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var keys: [(owner: String, one: Int, other: Int)]
    var partners: [String: [String]]
  }

  static let cases = [
    Case(testDescription: "none", keys: [], partners: [:]),
    Case(testDescription: "one", keys: [("a", 0, 1)], partners: [:]),
    Case(testDescription: "no prime twice", keys: [("a", 0, 1), ("b", 2, 3), ("c", 4, 5)], partners: [:]),
    Case(
      testDescription: "one pair", keys: [("a", 0, 1), ("b", 2, 3), ("c", 4, 1)], partners: ["a": ["c"], "c": ["a"]]),
    Case(
      testDescription: "one prime in three keys", keys: [("a", 0, 1), ("b", 1, 2), ("c", 3, 1), ("d", 5, 6)],
      partners: ["a": ["b", "c"], "b": ["a", "c"], "c": ["a", "b"]]),
    Case(
      testDescription: "a chain: both primes of the middle one", keys: [("a", 0, 1), ("b", 1, 2), ("c", 2, 3)],
      partners: ["a": ["b"], "b": ["a", "c"], "c": ["b"]]),
    Case(
      testDescription: "a ring: both primes of each", keys: [("a", 0, 1), ("b", 1, 2), ("c", 2, 0)],
      partners: ["a": ["b", "c"], "b": ["a", "c"], "c": ["a", "b"]]),
    Case(
      testDescription: "the same key is no partner", keys: [("a", 0, 1), ("b", 0, 1), ("c", 2, 3)], partners: [:]),
    Case(
      testDescription: "a partner with two owners", keys: [("a", 0, 1), ("b", 0, 1), ("c", 1, 2)],
      partners: ["a": ["c"], "b": ["c"], "c": ["a", "b"]]),
    Case(
      testDescription: "a square", keys: [("a", 0, 0), ("b", 0, 1), ("c", 2, 2)],
      partners: ["a": ["b"], "b": ["a"]]),
    Case(
      testDescription: "two pairs among many",
      keys: (0..<15).map { ("\($0 + 10)", 2 * $0, 2 * $0 + 1) } + [("x", 0, 31), ("y", 5, 32)],
      partners: ["10": ["x"], "x": ["10"], "12": ["y"], "y": ["12"]]),
  ]

  @Test(arguments: cases) func allAtOnce(_ example: Case) {
    let known = SharedPrimes(example.keys.map { ($0.owner, modulus($0.one, $0.other)) })
    #expect(known.all() == example.partners)
  }

  @Test(arguments: cases) func oneAfterTheOther(_ example: Case) {
    var known = SharedPrimes<String>()
    for key in example.keys { known.insert(modulus(key.one, key.other), of: key.owner) }
    #expect(known.all() == example.partners)
    for key in example.keys {
      #expect(known.partners(of: modulus(key.one, key.other)) == example.partners[key.owner] ?? [])
    }
  }

  @Test func aKeyThatIsNotKnownFindsItsPartner() {
    let known = SharedPrimes([("a", modulus(0, 1)), ("b", modulus(2, 3))])
    #expect(known.partners(of: modulus(3, 4)) == ["b"])
    #expect(known.partners(of: modulus(5, 4)) == [])
  }

  @Test func moreThanOneProduct() {
    // 703 moduli, each of two of 38 primes: each prime is in 37 of them.
    var known = SharedPrimes<Int>()
    var pairs: [(Int, Int)] = []
    for one in 0..<38 {
      for other in 0..<one { pairs.append((one, other)) }
    }
    for (index, pair) in pairs.enumerated() { known.insert(modulus(pair.0, pair.1), of: index) }
    let expected = pairs.indices.filter { index in
      index != 700 && !Set([pairs[index].0, pairs[index].1]).isDisjoint(with: [pairs[700].0, pairs[700].1])
    }
    #expect(known.partners(of: modulus(pairs[700].0, pairs[700].1)) == expected)
    #expect(known.all()[700] == expected)
  }
}
