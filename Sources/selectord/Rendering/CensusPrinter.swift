// The rows of `discover` as a table or as JSON, as they come.

import Census
import Model

struct CensusPrinter {
  private let output: ListFormat
  private let showsState: Bool
  private let display: (DomainName) -> String
  private var appearance: Appearance
  private var grid: Grid
  private var stream: JSONStream

  init(
    output: ListFormat, showsState: Bool, appearance: Appearance, display: @escaping (DomainName) -> String
  ) {
    self.output = output
    self.showsState = showsState
    self.appearance = appearance
    self.display = appearance.isUnicode ? display : { $0.description }
    stream = JSONStream(isLines: output == .jsonl)
    var columns = [
      Grid.Column("DOMAIN", minimum: 16, isName: true), Grid.Column("SELECTOR", minimum: 10, isName: true),
      Grid.Column("USE"), Grid.Column("MESSAGES"), Grid.Column("LAST SEEN", omission: .afterOthersAreCut),
    ]
    if showsState { columns.append(Grid.Column("STATE")) }
    columns += [Grid.Column("WATCHED", omission: .afterOthersAreCut), Grid.Column("RESULTS", minimum: 16)]
    grid = Grid(columns, appearance: appearance)
  }

  /// Takes a row and gives what can be printed by now.
  mutating func add(_ row: CensusRow) throws -> String {
    switch output {
    case .table: return grid.add(Grid.Row(cells: cells(row), name: StyledText(display(row.key.name), .strong)))
    case .json, .jsonl:
      var value = try JSONValue(encoding: CensusObject(row: row))
      if let judgement = row.judgement { value.append("check", try JSONValue(encoding: judgement)) }
      return stream.add(value)
    }
  }

  mutating func finish() -> String { output == .table ? grid.finish() : stream.finish() }

  private func cells(_ row: CensusRow) -> [StyledText] {
    let results = SightingResult.allCases.compactMap { result in
      row.entry.results[result] > 0 ? "\(result.rawValue) \(row.entry.results[result])" : nil
    }
    var cells = [
      StyledText(display(row.key.domain), .strong), StyledText(display(row.key.selector), .strong),
      StyledText(row.use.rawValue, style(row.use)), StyledText("\(row.entry.messages)"),
      row.entry.lastSeen.map { StyledText($0.tableText) } ?? StyledText("-", .faint),
    ]
    if showsState {
      cells.append(
        row.judgement.map {
          appearance.symbol($0.verdict) + StyledText(" ") + StyledText($0.state.rawValue, Style($0.verdict))
        }
          ?? StyledText("-", .faint))
    }
    return cells + [
      row.isWatched ? StyledText("yes") : StyledText("no", .faint), StyledText(results.joined(separator: ", ")),
    ]
  }

  private func style(_ use: KeyUse) -> Style {
    switch use {
    case .active: .plain
    case .dormant, .unknown: .faint
    case .ghost: .bad
    }
  }
}

/// The JSON object of a pair.
struct CensusObject: Encodable {
  let row: CensusRow

  private enum CodingKeys: String, CodingKey {
    case domain, selector, name, use, messages, results, firstSeen, lastSeen, sources, watched
  }

  private struct Source: Encodable {
    var kind: String
    var file: String
    var messages: Int
  }

  func encode(to encoder: any Encoder) throws {
    let entry = row.entry
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(row.key.domain, forKey: .domain)
    try container.encode(row.key.selector, forKey: .selector)
    try container.encode(row.key.name, forKey: .name)
    try container.encode(row.use.rawValue, forKey: .use)
    try container.encode(entry.messages, forKey: .messages)
    try container.encode(Results(counts: entry.results), forKey: .results)
    try container.encodeIfPresent(entry.firstSeen, forKey: .firstSeen)
    try container.encodeIfPresent(entry.lastSeen, forKey: .lastSeen)
    try container.encode(
      entry.sources.map {
        Source(
          kind: $0.kind.rawValue, file: $0.place < row.places.count ? row.places[$0.place] : "",
          messages: $0.messages)
      }, forKey: .sources)
    try container.encode(row.isWatched, forKey: .watched)
  }

  /// All words, in their order.
  private struct Results: Encodable {
    let counts: ResultCounts

    private struct Key: CodingKey {
      var stringValue: String
      var intValue: Int? { nil }
      init(stringValue: String) { self.stringValue = stringValue }
      init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: Key.self)
      for result in SightingResult.allCases {
        try container.encode(counts[result], forKey: Key(stringValue: result.rawValue))
      }
    }
  }
}
