// What a diagnosis does to a verdict: one rule for `check`, `diagnose` and the monitor.

internal import Judging
public import Model

extension Judgement {
  /// The judgement with its diagnosis, and what that says of the verdict.
  public func taking(_ diagnosis: Diagnosis) -> Judgement {
    var judgement = self
    judgement.diagnosis = diagnosis
    diagnosis.amend(state, &judgement.verdict, &judgement.findings, &judgement.summary)
    return judgement
  }
}

extension Diagnosis {
  /// A state that is as it should be is no alarm: what tells of it becomes a note, and the verdict is that of the other
  /// findings. Any other cause may be worse than what the answers show.
  public func amend(_ state: State, _ verdict: inout Verdict, _ findings: inout [Finding], _ summary: inout String) {
    if isHarmless == true, state != .published {
      findings = findings.map { Self.tellsState($0) ? $0.asInformation : $0 }
      verdict = .ok
      summary = cause
    }
    if let finding {
      // What a rule has seen already, the diagnosis knows better.
      findings.removeAll { $0.rule == finding.rule }
      findings.append(finding)
    }
    verdict = findings.reduce(verdict) { $0.worse(Verdict($1.severity)) }
  }

  /// Whether a finding only says what the state says: some on the answers, and all on the text of the record.
  private static func tellsState(_ finding: Finding) -> Bool {
    JudgingRules.row(finding.rule)?.tellsState ?? true
  }
}
