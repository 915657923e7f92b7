// The course of one diagnosis: which questions are asked in which round, and what comes of the answers.

internal import Judging
public import Model
internal import Phrasing

/// Asks what the causes need, round by round, and chooses the cause that fits best. Pure: whoever runs it puts the questions.
public struct DiagnosisMachine: Sendable {
  public enum Action: Hashable, Sendable {
    /// Put these side by side, and hand what came to `receive`.
    case ask([Inquiry])
    case finished(Diagnosis)
  }

  /// How many rounds of questions there are at most: what is found in one may lead to another.
  static let roundLimit = 3
  /// The most questions of one diagnosis.
  static let inquiryLimit = 180

  private let input: DiagnosisInput
  private let rules: [CauseRule]
  public private(set) var answers: [InquiryAnswer]
  private var rounds = 0

  /// - Parameter answers: what was asked before, for a diagnosis that is drawn again.
  public init(_ input: DiagnosisInput, answers: [InquiryAnswer] = []) {
    self.init(input, answers: answers, rules: input.judgement.key.isKey ? CauseRules.table : CauseRules.ofRecordSets)
  }

  init(_ input: DiagnosisInput, answers: [InquiryAnswer] = [], rules: [CauseRule]) {
    self.input = input
    self.answers = answers
    self.rules = rules
  }

  public func next() -> Action {
    let facts = facts
    if rounds < Self.roundLimit {
      let asked = Set(answers.map(\.inquiry))
      let wanted = rules.flatMap { $0.asks(facts) }.withoutRepeats.filter { !asked.contains($0) }
        .prefix(max(0, Self.inquiryLimit - answers.count))
      if !wanted.isEmpty { return .ask(Array(wanted)) }
    }
    return .finished(diagnosis)
  }

  public mutating func receive(_ answers: [InquiryAnswer]) {
    self.answers += answers
    rounds += 1
  }

  /// Whether the zones' own servers can be asked: not where the way to them already ended at the root.
  public var reachesAuthority: Bool { facts.reachesAuthority }

  /// What can be said by the answers in hand.
  public var diagnosis: Diagnosis {
    let facts = facts
    let found = rules.compactMap { rule in rule.find(facts).map { (rule: rule, cause: $0) } }
    // A stable order: of equally sure causes the one whose row comes first.
    let ranked = Diagnosis.Certainty.allCases.reversed().flatMap { certainty in
      found.filter { $0.cause.certainty == certainty }
    }
    return DiagnosisWriter(facts: facts).diagnosis(ranked)
  }

  /// The same with what it rests on, as events tell it.
  package var explanation: WatchMemory.Explanation {
    WatchMemory.Explanation(diagnosis: diagnosis, delegation: facts.delegationChange)
  }

  private var facts: DiagnosisFacts {
    DiagnosisFacts(input, answers: Dictionary(answers.map { ($0.inquiry, $0) }) { first, _ in first })
  }
}
