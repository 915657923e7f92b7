// Tables as text: one row a line, cells between tabs, lines that begin with `#` are for people.

internal import Model

/// The rows of a table.
struct TableText {
  struct Row {
    /// Counted from 1.
    var line: Int
    var cells: [String]
  }

  var rows: [Row] = []

  /// Cuts text into rows; what stands in them is the business of the table's own reader.
  init(_ text: some Sequence<UInt8>) {
    let lines = String(decoding: Array(text), as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() where !line.isEmpty && !line.hasPrefix("#") {
      let cells = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      rows.append(Row(line: index + 1, cells: cells))
    }
  }
}

/// What is wrong with a row: a mistake of ours, which a test finds; the program leaves the row out.
public struct TableError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The line of the file, counted from 1.
  public var line: Int
  public var message: String

  public var description: String { "line \(line): \(message)" }
}
