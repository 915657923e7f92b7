// Tables: columns as wide as their cells, as long as the terminal allows it.

/// A table that prints itself row by row, with columns as wide as the first rows need.
///
/// Rows are held back until `sample` of them are known; these fix the widths, so that a table of a million rows takes
/// no more memory than one of a thousand.
struct Grid {
  struct Column: Hashable, Sendable {
    var title: String
    /// The fewest columns that a narrow terminal leaves of it; nil where it is never cut.
    var minimum: Int?

    init(_ title: String, minimum: Int? = nil) {
      self.title = title
      self.minimum = minimum
    }
  }

  /// One line of cells, and what stands beneath it.
  struct Row: Hashable, Sendable {
    var cells: [Text]
    var below: [Text] = []
  }

  let columns: [Column]
  let appearance: Appearance
  private var held: [Row] = []
  private var widths: [Int]?
  private let sample: Int
  private static let gap = "  "

  init(_ columns: [Column], appearance: Appearance, sample: Int = 1000) {
    self.columns = columns
    self.appearance = appearance
    self.sample = sample
  }

  /// Takes a row and gives what can be printed by now.
  mutating func add(_ row: Row) -> String {
    if let widths { return line(row, widths) }
    held.append(row)
    return held.count == sample ? release() : ""
  }

  /// Gives what is still held back.
  mutating func finish() -> String { release() }

  /// A whole table at once.
  static func render(_ columns: [Column], _ rows: [Row], appearance: Appearance) -> String {
    var grid = Grid(columns, appearance: appearance, sample: .max)
    return rows.map { grid.add($0) }.joined() + grid.finish()
  }

  private mutating func release() -> String {
    guard !held.isEmpty else { return "" }
    let widths = fittingWidths()
    let header = Row(cells: columns.map { Text($0.title, .faint) })
    let text = ([header] + held).map { line($0, widths) }.joined()
    held = []
    self.widths = widths
    return text
  }

  /// The widest cell of each column; where that is too much, columns give way from the last to the first.
  private func fittingWidths() -> [Int] {
    var widths = columns.indices.map { index in
      held.reduce(columns[index].title.terminalWidth) { max($0, $1.cells[index].width) }
    }
    guard let limit = appearance.columns else { return widths }
    for index in columns.indices.reversed() {
      let excess = widths.reduce(0, +) + Self.gap.count * (widths.count { $0 > 0 } - 1) - limit
      if excess <= 0 { break }
      guard let minimum = columns[index].minimum, widths[index] > minimum else { continue }
      widths[index] = max(minimum, widths[index] - excess)
    }
    return widths
  }

  private func line(_ row: Row, _ widths: [Int]) -> String {
    var line = Text.empty
    var column = 0
    for (cell, width) in zip(row.cells, widths) where width > 0 {
      // The gap is made up from where the line stands, so that one cell that is too long moves only its neighbours.
      if column > 0 { line = line.padded(to: max(column, line.width + Self.gap.count)) }
      line += appearance.columns == nil ? cell : cell.cut(to: width, ellipsis: appearance.ellipsis)
      column += width + Self.gap.count
    }
    return ([line.withoutTrailingBlanks] + row.below).map { $0.rendered(appearance) + "\n" }.joined()
  }
}

extension Text {
  /// Without the padding at its end.
  fileprivate var withoutTrailingBlanks: Text {
    var result = self
    while let last = result.pieces.last, last.text.allSatisfy({ $0 == " " }) { result.dropLast() }
    return result
  }
}
