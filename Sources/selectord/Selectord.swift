// The root of the command line: what selectord can do.

import ArgumentParser

/// `selectord`, whose verbs are its subcommands.
struct Selectord: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selectord",
    abstract: "Watches DKIM keys in DNS and alerts you when one is missing or changed.",
    discussion: """
      A key is watched under its key name, <selector>._domainkey.<signing domain>, through several views: the local \
      resolver, public resolvers, and every name server of the zone itself.

      The configuration file is that of --config, or $SELECTORD_CONFIG, or ./config.json, or \
      /etc/selectord/config.json: the first that exists. 'check', 'diagnose', 'key', 'policy', 'verify', 'rotate', \
      'rehearse', 'discover', 'queue' and 'audit' work without one; 'init' writes one.

      Exit codes: check, status, diagnose, key, policy, verify and rehearse return 0 for ok, 1 for warning, 2 for critical and 3 for \
      unknown; they also return 3 if they cannot do their work. rotate verify returns 0 for ready, 1 for not yet and 2 \
      if something must be changed. The others return 0, or 64 for wrong usage, 65 for unreadable input, 69 if \
      something is not available, 70 for a bug and 78 for a wrong configuration.
      """,
    version: "selectord \(Version.current)",
    subcommands: [
      RunCommand.self, CheckCommand.self, StatusCommand.self, HistoryCommand.self, KeyCommand.self,
      PolicyCommand.self, DiagnoseCommand.self, VerifyCommand.self, RotateCommand.self, RehearseCommand.self,
      DiscoverCommand.self, QueueCommand.self, AuditCommand.self, ConfigCommand.self, AlertCommand.self,
      IncidentCommand.self, SilenceCommand.self, InitCommand.self, BackupCommand.self,
    ])
}

/// The version of this build.
enum Version {
  static let current = "0.1.0"
  /// As proofs name it.
  static let proofMaker = "selectord \(current)"
}
