// Prints the reports of `audit` in the form that is asked for.

import Auditing
import Config
import Model
import Reports

/// Takes reports one by one, and ends what has to end behind the last one.
struct AuditPrinter {
  private let output: AuditFormat
  private let appearance: AppearanceOptions
  private let earlier: [DomainName: AuditReport]
  private let isTable: Bool
  private var stream: JSONStream
  private var nagios = NagiosText()
  private var grid: Grid
  private var pages: [AuditReport] = []
  private var count = 0

  /// - Parameters:
  ///   - earlier: the reports to compare with.
  ///   - isTable: whether each report is a row of a table.
  init(
    _ output: AuditFormat, appearance: AppearanceOptions, earlier: [DomainName: AuditReport] = [:],
    isTable: Bool = false
  ) {
    self.output = output
    self.appearance = appearance
    self.earlier = earlier
    self.isTable = isTable
    stream = JSONStream(isLines: output == .jsonl)
    nagios.nouns = (one: "domain", many: "domains")
    grid = Grid(AuditTable.columns, appearance: appearance.chosen)
  }

  mutating func show(_ report: AuditReport) throws {
    nagios.add(
      NagiosText.Item(
        name: report.domain.description, verdict: report.verdict, state: report.grade?.rawValue ?? "-",
        summary: report.summary))
    let diff = earlier[report.domain].map { AuditDiff(from: $0, to: report) }
    switch output {
    case .table where isTable && !appearance.verbose:
      try Console.data(grid.add(AuditTable(appearance: appearance.chosen).row(report)))
    case .table:
      if count > 0 { try Console.data("\n") }
      try Console.data(AuditText(appearance: appearance.chosen, showsAll: appearance.verbose).text(report))
      if let diff { try Console.data(AuditDiffText(appearance: appearance.chosen).text(diff)) }
    case .json, .jsonl:
      var value = try JSONValue(encoding: report)
      if let diff { value.append("diff", try JSONValue(encoding: diff)) }
      try Console.data(stream.add(value))
    case .html: pages.append(report)
    case .nagios: break
    }
    count += 1
  }

  /// Tells of lines that were not understood.
  mutating func add(badLines: Int) { nagios.add(badLines: badLines, "line") }

  /// Prints what comes last; gives the worst verdict.
  mutating func finish() throws -> Verdict? {
    switch output {
    case .table: try Console.data(grid.finish())
    case .json, .jsonl: try Console.data(stream.finish())
    case .html: try Console.data(AuditPage.html(pages, display: InternationalName.display))
    case .nagios: try Console.data(nagios.text())
    }
    return nagios.verdict
  }
}
