// What a user would see of a scenario, as the golden file has it: changes only. What is as it was before is not said again.

import Model

struct ScenarioTranscript {
  private(set) var lines: [String]
  /// Moments that brought nothing new, since something did.
  private var quiet: [Timestamp] = []
  private var headline = ""
  private var findings: [Finding] = []
  private var diagnosis: [String] = []

  init(title: String) { lines = ["# \(title)"] }

  /// One moment: the judgement of its look, where one watch was looked at, and what was told of it.
  mutating func note(
    at now: Timestamp, isTick: Bool, _ judgement: Judgement?, _ events: [Event], explanation: Diagnosis?
  ) {
    var block: [String] = []
    if let judgement { block += changes(to: judgement) }
    for event in events.prefix(4) {
      let reminder = event.reminder == true ? " again" : ""
      block.append("=> \(event.type.rawValue) \(event.verdict)\(reminder): \(event.summary)")
      if let since = event.since { block.append("   since \(since)") }
      if let diagnosis = event.diagnosis { block += changes(to: diagnosis) }
      // Beside those of the look, which stand above.
      for finding in event.findings ?? [] where judgement != nil && finding == event.diagnosis?.finding {
        block.append("   finding: \(finding.rule) (\(finding.severity))")
      }
    }
    if events.count > 4 { block.append("=> and \(events.count - 4) more events") }
    if let explanation {
      block.append("=> diagnose")
      block += changes(to: explanation)
    }
    guard !block.isEmpty else {
      quiet.append(now)
      return
    }
    finish()
    lines += ["", "## \(now)\(isTick ? " (time only)" : "")"] + block
  }

  /// Says how often nothing was new at last.
  mutating func finish() {
    guard let first = quiet.first, let last = quiet.last else { return }
    lines.append("")
    lines.append(
      quiet.count == 1 ? "## \(first): nothing new" : "## \(first) to \(last): \(quiet.count) times, nothing new")
    quiet = []
  }

  private mutating func changes(to judgement: Judgement) -> [String] {
    var block: [String] = []
    let headline = "\(judgement.state) \(judgement.verdict): \(judgement.summary)"
    if headline != self.headline { block.append(headline) }
    for finding in judgement.findings where !findings.contains(where: { Self.isSame($0, finding) }) {
      block.append("- \(finding.rule) (\(finding.severity)): \(finding.text)")
      block += finding.evidence.split(separator: "\n").map { "    \($0)" }
      block.append("    Remedy: \(finding.remedy)")
    }
    let over = Set(findings.map(\.rule)).subtracting(judgement.findings.map(\.rule))
    block += over.sorted().map { "- \($0): over" }
    (self.headline, findings) = (headline, judgement.findings)
    return block
  }

  /// The seconds that an entry of a cache has left are other ones at each look.
  private static func isSame(_ one: Finding, _ other: Finding) -> Bool {
    func evidence(_ finding: Finding) -> String { finding.evidence.filter { !$0.isNumber } }
    return one.rule == other.rule && one.severity == other.severity && one.text == other.text
      && one.remedy == other.remedy && evidence(one) == evidence(other)
  }

  private mutating func changes(to diagnosis: Diagnosis) -> [String] {
    let new = Self.lines(of: diagnosis)
    defer { self.diagnosis = new }
    guard new.first == self.diagnosis.first else { return new }
    let changed = new.filter { !self.diagnosis.contains($0) }
    return ["   cause as before\(changed.isEmpty ? "" : "; new:")"] + changed
  }

  private static func lines(of diagnosis: Diagnosis) -> [String] {
    var lines = ["   cause: \(diagnosis.cause)"]
    if let rule = diagnosis.rule { lines.append("   rule: \(rule). \(diagnosis.reasoning ?? "")") }
    if diagnosis.isHarmless == true { lines.append("   harmless") }
    lines += diagnosis.evidence.map { "   evidence: \($0)" }
    lines.append("   remedy: \(diagnosis.remedy)")
    if let record = diagnosis.record { lines.append("   record: \(record)") }
    if let text = diagnosis.instructions {
      lines += text.split(separator: "\n").map { "   instructions: \($0)" }
    }
    for other in diagnosis.alternatives ?? [] {
      lines.append("   or: \(other.rule) (\(other.certainty)): \(other.cause)")
    }
    if let timeline = diagnosis.timeline {
      lines.append(
        "   failing from \(timeline.failingFromEarliest.map { "between \($0) and " } ?? "")\(timeline.failingFrom.map { "\($0)" } ?? "?"), everywhere from "
          + "\(timeline.failingEverywhereFrom.map { "\($0)" } ?? "?"); repaired everywhere by "
          + "\(timeline.repairedEverywhereBy.map { "\($0)" } ?? "?")")
    }
    return lines
  }
}
