// What one more look makes of a rotation that the daemon watches: confirmation, and what is told of it.

public import Model
internal import Phrasing

/// What a look leads to.
public struct RotationStep: Hashable, Sendable {
  public var memory: RotationMemory
  public var events: [Event]
}

/// The state machine of one rotation; holds no state of its own.
public struct RotationMachine: Sendable {
  let policy: MonitoringPolicy
  let identifiers: IdentifierSource
  let views: [View]

  public init(policy: MonitoringPolicy, identifiers: IdentifierSource = IdentifierSource(), views: [View]) {
    self.policy = policy
    self.identifiers = identifiers
    self.views = views
  }

  /// Takes in a look at one of the two keys; nothing is told before both were looked at.
  ///
  /// A situation is told only after `confirmTimes` further looks that agree, `confirmAfter` apart.
  /// - Parameters:
  ///   - watch: of the key that was looked at, with its rotation.
  ///   - look: without the views that are down.
  public func step(
    _ memory: RotationMemory?, watch: Watch, look: Look, keys: [Digest: KeyJudgement]
  ) -> RotationStep {
    guard let rotation = watch.rotation else {
      return RotationStep(memory: memory ?? RotationMemory(subject: ""), events: [])
    }
    let subject = Self.subject(of: rotation)
    var memory =
      memory?.subject == subject ? memory ?? RotationMemory(subject: subject) : RotationMemory(subject: subject)
    if look.key == rotation.new { memory.new.take(look, keys: keys) }
    if look.key == rotation.old { memory.old.take(look, keys: keys) }
    guard memory.new.at != nil, memory.old.at != nil else { return RotationStep(memory: memory, events: []) }
    let report = gate(rotation, watch).report(new: memory.new, old: memory.old, at: look.at)
    return settle(memory, watch, rotation, report, at: look.at)
  }

  static func subject(of rotation: Rotation) -> String {
    ["\(rotation.old)", "\(rotation.new)", rotation.fingerprint ?? "any"].joined(separator: " ")
  }

  private func gate(_ rotation: Rotation, _ watch: Watch) -> Gate {
    Gate(
      domain: rotation.new.domain, new: rotation.new.selector, old: rotation.old.selector,
      expected: rotation.fingerprint.map { ExpectedKey(fingerprints: [$0], form: "the configured key") },
      views: views.filter { watch.views?.contains($0.name) ?? true })
  }

  // MARK: what is expected meanwhile

  /// Whether the watch is of a key that is not ready yet: whatever becomes of it, the rotation tells.
  public func isComing(_ watch: Watch, _ memory: RotationMemory?) -> Bool {
    guard let rotation = watch.rotation, rotation.new == watch.key else { return false }
    return memory?.subject != Self.subject(of: rotation) || memory?.readySince == nil
  }

  /// What the watch is held against: a key that comes may be in any state until it is ready, one that goes may be gone
  /// when it is no longer needed.
  ///
  /// - Parameter state: what a look comes to when it is held against an expectation.
  public func expectation(
    of watch: Watch, _ memory: RotationMemory?, at now: Timestamp, state: (Expectation) -> State
  ) -> Expectation {
    guard let rotation = watch.rotation else { return watch.expectation }
    var expectation = watch.expectation
    if watch.key == rotation.new {
      guard isComing(watch, memory) else {
        expectation.fingerprint = rotation.fingerprint
        return expectation
      }
      let seen = state(expectation)
      if seen != .published { expectation.state = seen }
      return expectation
    }
    guard memory?.subject == Self.subject(of: rotation), let ready = memory?.readySince,
      ready + Gate.leastKeeping <= now
    else { return expectation }
    let seen = state(expectation)
    if seen == .missing || seen == .revoked { expectation.state = seen }
    return expectation
  }

  // MARK: what is told

  private enum Situation: Hashable {
    case open
    case ready
    /// By the ids of the conditions that failed.
    case blocked([String])
    /// The old key is gone before its time.
    case lost

    var evidence: String {
      switch self {
      case .open: "open"
      case .ready: "ready"
      case .blocked(let ids): "blocked " + ids.joined(separator: " ")
      case .lost: "lost"
      }
    }
  }

  private func situation(_ report: RotationReport, _ memory: RotationMemory, at now: Timestamp) -> Situation {
    let failed = report.conditions.filter { $0.state == .failed }.map(\.id)
    if failed.contains(Self.oldCondition) {
      let isOver = memory.readySince.map { $0 + Gate.leastKeeping <= now } ?? false
      return isOver ? .open : .lost
    }
    if report.state == .ready { return .ready }
    // Once the signer may have switched, the watch of the new key tells what becomes of it.
    return failed.isEmpty || memory.readySince != nil ? .open : .blocked(failed)
  }

