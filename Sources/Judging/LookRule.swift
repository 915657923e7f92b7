// What one row of the rule table is.

internal import Model

/// What a rule has seen.
struct Observation {
  var text: String
  var evidence: String
  /// More exact than the row's.
  var remedy: String?
  /// Other than the row's.
  var severity: Severity?
}

/// A row of the table with its function.
struct LookRule: Sendable {
  let rule: Rule
  /// Whether it only says in other words what the state says: no complaint where that state is expected.
  let tellsState: Bool
  /// Nil or empty where the rule does not apply.
  let find: @Sendable (Ruling) -> [Finding]

  /// A row. `find` gives text, evidence and remedy, and a severity where it is not the row's.
  init(
    _ id: String, _ severity: Severity, _ summary: String, remedy: String, source: String, tellsState: Bool = false,
    find: @escaping @Sendable (Ruling) -> [Observation]
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

/// The ids of rules that the monitors ask after.
enum RuleID {
  static let cnameDangling = "cname-dangling"
  static let cnameLoop = "cname-loop"
  static let cnameWithoutText = "cname-without-txt"
  static let dnssecBogus = "dnssec-bogus"
}
