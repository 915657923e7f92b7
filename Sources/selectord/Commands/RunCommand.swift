// `selectord run`: the daemon.

import ArgumentParser
import Config
import Daemon

/// Starts the daemon and stays until a signal ends it.
struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run",
    abstract: "Watch everything that is configured; the daemon.",
    discussion: """
      Stays in the foreground and logs on standard error. SIGHUP loads the configuration anew, a bad one changes \
      nothing; SIGTERM and SIGINT end it.

      EXAMPLES
        selectord run --config /etc/selectord/config.json
      """)

  @OptionGroup var options: ConfigurationOptions

  func run() async throws {
    let environment = processEnvironment()
    guard let path = ConfigurationFile.locate(option: options.path, environment: environment) else {
      throw CommandFailure(
        .configuration,
        "found no configuration: name it by --config or $SELECTORD_CONFIG, or write ./config.json or "
          + "/etc/selectord/config.json")
    }
    try await DaemonService.run(configurationPath: path, environment: environment)
  }
}
