// Lasting warnings: a key that is published, and something about it that is not as it should be.

internal import Diagnosing
internal import Judging
internal import Model

/// What warns in a look and will not go away by itself.
struct Warnings: Hashable {
  /// The ids of the rules, sorted.
  let rules: [String]
  /// Those of them that were not told yet: what was told before says nothing of how long these are waited for.
  let news: [String]
  /// Whether warnings were told, and none of them is left.
  let isOver: Bool

  /// A cache that runs out ends by itself, and its clock is looked after.
  private static let ending: Set = ["cached-key-outlives-source", "cached-text-differs", "negative-answer-cached"]

  private static let failures: Set = [
    RuleID.authorityUnreachable, "our-link-down", "resolver-failed", "server-failed-malformed", "server-failed-refused",
    "server-failed-servfail",
    "server-failed-timeout", "server-failed-unreachable", "source-down", "stale-answer-served",
    "walk-failed",
  ]

  init(_ look: JudgedLook, _ memory: WatchMemory) {
    let warnings = look.judgement.verdict == .ok ? [] : look.judgement.findings.filter { $0.severity != .info }
    rules = Set(warnings.map(\.rule)).subtracting(Self.ending)
      .union(memory.wavering?.isTelling == true ? [MonitoringFindings.answersVary.id] : [])
      .union(memory.serverFinding.map { [$0.rule] } ?? []).sorted()
    let told = Set(memory.toldWarnings ?? [])
    news = rules.filter { !told.contains($0) }
    // An incident from before this was kept is about the state, and ends with it.
    isOver = rules.isEmpty && memory.toldWarnings != nil
  }

  /// What makes two looks warn of the same, as text that can be stored.
  var evidence: String { news.joined(separator: "\n") }

  /// Whether all that is suspected are failures to reach something, which may end as they began: they wait for
  /// `unreachableAfter` too.
  static func waits(_ suspicion: Confirmation) -> Bool {
    !suspicion.evidence.isEmpty
      && suspicion.evidence.split(separator: "\n").allSatisfy { failures.contains(String($0)) }
  }
}

extension WatchMachine {
  /// Counts looks that warn, or that no longer do; gives what is to be told now.
  func heed(_ warnings: Warnings, in step: inout WatchStep, at now: Timestamp) -> EventType? {
    guard !warnings.news.isEmpty || warnings.isOver else {
      step.memory.warning = nil
      return nil
    }
    let suspicion = step.memory.warning.add(warnings.evidence, at: now, policy)
    guard remainingWait(suspicion, isFailureToReach: Warnings.waits(suspicion), at: now) == nil else { return nil }
    return warnings.isOver ? .selectorRecovered : .selectorDegraded
  }

  /// Tells of a lasting warning, once it is known why; of its end at once.
  func warn(
    _ type: EventType, _ step: WatchStep, _ watch: Watch, _ look: JudgedLook, known: WatchMemory, zone: ZoneMemory?
  ) -> Action {
    let since =
      (type == .selectorDegraded ? step.memory.wavering?.since : nil) ?? step.memory.warning?.firstSeen ?? look.at
    guard type == .selectorDegraded else {
      var step = step
      step.memory.warning = nil
      step.memory.toldWarnings = nil
      step.memory.explanation = nil
      // Without what the diagnosis had added.
      step.memory.findings = look.judgement.findings
      step.memory.verdict = look.judgement.verdict
      if let incident = step.memory.openChange { step.memory.add(MonitoringFindings.keyChanged(incident, watch.key)) }
      var event = builder.event(type, watch, step.memory, at: look.at)
      event.summary = "The warning is over: \(step.memory.summary)"
      event.since = since
      put(&event, into: &step, closes: true)
      step.lookAgainAfter = lookDue(step.memory).map { max(.zero, $0 - look.at) }
      return .done(step)
    }
    return .investigate(
      settlement(
        step.memory, watch, look, since: since, lastGood: known.lastGood, type: type,
        kind: .warning, known: known, zone: zone))
  }

  /// Tells of a lasting warning.
  func warn(_ settlement: Settlement, _ diagnosis: DiagnosisMachine) -> WatchStep {
    let (look, watch) = (settlement.look, settlement.watch)
    var memory = settlement.memory
    memory.warning = nil
    memory.toldWarnings = Warnings(look, memory).rules
    memory.explanation = diagnosis.explanation
    if let wavering = memory.wavering, let finding = wavering.finding(look.at) {
      // The last look was good: only those before it tell.
      memory.explanation?.diagnosis = Diagnosis(
        cause: finding.text, evidence: finding.evidence.split(separator: "\n").map(String.init), remedy: finding.remedy)
    }
    memory.takeExplanation()
    var step = WatchStep(memory)
    if !memory.isHarmless {
      var event = builder.event(.selectorDegraded, watch, memory, at: look.at)
      event.since = settlement.since
      event.before = settlement.memory.snapshot
      put(&event, into: &step, closes: false)
    }
    step.lookAgainAfter = lookDue(step.memory).map { max(.zero, $0 - look.at) }
    return step
  }
}
