// What one more look, or time alone, makes of what is known of a watch: confirmation, incidents, events.

package import Diagnosing
package import Judging
package import Model

/// What a step leads to.
package struct WatchStep: Hashable, Sendable {
  /// What is known now; equal to what was known where nothing changed.
  package var memory: WatchMemory
  package var events: [Event]
  /// Incidents that were opened, told again or closed.
  package var incidents: [Incident]
  /// When to look again without waiting for the interval; nil where there is no need.
  package var lookAgainAfter: Duration?
  /// Whether the answers of the look belong in the history: lost packets do not, until they are confirmed.
  package var keepsSightings: Bool

  init(_ memory: WatchMemory, lookAgainAfter: Duration? = nil, keepsSightings: Bool = true) {
    self.memory = memory
    self.lookAgainAfter = lookAgainAfter
    self.keepsSightings = keepsSightings
    events = []
    incidents = []
  }
}

/// What was known when a look was taken in.
struct Background: Sendable {
  let memory: WatchMemory
  /// What is known of the delegation of the zone that holds the key name.
  let zone: ZoneMemory?
  /// The views of the watch that are left out, since they are down or suspected to be.
  let viewsDown: Set<String>
}

/// What was seen and is to be settled: all that is missing is why.
package struct Settlement: Sendable {
  enum Kind: Sendable {
    /// A confirmed situation, other than the one before.
    case situation
    /// A lasting warning is told, and the state stays.
    case warning
    /// All is as it was; what follow-up questions say of each server is to be seen.
    case checkup
  }

  let background: Background
  /// What was known, with what the look has added so far.
  let memory: WatchMemory
  let watch: Watch
  let look: JudgedLook
  let since: Timestamp
  /// What is told, if anything is.
  let type: EventType?
  let kind: Kind
  /// What the diagnosis starts from.
  package let input: DiagnosisInput
}

