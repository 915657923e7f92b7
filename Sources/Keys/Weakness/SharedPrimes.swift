// Keys that share a prime: from two such moduli anybody computes the prime by Euclid's algorithm, and both private keys.

/// Moduli with their owners; new ones are compared with each other and with all before.
///
/// New moduli come together: their product is held against products of a few hundred known ones each, and single moduli
/// are looked at only where two products have a common divisor, which random keys never have.
public struct SharedPrimes<Owner: Hashable & Comparable & Sendable>: Sendable {
  /// Moduli of one product that is kept.
  private static var batchSize: Int { 256 }
  /// New moduli that are compared at a time: so many of 2048 bits take 50 megabytes. More at a time would be faster.
  private static var atOnce: Int { 8192 }
  /// Batches of one block.
  private static var blockSize: Int { 64 }
  /// Partners that are named for one modulus. One prime in all keys of a list must not make a list for each of them.
  public static var mostPartners: Int { KeyRelations.mostNames }

  private struct Batch: Sendable {
    var moduli: [Modulus] = []
    var product = Natural.one
  }

  private var batches: [Batch] = []
  /// The products of so many batches each, for comparing with many new moduli; made when they are needed.
  private var blocks: [Natural] = []
  private var owners: [Modulus: Set<Owner>] = [:]
  /// What each modulus that shares a prime has in common with others: the prime, or more of them multiplied.
  private var divisors: [Modulus: Natural] = [:]

  /// The owners of other moduli that share a prime with a modulus, in order, `mostPartners` at most; empty for all
  /// other moduli. Two owners of one modulus share no prime: they have the same key.
  public private(set) var partners: [Modulus: [Owner]] = [:]

  /// The primes known from many keys on the internet that divide moduli, in decimal and shortened.
  public private(set) var knownPrimes: [Modulus: String] = [:]

  public init() {}

  /// How many different moduli are known.
  public var count: Int { owners.count }

  /// Takes up keys and compares them.
  ///
  /// - Returns: the owners, new and old, of moduli for which `partners` or `knownPrimes` has changed.
  @discardableResult
  public mutating func insert(_ keys: some Sequence<(owner: Owner, modulus: Modulus)>) -> Set<Owner> {
    var new: [Modulus] = []
    var affected: Set<Owner> = []
    var isChanged = false
    for (owner, modulus) in keys {
      if owners[modulus] == nil { new.append(modulus) }
      guard owners[modulus, default: []].insert(owner).inserted, divisors[modulus] != nil || knownPrimes[modulus] != nil
      else { continue }
      affected.insert(owner)
      isChanged = true
    }
    for start in stride(from: 0, to: new.count, by: Self.atOnce) {
      if compare(Array(new[start..<min(start + Self.atOnce, new.count)])) { isChanged = true }
    }
    guard isChanged else { return [] }
    let before = partners
    partners = related()
    for (modulus, names) in partners where names != before[modulus] { affected.formUnion(owners[modulus] ?? []) }
    for modulus in new where knownPrimes[modulus] != nil { affected.formUnion(owners[modulus] ?? []) }
    return affected
  }

  /// Takes up keys that were compared with each other and with all before, and share no prime: for others to be compared
  /// with. That takes a small part of the time of a comparison.
  public mutating func insertCompared(_ keys: some Sequence<(owner: Owner, modulus: Modulus)>) {
    var new: [Modulus] = []
    for (owner, modulus) in keys {
      if owners[modulus] == nil { new.append(modulus) }
      owners[modulus, default: []].insert(owner)
    }
    keep(new, new.map(\.number))
  }

