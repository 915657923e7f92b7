// `alert list`: deliveries and what became of them.

import Model
import Phrasing
import Reporting

/// Prints deliveries as a table.
enum DeliveryTable {
  static func text(_ items: [DeliveryItem], appearance: Appearance, showsDetails: Bool = false) -> String {
    let columns = ["CREATED", "STATUS", "RECEIVER", "TRIES", "EVENT", "NAME", "ID", "RESULT"].map { Grid.Column($0) }
    let detail = JudgementDetail(appearance: appearance)
    func summary(_ item: DeliveryItem) -> [StyledText] {
      showsDetails ? detail.paragraph(StyledText(""), item.event.summary, indentation: 4) : []
    }
    let rows = items.map { item in
      let delivery = item.delivery
      return Grid.Row(
        cells: [
          StyledText(delivery.createdAt.tableText), StyledText(delivery.status.rawValue, style(delivery.status)),
          StyledText(delivery.receiver, .strong), StyledText("\(delivery.attempts)"), event(item),
          StyledText(subject(item)), StyledText(delivery.id, .faint), StyledText(result(delivery)),
        ], below: summary(item))
    }
    if Grid.fits(columns, rows, appearance: appearance) {
      return Grid.render(columns, rows, appearance: appearance)
    }
    // Three lines each: what was told, what became of it, its id.
    return items.flatMap { item in
      let delivery = item.delivery
      let tries = delivery.attempts == 0 ? "not tried yet" : Phrase.count(delivery.attempts, "try", "tries")
      let fate =
        StyledText(delivery.status.rawValue, style(delivery.status)) + StyledText(" to ")
        + StyledText(delivery.receiver, .strong) + StyledText(", \(tries)")
        + StyledText(delivery.lastResult == nil && delivery.status != .pending ? "" : ": \(result(delivery))")
      let head = StyledText.joined([StyledText(delivery.createdAt.tableText), event(item), StyledText(subject(item))])
      return head.lines(indentation: 0, margin: 4, appearance: appearance)
        + fate.lines(indentation: 4, appearance: appearance)
        + [StyledText("    ") + StyledText(delivery.id, .faint)] + summary(item)
    }.map { $0.rendered(appearance) + "\n" }.joined()
  }

  private static func event(_ item: DeliveryItem) -> StyledText {
    StyledText(item.event.type.rawValue, Style(item.event.verdict))
  }

  private static func subject(_ item: DeliveryItem) -> String {
    item.event.name?.description ?? item.event.view ?? item.event.zone?.description ?? ""
  }

  private static func result(_ delivery: Delivery) -> String {
    let next = delivery.status == .pending ? delivery.nextAttemptAt.map { "next try \($0.tableText)" } : nil
    return [delivery.lastResult, next].compactMap(\.self).joined(separator: "; ")
  }

  private static func style(_ status: Delivery.Status) -> Style {
    switch status {
    case .pending: .notable
    case .delivered: .good
    case .failed: .bad
    case .dropped: .faint
    }
  }
}
