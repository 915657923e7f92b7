// From what the checks saw to the report: one cause is one finding, charged once.

internal import Model
internal import Phrasing

extension AuditReport {
  init(facts: AuditFacts, sights: [(check: AuditCheck, sight: AuditSight)], effort: Effort) {
    let rows = Self.rows(sights).filter { !facts.options.ignored.contains($0.finding.rule) }
    let unjudged = sights.compactMap { check, sight in
      if case .unjudged = sight { check.section.area } else { nil }
    }
    let marks = sights.compactMap { if case .good(_, let mark?) = $0.sight { mark } else { nil } }
    let score = AuditScore(
      rows.map { row in
        AuditScore.Loss(
          area: row.check.section.area, cost: row.check.cost(of: row.finding.severity), severity: row.finding.severity,
          cap: row.finding.severity >= row.check.rule.severity ? row.check.cap : nil)
      }, unjudged: Set(unjudged), marks: Set(marks))
    let scored = zip(rows, score.charged).map { row, charged in
      (section: row.check.section, finding: ScoredFinding(finding: row.finding, points: Double(charged) / 10))
    }
    let worst = rows.reduce(Verdict.ok) { $0.worse(Verdict($1.finding.severity)) }
    // Who could not ask has not seen that all is well.
    let verdict = score.isJudged ? worst : worst.worse(.unknown)
    self.init(
      domain: facts.domain, verdict: verdict, score: Double(score.points) / 10, of: Double(score.total) / 10,
      grade: score.grade, summary: Self.summary(rows.map(\.finding), facts, isJudged: score.isJudged),
      checkedAt: facts.now,
      scheme: AuditScore.scheme, role: facts.mail?.role,
      sections: AuditSection.allCases.compactMap { Self.section($0, scored, sights) },
      undecided: Self.undecided(sights, told: Set(rows.map(\.finding.rule)), facts, isCut: effort.isCut),
      records: Records(facts), spf: SPF(facts), effort: effort)
  }

  private typealias Row = (check: AuditCheck, finding: Finding)

  /// A finding each; what another finding explains is told as evidence of that one.
  private static func rows(_ sights: [(check: AuditCheck, sight: AuditSight)]) -> [Row] {
    var all: [Row] = sights.flatMap { check, sight in sight.findings(of: check).map { (check, $0) } }
    let rules = Set(all.map(\.finding.rule))
    func isConsequence(_ row: Row) -> Bool { row.check.consequenceOf.contains(where: rules.contains) }
    for row in all where isConsequence(row) {
      guard
        let root = all.firstIndex(where: { row.check.consequenceOf.contains($0.finding.rule) && !isConsequence($0) })
      else { continue }
      all[root].finding.evidence += "\nTherefore also: \(row.finding.text)"
    }
    return all.filter { !isConsequence($0) }
  }

  private static func section(
    _ id: AuditSection, _ scored: [(section: AuditSection, finding: ScoredFinding)],
    _ sights: [(check: AuditCheck, sight: AuditSight)]
  ) -> Section? {
    let findings = scored.filter { $0.section == id }.map(\.finding).sorted(by: ScoredFinding.isWorse)
    var (good, unknown): ([String], [String]) = ([], [])
    for (check, sight) in sights where check.section == id {
      switch sight {
      case .good(let text, _): good.append(text)
      case .unknown(let reason), .unjudged(let reason): unknown.append(reason)
      case .nothing, .found, .findings: break
      }
    }
    if findings.isEmpty, good.isEmpty, unknown.isEmpty { return nil }
    let lost = findings.reduce(0) { $0 + Int(($1.points * 10).rounded()) }
    let score = 100 - lost * 100 / id.area.budget
    return Section(
      id: id, title: id.title, score: Double(score) / 10, of: 10, findings: findings,
      good: good.withoutRepeats, unknown: unknown.withoutRepeats)
  }

  private static func summary(_ findings: [Finding], _ facts: AuditFacts, isJudged: Bool) -> String {
    let worst = findings.max { $0.severity < $1.severity }
    guard let worst, worst.severity > .info else {
      return isJudged
        ? "No problems found with \(facts.domain)."
        : "Too little of \(facts.domain) could be asked to say whether all is well."
    }
    let criticals = findings.count { $0.severity == .critical }
    let warnings = findings.count { $0.severity == .warning }
    let counts =
      (criticals > 0 ? [Phrase.count(criticals, "critical problem")] : [])
      + (warnings > 0 ? [Phrase.count(warnings, "warning")] : [])
    return "\(Phrase.list(counts)) with \(facts.domain). \(worst.text)"
  }
}

extension AuditSight {
  func findings(of check: AuditCheck) -> [Finding] {
    switch self {
    case .findings(let findings): findings
    case .found(let observations):
      observations.map { seen in
        Finding(
          rule: check.rule.id, severity: seen.severity ?? check.rule.severity, text: seen.text ?? check.rule.summary,
          evidence: seen.evidence, remedy: seen.remedy ?? check.rule.remedy)
      }
    case .nothing, .good, .unknown, .unjudged: []
    }
  }
}
