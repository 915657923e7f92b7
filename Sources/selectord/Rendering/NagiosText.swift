// `--output nagios`: one line for the plugin interface with performance data, then one line for each thing that is not ok.

import Model
import Reporting
import Phrasing

/// Counts what it is shown and prints the result of a plugin at the end.
///
/// The form is that of the Monitoring Plugins guidelines: `SELECTORD STATE - text | 'label'=value;warn;crit;min;max`.
struct NagiosText {
  /// What is known of one key, or of whatever else is counted.
  struct Item: Hashable, Sendable {
    var name: String
    var verdict: Verdict
    /// Its state in one word.
    var state: String
    var summary: String

    init(name: String, verdict: Verdict, state: String, summary: String) {
      self.name = name
      self.verdict = verdict
      self.state = state
      self.summary = summary
    }

    init(name: String, verdict: Verdict, state: State, summary: String) {
      self.init(name: name, verdict: verdict, state: state.rawValue, summary: summary)
    }
  }

  /// What is counted, in the singular and the plural.
  var nouns = (one: "key", many: "keys")

  private var counts: [Verdict: Int] = [:]
  private var notOK: [Item] = []
  private var first: Item?
  private var slowest: Duration?
  /// What is wrong beside the keys: a daemon that does not watch, a view that is down.
  fileprivate var remarks: [String] = []
  /// The guidelines leave a reader few kilobytes.
  private static let mostLines = 100

  /// The worst of all that was shown; unknown where nothing was.
  fileprivate(set) var verdict: Verdict?

  mutating func add(_ judgement: Judgement) {
    add(
      Item(
        name: judgement.key.description, verdict: judgement.verdict, state: judgement.state,
        summary: judgement.summary))
    let trips = judgement.views.lazy.flatMap(\.servers).filter { $0.answer.outcome.failure == nil }
      .map(\.answer.roundTrip)
    if let longest = trips.max() { slowest = max(slowest ?? .zero, longest) }
  }

  /// A key that was shown before, and is worse than that: it counts once.
  mutating func addAgain(_ judgement: Judgement) {
    let place = notOK.firstIndex { $0.name == judgement.key.description }
    let before = place.map { notOK.remove(at: $0).verdict } ?? .ok
    counts[before] = counts[before].flatMap { $0 > 1 ? $0 - 1 : nil }
    add(judgement)
  }

  mutating func add(_ item: Item) {
    counts[item.verdict, default: 0] += 1
    verdict = verdict?.worse(item.verdict) ?? item.verdict
    first = first ?? item
    if item.verdict != .ok, notOK.count < Self.mostLines { notOK.append(item) }
  }

  /// Tells of lines or names that were not understood; the first line must not say OK where the exit code does not.
  mutating func add(badLines: Int, _ noun: String = "name") {
    guard badLines > 0 else { return }
    verdict = verdict?.worse(.unknown) ?? .unknown
    remarks.append("\(Phrase.count(badLines, noun)) could not be read.")
  }

  /// The whole output.
  func text() -> String {
    let total = counts.values.reduce(0, +)
    var head: String
    if total == 1, let first {
      head = "\(first.name) \(first.state): \(first.summary)"
    } else if total == 0 {
      head = "no \(nouns.one) was checked"
    } else {
      let parts = [Verdict.critical, .warning, .unknown, .ok].compactMap { verdict in
        counts[verdict].map { "\($0) \(verdict.rawValue)" }
      }
      head = "\(total) \(nouns.many): " + parts.joined(separator: ", ")
    }
    if !remarks.isEmpty { head = remarks.joined(separator: " ") + " " + head }
    var text =
      "SELECTORD \((verdict ?? .unknown).rawValue.uppercased()) - \(Self.clean(head)) | \(performance(total))\n"
    guard total > 1 else { return text }
    for item in notOK.sorted(by: { $0.verdict != $1.verdict && $0.verdict.worse($1.verdict) == $0.verdict }) {
      text +=
        Self.clean(
          "\(item.verdict.rawValue.uppercased()) \(item.name) \(item.state): \(item.summary)") + "\n"
    }
    let left = total - (counts[.ok] ?? 0) - notOK.count
    return left > 0 ? text + "and \(left) more\n" : text
  }

  private func performance(_ total: Int) -> String {
    var values = [Verdict.critical, .warning, .unknown, .ok].map { "'\($0.rawValue)'=\(counts[$0] ?? 0);;;0;\(total)" }
    if let slowest { values.append("'slowest'=\(Double(slowest.microseconds / 100) / 10)ms;;;0") }
    return values.joined(separator: " ")
  }

  /// A bar would begin the performance data.
  private static func clean(_ text: String) -> String { text.withoutControls.replacing("|", with: "/") }

  /// The output where nothing could be looked at.
  static func failure(_ message: String) -> String { "SELECTORD UNKNOWN - \(clean(message))\n" }
}

extension NagiosText {
  /// The plugin output of a status.
  init(_ report: StatusReport) {
    self.init()
    for watch in report.shown {
      add(
        Item(
          name: watch.key.description, verdict: report.verdict(of: watch), state: watch.memory.state,
          summary: watch.memory.summary(report.policy)))
    }
    for audit in report.shownAudits {
      add(
        Item(
          name: "audit of \(audit.result.domain)", verdict: report.verdict(of: audit),
          state: audit.result.grade ?? "-", summary: audit.result.summary))
    }
    if report.isStale || report.countsViews { remarks = report.troubles }
    if let verdict { self.verdict = verdict.worse(report.verdict) } else { verdict = report.verdict }
  }
}
