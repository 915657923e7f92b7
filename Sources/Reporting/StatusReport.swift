// `status`: what the database knows, and whether it can still be believed.

package import Model
internal import Phrasing

/// What is known of all watches that were asked for.
package struct StatusReport: Sendable {
  package var now: Timestamp
  /// When the daemon last said that it watches; nil where it never did.
  package var lastWatched: Timestamp?
  package var watches: [WatchStatus]
  /// The last audits.
  package var audits: [AuditStatus] = []
  /// Which of them are shown, and in which order.
  package var selection = StatusSelection()
  /// How anomalies are confirmed.
  package var policy = MonitoringPolicy()
  /// How many deliveries were given up.
  package var givenUp = 0
  /// Views that are down, by name.
  package var viewsDown: [String: ViewMemory]
  /// Whether the views count for the verdict: not where one domain was asked for.
  package var countsViews: Bool

  package init(
    now: Timestamp, lastWatched: Timestamp?, watches: [WatchStatus], viewsDown: [String: ViewMemory] = [:],
    countsViews: Bool = false
  ) {
    self.now = now
    self.lastWatched = lastWatched
    self.watches = watches
    self.viewsDown = viewsDown
    self.countsViews = countsViews
  }

  package struct WatchStatus: Hashable, Sendable {
    package var key: KeyName
    package var memory: WatchMemory
    /// What each server of each view last said; filled where details are wanted.
    package var answers: [AnswerSpan]
    /// How much mail hangs on the key; nil where none was seen.
    package var use: Event.Use?

    package init(key: KeyName, memory: WatchMemory, answers: [AnswerSpan] = [], use: Event.Use? = nil) {
      self.key = key
      self.memory = memory
      self.answers = answers
      self.use = use
    }

    /// Since when the fault is seen, where there is one; else since when the state holds.
    package var since: Timestamp? {
      if memory.state == .pending { return memory.suspicion?.firstSeen }
      guard memory.state == .published, memory.verdict != .ok else { return memory.since }
      return memory.openIncident?.openedAt ?? memory.changedAt ?? memory.since
    }
  }

  /// A daemon that has said nothing for this long does not watch.
  package static let staleAfter = Duration.seconds(300)

  /// Whether nobody watches any more, so that what is known may have changed since.
  package var isStale: Bool {
    guard let lastWatched else { return true }
    return now - lastWatched > Self.staleAfter
  }

  /// The verdict that counts: what nobody watches is unknown.
  package func verdict(of watch: WatchStatus) -> Verdict { isStale ? .unknown : watch.memory.verdict }

  /// The watches that are shown.
  package var shown: [WatchStatus] { selection.choose(from: watches) { verdict(of: $0) } }

  /// The worst of all that are shown.
  package var verdict: Verdict {
    if isStale || watches.isEmpty && audits.isEmpty { return .unknown }
    let worst = shownAudits.reduce(shown.reduce(Verdict.ok) { $0.worse($1.memory.verdict) }) {
      $0.worse($1.result.verdict)
    }
    guard countsViews else { return worst }
    return viewsDown.values.reduce(worst) { $0.worse($1.openIncident?.verdict ?? .warning) }
  }

  /// What is wrong beside the watches: a daemon that does not watch, views that are down.
  package var troubles: [String] {
    var troubles: [String] = []
    if isStale {
      troubles.append(
        lastWatched.map {
          "The daemon has not watched since \(Phrase.dateAndTime($0)) (\(Phrase.duration(now - $0)) ago), so this may be out of date. "
            + "Start it with 'selectord run', or check its log."
        } ?? "The daemon has never run with this database. Start it with 'selectord run'.")
    }
    for (name, view) in viewsDown.sorted(by: { $0.key < $1.key }) {
      let since = view.downSince.map { " since \(Phrase.dateAndTime($0))" } ?? ""
      troubles.append("The view \(name) is down\(since): it answers nothing.")
    }
    return troubles
  }

  /// What is told beside the data.
  package var remarks: [String] {
    guard !isStale, let lastWatched else { return troubles }
    return ["The daemon last watched \(Phrase.duration(now - lastWatched)) ago."] + troubles
  }
}

extension StatusReport {
  /// How many watches there are, by verdict: `54 watches: 2 critical, 1 warning, 51 ok.`
  package var total: String {
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
  package var footer: [String] {
    guard givenUp > 0 else { return [total] }
    let alerts = Phrase.count(givenUp, "alert was", "alerts were")
    return [
      total, "\(alerts) given up; 'selectord alert list --failed' shows \(Phrase.agreeing(givenUp, "it", "them")).",
    ]
  }
}

extension WatchMemory {
  /// The summary, and what is seen and not reported yet.
  package func summary(_ policy: MonitoringPolicy) -> String {
    guard let sentence = suspicionSentence(policy) else { return summary }
    if state == .pending { return sentence }
    return "\(summary)\(summary.hasSuffix(".") ? "" : ".") \(sentence)"
  }

  /// When what is suspected is reported, if it lasts.
  package func reportedAt(_ policy: MonitoringPolicy) -> Timestamp? {
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
      "\(seen) since \(Phrase.dateAndTime(suspicion.firstSeen)) (\(looks)); it will be reported at \(Phrase.dateAndTime(reportedAt)) if it lasts."
  }
}
