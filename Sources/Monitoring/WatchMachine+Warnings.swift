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
  /// Whether some of those that were told are over: they are news when they come again.
  let isFewer: Bool

  /// A cache that runs out ends by itself, and its clock is looked after.
  private static let ending: Set = ["cached-key-outlives-source", "cached-text-differs", "negative-answer-cached"]

  /// What resolvers show: it cannot be seen to end while one of them cannot be asked.
  private static let ofResolvers: Set = [
    RuleID.dnssecBogus, "resolver-answer-differs", "resolver-failed", "split-horizon", "stale-answer-served",
  ]

  private static let failures: Set = [
    RuleID.authorityUnreachable, "our-link-down", "resolver-failed", "server-failed-malformed", "server-failed-refused",
    "server-failed-servfail",
    "server-failed-timeout", "server-failed-unreachable", "source-down", "stale-answer-served",
    "walk-failed",
  ]

  /// - Parameter viewsDown: views of the watch that are left out of the look.
  init(_ look: JudgedLook, _ memory: WatchMemory, viewsDown: Set<String> = []) {
    let warnings = look.judgement.verdict == .ok ? [] : look.judgement.findings.filter { $0.severity != .info }
    rules = Set(warnings.map(\.rule)).subtracting(Self.ending)
      .union(memory.wavering?.isTelling == true ? [MonitoringFindings.answersVary.id] : [])
      .union(memory.serverFinding.map { [$0.rule] } ?? [])
      .union(viewsDown.isEmpty ? [] : Self.ofResolvers.intersection(memory.toldWarnings ?? [])).sorted()
    let told = Set(memory.toldWarnings ?? [])
    news = rules.filter { !told.contains($0) }
    isFewer = news.isEmpty && !rules.isEmpty && rules.count < told.count
    // An incident from before this was kept is about the state, and ends with it.
    isOver = rules.isEmpty && memory.toldWarnings != nil
  }

  /// What makes two looks warn of the same, as text that can be stored.
  var evidence: String { isFewer ? "left\n" + rules.joined(separator: "\n") : news.joined(separator: "\n") }

  /// Whether all that is suspected are failures to reach something, which may end as they began: they wait for
  /// `unreachableAfter` too.
  static func waits(_ suspicion: Confirmation) -> Bool {
    !suspicion.evidence.isEmpty
      && suspicion.evidence.split(separator: "\n").allSatisfy { failures.contains(String($0)) }
  }
}

extension WatchMachine {
  /// Counts looks that warn of something new, or no longer of something; whether enough of them agree by now.
  func isConfirmed(_ warnings: Warnings, in step: inout WatchStep, at now: Timestamp) -> Bool {
    guard !warnings.news.isEmpty || warnings.isOver || warnings.isFewer else {
      step.memory.warning = nil
      return false
    }
    let suspicion = step.memory.warning.add(warnings.evidence, at: now, policy)
    return remainingWait(suspicion, isFailureToReach: Warnings.waits(suspicion), at: now) == nil
  }

  /// Some of what was told is over: nobody needs to hear of it while the rest lasts, but it is news when it comes again.
  func keep(_ warnings: Warnings, in step: inout WatchStep, _ look: JudgedLook) {
    step.memory.warning = nil
    step.memory.toldWarnings = warnings.rules
    if !step.memory.isHarmless { forgetExplanation(in: &step.memory, look) }
  }

  /// What a diagnosis has said holds no longer: what the look itself shows is left.
  private func forgetExplanation(in memory: inout WatchMemory, _ look: JudgedLook) {
    memory.explanation = nil
    memory.findings = look.judgement.findings
    memory.verdict = look.judgement.verdict
    memory.summary = look.judgement.summary
    memory.addWhatNoLookShows(look.key, at: look.at)
  }

  /// Tells of a lasting warning, once it is known why; of its end at once.
  func warn(
    _ type: EventType, _ step: WatchStep, _ watch: Watch, _ look: JudgedLook, _ background: Background
  ) -> Action {
    let since =
      (type == .selectorDegraded ? step.memory.wavering?.since : nil) ?? step.memory.warning?.firstSeen ?? look.at
    guard type == .selectorDegraded else {
      var step = step
      step.memory.warning = nil
      step.memory.toldWarnings = nil
      forgetExplanation(in: &step.memory, look)
      var event = builder.event(type, watch, step.memory, at: look.at)
      event.summary = "The warning is over: \(step.memory.summary)"
      event.since = since
      put(&event, into: &step, closes: true)
      step.lookAgainAfter = lookDue(step.memory).map { max(.zero, $0 - look.at) }
      return .done(step)
    }
    return .investigate(
      settlement(
        step.memory, watch, look, background, since: since, lastGood: background.memory.lastGood, type: type,
        kind: .warning))
  }

  /// Tells of a lasting warning.
  func warn(_ settlement: Settlement, _ diagnosis: DiagnosisMachine) -> WatchStep {
    let (look, watch) = (settlement.look, settlement.watch)
    var memory = settlement.memory
    memory.warning = nil
    memory.toldWarnings = Warnings(look, memory, viewsDown: settlement.background.viewsDown).rules
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
