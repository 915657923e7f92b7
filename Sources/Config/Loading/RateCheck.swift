// Whether the rates of the views can carry what the intervals ask of them.

internal import Model

struct RateCheck {
  let watches: [Watch]
  let views: [ViewDraft]

  /// Warns about every view whose servers would have to be asked more often than its rate allows.
  func warn(_ log: inout IssueLog) {
    for draft in views {
      let total = load(of: draft.view.name) { _ in true }
      guard total.perSecond > Double(draft.view.rate) else { continue }
      if draft.view.isAuthoritative {
        warnAboutZones(draft, &log)
      } else {
        warn(draft, "\(Self.grouped(total.watches)) watches", total.perSecond, &log)
      }
    }
  }

  /// How many watches ask a view, and how many questions a second that makes.
  private struct Load {
    var watches = 0
    var perSecond = 0.0

    mutating func add(_ watch: Watch) {
      watches += 1
      perSecond += 1_000_000 / Double(watch.interval.microseconds)
    }
  }

  private func load(of view: String, where isCounted: (Watch) -> Bool) -> Load {
    watches.reduce(into: Load()) { load, watch in
      if watch.views?.contains(view) ?? true, isCounted(watch) { load.add(watch) }
    }
  }

  /// The servers of a zone see only its own questions; the signing domain stands for the zone.
  private func warnAboutZones(_ draft: ViewDraft, _ log: inout IssueLog) {
    // A million domains are first counted in coarse heaps: only in a heap that is too high can one of them be too much.
    var heaps = [Double](repeating: 0, count: 1 << 16)
    func heap(_ watch: Watch) -> Int { watch.key.domain.hashValue & (heaps.count - 1) }
    _ = load(of: draft.view.name) { watch in
      heaps[heap(watch)] += 1_000_000 / Double(watch.interval.microseconds)
      return false
    }
    var domains: [DomainName: Load] = [:]
    _ = load(of: draft.view.name) { watch in
      if heaps[heap(watch)] > Double(draft.view.rate) { domains[watch.key.domain, default: Load()].add(watch) }
      return false
    }
    let worst = domains.max { ($0.value.perSecond, $1.key) < ($1.value.perSecond, $0.key) }
    guard let (domain, load) = worst, load.perSecond > Double(draft.view.rate) else { return }
    let who = "\(Self.grouped(load.watches)) watches of \(InternationalName.display(domain))"
    warn(draft, who, load.perSecond, &log)
  }

  private func warn(_ draft: ViewDraft, _ who: String, _ needed: Double, _ log: inout IssueLog) {
    let questions = Self.grouped(Int(needed.rounded(.up)))
    log.warn(
      draft.rate,
      "\(who) over the view \(draft.view.name.quoted) need \(questions) questions a second at their intervals, but its "
        + "rate allows \(Self.grouped(draft.view.rate)); raise 'rate' or the intervals")
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
