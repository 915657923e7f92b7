// What `rotate check-proof` says: what fits and what does not, and what is proved.

import Model
import Rotation

/// Prints the verification of a proof.
struct ProofText {
  let appearance: Appearance
  var showsDetails = false

  func text(_ proof: Proof?, _ facts: [ProofFact], as format: ListFormat) throws -> String {
    guard format == .table else {
      var stream = JSONStream(isLines: format == .jsonl)
      let object = ProofObject(holds: facts.allSatisfy(\.fits), facts: facts, report: proof?.report)
      return stream.add(try JSONValue(encoding: object)) + stream.finish()
    }
    let detail = JudgementDetail(appearance: appearance)
    let fault = facts.first { !$0.fits }
    let verdict: Verdict = fault == nil ? .ok : .critical
    var lines = detail.paragraph(
      appearance.symbol(verdict) + StyledText(" ")
        + StyledText(fault == nil ? "valid" : "not valid", Style(verdict))
        + StyledText("  "),
      fault.map { "\($0.title): no; \($0.text)." } ?? "Everything in the proof follows from the answers in it.",
      indentation: 0)
    for fact in facts {
      lines += detail.paragraph(
        appearance.symbol(fact.fits ? .ok : .critical) + StyledText(" \(fact.title): "), fact.text, indentation: 2,
        margin: 4)
    }
    var text = lines.map { $0.rendered(appearance) + "\n" }.joined()
    if let report = proof?.report, fault == nil {
      text += "\n" + RotationText(appearance: appearance, showsDetails: showsDetails).table(report)
    }
    return text
  }

  private struct ProofObject: Encodable {
    var holds: Bool
    var facts: [ProofFact]
    var report: RotationReport?
  }
}
