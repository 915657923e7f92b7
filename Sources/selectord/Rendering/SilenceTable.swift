// `silence list`: what nobody is alerted of, until when, and who said why.

import Model

/// Prints silences as a table.
struct SilenceTable {
  let appearance: Appearance
  var display: (DomainName) -> String = { $0.description }

  func text(_ silences: [Silence], at time: Timestamp) -> String {
    let columns = ["ID", "STATUS", "UNTIL", "MATCHES"].map { Grid.Column($0) }
    let rows = silences.map { silence in
      Grid.Row(
        cells: [
          StyledText(silence.id),
          silence.isActive(at: time) ? StyledText("active", .notable) : StyledText("ended", .faint),
          StyledText(silence.expiresAt.tableText), StyledText(matchers(silence.matchers), .strong),
        ],
        below: JudgementDetail(appearance: appearance).paragraph(
          StyledText("\(silence.by.withoutControls), \(silence.createdAt.tableText): ", .faint), silence.reason,
          indentation: 4, margin: 6))
    }
    return Grid.renderFitting(columns, rows, appearance: appearance)
  }

  private func matchers(_ matchers: Silence.Matchers) -> String {
    let parts =
      [matchers.domain.map { "domain \($0)" }, matchers.selector.map { "selector \(display($0))" }].compactMap(\.self)
      + matchers.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" } + matchers.types.map(\.rawValue)
    return parts.joined(separator: ", ").withoutControls
  }
}

/// The JSON object of a silence.
struct SilenceObject: Encodable {
  var silence: Silence
  var at: Timestamp

  private enum CodingKeys: String, CodingKey {
    case id, active, matchers, by, reason, createdAt, expiresAt
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(silence.id, forKey: .id)
    try container.encode(silence.isActive(at: at), forKey: .active)
    try container.encode(silence.matchers, forKey: .matchers)
    try container.encode(silence.by, forKey: .by)
    try container.encode(silence.reason, forKey: .reason)
    try container.encode(silence.createdAt, forKey: .createdAt)
    try container.encode(silence.expiresAt, forKey: .expiresAt)
  }
}
