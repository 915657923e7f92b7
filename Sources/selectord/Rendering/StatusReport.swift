// `status`: what the database knows, and whether it can still be believed.

import Model
import Phrasing

/// What is known of all watches that were asked for.
struct StatusReport {
  var now: Timestamp
  /// When the daemon last said that it watches; nil where it never did.
  var lastWatched: Timestamp?
  var watches: [WatchStatus]
  /// Which of them are shown, and in which order.
  var selection = StatusSelection()
  /// How anomalies are confirmed.
  var policy = MonitoringPolicy()
  /// How many deliveries were given up.
  var givenUp = 0
  /// Views that are down, by name.
  var viewsDown: [String: ViewMemory]
  /// Whether the views count for the verdict: not where one domain was asked for.
  var countsViews: Bool

  struct WatchStatus: Hashable, Sendable {
    var key: KeyName
    var memory: WatchMemory
    /// What each server of each view last said; filled where details are wanted.
    var answers: [AnswerSpan] = []
    /// How much mail hangs on the key; nil where none was seen.
    var use: Event.Use?

    /// Since when the fault is seen, where there is one; else since when the state holds.
    var since: Timestamp? {
      if memory.state == .pending { return memory.suspicion?.firstSeen }
      guard memory.state == .published, memory.verdict != .ok else { return memory.since }
      return memory.openIncident?.openedAt ?? memory.changedAt ?? memory.since
    }
  }

  /// A daemon that has said nothing for this long does not watch.
  static let staleAfter = Duration.seconds(300)

  /// Whether nobody watches any more, so that what is known may have changed since.
  var isStale: Bool {
    guard let lastWatched else { return true }
    return now - lastWatched > Self.staleAfter
  }

  /// The verdict that counts: what nobody watches is unknown.
  func verdict(of watch: WatchStatus) -> Verdict { isStale ? .unknown : watch.memory.verdict }

  /// The watches that are shown.
  var shown: [WatchStatus] { selection.choose(from: watches) { verdict(of: $0) } }

  /// The worst of all that are shown.
  var verdict: Verdict {
    if isStale || watches.isEmpty { return .unknown }
    let worst = shown.reduce(Verdict.ok) { $0.worse($1.memory.verdict) }
    guard countsViews else { return worst }
    return viewsDown.values.reduce(worst) { $0.worse($1.openIncident?.verdict ?? .warning) }
  }

  /// What is wrong beside the watches: a daemon that does not watch, views that are down.
  var troubles: [String] {
    var troubles: [String] = []
    if isStale {
      troubles.append(
        lastWatched.map {
          "The daemon has not watched since \($0.tableText) (\(Phrase.duration(now - $0)) ago), so this may be out of date. "
            + "Start it with 'selectord run', or check its log."
        } ?? "The daemon has never run with this database. Start it with 'selectord run'.")
    }
    for (name, view) in viewsDown.sorted(by: { $0.key < $1.key }) {
      let since = view.downSince.map { " since \($0.tableText)" } ?? ""
      troubles.append("The view \(name) is down\(since): it answers nothing.")
    }
    return troubles
  }

  /// What is told beside the data.
  var remarks: [String] {
    guard !isStale, let lastWatched else { return troubles }
    return ["The daemon last watched \(Phrase.duration(now - lastWatched)) ago."] + troubles
  }
}

extension StatusReport {
  /// How many watches there are, by verdict: `54 watches: 2 critical, 1 warning, 51 ok.`
  var total: String {
    var counts: [Verdict: Int] = [:]
    for watch in shown { counts[verdict(of: watch), default: 0] += 1 }
    let parts = [Verdict.critical, .unknown, .warning, .ok].compactMap { verdict in
      counts[verdict].map { "\($0) \(verdict.rawValue)" }
    }
    let number = Phrase.count(watches.count, "watch", "watches")
    let head = shown.count == watches.count ? number : "\(shown.count) of \(number)"
    return parts.isEmpty ? "\(head)." : "\(head): \(parts.joined(separator: ", "))."
  }

  /// What a reader must know beside the watches, beneath them.
  var footer: [String] {
    guard givenUp > 0 else { return [total] }
    let alerts = Phrase.count(givenUp, "alert was", "alerts were")
    return [
      total, "\(alerts) given up; 'selectord alert list --failed' shows \(Phrase.agreeing(givenUp, "it", "them")).",
    ]
  }
}

extension WatchMemory {
  /// The summary, and what is seen and not reported yet.
  func summary(_ policy: MonitoringPolicy) -> String {
    guard let sentence = suspicionSentence(policy) else { return summary }
    if state == .pending { return sentence }
    return "\(summary)\(summary.hasSuffix(".") ? "" : ".") \(sentence)"
  }

  /// When what is suspected is reported, if it lasts.
  func reportedAt(_ policy: MonitoringPolicy) -> Timestamp? {
    guard let suspicion else { return nil }
    if suspectedState == .unreachable { return suspicion.firstSeen + policy.unreachableAfter }
    let missing = max(0, policy.confirmTimes + 1 - suspicion.count)
    return suspicion.lastCounted + policy.confirmAfter * missing
  }

  /// What was seen and is not reported yet, since when, and when it is.
  private func suspicionSentence(_ policy: MonitoringPolicy) -> String? {
    guard let suspicion, let seenState = suspectedState, let reportedAt = reportedAt(policy) else { return nil }
    let looks = Phrase.count(suspicion.count, "look")
    let seen = seenState == .unreachable ? "No answer" : "Seen as \(seenState.rawValue)"
    return
      "\(seen) since \(suspicion.firstSeen.tableText) (\(looks)); it will be reported at \(reportedAt.tableText) if it lasts."
  }
}
