// `selectord run`: the daemon.

import ArgumentParser
import Daemon
import Storage

/// Starts the daemon and stays until a signal ends it.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Run the daemon: watch everything that is configured.",
    discussion: """
      Stays in the foreground and logs to standard error. SIGHUP reloads the configuration; if it has errors, the \
      running one is kept. SIGTERM and SIGINT stop the daemon.

      Exit code 78 if the configuration is wrong, or names a database that cannot be written.

      EXAMPLES
        selectord run --config /etc/selectord/config.json
      """)

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    do {
      try await DaemonService.run(
        configurationPath: try options.locate(), environment: processEnvironment(),
        version: Version.current)
    } catch let error as StorageError where error.isMisplaced {
      throw CommandFailure(.configuration, error.description)
    }
  }
}

extension StorageError {
  /// Whether the database cannot be where the configuration puts it, which trying again does not change.
  fileprivate var isMisplaced: Bool { [.missing, .permission, .readOnly, .notADatabase].contains(code) }
}
