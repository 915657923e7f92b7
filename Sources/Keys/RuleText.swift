// Prints a rule table: for docs/rules.md and for the terminal.

public import Model

/// Texts made from rule tables.
public enum RuleText {
  /// The section of docs/rules.md about one table: a heading, then one row a rule.
  public static func markdown(_ title: String, _ rules: [Rule]) -> String {
    var text = "## \(title)\n\n| rule | severity | when | what to do | source |\n|---|---|---|---|---|\n"
    for rule in rules {
      let cells = [rule.summary, rule.remedy, rule.source].map(cell).joined(separator: " | ")
      text += "| `\(rule.id)` | \(rule.severity.rawValue) | \(cells) |\n"
    }
    return text
  }

  /// The table for a terminal: id and severity in columns, then what it is about, indented.
  public static func plain(_ rules: [Rule]) -> String {
    let width = rules.map(\.id.count).max() ?? 0
    return rules.map { rule in
      let id = rule.id + String(repeating: " ", count: width - rule.id.count)
      let severity = rule.severity.rawValue + String(repeating: " ", count: 8 - rule.severity.rawValue.count)
      let indent = "\n" + String(repeating: " ", count: width + 12)
      return "\(id)  \(severity)  \(rule.summary)\(indent)\(rule.remedy)\(indent)(\(rule.source))\n"
    }.joined()
  }

  private static func cell(_ text: String) -> String {
    text.reduce(into: "") { $0 += $1 == "|" || $1 == "<" || $1 == "*" ? "\\" + String($1) : String($1) }
  }
}
