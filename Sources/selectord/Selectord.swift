// The root of the command line: what selectord can do.

import ArgumentParser

/// `selectord`, whose verbs are its subcommands.
struct Selectord: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selectord",
    abstract: "Watches DKIM keys in DNS and tells who must know when one is lost.",
    discussion: """
      A key is watched under its key name, <selector>._domainkey.<signing domain>, through several views: the local \
      resolver, public resolvers, and every name server of the zone itself.

      The configuration file is the one of --config, else $SELECTORD_CONFIG, else ./config.json, else \
      /etc/selectord/config.json. 'check', 'key' and 'rehearse' work without one.

      Exit codes: check, status, diagnose, key and rehearse give 0 for ok, 1 for warning, 2 for critical and 3 for \
      unknown, which is also what they give when they cannot do their work. rotate verify gives 0 for ready, 1 for not \
      yet and 2 for not without a change. The others give 0, or 64 for bad usage, 65 for unreadable input, \
      69 for something that is not available, 70 for a bug and 78 for a bad configuration.
      """,
    version: "selectord \(Version.current)",
    subcommands: [
      RunCommand.self, CheckCommand.self, StatusCommand.self, HistoryCommand.self, KeyCommand.self,
      DiagnoseCommand.self, RotateCommand.self, RehearseCommand.self, ConfigCommand.self, AlertCommand.self,
      IncidentCommand.self,
    ])
}

/// The version of this build.
enum Version {
  static let current = "0.1.0"
  /// As proofs name it.
  static let proofMaker = "selectord \(current)"
}
