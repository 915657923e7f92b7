// What the monitor compares: two judgements that agree in this are the same situation.

internal import Judging
internal import Model

/// The situation of a watch, without what may vary from look to look.
struct Situation: Hashable {
  var state: State
  /// Whether it is what the watch expects, at no critical verdict.
  var isGood: Bool
  /// The texts at the source, sorted; empty where the state does not rest on any.
  var records: [String]

  /// What a fresh judgement shows.
  init(of look: JudgedLook) {
    state = look.judgement.state
    isGood = Self.isGood(look.judgement.state, look.judgement.verdict, look.expectation)
    records = Snapshots.records(of: look)
  }

  /// What the memory has settled on; nil before the first look was settled.
  init?(of memory: WatchMemory, expectation: Expectation) {
    guard memory.state != .pending, let snapshot = memory.snapshot else { return nil }
    state = memory.state
    // Not the verdict of the memory, to which a diagnosis has added.
    isGood = Self.isGood(memory.state, snapshot.verdict, expectation)
    records = snapshot.records
  }

  private static func isGood(_ state: State, _ verdict: Verdict, _ expectation: Expectation) -> Bool {
    state == (expectation.state ?? .published) && (verdict == .ok || verdict == .warning)
  }

  /// What makes two looks show the same anomaly, as text that can be stored.
  var evidence: String {
    ([state.rawValue, isGood ? "good" : "bad"] + records).joined(separator: "\n")
  }
}
