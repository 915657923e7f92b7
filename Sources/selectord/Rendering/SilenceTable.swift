// `silence list`: what nobody is alerted of, until when, and who said why.

import Model
import Reporting

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
          StyledText(silence.expiresAt.tableText),
          StyledText(silence.matchers.words(display: display).withoutControls, .strong),
        ],
        below: JudgementDetail(appearance: appearance).paragraph(
          StyledText("\(silence.by.withoutControls), \(silence.createdAt.tableText): ", .faint), silence.reason,
          indentation: 4, margin: 6))
    }
    return Grid.renderFitting(columns, rows, appearance: appearance)
  }
}
