// Findings that no single look shows: they need what was seen before.

internal import Diagnosing
package import Model
internal import Phrasing

/// The rules of this stage.
package enum MonitoringFindings {
  package static let all: [Rule] = [keyChanged, answersVary, keyOld]

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

  static let keyOld = Rule(
    id: "key-old", severity: .info,
    summary: "The key has been the same for more than half a year.",
    remedy:
      "Plan a rotation: publish a new key under another selector, sign with it, and revoke this one when no mail that it signed is under way.",
    source: "M3AAWG DKIM Key Rotation Best Common Practices")

  /// From then on a key is old.
  private static let mostAge = Duration.seconds(183 * 86_400)

  /// Whether a key has become old, and was not judged since.
  static func isNewlyOld(_ memory: WatchMemory, at now: Timestamp) -> Bool {
    guard let since = memory.keySince, since + mostAge <= now else { return false }
    return memory.state == .published && !memory.findings.contains { $0.rule == keyOld.id }
  }

  /// What there is to say of the age of a key.
  fileprivate static func keyOld(_ memory: WatchMemory, at now: Timestamp) -> Finding? {
    guard let since = memory.keySince, since + mostAge <= now, memory.state == .published else { return nil }
    return Finding(
      rule: keyOld.id, severity: keyOld.severity,
      text: "The key has been the same since \(since.description.prefix(10)).", evidence: "first seen \(since)",
      remedy: memory.lastGood?.cname.flatMap(\.last).map {
        "Nothing has to be done here: the key is that of \($0), whose operator changes it."
      } ?? keyOld.remedy)
  }

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
    if key.isKey, let finding = MonitoringFindings.keyOld(self, at: now) { add(finding) }
  }

  /// Takes up what the diagnosis says of what was judged.
  mutating func takeExplanation() {
    explanation?.diagnosis.amend(state, &verdict, &findings, &summary)
  }
}
