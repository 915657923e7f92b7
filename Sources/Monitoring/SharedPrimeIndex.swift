// What the comparison of keys has found so far: mostly nothing.

package import Keys
package import Model

/// Which keys share a prime with which others, or have one that is known from many keys.
package struct SharedPrimeIndex: Sendable {
  /// The key names of the others, by modulus.
  package var partners: [Modulus: [KeyName]] = [:]
  /// The known primes, by modulus.
  package var knownPrimes: [Modulus: String] = [:]
  /// Whether all keys of the database have been compared since the start.
  package var isComplete = false

  package init(
    partners: [Modulus: [KeyName]] = [:], knownPrimes: [Modulus: String] = [:], isComplete: Bool = false
  ) {
    self.partners = partners
    self.knownPrimes = knownPrimes
    self.isComplete = isComplete
  }

  /// Of what was compared.
  package init(_ primes: SharedPrimes<KeyName>, isComplete: Bool = true) {
    self.init(partners: primes.partners, knownPrimes: primes.knownPrimes, isComplete: isComplete)
  }

  /// What the key in an answer has in common with others. The comparison finds the known primes too: a judge that looks for
  /// them takes longer than with all other rules together.
  package func of(_ answer: Answer) -> KeyRelations {
    var relations = KeyRelations(knownPrime: .testedElsewhere)
    guard !partners.isEmpty || !knownPrimes.isEmpty, let modulus = Modulus(answer.records) else { return relations }
    relations.primeSharers = (partners[modulus] ?? []).map(\.description)
    if let prime = knownPrimes[modulus] { relations.knownPrime = .divides(prime) }
    return relations
  }

  /// Whether a watch has to wait for the comparison: what was found before a restart is neither over nor new after it.
  package func delays(_ memory: WatchMemory) -> Bool {
    !isComplete && memory.findings.contains { KeyRules.foundByComparison.contains($0.rule) }
  }
}
