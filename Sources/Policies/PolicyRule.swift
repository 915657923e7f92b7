// What one row of a rule table is.

internal import Model

/// What a rule has seen: the evidence with its place, and words that fit better than the table's general ones.
struct Observation: Sendable {
  var evidence: String
  var text: String?
  var remedy: String?

  init(_ evidence: String, text: String? = nil, remedy: String? = nil) {
    self.evidence = evidence
    self.text = text
    self.remedy = remedy
  }
}

/// A row of a rule table with the function that looks for it.
struct PolicyRule<Reading: Sendable>: Sendable {
  /// What a finding of this rule does to the text.
  enum Consequence: Sendable {
    /// Receivers can use it; the severity says the rest.
    case none
    /// Receivers do not use it, or give up on it.
    case invalid
  }

  let rule: Rule
  let consequence: Consequence
  let look: @Sendable (Reading) -> Observation?

  init(
    _ id: String, _ severity: Severity, _ consequence: Consequence = .none, summary: String, remedy: String,
    source: String, _ look: @escaping @Sendable (Reading) -> Observation?
  ) {
    rule = Rule(id: id, severity: severity, summary: summary, remedy: remedy, source: source)
    self.consequence = consequence
    self.look = look
  }

  /// The finding on a reading, where the rule applies.
  func finding(on reading: Reading) -> Finding? {
    look(reading).map {
      Finding(
        rule: rule.id, severity: rule.severity, text: $0.text ?? rule.summary, evidence: $0.evidence,
        remedy: $0.remedy ?? rule.remedy)
    }
  }
}
