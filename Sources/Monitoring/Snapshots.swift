// What of a judgement is kept for events and memory.

internal import Judging
internal import Model
internal import Phrasing

/// Snapshots of judgements for events and memory.
enum Snapshots {
  static func snapshot(of look: JudgedLook) -> Event.Snapshot {
    let judgement = look.judgement
    return Event.Snapshot(
      state: judgement.state, verdict: judgement.verdict, outcome: outcome(of: look),
      records: records(of: look), key: judgement.keySummary)
  }

  /// The last answer that was good; nil where the judgement is none.
  static func lastGood(of look: JudgedLook) -> Event.LastGood? {
    let judgement = look.judgement
    guard judgement.state == .published, judgement.verdict == .ok || judgement.verdict == .warning else { return nil }
    let sorted = look.sorted
    guard let best = sorted.with.first ?? sorted.withCachesAsSources.with.first else { return nil }
    // A cache's TTL has counted down; only the source tells the whole.
    let head = sorted.sources.first { $0.server.question == judgement.key.name && $0.answer.ttl != nil } ?? best
    let ttl = best.isAuthoritative && head.isAuthoritative ? head.answer.ttl : nil
    let chain = sorted.chain
    return Event.LastGood(
      at: judgement.checkedAt, records: best.answer.records.map(\.text), cname: chain.isEmpty ? nil : chain, ttl: ttl)
  }

  /// The sources that decided.
  static func deciding(in look: JudgedLook) -> SortedLook {
    let sorted = look.sorted
    return sorted.answering.isEmpty && sorted.hasAuthoritativeView ? sorted.withCachesAsSources : sorted
  }

  static func records(of look: JudgedLook) -> [String] {
    guard look.judgement.state != .unreachable else { return [] }
    return deciding(in: look).texts.flatMap { $0.map(\.text) }.withoutRepeats.sorted()
  }

  /// The outcome at the source in words: `nxdomain`, or `records at 2, nxdomain at 2 of 4`.
  private static func outcome(of look: JudgedLook) -> String {
    let sources = deciding(in: look).sources.filter { $0.role != .leadsOn }
    let words = sources.map(\.answer.outcome.description)
    let kinds = words.withoutRepeats
    if kinds.count > 1 {
      return kinds.map { kind in "\(kind) at \(words.count { $0 == kind })" }.joined(separator: ", ")
        + " of \(words.count)"
    }
    return kinds.first ?? "no answer"
  }
}
