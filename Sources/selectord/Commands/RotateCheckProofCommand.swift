// `selectord rotate check-proof`: does a proof hold what it says?

import ArgumentParser
import Config
import DNS
import Keys
import Model
import Rotation

/// Verifies a proof of `rotate verify`, offline.
struct RotateCheckProofCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-proof",
    abstract: "Verify a proof that 'rotate verify --proof' wrote, offline.",
    discussion: """
      Computes every digest again from the records, and every condition again from the answers in the proof. If the \
      configuration has a secret (proof.secret), the signature is verified with it.

      Exit code: 0 if the proof is valid, whatever it says about the rotation; 2 if something does not fit; 65 if it \
      cannot be read.

      EXAMPLES
        selectord rotate check-proof s2026.proof
        selectord rotate check-proof s2026.proof --output json
      """)

  @Argument(help: "The file of the proof; - is standard input.", completion: .file())
  var file: String

  @OptionGroup var options: ConfigurationOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Output format.", valueName: "format"))
  var output = ListFormat.table

  @OptionGroup var appearance: AppearanceOptions

  func run() throws {
    let secret = try options.loadIfPresent(readsProofSecret: true)?.proofSecret
    let (proof, facts) = try Self.check(file, secret: secret)
    let text = ProofText(appearance: appearance.chosen, showsDetails: appearance.verbose)
    try Console.verdict(try text.text(proof, facts, as: output))
    if !facts.allSatisfy(\.fits) { throw ExitCode(2) }
  }

  /// Reads and verifies a file.
  static func check(_ path: String, secret: Secret?) throws -> (proof: Proof?, facts: [ProofFact]) {
    let title = "it has the format of a proof"
    switch try ProofFile.read(path) {
    case .none(let sentence):
      return (nil, [ProofFact(id: "form", title: title, fits: false, text: sentence)])
    case .proof(let proof, let isExact):
      let form = ProofFact(
        id: "form", title: title, fits: isExact,
        text: isExact ? "by \(proof.madeBy), \(proof.madeAt.tableText)" : "parts were added, repeated or moved")
      let check = ProofCheck(
        digestOf: { Digest.of(outcome: $0, chain: $1, records: $2) }, judge: { KeyJudge.judge($0) },
        version: Version.proofMaker)
      return (proof, [form] + check.facts(of: proof, content: try ProofFile.content(of: proof), secret: secret))
    }
  }
}
