// `selectord config`: check, show and describe the configuration.

import ArgumentParser
import Config
import Daemon

/// The verbs for the configuration file.
struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Check, show or describe the configuration.",
    subcommands: [Check.self, Show.self, Schema.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Check the configuration, and report everything that is wrong with it.",
      discussion: """
        Each error and warning is printed with its file, line, column and key. Warnings are: lines of watch lists that \
        cannot be read, watches without a receiver for their alerts, a database that this user or the systemd unit cannot \
        write, rates that are too low for the intervals, secrets that everybody can read. With --strict, each of them \
        is an error. A template that makes no message is always an error. Under systemd, a database that cannot be written is always an error.

        Exit code: 0 if the configuration can be used, 78 if not.

        EXAMPLES
          selectord config check
          selectord config check --strict /etc/selectord/config.json
        """)

    @OptionGroup var options: ConfigurationOptions

    @Argument(help: "The configuration file; the same as --config.", completion: .file(extensions: ["json"]))
    var file: String?

    @Flag(help: "Treat warnings as errors.")
    var strict = false

    /// What no single option shows. Not in `validate`, which would come before complaints about unknown options.
    private func validateTogether() throws {
      if file != nil, options.path != nil {
        throw ValidationError("the file is given twice, with --config and without")
      }
    }

    func run() throws {
      try validateTogether()
      var options = options
      options.path = file ?? options.path
      let path = try options.locate()
      // Located once: what is passed over is said once.
      options.path = path
      let (configuration, issues) = try options.loadWithWarnings(readsSecrets: true)
      let location = DatabaseLocation(database: configuration.database, configuration: path)
      let warnings = issues.map(\.description) + configuration.unheardWarnings + location.warnings
      ConfigurationOptions.report(warnings)
      for note in configuration.notes { Console.message("selectord: note: \(note)\n") }
      if let fault = location.fault, processEnvironment()["INVOCATION_ID"] != nil {
        throw CommandFailure(.configuration, fault)
      }
      let faults = configuration.templateFaults
      if !faults.isEmpty { throw CommandFailure(.configuration, faults.joined(separator: "; ")) }
      if strict, !warnings.isEmpty {
        throw CommandFailure(
          .configuration, "\(counted(warnings.count, "warning")), and --strict treats warnings as errors")
      }
      let parts = [
        counted(configuration.views.count, "view"), counted(configuration.watches.count, "watch", "watches"),
        counted(configuration.receivers.count, "receiver"),
      ]
      try Console.data("The configuration is valid: \(parts.joined(separator: ", ")).\n")
    }

    private func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
      "\(count) \(count == 1 ? one : many ?? one + "s")"
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Print the configuration as JSON, with all defaults, secrets hidden.")

    @OptionGroup var options: ConfigurationOptions

    func run() throws {
      let text = try options.load().shownText()
      try Console.data(text.hasSuffix("\n") ? text : text + "\n")
    }
  }

  struct Schema: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "schema",
      abstract: "Print the JSON Schema of the configuration file, for editors and checks.")

    func run() throws { try Console.data(ConfigurationSchema.text) }
  }
}
