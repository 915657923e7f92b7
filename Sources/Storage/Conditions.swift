// The conditions of a query, put together from a filter.

internal import GRDB

/// The WHERE clause of a filter: conditions that are wanted, joined by AND.
struct Conditions {
  private var parts: [String] = []
  private(set) var arguments = StatementArguments()

  var isEmpty: Bool { parts.isEmpty }
  var sql: String { parts.joined(separator: " AND ") }
  var clause: String { isEmpty ? "" : "WHERE " + sql }

  mutating func add(_ condition: String, _ value: (any DatabaseValueConvertible)?) {
    if let value { add(condition, [value]) }
  }

  mutating func add(_ condition: String, _ values: StatementArguments) {
    parts.append(condition)
    arguments += values
  }

  mutating func add(_ column: String, in values: [String]) {
    guard !values.isEmpty else { return }
    let places = values.map { _ in "?" }.joined(separator: ", ")
    add("\(column) IN (\(places))", StatementArguments(values))
  }
}
