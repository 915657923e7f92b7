// What the comparison of keys has found so far: mostly nothing.

package import Keys
package import Model

/// Which keys share a prime with which others.
package struct SharedPrimeIndex: Sendable {
  /// The key names of the others, by modulus.
  package var partners: [Modulus: [KeyName]] = [:]
  /// Whether all keys of the database have been compared since the start.
  package var isComplete = false

  package init(partners: [Modulus: [KeyName]] = [:], isComplete: Bool = false) {
    self.partners = partners
    self.isComplete = isComplete
  }

  /// What the key in an answer has in common with others.
  package func of(_ answer: Answer) -> KeyRelations {
    guard !partners.isEmpty, let modulus = Modulus(answer.records), let names = partners[modulus] else {
      return KeyRelations()
    }
    return KeyRelations(primeSharers: names.map(\.description))
  }

  /// Whether a watch has to wait for the comparison: what was found before a restart is neither over nor new after it.
  package func delays(_ memory: WatchMemory) -> Bool {
    !isComplete && memory.findings.contains { $0.rule == KeyRules.sharedPrime }
  }
}
