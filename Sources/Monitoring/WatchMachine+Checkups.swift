// What no look shows while all servers have the same key: one with an old copy of the zone, or with signatures that have
// expired.

internal import Diagnosing
internal import Judging
internal import Model

extension WatchMachine {
  /// Takes up what the follow-up questions have shown of each server. What is new is told once further looks confirm it.
  func checkUp(_ settlement: Settlement, _ diagnosis: DiagnosisMachine) -> WatchStep {
    let finding = diagnosis.diagnosis.finding.flatMap { $0.severity == .info ? nil : $0 }
    var step = pass(settlement)
    let former = settlement.memory.serverFinding
    step.memory.serverFinding = finding
    guard finding?.rule != former?.rule else { return step }
    step.memory.findings.removeAll { $0 == former || $0.rule == finding?.rule }
    if let finding { step.memory.add(finding) }
    step.lookAgainAfter = policy.confirmAfter
    return step
  }

  /// What the look alone leads to.
  func pass(_ settlement: Settlement) -> WatchStep {
    var step = WatchStep(settlement.memory)
    step.lookAgainAfter = lookDue(step.memory).map { max(.zero, $0 - settlement.look.at) }
    return step
  }
}
