// `selectord config`: check, show and describe the configuration.

import ArgumentParser
import Config

/// The verbs for the configuration file.
struct ConfigCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config",
    abstract: "Check, show or describe the configuration.",
    subcommands: [Check.self, Show.self, Schema.self])

  struct Check: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "check",
      abstract: "Check the configuration and tell everything that is wrong with it.",
      discussion: """
        Each error has its file, line, column and key. Exit code: 0 where the daemon would start with it, 78 where not.

        EXAMPLES
          selectord config check
          selectord config check /etc/selectord/config.json
        """)

    @OptionGroup var options: ConfigurationOptions

    @Argument(help: "The configuration file; the same as --config.", completion: .file(extensions: ["json"]))
    var file: String?

    /// What no single option shows. Not in `validate`, which would come before complaints about unknown options.
    private func validateTogether() throws {
      if file != nil, options.path != nil { throw ValidationError("the file is named twice, by --config and without") }
    }

    func run() throws {
      try validateTogether()
      var options = options
      options.path = file ?? options.path
      let configuration = try options.load(tellsWarnings: true, readsSecrets: true)
      let parts = [
        counted(configuration.views.count, "view"), counted(configuration.watches.count, "watch", "watches"),
        counted(configuration.receivers.count, "receiver"),
      ]
      if let folder = missingFolder(of: configuration.database) {
        Console.talk(
          "selectord: warning: the directory \(folder) of the database does not exist; create it, writable by the "
            + "daemon's user\n")
      }
      try Console.data("The configuration is good: \(parts.joined(separator: ", ")).\n")
    }

    /// The directory that a database needs and does not have.
    private func missingFolder(of path: String) -> String? {
      let folder = path.lastIndex(of: "/").map { path[..<$0] } ?? ""
      return folder.isEmpty || InputFile.exists(String(folder)) ? nil : String(folder).withoutControls
    }

    private func counted(_ count: Int, _ one: String, _ many: String? = nil) -> String {
      "\(count) \(count == 1 ? one : many ?? one + "s")"
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "show",
      abstract: "Print the configuration as JSON, with all defaults in their places and secrets hidden.")

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
