// Pages of rules are what the rule tables print.

public import Model

/// A heading, then one row a rule.
public func rulesSection(_ title: String, _ rules: [Rule]) -> String {
  func cell(_ text: String) -> String {
    text.reduce(into: "") { $0 += "|<*".contains($1) ? "\\\($1)" : String($1) }
  }
  let rows = rules.map { rule in
    "| `\(rule.id)` | \(rule.severity.rawValue) | "
      + [rule.summary, rule.remedy, rule.source].map(cell).joined(separator: " | ") + " |\n"
  }
  return "## \(title)\n\n| rule | severity | when | what to do | source |\n|---|---|---|---|---|\n" + rows.joined()
}
