// An event that is too long for a receiver, cut part by part.

internal import Model

/// How much of each part of an event is kept.
struct EventLimits {
  var records: Int
  var items: Int
  var bytes: Int

  static let steps = [
    EventLimits(records: 4, items: 10, bytes: 1000), EventLimits(records: 1, items: 5, bytes: 400),
    EventLimits(records: 1, items: 1, bytes: 100),
  ]
}

extension Event {
  func shortened(to limits: EventLimits) -> Event {
    func cut(_ text: String) -> String { text.shortened(to: limits.bytes) }
    func records(_ list: [String]) -> [String] { list.prefix(limits.records).map(cut) }
    func shortened(_ snapshot: Snapshot?) -> Snapshot? {
      snapshot.map {
        var snapshot = $0
        snapshot.records = records($0.records)
        snapshot.outcome = cut($0.outcome)
        return snapshot
      }
    }
    var event = self
    event.summary = cut(summary)
    event.note = note.map(cut)
    event.lastGood?.records = records(lastGood?.records ?? [])
    event.before = shortened(before)
    event.after = shortened(after)
    event.caches = caches.map { Array($0.prefix(limits.items)) }
    event.delegation?.before = Array((delegation?.before ?? []).prefix(limits.items))
    event.delegation?.after = Array((delegation?.after ?? []).prefix(limits.items))
    event.labels = labels.map { labels in
      Dictionary(
        labels.sorted { $0.key < $1.key }.prefix(limits.items).map { (cut($0.key), cut($0.value)) },
        uniquingKeysWith: { first, _ in first })
    }
    event.findings = findings?.prefix(limits.items).map { finding in
      var finding = finding
      finding.text = cut(finding.text)
      finding.evidence = cut(finding.evidence)
      finding.remedy = cut(finding.remedy)
      return finding
    }
    event.diagnosis = diagnosis.map { diagnosis in
      var short = diagnosis
      short.cause = cut(diagnosis.cause)
      short.reasoning = diagnosis.reasoning.map(cut)
      short.evidence = diagnosis.evidence.prefix(limits.items).map(cut)
      short.remedy = cut(diagnosis.remedy)
      // Half a record would do harm.
      short.record = diagnosis.record.flatMap { $0.utf8.count <= 4000 ? $0 : nil }
      short.instructions = diagnosis.instructions.flatMap { $0.utf8.count <= 4000 ? $0 : nil }
      short.alternatives = nil
      return short
    }
    return event
  }
}

extension String {
  /// At most about so many bytes, with `…` where something was left out. It is cut between scalars, since one
  /// character may be as long as its author likes.
  func shortened(to count: Int) -> String {
    if utf8.count <= count { return self }
    var length = 0
    let kept = unicodeScalars.prefix { scalar in
      length += UTF8.width(scalar)
      return length <= count
    }
    return String(kept) + "…"
  }
}
