// `check` as a table: one line a selector, the views side by side.

import Model

/// Rows of judgements, printed as they come.
struct JudgementTable {
  private var grid: Grid
  private let viewNames: [String]
  private let details: Details
  private let appearance: Appearance
  /// Whether the terminal has no room for the TTLs beside the answers.
  private let isNarrow: Bool
  /// How people read a name: U-labels where the terminal shows them.
  private let display: (DomainName) -> String

  /// When the block of details stands beneath a row.
  enum Details: Hashable, Sendable {
    case never, always
    /// Beneath every row whose verdict is not ok.
    case whereNotOK
  }

  init(
    viewNames: [String], details: Details, appearance: Appearance,
    display: @escaping (DomainName) -> String = { $0.description }
  ) {
    self.viewNames = viewNames
    self.details = details
    self.appearance = appearance
    self.display = appearance.isUnicode ? display : { $0.description }
    isNarrow = appearance.columns.map { $0 < 100 } ?? false
    let columns =
      [
        Grid.Column("  STATE"), Grid.Column("DOMAIN", minimum: 16, isName: true),
        Grid.Column("SELECTOR", minimum: 10, isName: true),
        Grid.Column("KEY"),
      ] + viewNames.map { Grid.Column($0.uppercased(), minimum: 8, omission: .afterOthersAreCut) }
      + [Grid.Column("SUMMARY", minimum: 24, omission: .beforeOthersAreCut)]
    grid = Grid(columns, appearance: appearance)
  }

  /// Takes a judgement and gives what can be printed by now.
  mutating func add(_ judgement: Judgement) -> String {
    let showsDetails =
      switch details {
      case .never: false
      case .always: true
      case .whereNotOK: judgement.verdict != .ok
      }
    var row = Grid.Row(cells: cells(judgement), name: StyledText(display(judgement.key.name), .strong))
    let detail = JudgementDetail(appearance: appearance, display: display)
    if showsDetails || judgement.verdict != .ok {
      row.rest = detail.paragraph(StyledText(""), judgement.summary, indentation: 4)
    }
    if showsDetails { row.below = detail.lines(judgement) }
    return grid.add(row)
  }

  /// Gives what is still held back.
  mutating func finish() -> String { grid.finish() }

  private func cells(_ judgement: Judgement) -> [StyledText] {
    let state =
      appearance.symbol(judgement.verdict) + StyledText(" ")
      + StyledText(judgement.state.rawValue, Style(judgement.verdict))
    let views = viewNames.map { name in
      judgement.views.first { $0.view == name }?.cell(withTTL: !isNarrow) ?? StyledText("-", .faint)
    }
    return [
      state, StyledText(display(judgement.key.domain), .strong), StyledText(display(judgement.key.selector), .strong),
      judgement.keySummary.map { StyledText($0.shortText) } ?? StyledText("-", .faint),
    ] + views + [StyledText(judgement.summary)]
  }
}