  private static let oldCondition = "old-published"

  private func settle(
    _ memory: RotationMemory, _ watch: Watch, _ rotation: Rotation, _ report: RotationReport, at now: Timestamp
  ) -> RotationStep {
    var memory = memory
    let situation = situation(report, memory, at: now)
    guard isNews(situation, memory) else {
      if situation == .ready || situation == .open, report.conditions.contains(where: Self.isOldKeyThere) {
        memory.isLossTold = false
      }
      memory.suspicion = nil
      memory.lookDue = lookDue(report, memory, at: now)
      return RotationStep(memory: memory, events: [])
    }
    if memory.suspicion?.evidence != situation.evidence { memory.suspicion = nil }
    let suspicion = memory.suspicion.add(situation.evidence, at: now, policy)
    guard suspicion.isConfirmed(policy) else {
      memory.lookDue = suspicion.nextLook(policy)
      return RotationStep(memory: memory, events: [])
    }
    memory.suspicion = nil
    let event = event(situation, watch, rotation, report, memory, since: suspicion.firstSeen, at: now)
    switch situation {
    case .ready:
      memory.told = situation.evidence
      memory.readySince = now
      memory.isLossTold = false
    case .blocked: memory.told = situation.evidence
    case .lost: memory.isLossTold = true
    case .open: break
    }
    memory.lookDue = lookDue(report, memory, at: now)
    return RotationStep(memory: memory, events: [event])
  }

  private static func isOldKeyThere(_ condition: Condition) -> Bool {
    condition.id == oldCondition && condition.state == .met
  }

  private func isNews(_ situation: Situation, _ memory: RotationMemory) -> Bool {
    switch situation {
    case .open: false
    case .ready: memory.readySince == nil
    case .blocked: memory.told != situation.evidence
    case .lost: !memory.isLossTold
    }
  }

  /// When a clock ends that no interval knows of.
  private func lookDue(_ report: RotationReport, _ memory: RotationMemory, at now: Timestamp) -> Timestamp? {
    guard memory.readySince == nil else { return nil }
    return report.conditions.compactMap(\.until).min().map { max($0, now + policy.confirmAfter) }
  }

  private func event(
    _ situation: Situation, _ watch: Watch, _ rotation: Rotation, _ report: RotationReport, _ memory: RotationMemory,
    since: Timestamp, at now: Timestamp
  ) -> Event {
    let failed = report.conditions.filter { $0.state == .failed }
    let old = rotation.old.selector
    let new = rotation.new.selector
    var event: Event
    switch situation {
    case .ready, .open:
      event = Event(
        id: identifiers.event(at: now), type: .rotationReady, at: now, verdict: .ok, summary: report.summary)
      event.diagnosis = Diagnosis(
        cause: "Every server and every view has the key of \(new), and no cache can hold an older answer.",
        evidence: report.conditions.flatMap(\.evidence),
        remedy: "Switch the signer to \(new)"
          + (report.keepOldUntil.map { ", and keep \(old) published until \(Wording.time($0)) at least" } ?? "") + ".")
    case .blocked:
      event = Event(
        id: identifiers.event(at: now), type: .rotationBlocked, at: now, verdict: .warning, summary: report.summary)
      event.diagnosis = Diagnosis(
        cause: (failed.first?.text.asClause.capitalizedFirst ?? report.summary.asClause) + ".",
        evidence: failed.flatMap(\.evidence), remedy: failed.first?.remedy ?? "")
    case .lost:
      let loss = failed.first { $0.id == Self.oldCondition }
      let what = (loss?.text.asClause ?? "the key of selector \(old) is missing").capitalizedFirst
      let when =
        memory.readySince.map {
          "less than 7 days after the signer could switch (\(Wording.time($0)))"
        } ?? "before \(new) is ready"
      event = Event(
        id: identifiers.event(at: now), type: .rotationTooEarly, at: now, verdict: .critical,
        summary: "\(what), \(when): mail signed with it can no longer be verified.")
      event.diagnosis = Diagnosis(
        cause: "\(what), \(when).", evidence: loss?.evidence ?? [],
        remedy: loss?.remedy ?? "Publish the record of selector \(old) again.")
    }
    let key = situation == .lost ? rotation.old : rotation.new
    event.domain = key.domain
    event.selector = key.selector
    event.name = key.name
    event.since = since
    event.labels = watch.labels.isEmpty ? nil : watch.labels
    event.note = watch.note
    return event
  }
}
