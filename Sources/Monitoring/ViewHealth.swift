// How the views fare: a view that fails for one zone is put to the proof before the zone is blamed.

package import Model

/// What has been seen of each view as a whole. Not stored: a restart asks anew.
struct ViewHealth: Sendable {
  /// What to make of a failure.
  enum Proof: Sendable {
    /// The view is known to work, or known not to: the failure can be judged.
    case proven
    /// The control question has to be asked first.
    case ask
    /// It is being asked.
    case wait
  }

  private struct Entry: Sendable {
    /// When the view last answered anything.
    var lastAnswer: Timestamp?
    /// Zones whose watches failed since; a few are enough to know.
    var zones: Set<DomainName> = []
    var isAsked = false
    var lastAsked: Timestamp?
    /// Whether the last control question failed, and nothing was answered since.
    var isDoubtful = false
  }

  private static let zoneLimit = 8

  private var confirmAfter: Duration
  private var views: [String: Entry] = [:]

  init(confirmAfter: Duration) { self.confirmAfter = confirmAfter }

  /// Takes up another configuration.
  mutating func keep(_ names: [String], confirmAfter: Duration) {
    self.confirmAfter = confirmAfter
    views = views.filter { names.contains($0.key) }
  }

  /// Views that gave no answer to the last control question.
  var doubtful: Set<String> { Set(views.lazy.filter(\.value.isDoubtful).map(\.key)) }

  /// Those of them that failed for several zones: there is no use in asking them for more.
  var hopeless: Set<String> { Set(views.lazy.filter { $0.value.isDoubtful && $0.value.zones.count > 1 }.map(\.key)) }

  /// Whether the control question is under way.
  func isAsked(_ view: String) -> Bool { views[view]?.isAsked ?? false }

  /// The view answered for some watch.
  mutating func answer(_ view: String, at now: Timestamp) {
    views[view, default: Entry()].lastAnswer = now
    views[view]?.zones = []
    views[view]?.isDoubtful = false
  }

  /// The view gave nothing usable for a watch of this zone.
  mutating func fail(_ view: String, zone: DomainName, at now: Timestamp) -> Proof {
    var entry = views[view] ?? Entry()
    defer { views[view] = entry }
    if entry.zones.count < Self.zoneLimit { entry.zones.insert(zone) }
    if entry.isAsked { return .wait }
    if entry.isDoubtful { return .proven }
    if isJustNow(entry.lastAnswer, now) { return .proven }
    entry.isAsked = true
    entry.lastAsked = now
    return .ask
  }

  /// Whether a view that is down or in doubt is to be asked again now.
  mutating func mustAsk(_ view: String, isDown: Bool, at now: Timestamp) -> Bool {
    var entry = views[view] ?? Entry()
    guard isDown || entry.isDoubtful, !entry.isAsked else { return false }
    if isJustNow(entry.lastAsked, now) { return false }
    entry.isAsked = true
    entry.lastAsked = now
    views[view] = entry
    return true
  }

  /// Whether that is not long ago; what a clock that was set back calls the future is.
  private func isJustNow(_ time: Timestamp?, _ now: Timestamp) -> Bool {
    time.map { $0 <= now && now - $0 < confirmAfter } ?? false
  }

  /// Takes in what the control question has shown; gives the zones that failed meanwhile.
  mutating func take(_ result: ControlResult, at now: Timestamp) -> Set<DomainName> {
    var entry = views[result.view] ?? Entry()
    defer { views[result.view] = entry }
    entry.isAsked = false
    entry.isDoubtful = result.outcome != .reachable
    if !entry.isDoubtful {
      entry.lastAnswer = now
      entry.zones = []
    }
    return entry.zones
  }
}

extension ViewAnswer {
  /// Whether nobody in this view gave anything that can be used; a DNSSEC failure is an answer here.
  package var isSilent: Bool {
    let failures = servers.compactMap(\.answer.outcome.failure)
    guard failures.count == servers.count, !failures.contains(.bogus) else { return false }
    return !servers.isEmpty || walkFailure != nil
  }
}
