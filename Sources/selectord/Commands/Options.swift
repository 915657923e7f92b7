// The options that all verbs share.

import ArgumentParser
import Config
import Daemon
import Model
import Glibc

/// The forms of output of the verbs that give verdicts.
enum VerdictFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, jsonl, nagios
}

/// The forms of output of the other verbs.
enum ListFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json, jsonl
}

extension ColorChoice: ExpressibleByArgument {}

/// `--config`.
struct ConfigurationOptions: ParsableArguments {
  @Option(
    name: .customLong("config"),
    help: ArgumentHelp(
      "The configuration file; else $SELECTORD_CONFIG, ./config.json or /etc/selectord/config.json.",
      valueName: "file"), completion: .file(extensions: ["json"]))
  var path: String?

  /// The configuration where there is one.
  ///
  /// - Parameters:
  ///   - tellsWarnings: whether warnings go to standard error; they are no business of verbs that only look.
  ///   - readsSecrets: whether something is sent, or checked as the daemon would.
  ///   - readsProofSecret: whether a proof is signed or verified.
  func loadIfPresent(
    tellsWarnings: Bool = false, readsSecrets: Bool = false, readsProofSecret: Bool? = nil
  ) throws -> Configuration? {
    let environment = processEnvironment()
    guard let path = ConfigurationFile.locate(option: path, environment: environment) else { return nil }
    let (configuration, warnings) = try Configuration.load(
      path: path, environment: environment, readsSecrets: readsSecrets, readsProofSecret: readsProofSecret)
    for warning in warnings where tellsWarnings {
      Console.talk("selectord: warning: \(warning.description.withoutControls)\n")
    }
    return configuration
  }

  /// The configuration.
  func load(tellsWarnings: Bool = false, readsSecrets: Bool = false) throws -> Configuration {
    if let configuration = try loadIfPresent(tellsWarnings: tellsWarnings, readsSecrets: readsSecrets) {
      return configuration
    }
    throw Self.nowhere
  }

  /// The path of the configuration file, for those that read it themselves.
  func locate() throws -> String {
    guard let path = ConfigurationFile.locate(option: path, environment: processEnvironment()) else {
      throw Self.nowhere
    }
    return path
  }

  private static let nowhere = CommandFailure(
    .configuration,
    "found no configuration: name it by --config or $SELECTORD_CONFIG, or write ./config.json or "
      + "/etc/selectord/config.json")
}

/// `--color` and `--verbose`.
struct AppearanceOptions: ParsableArguments {
  @Option(help: ArgumentHelp("Colour the output: auto, always or never. NO_COLOR is heeded.", valueName: "when"))
  var color = ColorChoice.auto

  @Flag(name: .shortAndLong, help: "Show everything that is known: each server's answer, findings, caches.")
  var verbose = false

  /// How this process's standard output shall look.
  var appearance: Appearance { .ofStandardOutput(color: color, environment: processEnvironment()) }
}

/// The environment of this process.
func processEnvironment() -> [String: String] {
  var result: [String: String] = [:]
  var entry = environ
  while let text = entry.pointee {
    let parts = String(cString: text).split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    if parts.count == 2 { result[String(parts[0])] = String(parts[1]) }
    entry += 1
  }
  return result
}

/// The time now.
func now() -> Timestamp { .now }