/// The state machine of one watch; holds no state of its own.
package struct WatchMachine: Sendable {
  /// What a look leads to.
  package enum Action: Sendable {
    case done(WatchStep)
    /// Something will be told: find out why, then call `settle`.
    case investigate(Settlement)
  }

  let policy: MonitoringPolicy
  let identifiers: IdentifierSource
  /// A label that no zone has, for diagnoses.
  let randomLabel: @Sendable () -> String

  package init(
    policy: MonitoringPolicy, identifiers: IdentifierSource = IdentifierSource(),
    randomLabel: @escaping @Sendable () -> String = DiagnosisInput.randomLabel
  ) {
    self.policy = policy
    self.identifiers = identifiers
    self.randomLabel = randomLabel
  }

  /// Takes in a fresh look.
  ///
  /// A situation that differs from the settled one is settled only after `confirmTimes` further looks that agree,
  /// `confirmAfter` apart; a failure to reach also waits for `unreachableAfter`.
  /// - Parameters:
  ///   - look: Judged without the views that are down (`Look.without(views:)`).
  ///   - zone: What is known of the delegation of the zone that holds the key name.
  ///   - viewsDown: Views that are down or suspected to be.
  ///   - unchangedUntil: The last time that a sweep found the settled answers unchanged; nil where that is not known.
  ///   - difference: What a sweep saw just before.
  ///   - isCheckup: Whether the servers are to be checked one by one, though all is well.
  ///   - mailFails: Whether mail failed for want of this key just now, which confirms a look that finds the same.
  ///   - mailPasses: Whether mail that failed before verifies again, which confirms a look that finds the key.
  package func receive(
    _ look: JudgedLook, of watch: Watch, known: WatchMemory, zone: ZoneMemory? = nil, viewsDown: Set<String> = [],
    unchangedUntil: Timestamp? = nil, after difference: SweepDifference? = nil, isCheckup: Bool = false,
    mailFails: Bool = false, mailPasses: Bool = false
  ) -> Action {
    let background = Background(
      memory: known, zone: zone, viewsDown: viewsDown.filter { watch.views?.contains($0) ?? true })
    guard !look.sorted.look.views.isEmpty, !isBeyondJudging(look, background) else {
      return .done(WatchStep(frozen(known, at: look.at), keepsSightings: false))
    }
    var memory = known
    memory.zone = look.delegation?.zone ?? memory.zone
    if let unchangedUntil, memory.suspicion == nil, let lastGood = memory.lastGood, memory.state == .published {
      memory.lastGood?.at = max(lastGood.at, unchangedUntil)
    }

    let seen = Situation(of: look)
    let settled = Situation(of: memory, expectation: watch.expectation)
    if let settled, seen == settled || isOnlyTheSourceSilent(seen, settled, memory, look) {
      if let difference { noteAlternation(difference, look, in: &memory) }
      noteAgreement(in: &memory, at: look.at)
      return stay(memory, watch, look, background, sourceSpeaks: seen == settled, isCheckup: isCheckup)
    }
    if settled == nil, seen.isGood {
      memory.since = look.at
      return stay(memory, watch, look, background, sourceSpeaks: true)
    }
    if !seen.isGood { noteDifference(look, in: &memory) }
    let suspicion = memory.suspicion.add(seen.evidence, at: look.at, policy)
    let isProven = seen.isGood ? mailPasses : mailFails
    if !isProven,
      let wait = remainingWait(suspicion, isFailureToReach: isFailureToReach(look.judgement), at: look.at)
    {
      return .done(WatchStep(memory, lookAgainAfter: wait, keepsSightings: !isFailureToReach(look.judgement)))
    }
    return confirm(
      memory, watch, look, background, seen: seen, settled: settled, since: suspicion.firstSeen, mailFails: mailFails)
  }

  /// What time alone changes: reminders are due, or a look is.
  package func tick(_ memory: WatchMemory, watch: Watch, zone: ZoneMemory? = nil, at now: Timestamp) -> WatchStep {
    var step = WatchStep(memory, keepsSightings: false)
    remind(&step, watch, zone: zone, at: now)
    tickChange(&step, watch, at: now)
    tickSilence(&step, watch, at: now)
    if let due = lookDue(memory), due <= now { step.lookAgainAfter = .zero }
    return step
  }

  /// When `tick` will have something to do; nil where time alone changes nothing. To be asked anew after every step:
  /// a look that is due stays due until there was one.
  package func nextTick(_ memory: WatchMemory) -> Timestamp? {
    [reminderDue(memory), changeDue(memory), silenceDue(memory), lookDue(memory)].compactMap { $0 }.min()
  }
}

extension WatchMachine {
  /// The situation is the settled one, or a good first one.
  private func stay(
    _ memory: WatchMemory, _ watch: Watch, _ look: JudgedLook, _ background: Background, sourceSpeaks: Bool,
    isCheckup: Bool = false
  ) -> Action {
    var memory = memory
    memory.suspicion = nil
    let known = memory
    record(look, in: &memory)
    if !sourceSpeaks {
      // What caches hold is no news of the source.
      (memory.snapshot, memory.lastGood, memory.keySince) = (known.snapshot, known.lastGood, known.keySince)
    }
    var step = WatchStep(memory)
    acceptIfAnnounced(&step, watch, at: look.at)
    let isGood = Situation(of: memory, expectation: watch.expectation)?.isGood ?? false
    let warnings = Warnings(look, memory, viewsDown: background.viewsDown)
    if isGood, isConfirmed(warnings, in: &step, at: look.at) {
      guard warnings.isFewer else {
        return warn(warnings.isOver ? .selectorRecovered : .selectorDegraded, step, watch, look, background)
      }
      keep(warnings, in: &step, look)
    }
    if isGood, isCheckup || memory.serverFinding != nil || look.judgement.hasServersBehind,
      look.sorted.answering.contains(where: \.isAuthoritative)
    {
      return .investigate(
        settlement(
          step.memory, watch, look, background, since: look.at, lastGood: memory.lastGood, type: nil, kind: .checkup))
    }
    step.lookAgainAfter = lookDue(step.memory).map { max(.zero, $0 - look.at) }
    if var incident = step.memory.openIncident, incident.verdict.worse(look.judgement.verdict) != incident.verdict {
      incident.verdict = look.judgement.verdict
      step.memory.openIncident = incident
      step.incidents = [incident]
    }
    return .done(step)
  }

