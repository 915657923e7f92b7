// Whether the rates of the views can carry what the intervals ask of them.

internal import Model

struct RateCheck {
  let watches: [Watch]
  let views: [ViewDraft]

  /// Warns about every view whose servers would have to be asked more often than its rate allows.
  func warn(_ log: inout IssueLog) {
    for draft in views {
      let asked = watches.filter { $0.views?.contains(draft.view.name) ?? true }
      let needed = Self.questionsPerSecond(asked)
      guard needed > Double(draft.view.rate) else { continue }
      if draft.view.isAuthoritative {
        warnAboutZones(draft, asked, &log)
      } else {
        warn(draft, "\(Self.grouped(asked.count)) watches", needed, &log)
      }
    }
  }

  /// The servers of a zone see only its own questions; the signing domain stands for the zone.
  private func warnAboutZones(_ draft: ViewDraft, _ asked: [Watch], _ log: inout IssueLog) {
    let domains = Dictionary(grouping: asked, by: \.key.domain)
    let needs = domains.map { (domain: $0, watches: $1, needed: Self.questionsPerSecond($1)) }
    guard let worst = needs.max(by: { ($0.needed, $1.domain) < ($1.needed, $0.domain) }),
      worst.needed > Double(draft.view.rate)
    else { return }
    let domain = InternationalName.display(worst.domain)
    warn(draft, "\(Self.grouped(worst.watches.count)) watches of \(domain)", worst.needed, &log)
  }

  private func warn(_ draft: ViewDraft, _ who: String, _ needed: Double, _ log: inout IssueLog) {
    let questions = Self.grouped(Int(needed.rounded(.up)))
    log.warn(
      draft.rate,
      "\(who) over the view \(draft.view.name.quoted) need \(questions) questions a second at their intervals, but its "
        + "rate allows \(Self.grouped(draft.view.rate)); raise 'rate' or the intervals")
  }

  private static func questionsPerSecond(_ watches: [Watch]) -> Double {
    watches.reduce(0) { $0 + 1_000_000 / Double($1.interval.microseconds) }
  }

  /// A number with a comma before every third digit.
  private static func grouped(_ number: Int) -> String {
    let digits = Array(String(number))
    return digits.enumerated().reduce(into: "") { text, digit in
      if digit.offset > 0, (digits.count - digit.offset) % 3 == 0 { text += "," }
      text.append(digit.element)
    }
  }
}
