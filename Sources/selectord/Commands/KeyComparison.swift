// What only a whole run shows: keys that share a prime, and one key at several domains.

import Keys
import Model

/// Compares the keys of one run of `check`.
struct KeyComparison: Sendable {
  /// A key, and where it stands.
  struct Sight: Hashable, Sendable {
    var key: KeyName
    /// The end of the chain of CNAMEs; nil where the record stands at the key name itself.
    var target: DomainName?
    var identity: KeyIdentity
  }

  /// Whether keys at several domains are told, which takes all of a run to be held.
  private let comparesDomains: Bool
  private var sights: [Sight] = []
  private var primes = SharedPrimes<KeyName>()
  /// By fingerprint; after `finish`.
  private var places: [String: [Sight]] = [:]

  init(comparesDomains: Bool = true) { self.comparesDomains = comparesDomains }

  /// The keys that a look saw: mostly one.
  static func sights(of look: Look, _ judgements: KeyJudgements) -> [Sight] {
    var seen: Set<Digest> = []
    return look.views.lazy.flatMap(\.servers).map(\.answer).compactMap { answer in
      guard answer.outcome == .records, seen.insert(answer.digest).inserted else { return nil }
      return Sight(key: look.key, target: answer.cname.last, identity: judgements.identity(of: answer.records))
    }
  }

  mutating func take(_ sights: [Sight]) {
    self.sights += sights.filter { comparesDomains || $0.identity.modulus != nil }
  }

  /// Compares what was taken up.
  ///
  /// - Returns: the keys that share a prime with another one, in order.
  mutating func finish() -> [KeyName] {
    let affected = primes.insert(
      sights.lazy.compactMap { sight in sight.identity.modulus.map { (owner: sight.key, modulus: $0) } })
    for sight in sights where comparesDomains {
      if let fingerprint = sight.identity.fingerprint { places[fingerprint, default: []].append(sight) }
    }
    places = places.filter { $0.value.count > 1 }
    sights = []
    return affected.sorted()
  }

  /// What the key in an answer at a key name has in common with others, after `finish`.
  func relations(of answer: Answer, at key: KeyName, _ judgements: KeyJudgements) -> KeyRelations {
    if primes.partners.isEmpty, primes.knownPrimes.isEmpty, places.isEmpty { return .whileCompared }
    let identity = judgements.identity(of: answer.records)
    let domains = Set(
      (identity.fingerprint.flatMap { places[$0] } ?? []).lazy.filter { other in
        // A provider that holds the key for all of them lets them point at one record; that is as it should be.
        other.key.domain != key.domain && (answer.cname.isEmpty || other.target != answer.cname.last)
      }.map(\.key.domain))
    return KeyRelations(
      primeSharers: (identity.modulus.flatMap { primes.partners[$0] } ?? []).map(\.description),
      domains: domains.sorted().prefix(KeyRelations.mostNames).map(\.description),
      knownPrime: identity.modulus.flatMap { primes.knownPrimes[$0] }.map { .divides($0) } ?? .testedElsewhere)
  }
}

extension KeyRelations {
  /// Of a key that is compared with all others of a run: that finds the known primes as well.
  fileprivate static let whileCompared = KeyRelations(knownPrime: .testedElsewhere)
}

extension KeyJudgements {
  /// The identity of the key in some records, which comes of the reading that judges them.
  fileprivate func identity(of records: [TextRecord]) -> KeyIdentity {
    judge(records, relations: .whileCompared).identity
  }
}
