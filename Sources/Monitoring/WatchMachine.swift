// What one more look, or time alone, makes of what is known of a watch: confirmation, incidents, events.

public import Diagnosing
internal import Judging
public import Model

/// What a step leads to.
public struct WatchStep: Hashable, Sendable {
  /// What is known now; equal to what was known where nothing changed.
  public var memory: WatchMemory
  public var events: [Event]
  /// Incidents that were opened, told again or closed.
  public var incidents: [Incident]
  /// When to look again without waiting for the interval; nil where there is no need.
  public var lookAgainAfter: Duration?
  /// Whether the answers of the look belong in the history: lost packets do not, until they are confirmed.
  public var keepsSightings: Bool

  init(_ memory: WatchMemory, lookAgainAfter: Duration? = nil, keepsSightings: Bool = true) {
    self.memory = memory
    self.lookAgainAfter = lookAgainAfter
    self.keepsSightings = keepsSightings
    events = []
    incidents = []
  }
}

/// The state machine of one watch; holds no state of its own.
public struct WatchMachine: Sendable {
  let policy: MonitoringPolicy
  let identifiers: IdentifierSource

  public init(policy: MonitoringPolicy, identifiers: IdentifierSource = IdentifierSource()) {
    self.policy = policy
    self.identifiers = identifiers
  }

  /// Takes in the judgement of a fresh look.
  ///
  /// A situation that differs from the settled one is settled only after `confirmTimes` further looks that agree,
  /// `confirmAfter` apart; a failure to reach also waits for `unreachableAfter`.
  /// - Parameters:
  ///   - judgement: Judged without the views that are down (`Look.without(views:)`).
  ///   - zone: What is known of the delegation of the zone that holds the key name.
  ///   - viewsDown: Views that are down or suspected to be.
  ///   - unchangedUntil: The last time that a sweep found the settled answers unchanged; nil where that is not known.
  ///   - results: What was asked because this look is going to be told.
  public func step(
    _ memory: WatchMemory, watch: Watch, judgement: Judgement, zone: ZoneMemory? = nil, viewsDown: Set<String> = [],
    unchangedUntil: Timestamp? = nil, results: InquiryResults = InquiryResults()
  ) -> WatchStep {
    guard !judgement.views.isEmpty, !isBeyondJudging(memory, judgement, viewsDown) else {
      return WatchStep(frozen(memory, at: judgement.checkedAt), keepsSightings: false)
    }
    var memory = memory
    memory.zone = judgement.views.lazy.compactMap(\.delegation).first?.zone ?? memory.zone
    if let unchangedUntil, memory.suspicion == nil, let lastGood = memory.lastGood, memory.state == .published {
      memory.lastGood?.at = max(lastGood.at, unchangedUntil)
    }

    let seen = Situation(of: judgement, expectation: watch.expectation)
    let settled = Situation(of: memory, expectation: watch.expectation)
    if let settled, seen == settled || isOnlyTheSourceSilent(seen, settled, memory, judgement) {
      return stay(memory, judgement, sourceSpeaks: seen == settled)
    }
    if settled == nil, seen.isGood {
      memory.since = judgement.checkedAt
      return stay(memory, judgement, sourceSpeaks: true)
    }
    let suspicion = suspect(seen, memory.suspicion, at: judgement.checkedAt)
    memory.suspicion = suspicion
    if let wait = remainingWait(suspicion, judgement) {
      return WatchStep(memory, lookAgainAfter: wait, keepsSightings: !isFailureToReach(judgement))
    }
    return settle(
      memory, watch, judgement, seen: seen, settled: settled, since: suspicion.firstSeen, zone: zone,
      results: results)
  }

  /// The diagnosis that has to be made before this look is taken in; nil where nothing will be told of it that needs one.
  ///
  /// What came of its questions goes to `step` as `results`. The other parameters are those of `step`.
  public func diagnostician(
    _ memory: WatchMemory, watch: Watch, judgement: Judgement, zone: ZoneMemory? = nil, viewsDown: Set<String> = [],
    texts: KnownTexts = KnownTexts(), randomLabel: String = DiagnosisInput.fixedLabel
  ) -> DiagnosisMachine? {
    let step = step(memory, watch: watch, judgement: judgement, zone: zone, viewsDown: viewsDown)
    guard judgement.verdict != .ok, step.events.contains(where: { $0.diagnosis != nil }) else { return nil }
    let results = InquiryResults(texts: texts, randomLabel: randomLabel)
    return DiagnosisMachine(
      DiagnosisInput(watch: watch, memory: memory, judgement: judgement, zone: zone, results: results))
  }

  /// What time alone changes: reminders are due, or a look is.
  public func tick(_ memory: WatchMemory, watch: Watch, zone: ZoneMemory? = nil, at now: Timestamp) -> WatchStep {
    var step = WatchStep(memory, keepsSightings: false)
    remind(&step, watch, zone: zone, at: now)
    if let due = lookDue(memory), due <= now { step.lookAgainAfter = .zero }
    return step
  }

  /// When `tick` will have something to do; nil where time alone changes nothing. To be asked anew after every step:
  /// a look that is due stays due until there was one.
  public func nextTick(_ memory: WatchMemory) -> Timestamp? {
    [reminderDue(memory), lookDue(memory)].compactMap { $0 }.min()
  }
}

