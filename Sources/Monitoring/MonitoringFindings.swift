// Findings that no single look shows: they need what was seen before.

internal import Diagnosing
package import Model
internal import Phrasing

/// The rules of this stage.
package enum MonitoringFindings {
  package static let all: [Rule] = [keyChanged, answersVary]

  static let keyChanged = Rule(
    id: "key-changed", severity: .warning,
    summary: "The key was changed, and neither a rotation nor a pinned key of the configuration announced it.",
    remedy:
      "If the change was intended, acknowledge it: selectord incident acknowledge ID --note TEXT. Otherwise ask whoever runs the zone who changed it.",
    source: "RFC 6376, section 8.1")

  static let answersVary = Rule(
    id: "answers-vary", severity: .warning,
    summary: "The answers come and go: several of the last looks were wrong, though the last one was good.",
    remedy:
      "Ask each of the servers named several times over; compare their zones and serials, and check for several machines behind one address that do not hold the same zone.",
    source: "RFC 1034, section 4.3.5")

  /// While a change is not accepted, the watch is not quite in order.
  static func keyChanged(_ incident: Incident, _ key: KeyName) -> Finding {
    Finding(
      rule: keyChanged.id, severity: keyChanged.severity,
      text:
        "The \(key.isKey ? "key" : "\(key.type) record set") was changed \(Phrase.dateAndTime(incident.openedAt)), and nobody has announced or acknowledged that.",
      evidence: "incident \(incident.id)", remedy: keyChanged.remedy)
  }
}

extension WatchMemory {
  /// Adds what no single look shows.
  mutating func add(_ finding: Finding) {
    findings.append(finding)
    verdict = verdict.worse(Verdict(finding.severity))
  }

  /// Adds all that was seen before this look and holds still.
  mutating func addWhatNoLookShows(_ key: KeyName, at now: Timestamp) {
    if let finding = serverFinding, state == .published { add(finding) }
    if let incident = openChange { add(MonitoringFindings.keyChanged(incident, key)) }
    if let finding = wavering?.finding(now), state == .published { add(finding) }
  }

  /// Takes up what the diagnosis says of what was judged.
  mutating func takeExplanation() {
    explanation?.diagnosis.amend(state, &verdict, &findings, &summary)
  }
}
