// What one row of the rule table is.

package import Model

/// What a rule has seen.
package struct LookObservation {
  package var text: String
  package var evidence: String
  /// More exact than the row's.
  package var remedy: String?
  /// Other than the row's.
  package var severity: Severity?
}

/// A row of the table with its function.
package struct LookRule: Sendable {
  package let rule: Rule
  /// Whether it only says in other words what the state says: no complaint where that state is expected.
  package let tellsState: Bool
  /// Nil or empty where the rule does not apply.
  package let find: @Sendable (Ruling) -> [Finding]

  /// A row. `find` gives text, evidence and remedy, and a severity where it is not the row's.
  package init(
    _ id: String, _ severity: Severity, _ summary: String, remedy: String, source: String, tellsState: Bool = false,
    find: @escaping @Sendable (Ruling) -> [LookObservation]
  ) {
    rule = Rule(id: id, severity: severity, summary: summary, remedy: remedy, source: source)
    self.tellsState = tellsState
    self.find = { ruling in
      find(ruling).map {
        Finding(
          rule: id, severity: $0.severity ?? severity, text: $0.text, evidence: $0.evidence,
          remedy: $0.remedy ?? remedy)
      }
    }
  }
}

/// The ids of rules that other stages ask after.
package enum RuleID {
  package static let authorityUnreachable = "authority-unreachable"
  package static let cnameDangling = "cname-dangling"
  package static let cnameLoop = "cname-loop"
  package static let cnameWithoutText = "cname-without-txt"
  package static let dnssecBogus = "dnssec-bogus"
}
