// `--problems` and its kin: which watches `status` shows.

import ArgumentParser
import Config
import Model
import Reporting

/// The filters and the order of `status`.
struct StatusFilter: ParsableArguments {
  @Flag(help: "Show only the watches that are not ok.")
  var problems = false

  @Option(
    help: ArgumentHelp(
      "Show the watches in this state only: \(State.allCases.map(\.rawValue).joined(separator: ", ")). Repeatable.",
      valueName: "state"),
    completion: .list(State.allCases.map(\.rawValue)), transform: word)
  var state: [State] = []

  @Option(
    help: ArgumentHelp(
      "Show the watches with this verdict only: \(Verdict.allCases.map(\.rawValue).joined(separator: ", ")). Repeatable.",
      valueName: "verdict"),
    completion: .list(Verdict.allCases.map(\.rawValue)), transform: word)
  var verdict: [Verdict] = []

  @Option(
    name: .customLong("domain"),
    help: ArgumentHelp(
      "Show the watches of these domains only: example.org, or *.example.org for all below it. Repeatable.",
      valueName: "pattern"), transform: DomainPattern.init(typed:))
  var domains: [DomainPattern] = []

  @Option(help: ArgumentHelp("What comes first.", valueName: "order"))
  var sort = StatusSelection.Order.verdict

  var selection: StatusSelection {
    StatusSelection(
      states: state, verdicts: problems ? [.critical, .warning, .unknown].filter(isWanted) : verdict,
      domains: domains, order: sort)
  }

  private func isWanted(_ verdict: Verdict) -> Bool { self.verdict.isEmpty || self.verdict.contains(verdict) }
}

extension DomainPattern {
  /// A pattern as people type it, with U-labels too.
  init(typed: String) throws {
    let isBelow = typed.hasPrefix("*.")
    do throws(InternationalNameError) {
      let name = try InternationalName.parse(isBelow ? String(typed.dropFirst(2)) : typed)
      self.init(isBelow ? .below(name) : .exactly(name))
    } catch {
      throw ValidationError("\(error); expected a domain such as example.org, or '*.example.org' for all below it")
    }
  }
}

extension StatusSelection.Order: ExpressibleByArgument {}