extension WatchMachine {
  /// The situation is the settled one, or a good first one.
  private func stay(_ memory: WatchMemory, _ judgement: Judgement, sourceSpeaks: Bool) -> WatchStep {
    var memory = memory
    memory.suspicion = nil
    let (snapshot, lastGood) = (memory.snapshot, memory.lastGood)
    record(judgement, in: &memory)
    if !sourceSpeaks {
      // What caches hold is no news of the source.
      memory.snapshot = snapshot
      memory.lastGood = lastGood
    }
    var step = WatchStep(memory, lookAgainAfter: lookDue(memory).map { max(.zero, $0 - judgement.checkedAt) })
    if var incident = memory.openIncident, incident.verdict.worse(judgement.verdict) != incident.verdict {
      incident.verdict = judgement.verdict
      step.memory.openIncident = incident
      step.incidents = [incident]
    }
    return step
  }

  /// Whether the key is still to be had from caches, while no server of a zone that was known before answers.
  private func isOnlyTheSourceSilent(
    _ seen: Situation, _ settled: Situation, _ memory: WatchMemory, _ judgement: Judgement
  ) -> Bool {
    guard memory.zone != nil, seen.isGood, settled.isGood, seen.state == settled.state else { return false }
    return !Snapshots.sorted(of: judgement).answering.contains(where: \.isAuthoritative)
  }

  /// What is left where nothing can be judged: no suspicion that could not be confirmed, no clock that has run out.
  private func frozen(_ memory: WatchMemory, at now: Timestamp) -> WatchMemory {
    var memory = memory
    memory.suspicion = nil
    memory.caches.removeAll { $0.until <= now }
    return memory
  }

  func record(_ judgement: Judgement, in memory: inout WatchMemory) {
    let snapshot = Snapshots.snapshot(of: judgement)
    let (known, findings) = (memory, memory.findings)
    memory.state = judgement.state
    memory.verdict = judgement.verdict
    memory.summary = judgement.summary
    memory.snapshot = snapshot
    memory.findings = judgement.findings
    memory.caches = judgement.caches
    if let good = Snapshots.lastGood(of: judgement) {
      memory.lastGood = good
    }
    applyExplanation(to: &memory)
    if known.snapshot != snapshot || known.summary != memory.summary || findings != memory.findings {
      memory.changedAt = judgement.checkedAt
    }
  }

  /// Counts a look that differs from what is settled.
  private func suspect(_ seen: Situation, _ known: WatchMemory.Suspicion?, at now: Timestamp) -> WatchMemory.Suspicion {
    guard var suspicion = known else {
      return WatchMemory.Suspicion(state: seen.state, evidence: seen.evidence, firstSeen: now, count: 1)
    }
    // Half of the time between looks is apart enough: schedules jitter, and a look takes its time.
    let isApart = now - suspicion.lastCounted >= policy.confirmAfter / 2
    if isApart {
      suspicion.unsettledLooks += 1
      suspicion.lastCounted = now
    }
    if suspicion.evidence == seen.evidence {
      if isApart { suspicion.count += 1 }
    } else {
      suspicion = WatchMemory.Suspicion(
        state: seen.state, evidence: seen.evidence, firstSeen: now, count: 1, lastCounted: now,
        unsettledLooks: suspicion.unsettledLooks)
    }
    return suspicion
  }

  /// How long until the suspicion can be settled; nil where that is now.
  private func remainingWait(_ suspicion: WatchMemory.Suspicion, _ judgement: Judgement) -> Duration? {
    let needed = policy.confirmTimes + 1
    // Answers that go to and fro never agree with the look before; after three times the looks the last one counts.
    let isConfirmed = suspicion.count >= needed || suspicion.unsettledLooks >= 3 * needed
    let now = judgement.checkedAt
    guard isConfirmed else {
      return max(.zero, suspicion.lastCounted + policy.confirmAfter - now)
    }
    guard isFailureToReach(judgement) else { return nil }
    let due = suspicion.firstSeen + policy.unreachableAfter
    return due > now ? due - now : nil
  }

  /// Nobody answers, as against answers that lead nowhere or do not validate: those are there to stay.
  private func isFailureToReach(_ judgement: Judgement) -> Bool {
    judgement.state == .unreachable
      && !judgement.findings.contains {
        [RuleID.dnssecBogus, RuleID.cnameLoop].contains($0.rule) && $0.severity == .critical
      }
  }

  /// While the source's view is down, caches cannot tell whether the source is mended, nor who disagrees with whom.
  private func isBeyondJudging(_ memory: WatchMemory, _ judgement: Judgement, _ viewsDown: Set<String>) -> Bool {
    guard memory.zone != nil, !viewsDown.isEmpty, !judgement.views.contains(where: \.isAuthoritative) else {
      return false
    }
    return judgement.state == .divergent || memory.openIncident != nil && judgement.state == .published
  }

  /// When a look is due that no interval asks for: a suspicion waits, or a cache has run out.
  func lookDue(_ memory: WatchMemory) -> Timestamp? {
    if let suspicion = memory.suspicion {
      let isWaiting = suspicion.state == .unreachable && suspicion.count > policy.confirmTimes
      return isWaiting
        ? max(suspicion.firstSeen + policy.unreachableAfter, suspicion.lastCounted + policy.confirmAfter)
        : suspicion.lastCounted + policy.confirmAfter
    }
    // One second after, when the entry is surely gone.
    return memory.caches.map { $0.until + .seconds(1) }.min()
  }
}