  /// Notes what new moduli have in common among each other and with the known ones, and makes them known.
  ///
  /// - Returns: whether there was anything.
  private mutating func compare(_ new: [Modulus]) -> Bool {
    let numbers = new.map(\.number)
    var found: Set<Natural> = []
    let others = products(for: new.count) + KnownPrimes.products.values
    for (modulus, divisor) in zip(new, BatchGCD.divisors(of: numbers, and: others)) where !divisor.isOne {
      found.insert(divisor)
      note(divisor, of: modulus)
      if let prime = KnownPrimes.divisor(of: modulus.number) { knownPrimes[modulus] = prime.shortened }
    }
    if !found.isEmpty { noteKnown(ProductTree.product(of: Array(found))) }
    keep(new, numbers)
    return !found.isEmpty
  }

  /// The products of all known moduli that so many new ones are held against.
  private mutating func products(for count: Int) -> [Natural] {
    // Numbers of about the size of their product are multiplied and divided fastest.
    guard count >= Self.batchSize else { return batches.map(\.product) }
    // The last batch may grow still.
    while (blocks.count + 1) * Self.blockSize < batches.count {
      let next = batches.dropFirst(blocks.count * Self.blockSize).prefix(Self.blockSize)
      blocks.append(ProductTree.product(of: next.map(\.product)))
    }
    let group = count / Self.batchSize
    return blocks
      + stride(from: blocks.count * Self.blockSize, to: batches.count, by: group).map { start in
        ProductTree.product(of: batches[start..<min(start + group, batches.count)].map(\.product))
      }
  }

  /// Fills up the last batch, and makes further ones.
  private mutating func keep(_ new: [Modulus], _ numbers: [Natural]) {
    var start = 0
    while start < new.count {
      if batches.last.map({ $0.moduli.count >= Self.batchSize }) ?? true { batches.append(Batch()) }
      let last = batches.count - 1
      let end = min(new.count, start + Self.batchSize - batches[last].moduli.count)
      batches[last].moduli += new[start..<end]
      batches[last].product = batches[last].product * ProductTree.product(of: Array(numbers[start..<end]))
      start = end
    }
  }

  /// Notes the known moduli that have a divisor in common with a product of divisors.
  private mutating func noteKnown(_ product: Natural) {
    for batch in batches where !batch.product.greatestCommonDivisor(product).isOne {
      for modulus in batch.moduli {
        let divisor = product.greatestCommonDivisor(modulus.number)
        if !divisor.isOne { note(divisor, of: modulus) }
      }
    }
  }

  private mutating func note(_ divisor: Natural, of modulus: Modulus) {
    guard let known = divisors[modulus] else {
      divisors[modulus] = divisor
      return
    }
    divisors[modulus] = known / known.greatestCommonDivisor(divisor) * divisor
  }

  /// The partners of all moduli that share a prime.
  private func related() -> [Modulus: [Owner]] {
    let primes = CoprimeBase(of: Set(divisors.values))
    let families = divisors.reduce(into: [Natural: [Modulus]]()) { families, entry in
      for prime in primes.factors(of: entry.value) { families[prime, default: []].append(entry.key) }
    }
    var partners: [Modulus: Set<Owner>] = [:]
    for members in families.values where members.count > 1 {
      let named = named(of: members)
      for modulus in members {
        partners[modulus, default: []].formUnion(named.lazy.filter { $0.modulus != modulus }.map(\.owner))
      }
    }
    return partners.mapValues { Array($0.sorted().prefix(Self.mostPartners)) }
  }

  /// The first owners of some moduli, so many that enough are left when those of one modulus are taken away.
  private func named(of moduli: [Modulus]) -> [(owner: Owner, modulus: Modulus)] {
    let all = moduli.flatMap { modulus in (owners[modulus] ?? []).map { (owner: $0, modulus: modulus) } }
    var named: [(owner: Owner, modulus: Modulus)] = []
    var counts: [Modulus: Int] = [:]
    for pair in all.sorted(by: { $0.owner < $1.owner }) where counts[pair.modulus, default: 0] < Self.mostPartners {
      counts[pair.modulus, default: 0] += 1
      named.append(pair)
      if named.count == 2 * Self.mostPartners { break }
    }
    return named
  }
}
