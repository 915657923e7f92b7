// The rules on weak keys alone, so that script/bench can measure them.

package import Model

/// What the rules on weak keys cost, apart from all others.
package enum WeaknessTest {
  /// How many of the rules on weak keys fire; the table of known primes is left out.
  package static func findings(of record: TextRecord) -> Int {
    let reading = KeyReading([record], relations: KeyRelations(knownPrime: .testedElsewhere))
    return weaknessRules.count { $0.look(reading) != nil }
  }

  /// Reads a record as far as it is read before the first rule on weak keys.
  package static func reads(_ record: TextRecord) -> Bool { RecordReading(record).rsa != nil }
}
