// `selectord run`: the daemon.

import ArgumentParser
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
    try await DaemonService.run(configurationPath: try options.locate(), environment: processEnvironment())
  }
}
