// The table of points: what each finding costs, area by area. It is made of the rows themselves.

public import Model

/// What findings cost, as it is printed and documented.
public struct AuditScoring: Hashable, Sendable, Codable {
  public struct Area: Hashable, Sendable, Codable {
    public var title: String
    /// The most that it can lose: `2.0`.
    public var budget: String
    public var rows: [Row]
  }

  public struct Row: Hashable, Sendable, Codable {
    public var rule: String
    public var severity: Severity
    public var points: String
    /// The best grade that the finding leaves.
    public var cap: String?
    public var summary: String
  }

  /// The version of the table.
  public var scheme: Int
  public var introduction: [String]
  public var areas: [Area]

  /// The table in force.
  public static let current = AuditScoring(AuditCheck.all)

  package init(_ checks: [AuditCheck]) {
    scheme = AuditScore.scheme
    introduction = Self.text
    areas = AuditArea.allCases.map { area in
      let rows = checks.filter { $0.section.area == area && $0.cost(of: $0.rule.severity) > 0 }.map { check in
        Row(
          rule: check.rule.id, severity: check.rule.severity, points: Self.tenths(check.cost(of: check.rule.severity)),
          cap: (check.cap ?? (check.rule.severity == .critical ? .c : nil))?.rawValue, summary: check.rule.summary)
      }
      return Area(
        title: area.title, budget: Self.tenths(area.budget),
        rows: rows.sorted { ($1.points, $0.rule) < ($0.points, $1.rule) })
    }
  }

  private static func tenths(_ number: Int) -> String { "\(number / 10).\(number % 10)" }

  private static let text = [
    "A report starts at 10.0 points. Each finding takes off what this table says, and nothing else moves the score. An area never "
      + "loses more than its budget. Findings with one cause are charged once.",
    "A critical finding costs 1.0 where the table has no other number, a warning 0.3, an info nothing. What is optional (MTA-STS, "
      + "DANE, BIMI, CAA, DNSSEC, IPv6) costs nothing where it is absent.",
    "What could not be judged takes its area's budget out of the score: 7.4 of 8.5. With fewer than 7 points judged there is no grade.",
    "Grades: A+ is 10.0 with DNSSEC, an enforced DMARC policy, and DANE or an enforced MTA-STS policy; A from 9.0, B from 8.0, C from 6.5, D from "
      + "5.0, E from 3.0, else F. A critical finding leaves C at best; the column 'best grade' has the other caps.",
    "The verdict and the exit code come from severities, never from the score.",
  ]
}
