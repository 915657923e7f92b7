// `selectord rotate`: the change from one selector to another.

import ArgumentParser

/// The verbs for a rotation.
struct RotateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "rotate",
    abstract: "Plan the change to a new key, and find out when the signer may switch.",
    subcommands: [RotatePlanCommand.self, RotateVerifyCommand.self, RotateCheckProofCommand.self])
}
