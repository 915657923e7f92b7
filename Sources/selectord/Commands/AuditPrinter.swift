// Prints the reports of `audit` in the form that is asked for.

import Auditing
import Model

/// Takes reports one by one, and ends what has to end behind the last one.
struct AuditPrinter {
  private let output: VerdictFormat
  private let appearance: AppearanceOptions
  private var stream: JSONStream
  private var nagios = NagiosText()

  init(_ output: VerdictFormat, appearance: AppearanceOptions) {
    self.output = output
    self.appearance = appearance
    stream = JSONStream(isLines: output == .jsonl)
    nagios.nouns = (one: "domain", many: "domains")
  }

  mutating func show(_ report: AuditReport) throws {
    nagios.add(
      NagiosText.Item(
        name: report.domain.description, verdict: report.verdict, state: report.grade?.rawValue ?? "-",
        summary: report.summary))
    switch output {
    case .table: try Console.data(AuditText(appearance: appearance.chosen).text(report))
    case .json, .jsonl: try Console.data(stream.add(try JSONValue(encoding: report)))
    case .nagios: break
    }
  }

  /// Prints what comes last; gives the worst verdict.
  mutating func finish() throws -> Verdict? {
    switch output {
    case .table: break
    case .json, .jsonl: try Console.data(stream.finish())
    case .nagios: try Console.data(nagios.text())
    }
    return nagios.verdict
  }
}