  /// Whether the key is still to be had from caches, while no server of a zone that was known before answers.
  private func isOnlyTheSourceSilent(
    _ seen: Situation, _ settled: Situation, _ memory: WatchMemory, _ look: JudgedLook
  ) -> Bool {
    guard memory.zone != nil, seen.isGood, settled.isGood, seen.state == settled.state else { return false }
    return !look.sorted.answering.contains(where: \.isAuthoritative)
  }

  /// What is left where nothing can be judged: no suspicion that could not be confirmed, no clock that has run out.
  private func frozen(_ memory: WatchMemory, at now: Timestamp) -> WatchMemory {
    var memory = memory
    memory.suspicion = nil
    memory.caches.removeAll { $0.until <= now }
    return memory
  }

  func record(_ look: JudgedLook, in memory: inout WatchMemory) {
    let judgement = look.judgement
    let snapshot = Snapshots.snapshot(of: look)
    let known = memory
    memory.state = judgement.state
    memory.verdict = judgement.verdict
    memory.summary = judgement.summary
    memory.snapshot = snapshot
    memory.findings = judgement.findings
    memory.caches = judgement.caches
    if let good = Snapshots.lastGood(of: look) {
      let isSame = memory.lastGood.map { Set($0.records) == Set(good.records) } ?? false
      memory.keySince = isSame ? memory.keySince ?? memory.since : look.at
      memory.lastGood = good
    }
    memory.takeExplanation()
    memory.addWhatNoLookShows(look.key, at: look.at)
    if known.snapshot != snapshot || known.summary != memory.summary || known.findings != memory.findings {
      memory.changedAt = judgement.checkedAt
    }
  }

  /// How long until the suspicion can be settled; nil where that is now.
  func remainingWait(_ suspicion: Confirmation, isFailureToReach: Bool, at now: Timestamp) -> Duration? {
    guard suspicion.isConfirmed(policy) else { return max(.zero, suspicion.nextLook(policy) - now) }
    guard isFailureToReach else { return nil }
    let due = suspicion.firstSeen + policy.unreachableAfter
    return due > now ? due - now : nil
  }

  /// Nobody answers, as against answers that lead nowhere or do not validate: those are there to stay.
  func isFailureToReach(_ judgement: Judgement) -> Bool {
    judgement.state == .unreachable
      && !judgement.findings.contains {
        [RuleID.dnssecBogus, RuleID.cnameLoop].contains($0.rule) && $0.severity == .critical
      }
  }

  /// While the source's view is down, caches cannot tell whether the source is mended, nor who disagrees with whom.
  private func isBeyondJudging(_ look: JudgedLook, _ background: Background) -> Bool {
    guard background.memory.zone != nil, !background.viewsDown.isEmpty, !look.sorted.hasAuthoritativeView else {
      return false
    }
    let state = look.judgement.state
    return state == .divergent || background.memory.openIncident != nil && state == .published
  }

  /// When a look is due that no interval asks for: a suspicion waits, or a cache has run out.
  func lookDue(_ memory: WatchMemory) -> Timestamp? {
    if let suspicion = memory.suspicion { return due(suspicion, waits: memory.suspectedState == .unreachable) }
    // One second after, when the entry has surely expired. What comes again after its end has no end to wait for.
    let caches = memory.caches.filter { $0.firstUntil == nil }.map { $0.until + .seconds(1) }.min()
    let warning = memory.warning.map { due($0, waits: Warnings.waits($0)) }
    return [caches, warning].compactMap(\.self).min()
  }

  private func due(_ suspicion: Confirmation, waits: Bool) -> Timestamp {
    let next = suspicion.nextLook(policy)
    return waits && suspicion.count > policy.confirmTimes
      ? max(suspicion.firstSeen + policy.unreachableAfter, next) : next
  }
}
