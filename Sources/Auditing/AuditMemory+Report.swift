// Audits of one domain, one after the other: what is new, what was fixed, and what a further audit must confirm first.

public import Model

/// What one audit of several leads to.
public struct AuditStep: Sendable {
  public var result: AuditResult
  /// The spans that begin with this audit, and those that ended before it.
  public var spans: [FindingSpan] = []
  /// What is to be told; nil where there is nothing.
  public var news: Event.AuditNews?
  /// When the first of what is new was seen.
  public var since: Timestamp?
  /// Whether to audit again soon, to confirm what this one shows.
  public var needsConfirmation = false
}

extension AuditMemory {
  /// Whether the first audits are not over, which tell nothing: they are the start.
  private var isStart: Bool { settled == nil }

  /// Takes in a further audit. Pure: a report goes in, what to write and to tell comes out.
  ///
  /// Nothing is told that only one audit shows: a finding that appears, grows worse or is no longer there is looked for once more. And
  /// a finding whose question was not answered is neither there nor fixed: it stays as it was.
  public mutating func take(_ report: AuditReport) -> AuditStep {
    let found = report.findings.map(\.finding)
    let match = FindingMatch(known.map(\.finding), found)
    let now = AuditResult(report)
    var step = AuditStep(result: now)
    var (new, fixed): ([KnownFinding], [Finding]) = ([], [])
    var positions: [String: Int] = [:]
    func begin(_ finding: Finding) -> KnownFinding {
      let position = positions[finding.rule, default: 0]
      positions[finding.rule] = position + 1
      let span = FindingSpan(
        domain: report.domain, finding: finding, firstSeen: report.checkedAt, position: position)
      step.spans.append(span)
      return KnownFinding(span: span)
    }
    func end(_ one: KnownFinding) {
      var span = one.span
      span.lastSeen = one.lastSeen
      step.spans.append(span)
    }

    for (old, place) in match.pairs {
      let isWorse = found[place].severity > known[old].finding.severity
      if isWorse, known[old].isWorse || !known[old].isConfirmed {
        end(known[old])
        known[old] = begin(found[place])
      } else if isWorse {
        known[old].isWorse = true
        known[old].isMissing = false
        known[old].lastSeen = report.checkedAt
        continue
      }
      let isNew = !known[old].isConfirmed && !isStart
      known[old].finding = found[place]
      known[old].lastSeen = report.checkedAt
      (known[old].isConfirmed, known[old].isMissing, known[old].isWorse) = (true, false, false)
      if isNew { new.append(known[old]) }
    }
    let undecided = Set(report.undecided ?? [])
    let silent = found.silentServers
    var ended: Set<Int> = []
    for index in match.gone {
      if undecided.contains(known[index].finding.rule) || known[index].finding.concerns(silent) { continue }
      if known[index].isConfirmed, !known[index].isMissing {
        known[index].isMissing = true
        continue
      }
      if known[index].isConfirmed, !isStart { fixed.append(known[index].finding) }
      end(known[index])
      ended.insert(index)
    }
    known = known.indices.filter { !ended.contains($0) }.map { known[$0] } + match.new.map { begin(found[$0]) }

    if !new.isEmpty || !fixed.isEmpty, let before = settled {
      step.news = Event.AuditNews(
        new: new.map(\.finding).sorted(by: Finding.isWorse), fixed: fixed.sorted(by: Finding.isWorse),
        same: known.count { $0.isConfirmed } - new.count, score: now.score, of: now.of, grade: now.grade,
        scoreBefore: before.score, gradeBefore: before.grade)
      step.since = new.map(\.span.firstSeen).min()
    }
    step.needsConfirmation = known.contains(where: \.isDoubtful)
    // The start ends with the second audit at the latest, so that a fault that comes and goes cannot prolong it for ever.
    if !step.needsConfirmation || isStart && result != nil || step.news != nil { settled = now }
    result = now
    return step
  }
}

extension AuditResult {
  /// What is kept of a report.
  public init(_ report: AuditReport) {
    self.init(
      domain: report.domain, checkedAt: report.checkedAt, verdict: report.verdict, score: report.score, of: report.of,
      grade: report.grade?.rawValue, summary: report.summary)
  }
}

extension Finding {
  static func isWorse(_ one: Finding, _ other: Finding) -> Bool {
    one.severity != other.severity
      ? one.severity > other.severity : (one.rule, one.evidence) < (other.rule, other.evidence)
  }

  /// The addresses that its evidence was asked at, as in `dig @192.0.2.1`.
  fileprivate var askedServers: Set<Substring> {
    Set(evidence.split(whereSeparator: { $0 == " " || $0 == "\n" }).filter { $0.hasPrefix("@") })
  }

  /// Whether its evidence is of one of these servers.
  fileprivate func concerns(_ servers: Set<Substring>) -> Bool { !askedServers.isDisjoint(with: servers) }
}

extension [Finding] {
  /// The servers that gave no answer: what was seen at them before may still be so.
  fileprivate var silentServers: Set<Substring> {
    filter { $0.rule.hasPrefix("server-failed-") || $0.rule == "source-down" }.reduce(into: []) {
      $0.formUnion($1.askedServers)
    }
  }
}
