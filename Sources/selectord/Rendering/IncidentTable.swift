// `incident list`: what is open, since when, and who has taken note of it.

import Model
import Reporting
import Storage

/// Prints incidents as a table.
struct IncidentTable {
  let appearance: Appearance
  var display: (DomainName) -> String = { $0.description }

  func text(_ incidents: [RecordedIncident]) -> String {
    let columns = ["ID", "OPENED", "STATUS", "EVENT", "SUBJECT"].map { Grid.Column($0) }
    let rows = incidents.map { item in
      let incident = item.incident
      let type = item.opening?.type.rawValue ?? incident.kind.rawValue
      return Grid.Row(
        cells: [
          StyledText(incident.id), StyledText(incident.openedAt.minuteText), status(incident),
          StyledText(type, Style(incident.verdict)), StyledText(subject(of: item), .strong),
        ], below: details(item))
    }
    if Grid.fits(columns, rows, appearance: appearance) {
      return Grid.render(columns, rows, appearance: appearance)
    }
    // A block each: what and since when, its id, what is known of it.
    return rows.flatMap { row in
      StyledText.joined(Array(row.cells.dropFirst())).lines(indentation: 0, margin: 4, appearance: appearance)
        + [StyledText("    ") + row.cells[0]] + row.below
    }.map { $0.rendered(appearance) + "\n" }.joined()
  }

  private func status(_ incident: Incident) -> StyledText {
    switch incident.status {
    case .open: StyledText("open", .bad)
    case .acknowledged: StyledText("acknowledged", .notable)
    case .closed: StyledText("closed", .good)
    }
  }

  private func subject(of item: RecordedIncident) -> String {
    if let name = item.opening?.name { return display(name) }
    return item.incident.subject.replacing("view:", with: "view ")
  }

  private func details(_ item: RecordedIncident) -> [StyledText] {
    var lines: [StyledText] = []
    if let opening = item.opening { lines += paragraph("", opening.summary) }
    if let acknowledgement = item.incident.acknowledged {
      lines += paragraph(
        "acknowledged \(acknowledgement.at.tableText) by \(acknowledgement.by.withoutControls): ",
        acknowledgement.note)
    }
    if let closedAt = item.incident.closedAt { lines += paragraph("closed ", closedAt.tableText) }
    return lines
  }

  private func paragraph(_ label: String, _ text: String) -> [StyledText] {
    JudgementDetail(appearance: appearance).paragraph(StyledText(label, .faint), text, indentation: 4, margin: 6)
  }
}
