// `selectord incident`: what is open, and who has taken note of it.

import ArgumentParser
import Config
import Glibc
import Model
import Reporting
import Storage

/// The verbs for incidents.
struct IncidentCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "incident",
    abstract: "List incidents, or acknowledge one.",
    subcommands: [List.self, Acknowledge.self])

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "list",
      abstract: "List open incidents, oldest first.",
      discussion: """
        Reads the configured database, also while the daemon runs.

        EXAMPLES
          selectord incident list
          selectord incident list --all --output jsonl
        """)

    @Flag(help: "List closed incidents too.")
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
      let incidents = try await store.incidents(open: all ? nil : true)
      switch output {
      case .table:
        if incidents.isEmpty { Console.message("selectord: there are no \(all ? "" : "open ")incidents\n") }
        let appearance = Appearance.ofStandardOutput(color: color, environment: processEnvironment())
        let table = IncidentTable(appearance: appearance, display: InternationalName.display)
        try Console.data(table.text(incidents))
      case .json, .jsonl:
        var stream = JSONStream(isLines: output == .jsonl)
        for incident in incidents {
          try Console.data(
            stream.add(try JSONValue(encoding: IncidentObject(incident.incident, opening: incident.opening))))
        }
        try Console.data(stream.finish())
      }
    }
  }

  struct Acknowledge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "acknowledge",
      abstract: "Acknowledge an open incident, with a note.",
      discussion: """
        This closes the incident of an unannounced change, such as a new key. If something is wrong, the incident stays \
        open until that is fixed, but no reminders are sent unless it gets worse.

        If the daemon runs, it takes effect within seconds, otherwise at its next start. The note and the name are kept \
        with the incident. Prints the id.

        EXAMPLES
          selectord incident acknowledge inc_01kawm5e5g --note "new key, announced by phone"
        """)

    @Argument(help: "The id of the incident, or its first characters.")
    var id: String

    @Option(help: ArgumentHelp("Why the incident needs no more attention.", valueName: "text"))
    var note: String

    @Option(help: ArgumentHelp("Who acknowledges it. Default: $SUDO_USER, then $USER.", valueName: "name"))
    var by: String?

    @OptionGroup var options: ConfigurationOptions

    func validate() throws {
      try KeptText.check("--note", note)
      try KeptText.check("--by", by ?? commandAuthor())
    }

    func run() async throws {
      let configuration = try options.load()
      let store = try SQLiteHistory(path: configuration.database, mode: .beside)
      let incident = try IncidentSelection.incident(
        id, among: await store.incidents(open: nil).map(\.incident))
      let acknowledgement = Acknowledgement(incident: incident.id, by: by ?? commandAuthor(), note: note, at: now())
      guard try await store.acknowledge(acknowledgement) else {
        throw CommandFailure(.unreadableInput, "\(incident.id) was closed just now")
      }
      try Console.data(incident.id + "\n")
      let lastWatched = try await store.watchingPeriods(since: nil).map(\.last).max()
      let isWatching = lastWatched.map { acknowledgement.at - $0 <= StatusReport.staleAfter } ?? false
      let when = isWatching ? "within seconds" : "when it runs again"
      switch incident.kind {
      case .change: Console.message("selectord: the daemon closes this incident \(when)\n")
      case .condition:
        Console.message(
          "selectord: the incident stays open until the fault is fixed; the daemon stops its reminders \(when)\n")
      }
      try store.close()
    }
  }
}

/// Who runs this, also behind sudo.
func commandAuthor() -> String {
  let environment = processEnvironment()
  for name in ["SUDO_USER", "USER", "LOGNAME"] {
    if let user = environment[name], !user.isEmpty { return user }
  }
  return getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "user \(getuid())"
}

/// Texts that a person gives a command to keep.
enum KeptText {
  /// Longer ones belong into a ticket; a database is no place for files.
  private static let longest = 2000

  static func check(_ option: String, _ text: String) throws {
    guard text.contains(where: { !$0.isWhitespace }) else { throw ValidationError("\(option) must not be empty") }
    guard text.utf8.count <= longest else { throw ValidationError("\(option) is longer than \(longest) bytes") }
  }
}

/// Finds the open incident that a person means.
enum IncidentSelection {
  /// The open incident with this id, or the only one whose id begins so.
  static func incident(_ typed: String, among incidents: [Incident]) throws(CommandFailure) -> Incident {
    let hint = "'selectord incident list' shows the open ones"
    if let exact = incidents.first(where: { $0.id == typed }) {
      guard let closedAt = exact.closedAt else { return exact }
      throw CommandFailure(.unreadableInput, "\(typed) has been closed since \(closedAt.tableText); \(hint)")
    }
    let matches = typed.isEmpty ? [] : incidents.filter { $0.id.hasPrefix(typed) }
    let open = matches.filter { $0.closedAt == nil }
    if let one = open.first, open.count == 1 { return one }
    if !open.isEmpty {
      throw CommandFailure(
        .unreadableInput,
        "\(open.count) open incidents begin with \(typed): \(open.map(\.id).prefix(5).joined(separator: ", "))"
          + (open.count > 5 ? ", …" : "; type more of the id"))
    }
    if let closed = matches.first, matches.count == 1, let closedAt = closed.closedAt {
      throw CommandFailure(.unreadableInput, "\(closed.id) has been closed since \(closedAt.tableText); \(hint)")
    }
    throw CommandFailure(.unreadableInput, "no open incident has the id \(typed); \(hint)")
  }
}
