// Control questions: what a question that needs no zone of the user says of the way to a view.

/// Whether a view can be asked at all, seen by a question about the root zone, which every resolver and every root server
/// can answer.
public struct ControlResult: Hashable, Sendable {
  /// What the question showed.
  public enum Outcome: Hashable, Sendable {
    /// A server of the view answers.
    case reachable
    /// Where root servers were asked, a recursive resolver answers in their place: port 53 is redirected on the way.
    case intercepted
    /// No server of the view gives a usable answer; the failure that says the most where they differ.
    case unreachable(Model.Outcome.Failure)
  }

  /// The name of the view.
  public var view: String
  public var outcome: Outcome
  /// What was asked and what came back, one line a question, in words that a person can repeat:
  /// `dig @192.0.2.1 . NS → NOERROR, 13 NS records, flags: ra`.
  public var evidence: [String]

  public init(view: String, outcome: Outcome, evidence: [String]) {
    self.view = view
    self.outcome = outcome
    self.evidence = evidence
  }
}
