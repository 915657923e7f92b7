// Fills in events about watches from what is known.

internal import Model
internal import Phrasing

struct EventBuilder {
  let identifiers: IdentifierSource

  /// An event on what `memory` has settled on, with its explanation; the caller adds what was before.
  func event(
    _ type: EventType, _ watch: Watch, _ memory: WatchMemory, at: Timestamp
  ) -> Event {
    var event = Event(
      id: identifiers.event(at: at), type: watch.key.isKey ? type : type.ofRecordSet, at: at, verdict: memory.verdict,
      summary: summary(type, watch.key, memory))
    event.domain = watch.key.domain
    event.selector = watch.key.isKey ? watch.key.selector : nil
    event.name = watch.key.name
    event.recordType = watch.key.isKey ? nil : watch.key.type.description
    event.lastGood = memory.lastGood
    event.after = memory.snapshot
    event.caches = memory.caches.isEmpty ? nil : memory.caches
    event.findings = memory.findings.isEmpty ? nil : memory.findings
    event.labels = watch.labels.isEmpty ? nil : watch.labels
    event.note = watch.note
    if type != .selectorRecovered {
      event.diagnosis = memory.explanation?.diagnosis
      event.delegation = memory.explanation?.delegation
    }
    return event
  }

  /// Mail of a watched domain is signed with a selector that nobody watches.
  func discovered(_ key: KeyName, at: Timestamp) -> Event {
    var event = Event(
      id: identifiers.event(at: at), type: .selectorDiscovered, at: at, verdict: .warning,
      summary: "Mail of \(key.domain) is signed with the selector \(key.selector), which is not watched.")
    event.domain = key.domain
    event.selector = key.selector
    event.name = key.name
    return event
  }

  /// A key that is published, and that signed mail regularly, signs none any more.
  func silent(_ watch: Watch, _ memory: WatchMemory, _ mail: MailDays, _ rhythm: MailRhythm, at: Timestamp) -> Event {
    var event = event(.selectorSilent, watch, memory, at: at)
    event.verdict = .warning
    let habit =
      rhythm.longestSpan == 1
      ? "there was mail every day" : "there were never more than \(rhythm.longestSpan) days between two messages"
    event.summary =
      "No mail has been signed with this key for \(Phrase.duration(at - mail.lastSeen)); before that, \(habit)."
    event.since = mail.lastSeen
    event.diagnosis = nil
    event.delegation = nil
    return event
  }

  private func summary(_ type: EventType, _ key: KeyName, _ memory: WatchMemory) -> String {
    guard key.isKey else { return summaryOfRecordSet(type, key, memory) }
    switch type {
    case .selectorRecovered:
      return memory.state == .published
        ? "The key is back: \(memory.summary)" : "The watch is as expected again: \(memory.summary)"
    case .signatureFailing: return "Mail that is signed with this key fails here: \(memory.summary)"
    case .selectorDegraded:
      return "The key is published, but there is a problem: \(worstTold(memory)?.text ?? memory.summary)"
    case .selectorChanged:
      if memory.state == .published, memory.verdict == .critical,
        let worst = memory.findings.first(where: { $0.severity == .critical })
      {
        // What is worst of a key is its summary already.
        if memory.summary.hasPrefix((worst.text).asClause) {
          return "The key is published, but that is not good enough: \(memory.summary)"
        }
        return "\((memory.summary).asClause), but that is not good enough: \(worst.text)"
      }
      return "The record has changed: \(memory.summary)"
    default: return memory.summary
    }
  }

  private func summaryOfRecordSet(_ type: EventType, _ key: KeyName, _ memory: WatchMemory) -> String {
    let noun = "The \(key.type) record set of \(key.name)"
    let records = (memory.snapshot?.records ?? []).map { TextRecord($0).excerpt(of: key.type) }
    let now = records.isEmpty ? "it has no records" : "it is now \(Phrase.list(records, limit: 4).asClause)"
    return switch type {
    case .selectorRecovered: "\(noun) is right again: \(now)."
    case .selectorDegraded: "\(noun) is published, but there is a problem: \(worstTold(memory)?.text ?? memory.summary)"
    case .selectorChanged where memory.state == .published: "\(noun) has changed: \(now)."
    default: memory.summary
    }
  }

  /// The worst finding that is told of. A cache that still has what was before ends by itself, and is not it.
  private func worstTold(_ memory: WatchMemory) -> Finding? {
    let told = memory.findings.filter { memory.toldWarnings?.contains($0.rule) ?? true }
    return told.first { $0.severity == .critical } ?? told.first { $0.severity == .warning }
  }
}
