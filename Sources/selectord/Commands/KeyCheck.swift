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
  /// Whether the keys of a long list are compared with each other too.
  var comparesLongLists = false
  /// Looks at keys, and says of each when it is done.
  var look: @Sendable ([LookRequest], _ done: @escaping @Sendable () -> Void) async -> [Look]
  /// What the texts of this run are worth: each is judged once.
  let keyJudgements = KeyJudgements(capacity: 2048)

  /// Keys of one look.
  static let batchSize = 125
  /// Keys that are asked at a time.
  static let keysAtOnce = 1000
  /// Batches that are under way at the same time. Most keys wait for something: a dead server of each zone costs each
  /// key all retries, so that those that are done have to wait for their turn, and others are asked meanwhile.
  static let batchesAtOnce = 128
  /// Batches whose looks are held until all keys are compared with each other, so that what they have in common stands
  /// in their judgements. A longer list does not fit into memory and its judgements come at once; where it is compared
  /// all the same only the moduli are kept, and the few keys that share a prime are looked at again when all are known.
  static let batchesHeld = 16

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
    try await inOrder({ waiting.next() }, { await looked(at: $0, $1) }) { batch in
      for look in batch { comparison.take(KeyComparison.sights(of: look, keyJudgements)) }
      looks.append(batch)
    }
    _ = comparison.finish()
    var seen = looks.makeIterator()
    try await inOrder({ seen.next() }, { [comparison] looks, _ in await judgements(of: looks, comparison) }) {
      for judgement in $0 { try body(.judgement(judgement, watches[judgement.key])) }
    }
  }

  private func runStreaming(
    _ nextBatch: () async throws -> [KeyName]?, _ body: (Result) throws -> Void
  ) async throws {
    var comparison = KeyComparison(comparesDomains: false)
    try await inOrder(nextBatch) { keys, done in
      let looks = await looked(at: keys, done)
      let sights = comparesLongLists ? looks.flatMap { KeyComparison.sights(of: $0, keyJudgements) } : []
      return (await judgements(of: looks), sights)
    } _: { judgements, sights in
      comparison.take(sights)
      for judgement in judgements { try body(.judgement(judgement, watches[judgement.key])) }
    }
    let related = comparison.finish()
    var batches = stride(from: 0, to: related.count, by: Self.batchSize).lazy.map {
      Array(related[$0..<min($0 + Self.batchSize, related.count)])
    }.makeIterator()
    try await inOrder({ batches.next() }) { [comparison] keys, done in
      await judgements(of: await looked(at: keys, done), comparison)
    } _: { judgements in
      for judgement in judgements { try body(.again(judgement, watches[judgement.key])) }
    }
  }

  private func looked(at keys: [KeyName], _ done: @escaping @Sendable () -> Void) async -> [Look] {
    await look(keys.map { LookRequest(key: $0, views: heedsWatchedViews ? watches[$0]?.views : nil) }, done)
  }

  /// What a task of `inOrder` ends with.
  private enum Step<Work: Sendable>: Sendable {
    case hasRoom
    case finished(Int, Work)
  }

  /// Works on batches side by side and hands on what comes of them in their order.
  ///
  /// - Parameter work: calls its second argument for each thing of the batch that waits for nobody any more.
  private func inOrder<Thing: Sendable, Work: Sendable>(
    _ nextBatch: () async throws -> [Thing]?,
    _ work: @escaping @Sendable ([Thing], _ done: @escaping @Sendable () -> Void) async -> Work,
    _ body: (Work) throws -> Void
  ) async throws {
    let room = Room(Self.keysAtOnce)
    try await withThrowingTaskGroup(of: Step<Work>.self) { group in
      var started = 0
      var finished: [Int: Work] = [:]
      var next = 0
      var (isAtEnd, waitsForRoom) = (false, false)
      while true {
        while !isAtEnd, !waitsForRoom, started - next < Self.batchesAtOnce {
          guard room.isFree else {
            group.addTask {
              await room.wait()
              return .hasRoom
            }
            waitsForRoom = true
            break
          }
          guard let batch = try await nextBatch() else {
            isAtEnd = true
            break
          }
          let number = started
          let place = room.enter(batch.count)
          group.addTask {
            let result = await work(batch) { place.leave() }
            place.leaveAll()
            return .finished(number, result)
          }
          started += 1
        }
        guard next < started || waitsForRoom, let step = try await group.next() else { return }
        switch step {
        case .hasRoom: waitsForRoom = false
        case .finished(let number, let result): finished[number] = result
        }
        while let result = finished.removeValue(forKey: next) {
          try body(result)
          next += 1
        }
      }
    }
  }

  private func judgements(of looks: [Look], _ comparison: KeyComparison = KeyComparison()) async -> [Judgement] {
    let looks = looks.map { judge($0, comparison) }
    return await withTaskGroup(of: (Int, Judgement).self) { group in
      var explained = looks.map(\.judgement)
      for (index, look) in looks.enumerated()
      where look.judgement.hasServersBehind || look.judgement.verdict != .ok && (explainsAll || look.mayBeIdle) {
        group.addTask {
          let diagnosis = await explain(look)
          let tells = explainsAll || diagnosis.isHarmless == true || diagnosis.finding != nil
          return (index, tells ? look.judgement.taking(diagnosis) : look.judgement)
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
