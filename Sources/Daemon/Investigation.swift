// Puts the questions of a diagnosis to the network. The daemon does so before it tells, `diagnose` because it was asked.

public import Diagnosing
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

  /// Asks until nothing is left to ask.
  public func finish(_ diagnostician: DiagnosisMachine) async -> DiagnosisMachine {
    var diagnostician = diagnostician
    while !Task.isCancelled, case .ask(let inquiries) = diagnostician.next() {
      diagnostician.receive(await inquire(inquiries, diagnostician.reachesAuthority))
    }
    return diagnostician
  }
}
