// Looks at many keys at once and hands on the judgements in the order of the input.

import Config
import Daemon
import Diagnosing
import Judging
import Keys
import Model
import Monitoring
import Probing

/// The work of `check`: batches of keys are looked at side by side, so many at a time, that neither a slow server
/// nor a long list holds up or fills anything.
struct KeyCheck: Sendable {
  /// What the configuration says of a key.
  var watches: [KeyName: Watch] = [:]
  /// Whether a watch's choice of views holds.
  var heedsWatchedViews = true
  /// Finds out why a key is not ok.
  var explain: @Sendable (JudgedLook) async -> Diagnosis
  /// Whether it is wanted for every key that is not ok; else only for those that may be as they should be.
  var explainsAll = false
  var look: @Sendable ([LookRequest]) async -> [Look]
  /// What the texts of this run are worth: each is judged once.
  let keyJudgements = KeyJudgements()

  /// Keys of one look.
  static let batchSize = 250
  /// Batches that are under way at the same time. Most keys wait for something: a dead server of each zone costs each
  /// key all retries, so that many keys have to wait side by side.
  static let batchesAtOnce = 64
  /// Batches whose looks are held until all keys are compared with each other, so that what they have in common stands
  /// in their judgements. A longer list does not fit into memory and its judgements come at once; of it only the moduli
  /// are kept, and the few keys that share a prime are looked at again when all are known.
  static let batchesHeld = 8

  enum Result: Sendable {
    case judgement(Judgement, Watch?)
    /// A key of a long list once more: with what the end of the list has shown of it.
    case again(Judgement, Watch?)
    case badLine(place: String, message: String)
  }

  /// Looks at everything in the source; gives the number of bad lines.
  func run(_ source: KeyNameSource, _ body: (Result) throws -> Void) async throws -> Int {
    var names = source.makeAsyncIterator()
    var badLines = 0
    func nextBatch() async throws -> [KeyName]? {
      var keys: [KeyName] = []
      while keys.count < Self.batchSize, let entry = await names.next() {
        switch entry {
        case .key(let key): keys.append(key)
        case .bad(let place, let message):
          badLines += 1
          try body(.badLine(place: place, message: message))
        }
      }
      return keys.isEmpty ? nil : keys
    }
    var batches: [[KeyName]] = []
    while batches.count <= Self.batchesHeld, let batch = try await nextBatch() { batches.append(batch) }
    if batches.count <= Self.batchesHeld {
      try await runHeld(batches, body)
    } else {
      var first = batches.makeIterator()
      try await runStreaming({ if let batch = first.next() { batch } else { try await nextBatch() } }, body)
    }
    return badLines
  }

  private func runHeld(_ batches: [[KeyName]], _ body: (Result) throws -> Void) async throws {
    var comparison = KeyComparison()
    var looks: [[Look]] = []
    var waiting = batches.makeIterator()
    try await Self.inOrder({ waiting.next() }, { await look(requests(for: $0)) }) { batch in
      for look in batch { comparison.take(KeyComparison.sights(of: look, keyJudgements)) }
      looks.append(batch)
    }
    _ = comparison.finish()
    var seen = looks.makeIterator()
    try await Self.inOrder({ seen.next() }, { [comparison] in await judgements(of: $0, comparison) }) { judgements in
      for judgement in judgements { try body(.judgement(judgement, watches[judgement.key])) }
    }
  }

  private func runStreaming(
    _ nextBatch: () async throws -> [KeyName]?, _ body: (Result) throws -> Void
  ) async throws {
    var comparison = KeyComparison(comparesDomains: false)
    try await Self.inOrder(nextBatch) { keys in
      let looks = await look(requests(for: keys))
      return (await judgements(of: looks), looks.flatMap { KeyComparison.sights(of: $0, keyJudgements) })
    } _: { judgements, sights in
      comparison.take(sights)
      for judgement in judgements { try body(.judgement(judgement, watches[judgement.key])) }
    }
    let related = comparison.finish()
    var batches = stride(from: 0, to: related.count, by: Self.batchSize).lazy.map {
      Array(related[$0..<min($0 + Self.batchSize, related.count)])
    }.makeIterator()
    try await Self.inOrder({ batches.next() }) { [comparison] keys in
      await judgements(of: await look(requests(for: keys)), comparison)
    } _: { judgements in
      for judgement in judgements { try body(.again(judgement, watches[judgement.key])) }
    }
  }

  /// Works on batches side by side and hands on what comes of them in their order.
  private static func inOrder<Batch: Sendable, Work: Sendable>(
    _ nextBatch: () async throws -> Batch?, _ work: @escaping @Sendable (Batch) async -> Work,
    _ body: (Work) throws -> Void
  ) async throws {
    try await withThrowingTaskGroup(of: (Int, Work).self) { group in
      var started = 0
      var finished: [Int: Work] = [:]
      var next = 0
      var isAtEnd = false
      while true {
        while !isAtEnd, started - next < batchesAtOnce {
          guard let batch = try await nextBatch() else {
            isAtEnd = true
            break
          }
          let number = started
          group.addTask { (number, await work(batch)) }
          started += 1
        }
        guard next < started, let (number, result) = try await group.next() else { return }
        finished[number] = result
        while let result = finished.removeValue(forKey: next) {
          try body(result)
          next += 1
        }
      }
    }
  }

  private func requests(for keys: [KeyName]) -> [LookRequest] {
    keys.map { LookRequest(key: $0, views: heedsWatchedViews ? watches[$0]?.views : nil) }
  }

  private func judgements(of looks: [Look], _ comparison: KeyComparison = KeyComparison()) async -> [Judgement] {
    let looks = looks.map { judge($0, comparison) }
    return await withTaskGroup(of: (Int, Judgement).self) { group in
      var explained = looks.map(\.judgement)
      for (index, look) in looks.enumerated()
      where look.judgement.verdict != .ok && (explainsAll || look.mayBeIdle) {
        group.addTask {
          var judgement = look.judgement
          let diagnosis = await explain(look)
          if explainsAll || diagnosis.isHarmless == true { judgement.take(diagnosis) }
          return (index, judgement)
        }
      }
      for await (index, judgement) in group { explained[index] = judgement }
      return explained
    }
  }

  /// Judges one look by the expectations of its watch.
  private func judge(_ look: Look, _ comparison: KeyComparison) -> JudgedLook {
    look.judged(against: watches[look.key]?.expectation ?? Expectation()) { answer, bits in
      let relations = comparison.relations(of: answer, at: look.key, keyJudgements)
      return keyJudgements.judge(answer.records, minimumBits: bits, relations: relations).judgement
    }
  }
}
