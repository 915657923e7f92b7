// `selectord silence`: tell nobody, for a while, with a reason.

import ArgumentParser
import Config
import Model
import Reporting
import Storage

/// The verbs for silences.
struct SilenceCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "silence",
    abstract: "Silence alerts for a while, list silences, or end one.",
    subcommands: [Add.self, List.self, Expire.self])

  struct Add: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "add",
      abstract: "Send no alerts of what matches, for a while.",
      discussion: """
        The keys are still checked, and what happens is kept in the history, marked as silenced. All conditions that are \
        given must match. Works while the daemon runs; takes effect with the next event. Prints the id of the silence.

        EXAMPLES
          selectord silence add --domain domain.com --for 2h --reason "the zone moves tonight"
          selectord silence add --domain '*.example.org' --selector s1 --for 3d --reason "ticket 4711"
          selectord silence add --label customer=4711 --type selector.changed --for 30m --reason "they rotate keys"
        """)

    @Option(
      help: ArgumentHelp("A signing domain, '*.example.org' for all below it, or '*' for all.", valueName: "pattern"))
    var domain: String?

    @Option(help: ArgumentHelp("A selector.", valueName: "selector"))
    var selector: String?

    @Option(help: ArgumentHelp("A label of the watch; repeat it for several.", valueName: "name=value"))
    var label: [String] = []

    @Option(help: ArgumentHelp("A type of event, such as selector.missing; repeat it for several.", valueName: "type"))
    var type: [String] = []

    @Option(
      name: .customLong("for"),
      help: ArgumentHelp("How long: a duration such as 2h, or a date.", valueName: "duration"),
      transform: PlannedTime.init)
    var until: PlannedTime

    @Option(help: ArgumentHelp("Why nobody is to be alerted.", valueName: "text"))
    var reason: String

    @Option(help: ArgumentHelp("Who silences it. Default: $SUDO_USER, then $USER.", valueName: "name"))
    var by: String?

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
      try KeptText.check("--reason", reason)
      try KeptText.check("--by", by ?? commandAuthor())
      _ = try matchers()
    }

    /// What an event must have.
    func matchers() throws -> Silence.Matchers {
      var matchers = Silence.Matchers()
      if let domain { matchers.domain = try Self.pattern(domain) }
      if let selector {
        do throws(KeyNameLineError) {
          matchers.selector = try KeyNameList.selector(selector)
        } catch {
          throw ValidationError(error.description)
        }
      }
      for text in label {
        guard let equals = text.firstIndex(of: "="), equals > text.startIndex else {
          throw ValidationError("--label '\(text)' has no name and value; expected one such as customer=4711")
        }
        matchers.labels[String(text[..<equals])] = String(text[text.index(after: equals)...])
      }
      matchers.types = try type.map { text in
        if let type = EventType(rawValue: text) { return type }
        let hint =
          nearestWord(to: text, among: EventType.allCases.map(\.rawValue)).map { "; did you mean '\($0)'?" } ?? ""
        throw ValidationError("--type '\(text)' is not a type of event\(hint)")
      }
      if matchers == Silence.Matchers() {
        throw ValidationError(
          "expected at least one of --domain, --selector, --label and --type; --domain '*' is everything")
      }
      return matchers
    }

    private static func pattern(_ typed: String) throws -> String {
      if typed == "*" { return typed }
      let isBelow = typed.hasPrefix("*.")
      do throws(InternationalNameError) {
        let name = try InternationalName.parse(isBelow ? String(typed.dropFirst(2)) : typed)
        return (isBelow ? "*." : "") + name.description
      } catch {
        throw ValidationError("--domain: \(error)")
      }
    }

    func run() async throws {
      let time = now()
      let end = until.after(time)
      guard end > time else {
        throw ValidationError("--for is in the past; expected a duration such as 2h, or a later date")
      }
      let configuration = try options.load()
      let store = try SQLiteHistory(path: configuration.database, mode: .beside)
      let silence = Silence(
        id: IdentifierSource().silence(at: time), matchers: try matchers(), by: by ?? commandAuthor(), reason: reason,
        createdAt: time, expiresAt: end)
      try await store.add(silence)
      try store.close()
      try Console.data(silence.id + "\n")
      Console.message("selectord: no alerts of this until \(end.tableText)\n")
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List the silences that hold, oldest first.",
      discussion: """
        EXAMPLES
          selectord silence list
          selectord silence list --all --output jsonl
        """)

    @Flag(help: "List those that have ended too.")
    var all = false

    @OptionGroup var options: ConfigurationOptions

    @Option(name: .shortAndLong, help: ArgumentHelp("Output format.", valueName: "format"))
    var output = ListFormat.table

    @Option(
      help: ArgumentHelp("When to color the output: auto, always or never. NO_COLOR is respected.", valueName: "when"))
    var color = ColorChoice.auto

    func run() async throws {
      let configuration = try options.load()
      let store = try SQLiteHistory(path: configuration.database, mode: .readOnly)
      let time = now()
      let silences = try await store.silences(endingAfter: all ? nil : time)
      switch output {
      case .table:
        if silences.isEmpty { Console.message("selectord: there are no \(all ? "" : "active ")silences\n") }
        let appearance = Appearance.ofStandardOutput(color: color, environment: processEnvironment())
        try Console.data(
          SilenceTable(appearance: appearance, display: InternationalName.display).text(silences, at: time))
      case .json, .jsonl:
        var stream = JSONStream(isLines: output == .jsonl)
        for silence in silences {
          try Console.data(stream.add(try JSONValue(encoding: SilenceObject(silence: silence, at: time))))
        }
        try Console.data(stream.finish())
      }
    }
  }

  struct Expire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "expire",
      abstract: "End a silence now.",
      discussion: """
        Alerts are sent again from the next event on. What happened meanwhile is not sent; 'selectord incident list' shows \
        what is open. Prints the id.

        EXAMPLES
          selectord silence expire sil_01kawm5e5g
        """)

    @Argument(help: "The id of the silence, or its first characters.")
    var id: String

    @OptionGroup var options: ConfigurationOptions

    func run() async throws {
      let configuration = try options.load()
      let store = try SQLiteHistory(path: configuration.database, mode: .beside)
      let time = now()
      let matches = id.isEmpty ? [] : try await store.silences(endingAfter: time).filter { $0.id.hasPrefix(id) }
      guard let silence = matches.first(where: { $0.id == id }) ?? matches.first, matches.count == 1 || silence.id == id
      else {
        throw CommandFailure(
          .unreadableInput,
          matches.isEmpty
            ? "no active silence has the id \(id); 'selectord silence list' shows them"
            : "\(matches.count) silences begin with \(id); type more of the id")
      }
      guard try await store.expireSilence(silence.id, at: time) else {
        throw CommandFailure(.unreadableInput, "\(silence.id) ended just now")
      }
      try store.close()
      try Console.data(silence.id + "\n")
    }
  }
}
