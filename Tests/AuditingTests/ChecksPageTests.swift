// docs/checks.md is what the table of checks prints.

import Model
import TestSupport
import Testing

@testable import Auditing

/// SELECTORD_RECORD=1 writes the page anew.
@Test func thePageOfChecksHoldsEveryRow() {
  func cell(_ text: String) -> String { text.reduce(into: "") { $0 += "|<*".contains($1) ? "\\\($1)" : String($1) } }
  let sections = AuditSection.allCases.compactMap { section -> String? in
    let rows = AuditCheck.all.filter { $0.section == section }
    if rows.isEmpty { return nil }
    let lines = rows.map { check in
      let points = Double(check.cost(of: check.rule.severity)) / 10
      let cap = check.cap.map { ", at best \($0.rawValue)" } ?? ""
      return "| `\(check.rule.id)` | \(check.rule.severity.rawValue) | \(points)\(cap) | "
        + [check.rule.summary, check.rule.remedy, check.rule.source].map(cell).joined(separator: " | ") + " |\n"
    }
    return "## \(section.title) (`\(section.rawValue)`)\n\n| check | severity | points | when | what to do | source |\n"
      + "|---|---|---|---|---|---|\n" + lines.joined()
  }
  expectGolden(
    """
    # The checks of an audit

    What `selectord audit` looks for, by section of the report. The ids are stable: scripts may rely on them. A test keeps this page
    equal to the table of checks.

    Severities are the usual ones: where a fault hurts more or less than usual, the finding says so. Points are what a finding takes
    off the ten of the score, as long as the area that its section belongs to has some left; an info costs nothing. `at best` is the
    best grade that is left; a critical finding always leaves a C at best. A finding that another one explains is shown as evidence
    of that one, and costs nothing.

    \(sections.joined(separator: "\n"))
    """, "../../../docs/checks.md")
}
