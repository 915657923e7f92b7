// Prints the results of `check` in the form that was asked for, as they come.

import Config
import Model

/// The output of one `check`.
struct CheckPrinter {
  private let output: VerdictFormat
  private var table: JudgementTable
  private var stream: JSONStream
  private var nagios = NagiosText()
  private let progress: Progress

  /// - Parameter isSingle: whether one key was asked for, whose details are shown where it is not ok.
  init(
    output: VerdictFormat, viewNames: [String], isSingle: Bool, appearance: AppearanceOptions, progress: Progress
  ) {
    self.output = output
    self.progress = progress
    table = JudgementTable(
      viewNames: viewNames, details: appearance.verbose ? .always : isSingle ? .whereNotOK : .never,
      appearance: appearance.chosen, display: InternationalName.display)
    stream = JSONStream(isLines: output == .jsonl)
  }

  /// The worst so far; nil before the first. Bad lines count from `finish` on.
  var verdict: Verdict? { nagios.verdict }

  mutating func show(_ result: KeyCheck.Result) throws {
    switch result {
    case .badLine(let place, let message):
      progress.clear()
      Console.message("selectord: \(place)\(message)".withoutControls + "\n")
    case .judgement(let judgement, let watch):
      nagios.add(judgement)
      try print(judgement, watch)
    case .again(let judgement, let watch):
      nagios.addAgain(judgement)
      try print(judgement, watch)
    }
  }

  private mutating func print(_ judgement: Judgement, _ watch: Watch?) throws {
    let text = try text(judgement, watch)
    guard !text.isEmpty else { return }
    progress.clear()
    try Console.data(text)
  }

  /// - Parameter badLines: how many lines or names were not understood, and told by `show`.
  mutating func finish(badLines: Int) throws {
    nagios.add(badLines: badLines)
    progress.clear()
    switch output {
    case .table: try Console.data(table.finish())
    case .json, .jsonl: try Console.data(stream.finish())
    case .nagios: if verdict != nil { try Console.data(nagios.text()) }
    }
  }

  private mutating func text(_ judgement: Judgement, _ watch: Watch?) throws -> String {
    switch output {
    case .table: return table.add(judgement)
    case .nagios: return ""
    case .json, .jsonl:
      var value = try JSONValue(encoding: judgement)
      if let watch, !watch.labels.isEmpty { value.append("labels", try JSONValue(encoding: watch.labels)) }
      return stream.add(value)
    }
  }
}
