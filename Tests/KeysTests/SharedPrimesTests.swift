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
    var known = SharedPrimes<String>()
    let affected = known.insert(example.keys.map { ($0.owner, modulus($0.one, $0.other)) })
    #expect(affected == Set(example.partners.keys))
    expect(known, example)
  }

  @Test(arguments: cases) func oneAfterTheOther(_ example: Case) {
    var known = SharedPrimes<String>()
    var affected: Set<String> = []
    for key in example.keys { affected.formUnion(known.insert([(key.owner, modulus(key.one, key.other))])) }
    #expect(affected == Set(example.partners.keys))
    expect(known, example)
  }

  @Test(arguments: cases) func oneWithAllOthers(_ example: Case) {
    for last in example.keys.indices {
      var known = SharedPrimes<String>()
      var others = example.keys
      let key = others.remove(at: last)
      known.insert(others.map { ($0.owner, modulus($0.one, $0.other)) })
      let affected = known.insert([(key.owner, modulus(key.one, key.other))])
      let partners = example.partners[key.owner] ?? []
      #expect(affected.contains(key.owner) == !partners.isEmpty && affected.isSuperset(of: partners))
      expect(known, example)
    }
  }

  private func expect(_ known: SharedPrimes<String>, _ example: Case) {
    for key in example.keys {
      #expect(known.partners[modulus(key.one, key.other)] ?? [] == example.partners[key.owner] ?? [])
    }
    #expect(known.partners.values.allSatisfy { !$0.isEmpty })
    #expect(known.count == Set(example.keys.map { modulus($0.one, $0.other) }).count)
  }

  @Test func whatIsKnownAlreadyAffectsNobody() {
    var known = SharedPrimes<String>()
    let keys = [("a", modulus(0, 1)), ("b", modulus(1, 2))]
    #expect(known.insert(keys) == ["a", "b"])
    #expect(known.insert(keys) == [])
    #expect(known.insert([("c", modulus(5, 6))]) == [])
    #expect(known.insert([("c", modulus(0, 1))]) == ["b", "c"], "a's key at another name")
    #expect(known.partners[modulus(1, 2)] == ["a", "c"])
  }

  @Test func anOwnerWithTwoKeysIsItsOwnPartner() {
    var known = SharedPrimes<String>()
    known.insert([("a", modulus(0, 1)), ("a", modulus(1, 2)), ("a", modulus(3, 4))])
    #expect(known.partners == [modulus(0, 1): ["a"], modulus(1, 2): ["a"]], "and its third key is sound")
  }

  @Test(arguments: [1, 100, 703]) func moreThanOneProduct(atOnce: Int) {
    // 703 moduli, each of two of 38 primes: each prime is in 37 of them.
    var pairs: [(Int, Int)] = []
    for one in 0..<38 {
      for other in 0..<one { pairs.append((one, other)) }
    }
    var known = SharedPrimes<Int>()
    let keys = pairs.enumerated().map { (owner: $0.offset, modulus: modulus($0.element.0, $0.element.1)) }
    // One after the other they would be put in relation 703 times.
    known.insert(keys.prefix(600))
    for start in stride(from: 600, to: keys.count, by: max(atOnce, 20)) {
      known.insert(keys[start..<min(start + max(atOnce, 20), keys.count)])
    }
    let expected = pairs.indices.filter { index in
      index != 700 && !Set([pairs[index].0, pairs[index].1]).isDisjoint(with: [pairs[700].0, pairs[700].1])
    }
    #expect(known.partners[modulus(pairs[700].0, pairs[700].1)] == expected)
  }

  @Test func aLargeFamilyIsNotNamedWhole() {
    // The same prime in 3000 keys, of which the last is at 500 names.
    let cofactors = (0..<3000).map { Natural.one.shifted(120) + Natural(UInt(2 * $0 + 1)) }
    let keys = cofactors.enumerated().map { (owner: $0.offset, modulus: Modulus(primes[0] * $0.element)) }
    var known = SharedPrimes<Int>()
    #expect(known.insert(keys).count == 3000)
    #expect(known.insert((3000..<3500).map { ($0, keys[2999].modulus) }).count >= 500)
    #expect(known.partners[keys[0].modulus].map(Set.init)?.isSuperset(of: 1...100) == true)
    #expect(known.partners.values.allSatisfy { $0.count == SharedPrimes<Int>.mostPartners })
    #expect(known.partners[keys[2999].modulus]?.contains { $0 > 2998 } == false, "the same key is no partner")
  }
}
