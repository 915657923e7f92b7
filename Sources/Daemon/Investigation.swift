// Puts the questions of a diagnosis to the network. The daemon does so before it tells, `diagnose` because it was asked.

public import Diagnosing
internal import Keys
public import Model
public import Probing

/// Carries a diagnosis out: rounds of questions until the causes have what they need.
public struct Investigation: Sendable {
  /// Takes the questions, and whether the zones' own servers can be reached.
  private let inquire: @Sendable ([Inquiry], Bool) async -> [InquiryAnswer]

  public init(prober: Prober) { inquire = { await prober.inquire($0, reachesAuthority: $1) } }

  /// For tests: whoever answers.
  public init(inquire: @escaping @Sendable ([Inquiry]) async -> [InquiryAnswer]) {
    self.inquire = { inquiries, _ in await inquire(inquiries) }
  }

  /// What an investigation is at.
  public enum Step: Sendable {
    /// A round of questions goes out; rounds count from 1.
    case asking(round: Int, [Inquiry])
    case answered([InquiryAnswer])
  }

  /// Asks until nothing is left to ask.
  ///
  /// - Parameter progress: is shown each step.
  public func finish(
    _ diagnostician: DiagnosisMachine, progress: (Step) -> Void = { _ in }
  ) async -> DiagnosisMachine {
    var diagnostician = diagnostician
    var round = 0
    while !Task.isCancelled, case .ask(let inquiries) = diagnostician.next() {
      round += 1
      progress(.asking(round: round, inquiries))
      let answers = await inquire(inquiries, diagnostician.reachesAuthority).map(PrivateKeyRedaction.redacted)
      progress(.answered(answers))
      diagnostician.receive(answers)
    }
    return diagnostician
  }
}
