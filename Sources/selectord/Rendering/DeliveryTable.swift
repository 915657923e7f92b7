// `alert list`: deliveries and what became of them.

import Model

/// A delivery with the event that it tells.
struct DeliveryItem: Hashable, Sendable, Encodable {
  var delivery: Delivery
  var event: Event
}

/// Prints deliveries as a table.
enum DeliveryTable {
  static func text(_ items: [DeliveryItem], appearance: Appearance, showsDetails: Bool = false) -> String {
    let columns = [
      Grid.Column("CREATED"), Grid.Column("STATUS"), Grid.Column("RECEIVER"), Grid.Column("TRIES"),
      Grid.Column("EVENT"), Grid.Column("NAME", minimum: 9), Grid.Column("ID", omission: .afterOthersAreCut),
      Grid.Column("RESULT", minimum: 24, omission: .beforeOthersAreCut),
    ]
    let detail = JudgementDetail(appearance: appearance)
    let rows = items.map { item in
      let delivery = item.delivery
      let subject = item.event.name?.description ?? item.event.view ?? item.event.zone?.description ?? ""
      var result = delivery.lastResult ?? ""
      if let next = delivery.nextAttemptAt, delivery.status == .pending {
        result += (result.isEmpty ? "" : "; ") + "next try \(next.tableText)"
      }
      return Grid.Row(
        cells: [
          StyledText(delivery.createdAt.tableText), StyledText(delivery.status.rawValue, style(delivery.status)),
          StyledText(delivery.receiver, .strong), StyledText("\(delivery.attempts)"),
          StyledText(item.event.type.rawValue, Style(item.event.verdict)), StyledText(subject),
          StyledText(delivery.id, .faint),
          StyledText(result),
        ], rest: delivery.status == .delivered ? [] : detail.paragraph(StyledText(""), result, indentation: 4),
        below: showsDetails
          ? detail.paragraph(StyledText(""), "\(delivery.id): \(item.event.summary)", indentation: 4) : [])
    }
    return Grid.render(columns, rows, appearance: appearance)
  }

  private static func style(_ status: Delivery.Status) -> Style {
    switch status {
    case .pending: .notable
    case .delivered: .good
    case .failed: .bad
    }
  }
}
