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
    /// When a narrow terminal goes without it.
    var omission: Omission
    /// Whether a row's name stands beneath where its cell is cut.
    var isName: Bool

    enum Omission: Hashable, Sendable {
      case never
      /// Where it cannot keep its minimum, before any column to its left is cut.
      case beforeOthersAreCut
      /// Where all columns at their minimum are still too wide.
      case afterOthersAreCut
    }

    init(_ title: String, minimum: Int? = nil, omission: Omission = .never, isName: Bool = false) {
      self.title = title
      self.isName = isName
      self.minimum = minimum
      self.omission = omission
    }
  }

  /// One line of cells, and what stands beneath it.
  struct Row: Hashable, Sendable {
    var cells: [StyledText]
    /// What stands beneath where a cell of a name is cut.
    var name: StyledText?
    /// What stands beneath where the last cell is not there whole.
    var rest: [StyledText] = []
    var below: [StyledText] = []
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

  /// Whether a table of these rows fits the terminal with all its cells whole.
  static func fits(_ columns: [Column], _ rows: [Row], appearance: Appearance) -> Bool {
    var grid = Grid(columns, appearance: appearance, sample: .max)
    grid.held = rows
    return grid.excess(of: grid.wantedWidths) <= 0
  }

  /// A whole table at once; where it does not fit the terminal, a block a row: all cells but the last on one line, and
  /// the last one beneath.
  static func renderFitting(_ columns: [Column], _ rows: [Row], appearance: Appearance) -> String {
    if fits(columns, rows, appearance: appearance) { return render(columns, rows, appearance: appearance) }
    return rows.map { row in
      let head = StyledText.joined(row.cells.dropLast()).lines(indentation: 0, margin: 4, appearance: appearance)
      let last = row.cells.last.flatMap { $0.isEmpty ? nil : $0.lines(indentation: 4, appearance: appearance) } ?? []
      return (head + last + row.below).map { $0.rendered(appearance) + "\n" }.joined()
    }.joined()
  }

  private mutating func release() -> String {
    guard !held.isEmpty else { return "" }
    let widths = fittingWidths()
    let header = Row(cells: columns.map { StyledText($0.title, .faint) })
    // Whoever misses a column shall see that there was no room for it.
    let hint = lacksColumns(widths) ? StyledText(Self.gap + appearance.ellipsis, .faint).rendered(appearance) : ""
    let text = String(line(header, widths).dropLast()) + hint + "\n" + held.map { line($0, widths) }.joined()
    held = []
    self.widths = widths
    return text
  }

  /// The widest cell of each column; where that is too much, columns give way from the last to the first.
  private func fittingWidths() -> [Int] {
    let wanted = wantedWidths
    var widths = wanted
    for index in columns.indices.reversed() where excess(of: widths) > 0 {
      guard let minimum = columns[index].minimum, widths[index] > minimum else { continue }
      widths[index] = max(minimum, widths[index] - excess(of: widths))
      if columns[index].omission == .beforeOthersAreCut, excess(of: widths) > 0 { widths[index] = 0 }
    }
    for index in columns.indices.reversed() where columns[index].omission == .afterOthersAreCut {
      if excess(of: widths) > 0 { widths[index] = 0 }
    }
    // What the column that is left out took and does not need goes to those that were cut.
    for index in columns.indices where widths[index] > 0 && excess(of: widths) < 0 {
      widths[index] = min(wanted[index], widths[index] - excess(of: widths))
    }
    return widths
  }

  /// The widest cell of each column.
  private var wantedWidths: [Int] {
    columns.indices.map { index in
      held.reduce(columns[index].title.terminalWidth) { max($0, $1.cells[index].width) }
    }
  }

  /// Whether columns are left out that nothing else stands for.
  private func lacksColumns(_ widths: [Int]) -> Bool {
    zip(columns, widths).contains { $0.omission == .afterOthersAreCut && $1 == 0 }
  }

  /// By how much a line is wider than the terminal.
  private func excess(of widths: [Int]) -> Int {
    guard let limit = appearance.columns else { return 0 }
    let hint = lacksColumns(widths) ? Self.gap.count + appearance.ellipsis.terminalWidth : 0
    return widths.reduce(0, +) + Self.gap.count * (widths.count { $0 > 0 } - 1) + hint - limit
  }

  private func line(_ row: Row, _ widths: [Int]) -> String {
    var line = StyledText.empty
    var column = 0
    for (cell, width) in zip(row.cells, widths) where width > 0 {
      // The gap is made up from where the line stands, so that one cell that is too long moves only its neighbours.
      if column > 0 { line = line.padded(to: max(column, line.width + Self.gap.count)) }
      line += appearance.columns == nil ? cell : cell.cut(to: width, ellipsis: appearance.ellipsis)
      column += width + Self.gap.count
    }
    let isWhole = appearance.columns == nil || row.cells.last?.width ?? 0 <= widths.last ?? 0
    let lacksName =
      appearance.columns != nil
      && zip(zip(columns, widths), row.cells).contains { $0.0.isName && $0.1 > 0 && $1.width > $0.1 }
    let name = lacksName ? row.name?.lines(indentation: 4, appearance: appearance) ?? [] : []
    return ([line.withoutTrailingBlanks] + name + (isWhole ? [] : row.rest) + row.below)
      .map { $0.rendered(appearance) + "\n" }.joined()
  }
}

extension StyledText {
  /// Without the padding at its end.
  fileprivate var withoutTrailingBlanks: StyledText {
    var result = self
    while let last = result.pieces.last, last.text.allSatisfy({ $0 == " " }) { result.dropLast() }
    return result
  }
}
