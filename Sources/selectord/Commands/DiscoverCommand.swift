// `selectord discover`: which selectors sign the mail that comes here, by logs, messages and reports.

import ArgumentParser
import Census
import Config
import Daemon
import Intake
import Model
import Probing

/// Reads sources once and prints the census of pairs; asks nobody without `--check`.
struct DiscoverCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "discover",
    abstract: "Find the selectors that sign your mail: in logs, messages and DMARC reports.",
    discussion: """
      A source is a file, a folder, a pattern, - for standard input, or the word journal. What it is shows in its \
      content: logs of Exim, OpenDKIM, rspamd, Amavis and dkimpy-milter, also in a syslog; messages, an mbox, a \
      Maildir; aggregate reports of DMARC; all of these also in .gz, .xz and .zip. Without a source, the logs under \
      /var/log and the journal are read.

      Exim logs the selector only with log_selector = +dkim_verbose. A signature that nobody trusted has verified \
      counts as signed. Lines that cannot be read are counted and the first ten are shown.

      EXAMPLES
        selectord discover
        selectord discover /var/log/exim4 --since 30d --unwatched
        selectord discover reports/ --domain '*.example.org' --check
        selectord discover --since 7d --format input > partners.txt
      """)

  @Argument(help: "Files, folders, patterns, -, or journal.", completion: .file())
  var sources: [String] = []

  @Option(
    help: ArgumentHelp(
      "Count only what was seen since then: 30d, 12h, a date, or a time such as 2026-11-01T12:00:00Z.",
      valueName: "time"), transform: PointInTime.init)
  var since: PointInTime?

  @Option(
    name: .customLong("domain"),
    help: ArgumentHelp(
      "Show these domains only: example.org, or *.example.org for all below it. Repeatable.", valueName: "pattern"),
    transform: DomainPattern.init(typed:))
  var domains: [DomainPattern] = []

  @Flag(help: "Show only keys that the configuration does not watch.")
  var unwatched = false

  @Option(
    help: ArgumentHelp(
      "Believe the Authentication-Results of this server (its authserv-id). Repeatable.", valueName: "name"))
  var authserv: [String] = []

  @Flag(help: "Ask DNS for each key, as 'check' does.")
  var check = false

  @OptionGroup var viewOptions: ViewOptions

  @OptionGroup var options: ConfigurationOptions

  @Option(name: .shortAndLong, help: ArgumentHelp("Output format.", valueName: "format"))
  var output = ListFormat.table

  @Option(help: ArgumentHelp("Print lines for 'check --input' and watch lists instead.", valueName: "format"))
  var format: CensusFormat?

  @OptionGroup var appearance: AppearanceOptions

  func run() async throws {
    if !check, !viewOptions.specifications.isEmpty { throw ValidationError("--view needs --check") }
    let configuration = try options.loadIfPresent()
    if unwatched, configuration == nil {
      throw CommandFailure(
        .configuration, "--unwatched needs a configuration: name it by --config or $SELECTORD_CONFIG")
    }
    let time = now()
    var intake = Intake(
      trustedServers: (authserv + (configuration?.mail.authserv ?? [])).map { $0.lowercased() },
      since: since.map { $0.before(time) }, now: time)
    let failures = read(into: &intake)
    let watched = Set((configuration?.watches ?? []).map(\.key))
    let report = CensusReport(
      intake.census, intake.tally, watched: watched, domains: domains, unwatchedOnly: unwatched, now: time)
    Console.message(report.account(showsPlaces: sources.isEmpty || appearance.verbose).withSelectord)
    try await print(report, configuration: configuration)
    Console.message(report.remarks.withSelectord)
    if failures > 0, intake.tally.places.allSatisfy({ $0.content == .nothing }) {
      throw ExitCode(CommandFailure.Code.unreadableInput.rawValue)
    }
  }

  /// Reads everything; gives the number of sources that could not be opened.
  private func read(into intake: inout Intake) -> Int {
    intake.read(words: sources) + intake.tally.failureCount
  }

  private func print(_ report: CensusReport, configuration: Configuration?) async throws {
    if format == .input {
      for row in report.rows { try Console.data("\(row.key.domain) \(row.key.selector)\n") }
      return
    }
    var printer = CensusPrinter(
      output: output, showsState: check, appearance: appearance.chosen, display: InternationalName.display)
    if check {
      try await ask(report, configuration: configuration) { try Console.data(try printer.add($0)) }
    } else {
      for row in report.rows { try Console.data(try printer.add(row)) }
    }
    try Console.data(printer.finish())
  }

  /// Puts all keys to DNS by the bulk path of `check`, and hands on each row with what came.
  private func ask(
    _ report: CensusReport, configuration: Configuration?, _ body: (CensusRow) throws -> Void
  ) async throws {
    let views = try viewOptions.views(configured: configuration?.views)
    let rows = Dictionary(report.rows.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    try await withProber(of: views) { prober in
      let progress = Progress()
      let check = KeyCheck(
        asking: prober, configuration: configuration, history: KnownHistory(), progress: progress,
        heedsWatchedViews: viewOptions.specifications.isEmpty)
      _ = try await check.run(KeyNameSource(report.rows.map { .success($0.key) })) { result in
        guard case .judgement(let judgement, _) = result, var row = rows[judgement.key] else { return }
        progress.clear()
        row.judgement = judgement
        try body(row)
      }
    }
  }
}

extension Intake {
  /// Reads what the command line names, or what is usual where it names nothing; gives the number of words that name nothing.
  mutating func read(words: [String]) -> Int {
    guard !words.isEmpty else {
      for source in SourceFiles.usual() { read(source) }
      return 0
    }
    var unknown = 0
    for word in words {
      do throws(IntakeError) {
        for source in try SourceFiles.named(word) { read(source) }
      } catch {
        unknown += 1
        Console.message("cannot read \(word): \(error)".withSelectord)
      }
    }
    return unknown
  }
}

/// What `--format` takes.
enum CensusFormat: String, ExpressibleByArgument, CaseIterable {
  case input
}

extension String {
  /// Lines of talk with the program's name before each; nothing where there are none.
  var withSelectord: String {
    split(separator: "\n").map { "selectord: \(String($0).withoutControls)\n" }.joined()
  }
}
