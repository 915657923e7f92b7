// `selectord status`: what the database knows.

import ArgumentParser
import Config
import Model
import Reporting
import Storage

/// Shows the state of the watches, from what the daemon has written.
struct StatusCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status",
    abstract: "Show what the daemon knows about each watch.",
    discussion: """
      Reads the configured database, also while the daemon runs, and asks no server. The worst watches come first. SINCE \
      is when the fault was first seen, or the state, if nothing is wrong. If the daemon has not watched for five minutes, \
      every verdict is unknown.

      Below the watches are the domains that are audited, with the last result of each.

      Exit code: 0 ok, 1 warning, 2 critical, 3 unknown: the worst of all watches and audits that are shown. Views that are down \
      count too, unless a domain is given.

      EXAMPLES
        selectord status
        selectord status --problems
        selectord status --domain '*.example.org' --sort since
        selectord status domain.com zendesk1 --verbose
        selectord status domain.com MX
        selectord status --output nagios
      """)

  @Argument(help: "Show the watches of this domain, or of this key name.")
  var domain: String?

  @Argument(help: "Show the watch of this selector, or of the record set of this type, in capitals.")
  var selector: String?

  @OptionGroup var options: ConfigurationOptions

  @OptionGroup var filter: StatusFilter

  @OptionGroup var viewFilter: ViewFilter

  @Option(name: .shortAndLong, help: ArgumentHelp("Output format.", valueName: "format"))
  var output = VerdictFormat.table

  @OptionGroup var appearance: AppearanceOptions

  func run() async throws {
    let subject = try domain.map { try WatchedName($0, selector: selector, takesRecordSets: true) }
    let configuration = try options.load()
    try viewFilter.check(among: configuration.views.map(\.name))
    let store = try SQLiteHistory(path: configuration.database, mode: .readOnly)
    let showsAnswers = appearance.verbose || subject != nil || output == .json || output == .jsonl
    var report = try await Self.report(
      of: store, configured: configuration.watches.map(\.key), subject: subject, at: now(),
      views: showsAnswers ? viewFilter : nil)
    report.selection = filter.selection
    report.policy = configuration.policy
    let audited = subject?.key == nil ? try await store.audits().filter { $0.memory != nil } : []
    report.audits = audited.filter { subject == nil || subject?.domain == $0.result.domain }.map {
      AuditStatus(result: $0.result, findings: $0.findings)
    }
    if let subject, report.watches.isEmpty, report.audits.isEmpty {
      throw CommandFailure(
        .unavailable, "\(subject) is not watched; add it to the watches of the configuration, or use 'selectord check'")
    }
    for remark in report.remarks { Console.message("selectord: \(remark.withoutControls)\n") }
    try show(report, showsDetails: appearance.verbose || (subject != nil && report.watches.count == 1))
    if report.verdict != .ok { throw ExitCode(report.verdict.exitCode) }
  }

  /// Puts together what the database knows, and the watches that are configured, but not looked at yet; the answers
  /// of `views`, none with nil.
  static func report(
    of store: any HistoryStore & MailStore, configured: [KeyName], subject: WatchedName?, at now: Timestamp,
    views: ViewFilter?
  ) async throws -> StatusReport {
    let memory = try await store.memory()
    let keys = Set(configured).union(memory.watches.keys).filter { subject?.covers($0) ?? true }
    let spans = views == nil ? [:] : try await store.currentSpans(ofDomain: subject?.domain)
    let use = try await store.mailUse(of: Array(keys), at: now)
    let watches = keys.sorted().map { key in
      StatusReport.WatchStatus(
        key: key, memory: memory.watches[key] ?? WatchMemory(),
        answers: (spans[key] ?? []).filter { views?.shows($0.view) ?? false }, use: use[key])
    }
    var report = StatusReport(
      now: now, lastWatched: try await store.watchingPeriods(since: nil).map(\.last).max(), watches: watches,
      viewsDown: memory.views.filter { $0.value.downSince != nil }, countsViews: subject == nil)
    report.givenUp = try await store.deliveries(DeliveryFilter(statuses: [.failed])).count
    return report
  }

  private func show(_ report: StatusReport, showsDetails: Bool) throws {
    switch output {
    case .table:
      let table = StatusTable(
        appearance: appearance.chosen, display: InternationalName.display, showsDetails: showsDetails)
      try Console.data(table.text(report))
    case .json, .jsonl:
      var stream = JSONStream(isLines: output == .jsonl)
      for watch in report.shown {
        try Console.data(stream.add(try JSONValue(encoding: StatusObject(watch: watch, report: report))))
      }
      for audit in report.shownAudits {
        try Console.data(stream.add(try JSONValue(encoding: AuditStatusObject(audit: audit, report: report))))
      }
      try Console.data(stream.finish())
    case .nagios: try Console.data(NagiosText(report).text())
    }
  }
}
