// Answers that come and go: n of the last m looks wrong is an anomaly, though the last look was good.

internal import Judging
internal import Model
internal import Phrasing

extension WatchMachine {
  /// Counts a look that differs from a good settled state; one that is confirmed is told as what it is instead.
  func noteDifference(_ look: JudgedLook, in memory: inout WatchMemory) {
    guard memory.state == .published else { return }
    var wavering = memory.wavering ?? Wavering(since: look.at)
    guard memory.wavering == nil || policy.standApart(wavering.lastCounted, look.at) else { return }
    let isFailure = isFailureToReach(look.judgement)
    wavering.add(wrong: !isFailure, failed: isFailure, at: look.at)
    let culprits = look.sorted.without + look.sorted.failing
    for name in culprits.map(\.name).withoutRepeats where wavering.culprits.count < 8 || wavering.culprits[name] != nil
    {
      wavering.culprits[name, default: 0] += 1
    }
    if !culprits.isEmpty { wavering.evidence = Wording.evidence(culprits, limit: 4) }
    memory.wavering = wavering
  }

  /// Counts a server of the zone that said something else in a sweep, and in the look that followed the usual again: a second
  /// machine behind its address, or two copies of the zone.
  func noteAlternation(_ difference: SweepDifference, _ look: JudgedLook, in memory: inout WatchMemory) {
    guard memory.state == .published,
      let view = look.sorted.look.views.first(where: { $0.view == difference.view && $0.isAuthoritative }),
      let server = view.servers.first(where: {
        $0.endpoint == difference.server && $0.answer.digest == difference.expected
      })
    else { return }
    var wavering = memory.wavering ?? Wavering(since: look.at)
    guard memory.wavering == nil || policy.standApart(wavering.lastCounted, look.at) else { return }
    let isFailure = difference.answer.outcome.failure != nil
    wavering.add(wrong: !isFailure, failed: isFailure, at: look.at)
    // The look itself, which was as it should be.
    wavering.add(wrong: false, failed: false, at: look.at)
    let name = "\(server.server) (\(difference.server.address))"
    if wavering.culprits.count < 8 || wavering.culprits[name] != nil { wavering.culprits[name, default: 0] += 1 }
    var odd = server
    odd.answer = difference.answer
    wavering.evidence = odd.repeatable(isAuthoritative: true)
    memory.wavering = wavering
  }

  /// Counts a look that is as it was settled.
  func noteAgreement(in memory: inout WatchMemory, at now: Timestamp) {
    guard var wavering = memory.wavering, policy.standApart(wavering.lastCounted, now) else { return }
    wavering.add(wrong: false, failed: false, at: now)
    memory.wavering = wavering.count == 0 ? nil : wavering
  }

  /// What a sweep that found nothing new adds: one more look that was as it should be.
  func unchanged(_ memory: WatchMemory, at now: Timestamp) -> WatchMemory {
    var memory = memory
    noteAgreement(in: &memory, at: now)
    return memory
  }
}

extension Wavering {
  /// What it adds to the findings of a look.
  func finding(_ now: Timestamp) -> Finding? {
    guard isTelling else { return nil }
    let who = culprits.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map {
      "\($0.key) \(Phrase.count($0.value, "time"))"
    }
    return Finding(
      rule: MonitoringFindings.answersVary.id, severity: count * 2 >= looks ? .critical : .warning,
      text:
        "The answers come and go: \(count) of the last \(Phrase.count(looks, "look")) since \(Phrase.time(since, now: now)) differed"
        + (who.isEmpty ? "." : " (\(Phrase.list(who, limit: 4)))."),
      evidence: evidence, remedy: MonitoringFindings.answersVary.remedy)
  }
}
