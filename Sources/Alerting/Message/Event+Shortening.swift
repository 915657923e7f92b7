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
    func records(_ list: [String]) -> [String] { Array(list.prefix(limits.records)) }
    var event = self
    event.lastGood?.records = records(lastGood?.records ?? [])
    event.before?.records = records(before?.records ?? [])
    event.after?.records = records(after?.records ?? [])
    event.caches = caches.map { Array($0.prefix(limits.items)) }
    event.delegation?.before = Array((delegation?.before ?? []).prefix(limits.items))
    event.delegation?.after = Array((delegation?.after ?? []).prefix(limits.items))
    event.labels = labels.map { labels in
      Dictionary(
        labels.sorted { $0.key < $1.key }.prefix(limits.items).map { ($0.key, $0.value) },
        uniquingKeysWith: { first, _ in first })
    }
    event.findings = findings.map { Array($0.prefix(limits.items)) }
    event.audit?.new = Array((audit?.new ?? []).prefix(limits.items))
    event.audit?.fixed = Array((audit?.fixed ?? []).prefix(limits.items))
    event.diagnosis?.evidence = Array((diagnosis?.evidence ?? []).prefix(limits.items))
    event.diagnosis?.alternatives = nil
    // Half a record would do harm.
    let record = diagnosis?.record.flatMap { $0.utf8.count <= 4000 ? $0 : nil }
    let instructions = diagnosis?.instructions.flatMap { $0.utf8.count <= 4000 ? $0 : nil }
    event = event.mappingTexts { $0.shortened(to: limits.bytes) }
    event.diagnosis?.record = record
    event.diagnosis?.instructions = instructions
    return event
  }

  /// The event with every text of it that a zone or a person may have written changed.
  func mappingTexts(_ change: (String) -> String) -> Event {
    func mapped(_ snapshot: Snapshot?) -> Snapshot? {
      snapshot.map {
        var snapshot = $0
        snapshot.records = $0.records.map(change)
        snapshot.outcome = change($0.outcome)
        return snapshot
      }
    }
    var event = self
    event.summary = change(summary)
    event.note = note.map(change)
    event.lastGood?.records = lastGood?.records.map(change) ?? []
    event.before = mapped(before)
    event.after = mapped(after)
    event.labels = labels.map { labels in
      Dictionary(labels.map { (change($0.key), change($0.value)) }, uniquingKeysWith: { first, _ in first })
    }
    func mapped(_ findings: [Finding]) -> [Finding] {
      findings.map { finding in
        var finding = finding
        finding.text = change(finding.text)
        finding.evidence = change(finding.evidence)
        finding.remedy = change(finding.remedy)
        return finding
      }
    }
    event.findings = findings.map(mapped)
    event.audit?.new = mapped(audit?.new ?? [])
    event.audit?.fixed = mapped(audit?.fixed ?? [])
    event.diagnosis = diagnosis.map { diagnosis in
      var diagnosis = diagnosis
      diagnosis.cause = change(diagnosis.cause)
      diagnosis.reasoning = diagnosis.reasoning.map(change)
      diagnosis.evidence = diagnosis.evidence.map(change)
      diagnosis.remedy = change(diagnosis.remedy)
      diagnosis.record = diagnosis.record.map(change)
      diagnosis.instructions = diagnosis.instructions.map(change)
      diagnosis.alternatives = diagnosis.alternatives?.map { alternative in
        var alternative = alternative
        alternative.cause = change(alternative.cause)
        return alternative
      }
      return diagnosis
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
