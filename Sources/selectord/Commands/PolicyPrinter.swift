// Prints the judgements of `policy` in the form that is asked for.

import Model
import Policies

/// Takes judgements one by one, and ends what has to end behind the last one.
struct PolicyPrinter {
  private let output: VerdictFormat
  private let appearance: AppearanceOptions
  private let policyText: PolicyTextOutput
  private var stream: JSONStream
  private var nagios = NagiosText()
  private var grid: Grid

  init(_ output: VerdictFormat, appearance: AppearanceOptions) {
    self.output = output
    self.appearance = appearance
    policyText = PolicyTextOutput(appearance: appearance.chosen)
    stream = JSONStream(isLines: output == .jsonl)
    nagios.nouns = (one: "policy", many: "policies")
    grid = Grid(PolicyTextOutput.columns, appearance: appearance.chosen)
  }

  /// One policy with all that is known of it.
  mutating func detail(_ judgement: PolicyJudgement) throws {
    nagios.add(NagiosText.Item(judgement, name: judgement.type.title))
    if output == .table { try Console.data(policyText.detail(judgement)) }
    try object(judgement)
  }

  /// One policy of many.
  mutating func row(_ judgement: PolicyJudgement, line: Int) throws {
    nagios.add(NagiosText.Item(judgement, name: "line \(line)"))
    if output == .table {
      var row = policyText.row(judgement, line: line)
      if appearance.verbose {
        row.below = judgement.findings.flatMap(JudgementDetail(appearance: appearance.chosen).finding)
      }
      try Console.data(grid.add(row))
    }
    try object(judgement)
  }

  private mutating func object(_ judgement: PolicyJudgement) throws {
    if output == .json || output == .jsonl {
      try Console.data(stream.add(try JSONValue(encoding: judgement)))
    }
  }

  /// Tells of lines that were not understood.
  mutating func add(badLines: Int) { nagios.add(badLines: badLines, "line") }

  /// Prints what comes last; gives the worst verdict, nil where nothing was judged.
  mutating func finish() throws -> Verdict? {
    switch output {
    case .table: try Console.data(grid.finish())
    case .json, .jsonl: try Console.data(stream.finish())
    case .nagios: try Console.data(nagios.text())
    }
    return nagios.verdict
  }
}

extension NagiosText.Item {
  init(_ judgement: PolicyJudgement, name: String) {
    self.init(
      name: name, verdict: judgement.verdict, state: judgement.valid ? "valid" : "invalid",
      summary: judgement.summary)
  }
}
