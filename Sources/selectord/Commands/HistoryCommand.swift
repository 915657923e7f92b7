// `selectord history`: every answer and event of one key, oldest first.

import ArgumentParser
import Config
import Model
import Reporting
import Storage

/// Shows what was seen of one key, and what was told of it.
struct HistoryCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "history",
    abstract: "Show every answer and event of one key, record set or audited domain, oldest first.",
    discussion: """
      Each answer is shown with the time when a server first and last gave it. Times without a running daemon are shown as \
      gaps. Of a domain alone, the findings of its audits are shown. On a terminal, long records are shortened; --verbose shows them whole.

      EXAMPLES
        selectord history domain.com zendesk1
        selectord history zendesk1._domainkey.domain.com --since 30d --verbose
        selectord history domain.com MX --since 30d
        selectord history domain.com
        selectord history domain.com zendesk1 --output jsonl
      """)

  @Argument(help: "The signing domain, a key name, or the name of a record set.")
  var domain: String

  @Argument(help: "The selector, or the type of the record set in capitals.")
  var selector: String?

  @Option(
    help: ArgumentHelp("Leave out what ended before this time: a duration such as 30d, or a date.", valueName: "when"),
    transform: PointInTime.init)
  var since: PointInTime?

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var viewFilter: ViewFilter

  @Option(name: .shortAndLong, help: ArgumentHelp("Output format.", valueName: "format"))
  var output = ListFormat.table

  @OptionGroup var appearance: AppearanceOptions

  func run() async throws {
    let subject = try WatchedName(domain, selector: selector, takesRecordSets: true)
    guard let key = subject.key else {
      let entries = try await audits(of: subject.domain)
      if !entries.isEmpty { return try show(entries) }
      throw ValidationError(
        "only '\(domain)' is given; expected a domain and a selector, a key name such as s1._domainkey.example.org, or a name "
          + "and a record type such as MX")
    }
    let configuration = try options.load()
    let store = try SQLiteHistory(path: configuration.database, mode: .readOnly)
    let now = now()
    let all = try await Self.entries(of: store, key: key, since: since?.before(now), at: now)
    // History may know views that are configured no more.
    let seen = all.compactMap { if case .answer(let spans) = $0 { spans[0].view } else { nil } }
    let configured = configuration.views.map(\.name)
    try viewFilter.check(among: configured + Set(seen).subtracting(configured).sorted())
    let entries = all.filter { entry in
      if case .answer(let spans) = entry { viewFilter.shows(spans[0].view) } else { true }
    }
    if entries.isEmpty {
      Console.message("selectord: the database has nothing about \(key)\(since == nil ? "" : " since then")\n")
    }
    try show(entries)
  }

  /// What the audits of a domain found, where the daemon repeats them.
  private func audits(of domain: DomainName) async throws -> [HistoryEntry] {
    guard let configuration = try options.loadIfPresent() else { return [] }
    let store = try SQLiteHistory(path: configuration.database, mode: .readOnly)
    let since = since?.before(now())
    let events = try await store.events(matching: EventFilter(domain: domain, since: since))
    return HistoryEntry.entries(
      findings: try await store.findings(of: domain, since: since), events: events.filter { $0.type == .auditChanged },
      periods: [], since: since)
  }

  private func show(_ entries: [HistoryEntry]) throws {
    switch output {
    case .table:
      try Console.data(HistoryText(appearance: appearance.chosen, showsDetails: appearance.verbose).table(entries))
    case .json, .jsonl:
      var stream = JSONStream(isLines: output == .jsonl)
      for object in entries.flatMap(\.objects) { try Console.data(stream.add(try JSONValue(encoding: object))) }
      try Console.data(stream.finish())
    }
  }

  /// Everything that the database has on one key; gaps only where there is anything else.
  static func entries(
    of store: any HistoryStore, key: KeyName, since: Timestamp?, at now: Timestamp
  ) async throws -> [HistoryEntry] {
    let zone = try await store.memory().watches[key]?.zone
    let spans = try await store.spans(of: key, since: since)
    let events = try await store.events(matching: EventFilter(key: key, zone: zone, since: since))
    guard let began = (spans.map(\.firstSeen) + events.map(\.at)).min() else { return [] }
    // A silence before the first sight of the key says nothing about it.
    let periods = try await store.watchingPeriods(since: since).filter { $0.last >= began }
    return HistoryEntry.entries(
      spans: spans, events: events, periods: periods.map { ($0.began, $0.last) } + [(now, now)], since: since)
  }
}
