// What one row of the table of checks is, and what a check can come to.

package import Model

/// A check: what it asks, and what the answers mean.
///
/// All checks are asked again after each round, with what is known by then; what they want to know and was not asked yet
/// goes out together. When nothing is left to ask, each looks at the facts once.
package struct AuditCheck: Sendable {
  /// What docs/checks.md says of it. The severity is the usual one; an observation may have another.
  package let rule: Rule
  package let section: AuditSection
  /// What a finding costs, in tenths of a point; nil for the usual: 10 critical, 3 warning, 0 info.
  package let points: Int?
  /// Rules whose finding explains this one: then it is told beneath that, and costs nothing.
  package let consequenceOf: [String]
  /// The best grade that a finding leaves.
  package let cap: AuditGrade?
  package let asks: @Sendable (AuditFacts) -> [AuditRequest]
  package let look: @Sendable (AuditFacts) -> AuditSight

  /// - Parameters:
  ///   - summary: One sentence: when it fires.
  ///   - asks: What it needs, as far as that can be told from what is known.
  init(
    _ id: String, _ severity: Severity, in section: AuditSection, points: Int? = nil, consequenceOf: [String] = [],
    cap: AuditGrade? = nil, summary: String, remedy: String, source: String,
    asks: @escaping @Sendable (AuditFacts) -> [AuditRequest] = { _ in [] },
    look: @escaping @Sendable (AuditFacts) -> AuditSight
  ) {
    rule = Rule(id: id, severity: severity, summary: summary, remedy: remedy, source: source)
    self.section = section
    self.points = points
    self.consequenceOf = consequenceOf
    self.cap = cap
    self.asks = asks
    self.look = look
  }

  /// What a finding of this check costs, in tenths.
  func cost(of severity: Severity) -> Int {
    switch severity {
    case .info: rule.severity == .info ? points ?? 0 : 0
    case .warning: points ?? 3
    case .critical: points ?? 10
    }
  }
}

/// What a check has seen: the evidence, and words that fit better than the row's general ones.
package struct AuditObservation: Hashable, Sendable {
  var evidence: String
  var text: String?
  var remedy: String?
  var severity: Severity?

  init(_ evidence: String, text: String? = nil, remedy: String? = nil, severity: Severity? = nil) {
    self.evidence = evidence
    self.text = text
    self.remedy = remedy
    self.severity = severity
  }
}

/// What a check comes to.
package enum AuditSight: Hashable, Sendable {
  /// Nothing to say.
  case nothing
  /// What is right, in one line; `mark` counts for the best grade.
  case good(String, mark: AuditMark? = nil)
  case found([AuditObservation])
  /// Findings of another table, under their own ids.
  case findings([Finding])
  /// It cannot be told from here, and why: never a fault, and never points.
  case unknown(String)
  /// The same, where the whole area cannot be judged: its budget leaves the score.
  case unjudged(String)

  /// A finding for each, or nothing.
  static func any(_ observations: [AuditObservation]) -> AuditSight {
    observations.isEmpty ? .nothing : .found(observations)
  }

  /// One finding, or nothing.
  static func one(_ observation: AuditObservation?) -> AuditSight { any(observation.map { [$0] } ?? []) }
}

/// What only the best grade asks for.
package enum AuditMark: Hashable, Sendable, CaseIterable {
  /// The zone is signed and validates.
  case signed
  /// Forged mail is quarantined or rejected.
  case dmarcEnforced
  /// MTA-STS is enforced, or DANE is there for all hosts.
  case transportProtected
}

/// The letter.
public enum AuditGrade: String, Hashable, Sendable, Codable, CaseIterable, Comparable {
  case aPlus = "A+"
  case a = "A"
  case b = "B"
  case c = "C"
  case d = "D"
  case e = "E"
  case f = "F"

  private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  /// The better one is less.
  public static func < (left: AuditGrade, right: AuditGrade) -> Bool { left.place < right.place }
}
