// Evaluates SPF for one client (RFC 7208, section 4) as a machine of questions: answers go in, questions or the result
// come out.

public import Model

/// `check_host()` for one client.
///
/// Each answer is kept, and the evaluation is gone through again with what is known so far: ten lookups bound the work,
/// and the order of answers does not matter.
public struct SPFEvaluation: Sendable {
  public enum Step: Hashable, Sendable {
    /// These questions have to be answered; all of them may be asked at once.
    case ask([Question])
    case done(SPFOutcome)
  }

  /// What a receiver allows (section 4.6.4).
  public struct Limits: Hashable, Sendable {
    public var lookups = 10
    public var voidLookups = 2
    public var exchanges = 10
    public var pointers = 10

    public init() {}
  }

  private let client: SPFClient
  private let limits: Limits
  private var replies: [Question: PolicyReply]
  /// What was asked for: another answer is not taken.
  private var open: Set<Question> = []

  /// Begins an evaluation; `known` are answers that need not be asked for again.
  public init(client: SPFClient, limits: Limits = Limits(), known: [Question: PolicyReply] = [:]) {
    self.client = client
    self.limits = limits
    replies = known
  }

  /// The first questions, or the result where none is needed.
  public mutating func start() -> Step { advance() }

  /// Takes answers in; a question that is left out is asked again.
  public mutating func take(_ answers: [Question: PolicyReply]) -> Step {
    for (question, reply) in answers where open.contains(question) { replies[question] = reply }
    return advance()
  }

  private mutating func advance() -> Step {
    var pass = SPFPass(client: client, limits: limits, replies: replies)
    guard let outcome = pass.run() else {
      let questions = pass.missing
      open.formUnion(questions)
      return .ask(questions)
    }
    return .done(outcome)
  }
}
