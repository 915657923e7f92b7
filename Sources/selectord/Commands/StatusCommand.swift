// `selectord status`: what the database knows.

import ArgumentParser
import Config
import Model
import Storage

/// Shows the state of the watches, from what the daemon has written.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what the daemon knows of each watch.",
    discussion: """
      Reads the database of the configuration, also while the daemon writes it, and asks nobody. Where the daemon has \
      not watched for five minutes, every verdict is unknown.

      Exit code: 0 ok, 1 warning, 2 critical, 3 unknown, the worst of all watches that are shown; views that are down \
      count where no domain is given.

      EXAMPLES
        selectord status
        selectord status domain.com zendesk1 --verbose
        selectord status --output nagios
      """)

  @Argument(help: "Show the watches of this domain, or of this key name.")
  var domain: String?

  @Argument(help: "Show the watch of this selector.")
  var selector: String?

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var viewFilter: ViewFilter

  @Option(name: .shortAndLong, help: ArgumentHelp("The form of the output.", valueName: "format"))
  var output = VerdictFormat.table

  @OptionGroup var looks: AppearanceOptions

  func run() async throws {
    let subject = try domain.map { try WatchedName($0, selector: selector) }
    let configuration = try options.load()
    try viewFilter.check(among: configuration.views.map(\.name))
    let store = try SQLiteHistory(path: configuration.database, mode: .readOnly)
    let showsAnswers = looks.verbose || subject != nil || output == .json || output == .jsonl
    let report = try await Self.report(
      of: store, configured: configuration.watches.map(\.key), subject: subject, at: now(),
      views: showsAnswers ? viewFilter : nil)
    if let subject, report.watches.isEmpty {
      throw CommandFailure(
        .unavailable, "\(subject) is not watched; add it to the watches of the configuration, or use 'selectord check'")
    }
    for remark in report.remarks { Console.talk("selectord: \(remark.withoutControls)\n") }
    try show(report, showsDetails: looks.verbose || (subject != nil && report.watches.count == 1))
    if report.verdict != .ok { throw ExitCode(report.verdict.exitCode) }
  }

  /// Puts together what the database knows, and the watches that are configured, but not looked at yet; the answers
  /// of `views`, none with nil.
  static func report(
    of store: any HistoryStore, configured: [KeyName], subject: WatchedName?, at now: Timestamp,
    views: ViewFilter?
  ) async throws -> StatusReport {
    let memory = try await store.memory()
    let keys = Set(configured).union(memory.watches.keys).filter { subject?.covers($0) ?? true }
    let spans = views == nil ? [:] : try await store.currentSpans(ofDomain: subject?.domain)
    let watches = keys.sorted().map { key in
      StatusReport.WatchStatus(
        key: key, memory: memory.watches[key] ?? WatchMemory(),
        answers: (spans[key] ?? []).filter { views?.shows($0.view) ?? false })
    }
    return StatusReport(
      now: now, lastWatched: try await store.watchingPeriods(since: nil).map(\.last).max(), watches: watches,
      viewsDown: memory.views.filter { $0.value.downSince != nil }, countsViews: subject == nil)
  }

  private func show(_ report: StatusReport, showsDetails: Bool) throws {
    switch output {
    case .table:
      let table = StatusTable(
        appearance: looks.appearance, display: InternationalName.display, showsDetails: showsDetails)
      try Console.data(table.text(report))
    case .json, .jsonl:
      var stream = JSONStream(isLines: output == .jsonl)
      for watch in report.watches {
        try Console.data(stream.add(try JSONValue(encoding: StatusObject(watch: watch, report: report))))
      }
      try Console.data(stream.finish())
    case .nagios: try Console.data(NagiosText(report).text())
    }
  }
}

/// `--view` of the verbs that read the database.
struct ViewFilter: ParsableArguments {
  @Option(
    name: .customLong("view"),
    help: ArgumentHelp("Show the answers of this view only. Repeatable.", valueName: "name"))
  var names: [String] = []

  /// Refuses a name that is none of the views.
  func check(among views: [String]) throws(CommandFailure) {
    guard let stranger = names.first(where: { !views.contains($0) }) else { return }
    throw CommandFailure(
      .usage, "--view: there is no view '\(stranger)'; expected one of: \(views.joined(separator: ", "))")
  }

  func shows(_ view: String) -> Bool { names.isEmpty || names.contains(view) }
}

/// A domain, or one key, as the command line names it.
struct WatchedName: Hashable, CustomStringConvertible {
  let domain: DomainName
  let selector: DomainName?

  /// Reads `DOMAIN`, `DOMAIN SELECTOR` or a key name.
  init(_ typed: String, selector typedSelector: String?) throws {
    if let typedSelector {
      let key = try Self.read { () throws(KeyNameLineError) in
        try KeyNameList.keyName(domain: typed, selector: typedSelector)
      }
      (domain, selector) = (key.domain, key.selector)
    } else if let key = try? KeyNameList.keyName(typed) {
      (domain, selector) = (key.domain, key.selector)
    } else {
      do throws(InternationalNameError) {
        domain = try InternationalName.parse(typed)
      } catch {
        throw ValidationError(error.description)
      }
      selector = nil
    }
  }

  private static func read(_ body: () throws(KeyNameLineError) -> KeyName) throws -> KeyName {
    do throws(KeyNameLineError) {
      return try body()
    } catch {
      throw ValidationError(error.description)
    }
  }

  func covers(_ key: KeyName) -> Bool { key.domain == domain && (selector.map { $0 == key.selector } ?? true) }

  /// The key, where one is named.
  var key: KeyName? { selector.flatMap { try? KeyName(selector: $0, domain: domain) } }

  var description: String { key?.description ?? domain.description }
}
