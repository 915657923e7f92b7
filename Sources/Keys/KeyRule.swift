// What one row of the rule table is.

internal import Model
internal import Syntax

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

/// A row of the rule table with the function that looks for it.
struct KeyRule: Sendable {
  /// What a finding of this rule does to the state.
  enum Consequence: Sendable {
    /// Enough receivers can use the key; the severity says the rest.
    case none
    /// No receiver, or not even half of them, can use the key.
    case invalid
  }

  let rule: Rule
  let consequence: Consequence
  let look: @Sendable (KeyReading) -> Observation?

  /// A rule about a key record; it is not asked about other texts.
  static func key(
    _ id: String, _ severity: Severity, _ consequence: Consequence = .none, summary: String, remedy: String,
    source: String, _ look: @escaping @Sendable (RecordReading) -> Observation?
  ) -> KeyRule {
    any(id, severity, consequence, summary: summary, remedy: remedy, source: source) {
      $0.subject.kind == .key ? look($0.subject) : nil
    }
  }

  /// A rule about whatever texts are there.
  static func any(
    _ id: String, _ severity: Severity, _ consequence: Consequence = .none, summary: String, remedy: String,
    source: String, _ look: @escaping @Sendable (KeyReading) -> Observation?
  ) -> KeyRule {
    KeyRule(
      rule: Rule(id: id, severity: severity, summary: summary, remedy: remedy, source: source),
      consequence: consequence, look: look)
  }

  /// The finding on a reading, where the rule applies.
  func finding(on reading: KeyReading) -> Finding? {
    look(reading).map {
      Finding(
        rule: rule.id, severity: rule.severity, text: $0.text ?? rule.summary, evidence: $0.evidence,
        remedy: $0.remedy ?? rule.remedy)
    }
  }
}
