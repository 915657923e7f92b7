// Which selectors are watched because of mail, when mail asks for a look at once, and what mail alone tells.

package import Model

/// What the mail leads to. Knows the watches that it has asked for, and which mail failed lately.
package struct MailMachine: Sendable {
  package enum Action: Hashable, Sendable {
    /// Look at this watch soon.
    case look(KeyName, after: Duration = .zero)
    /// Watch this from now on.
    case watch(KeyName)
    /// Watch this no longer.
    case forget(KeyName)
    /// A selector that nobody watches signs for a domain that somebody does.
    case discovered(KeyName)
  }

  /// The watches that come from mail.
  package private(set) var learned: [KeyName: LearnedWatch]
  package var policy: LearningPolicy
  /// When mail last failed for want of a key; it is a proof for `proofHolds`.
  private var failedAt: [KeyName: Timestamp] = [:]
  /// When mail verified again that had failed before; it is a proof for as long.
  private var passedAt: [KeyName: Timestamp] = [:]
  /// When mail last made us look, or will.
  private var lookedAt: [KeyName: Timestamp] = [:]
  private var ticked: Timestamp?
  /// The learned watches as they were last handed out to be kept.
  private var kept: [KeyName: LearnedWatch]

  /// How long a failing mail counts as a look that agrees.
  static let proofHolds = Duration.seconds(900)
  /// How often mail may ask for a look at the same key: a queue that is retried is no reason to hurry again.
  static let lookEvery = Duration.seconds(20)
  /// The same for mail that verifies again, which may be good news for an open incident.
  static let passedLookEvery = Duration.seconds(3)
  /// How long a selector stays watched whose mail failed, where failing mail alone is no reason to.
  static let passing = Duration.seconds(3600)
  /// The most keys whose failures are remembered.
  static let failureLimit = 10_000

  package init(policy: LearningPolicy, learned: [LearnedWatch] = []) {
    self.policy = policy
    self.learned = Dictionary(learned.map { ($0.key, $0) }) { first, _ in first }
    kept = self.learned
  }

  /// The learned watches by name, where they differ from what is kept; the time of the last mail by a day at least, since
  /// nobody is forgotten within one.
  mutating func takeUnkept() -> [LearnedWatch]? {
    let isKept =
      learned.count == kept.count
      && learned.values.allSatisfy { watch in
        kept[watch.key].map { watch.lastMail - $0.lastMail < .seconds(86_400) } ?? false
      }
    guard !isKept else { return nil }
    kept = learned
    return learned.values.sorted { $0.key < $1.key }
  }

  /// Whether it is time for `tick`.
  func isDue(at now: Timestamp) -> Bool { ticked.map { now - $0 >= .seconds(60) } ?? true }

  /// Whether mail failed for want of this key lately.
  package func fails(_ key: KeyName, at now: Timestamp) -> Bool {
    failedAt[key].map { now - $0 <= Self.proofHolds } ?? false
  }

  /// Whether mail verifies again that failed for want of this key lately.
  package func passes(_ key: KeyName, at now: Timestamp) -> Bool {
    passedAt[key].map { now - $0 <= Self.proofHolds } ?? false
  }

  /// Takes in what one read of the mail brought.
  package mutating func receive(
    _ news: MailNews, isWatched: (KeyName) -> Bool, isDomainWatched: (DomainName) -> Bool, at now: Timestamp
  ) -> [Action] {
    var actions: [Action] = []
    for key in news.new where news.passed[key] != nil && !isWatched(key) && isDomainWatched(key.domain) {
      actions.append(.discovered(key))
    }
    for failure in news.failures where now - failure.at <= Self.proofHolds {
      if failedAt.count < Self.failureLimit || failedAt[failure.key] != nil { failedAt[failure.key] = failure.at }
      passedAt[failure.key] = nil
      if isWatched(failure.key) {
        look(failure.key, &actions, at: now)
      } else {
        learn(failure.key, .failing, lastMail: failure.at, &actions, at: now)
      }
    }
    for (key, time) in news.passed {
      if let failed = failedAt[key], failed <= time {
        failedAt[key] = nil
        passedAt[key] = time
        // Mail verifies again: what was told of it may be over. No other mail may come that says so.
        if isWatched(key) { lookAgain(key, &actions, at: now) }
      }
      if let watch = learned[key] { learned[key]?.lastMail = max(watch.lastMail, time) }
    }
    if policy.watchesInUse {
      for (key, time) in news.inUse where !isWatched(key) {
        learn(key, .inUse, lastMail: time, &actions, at: now)
      }
    }
    return actions
  }

  /// Lets time pass. `isOpen` says whether something is wrong with a watch that was told.
  package mutating func tick(isOpen: (KeyName) -> Bool, at now: Timestamp) -> [Action] {
    ticked = now
    failedAt = failedAt.filter { now - $0.value <= Self.proofHolds }
    passedAt = passedAt.filter { now - $0.value <= Self.proofHolds }
    lookedAt = lookedAt.filter { now - $0.value <= Self.lookEvery }
    var actions: [Action] = []
    for watch in learned.values where !isOpen(watch.key) {
      let isForgotten = now - watch.lastMail > policy.forgetAfter
      let isOver = watch.reason == .failing && !policy.watchesFailing && now - watch.since > Self.passing
      guard isForgotten || isOver || !accepts(watch.key.domain) else { continue }
      learned[watch.key] = nil
      actions.append(.forget(watch.key))
    }
    return actions
  }

  /// The watches of the configuration, and those that come from mail beside them. What the configuration names comes from
  /// mail no longer.
  mutating func added(to configured: WatchTable) -> WatchTable {
    learned = learned.filter { !configured.contains($0.key) && accepts($0.key.domain) }
    var all = configured
    for key in learned.keys { all[key] = watch(key) }
    return all
  }

  /// Takes up another policy.
  mutating func taking(_ policy: LearningPolicy, beside configured: WatchTable) -> WatchTable {
    self.policy = policy
    return added(to: configured)
  }

  /// The watch of a selector that was learned.
  func watch(_ key: KeyName) -> Watch {
    var watch = Watch(key: key, interval: policy.interval, isOurs: false)
    watch.isLearned = true
    return watch
  }

  private func accepts(_ domain: DomainName) -> Bool {
    policy.domains.isEmpty || policy.domains.contains { $0.matches(domain) }
  }

  private mutating func look(_ key: KeyName, _ actions: inout [Action], at now: Timestamp) {
    guard lookedAt[key].map({ now - $0 >= Self.lookEvery }) ?? true else { return }
    lookedAt[key] = now
    actions.append(.look(key))
  }

  /// Has a key looked at whose mail verifies again; a little later where it was just looked at.
  private mutating func lookAgain(_ key: KeyName, _ actions: inout [Action], at now: Timestamp) {
    let wait = lookedAt[key].map { max(.zero, $0 + Self.passedLookEvery - now) } ?? .zero
    // Where the last look is yet to come, it sees this too.
    guard wait <= Self.passedLookEvery else { return }
    lookedAt[key] = now + wait
    actions.append(.look(key, after: wait))
  }

  private mutating func learn(
    _ key: KeyName, _ reason: LearnedWatch.Reason, lastMail: Timestamp, _ actions: inout [Action], at now: Timestamp
  ) {
    guard learned[key] == nil, learned.count < policy.maximum, accepts(key.domain) else { return }
    learned[key] = LearnedWatch(key: key, reason: reason, since: now, lastMail: lastMail)
    lookedAt[key] = now
    actions.append(.watch(key))
  }
}
