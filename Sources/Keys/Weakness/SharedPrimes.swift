// Keys that share a prime: from two such moduli anybody computes the prime by Euclid's algorithm, and both private keys.

/// Moduli with their owners, compared with each other.
///
/// Products of a few hundred moduli are kept. A new modulus is held against each product by one division, and against
/// the single moduli of a product only where the two have a common divisor, which random keys never have.
public struct SharedPrimes<Owner: Hashable & Comparable & Sendable>: Sendable {
  /// Moduli of one product.
  private static var batchSize: Int { 256 }

  private struct Batch: Sendable {
    var moduli: [Natural] = []
    var product = Natural.one
  }

  private var batches: [Batch] = []
  private var owners: [Modulus: Set<Owner>] = [:]

  public init() {}

  /// How many different moduli are known.
  public var count: Int { owners.count }

  /// Takes up many moduli; those among them are not compared.
  public init(_ known: some Sequence<(Owner, Modulus)>) {
    for (owner, modulus) in known { owners[modulus, default: []].insert(owner) }
    let moduli = owners.keys.map { Natural($0.bytes) }
    batches = stride(from: 0, to: moduli.count, by: Self.batchSize).map { start in
      let moduli = Array(moduli[start..<min(start + Self.batchSize, moduli.count)])
      return Batch(moduli: moduli, product: Self.product(of: moduli))
    }
  }

  /// Takes up one modulus.
  public mutating func insert(_ modulus: Modulus, of owner: Owner) {
    let isKnown = owners[modulus] != nil
    owners[modulus, default: []].insert(owner)
    guard !isKnown else { return }
    let number = Natural(modulus.bytes)
    if batches.last.map({ $0.moduli.count >= Self.batchSize }) ?? true { batches.append(Batch()) }
    batches[batches.count - 1].moduli.append(number)
    batches[batches.count - 1].product = batches[batches.count - 1].product * number
  }

  /// The owners of other moduli that share a prime with this one, in order; it need not be known.
  public func partners(of modulus: Modulus) -> [Owner] {
    let number = Natural(modulus.bytes)
    var found: Set<Owner> = []
    for batch in batches {
      // The modulus itself, where it is known, is no partner.
      var rest = batch.product % number
      if rest.isZero, owners[modulus] != nil, batch.moduli.contains(number) {
        rest = (batch.product / number) % number
      }
      guard !rest.greatestCommonDivisor(number).isOne else { continue }
      for other in batch.moduli where other != number && !other.greatestCommonDivisor(number).isOne {
        found.formUnion(owners[Modulus(other)] ?? [])
      }
    }
    return found.sorted()
  }

  /// All owners whose moduli share a prime with another, each with its partners in order.
  public func all() -> [Owner: [Owner]] {
    let moduli = batches.flatMap(\.moduli)
    let divisors = BatchDivisor.divisors(of: moduli)
    // Where one prime is shared, the divisor is that prime; where both are, it is the modulus.
    var sharers: [Natural: [Natural]] = [:]
    var whole: [Natural] = []
    for (modulus, divisor) in zip(moduli, divisors) where !divisor.isOne {
      if divisor == modulus { whole.append(modulus) } else { sharers[divisor, default: []].append(modulus) }
    }
    var partners: [Natural: Set<Natural>] = [:]
    func join(_ group: [Natural]) {
      for modulus in group { partners[modulus, default: []].formUnion(group) }
    }
    for (divisor, group) in sharers {
      join(group + whole.filter { ($0 % divisor).isZero })
    }
    for (index, one) in whole.enumerated() {
      for other in whole[..<index] where !one.greatestCommonDivisor(other).isOne { join([one, other]) }
    }
    var result: [Owner: Set<Owner>] = [:]
    for (modulus, others) in partners {
      let names = others.reduce(into: Set<Owner>()) { names, other in
        if other != modulus { names.formUnion(owners[Modulus(other)] ?? []) }
      }
      for owner in owners[Modulus(modulus)] ?? [] { result[owner, default: []].formUnion(names) }
    }
    return result.mapValues { $0.sorted() }
  }

  private static func product(of moduli: [Natural]) -> Natural {
    var level = moduli
    while level.count > 1 {
      level = stride(from: 0, to: level.count, by: 2).map { left in
        left + 1 < level.count ? level[left] * level[left + 1] : level[left]
      }
    }
    return level.first ?? .one
  }
}
