// `--config`: which configuration file is used, and what a verb does without one.

import ArgumentParser
import Config
import Daemon
import Model

/// `--config`.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .customLong("config"),
    help: ArgumentHelp(
      "The configuration file. Default: $SELECTORD_CONFIG, then ./config.json, then /etc/selectord/config.json.",
      valueName: "file"), completion: .file(extensions: ["json"]))
  var path: String?

  /// The configuration, where there is one that this user may read.
  ///
  /// - Parameters:
  ///   - readsSecrets: whether something is sent, or checked as the daemon would.
  ///   - readsProofSecret: whether a proof is signed or verified.
  func loadIfPresent(readsSecrets: Bool = false, readsProofSecret: Bool? = nil) throws -> Configuration? {
    let choice = choose()
    guard let path = choice.path else { return nil }
    do throws(ConfigurationError) {
      return try Configuration.load(
        path: path, environment: processEnvironment(), readsSecrets: readsSecrets, readsProofSecret: readsProofSecret
      ).configuration
    } catch {
      // Nobody asked for this file: that of the service is none of the business of other users.
      guard error.isPermission, !choice.isNamed else { throw error }
      Console.message("selectord: \(path) cannot be read (permission denied); continuing without a configuration\n")
      return nil
    }
  }

  /// The configuration.
  ///
  /// - Parameter reportsWarnings: whether warnings go to standard error; verbs that only look keep them to themselves.
  func load(reportsWarnings: Bool = false, readsSecrets: Bool = false) throws -> Configuration {
    let (configuration, warnings) = try loadWithWarnings(readsSecrets: readsSecrets)
    if reportsWarnings { Self.report(warnings.map(\.description)) }
    return configuration
  }

  /// The configuration, and what is worth a warning.
  func loadWithWarnings(
    readsSecrets: Bool = false
  ) throws -> (configuration: Configuration, warnings: [ConfigurationIssue]) {
    try Configuration.load(path: try locate(), environment: processEnvironment(), readsSecrets: readsSecrets)
  }

  static func report(_ warnings: [String]) {
    for warning in warnings { Console.message("selectord: warning: \(warning.withoutControls)\n") }
  }

  /// The path of the configuration file.
  func locate() throws -> String {
    if let path = choose().path { return path }
    throw CommandFailure(
      .configuration,
      "no configuration found: name it by --config or $SELECTORD_CONFIG, or write ./config.json or "
        + "/etc/selectord/config.json; `selectord init DOMAIN` writes a first one")
  }

  private func choose() -> ConfigurationFile.Choice {
    let choice = ConfigurationFile.locate(option: path, environment: processEnvironment())
    if let other = choice.passedOver {
      Console.message(
        "selectord: ignoring ./\(other), which is not a configuration of selectord; to use another file, give --config\n"
      )
    }
    return choice
  }
}
