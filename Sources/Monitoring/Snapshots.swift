// What of a judgement is kept for events and memory.

internal import Judging
internal import Model
internal import Phrasing

/// Snapshots of judgements for events and memory.
enum Snapshots {
  static func snapshot(of look: JudgedLook) -> Event.Snapshot {
    let judgement = look.judgement
    let outcome = outcome(of: look)
    return Event.Snapshot(
      state: judgement.state, verdict: judgement.verdict, outcome: outcome?.word ?? "divergent",
      failure: outcome?.failure, records: records(of: look), key: judgement.keySummary)
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

  /// The outcome that all sources share; nil where they differ.
  private static func outcome(of look: JudgedLook) -> Outcome? {
    let outcomes = deciding(in: look).sources.filter { $0.role != .leadsOn }.map(\.answer.outcome).withoutRepeats
    guard let first = outcomes.first else {
      let failure = look.sorted.look.views.lazy.compactMap(\.walkFailure).first?.failure
      return .failed(failure ?? .unreachable)
    }
    return outcomes.count == 1 ? first : nil
  }
}
