// The options that all verbs share.

import ArgumentParser
import Config
import Keys
import Model

#if canImport(Glibc)
  import Glibc
#endif

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
  func loadIfPresent(tellsWarnings: Bool = false, readsSecrets: Bool = false) throws -> Configuration? {
    let environment = processEnvironment()
    guard let path = ConfigurationFile.locate(option: path, environment: environment) else { return nil }
    let (configuration, warnings) = try Configuration.load(
      path: path, environment: environment, readsSecrets: readsSecrets, fingerprint: PinnedKeys.fingerprint)
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
    throw CommandFailure(
      .configuration,
      "found no configuration: name it by --config or $SELECTORD_CONFIG, or write ./config.json or "
        + "/etc/selectord/config.json")
  }
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

/// Joins the key judge to what the configuration wants of it.
enum PinnedKeys {
  /// The fingerprint of a key as people write it.
  static func fingerprint(_ text: String) -> Result<String, PinnedKeyError> {
    do {
      return .success(try PinnedKey.fingerprint(of: text))
    } catch {
      return .failure(PinnedKeyError(message: "\(error)"))
    }
  }
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
func now() -> Timestamp {
  var time = timespec()
  clock_gettime(CLOCK_REALTIME, &time)
  return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
}
