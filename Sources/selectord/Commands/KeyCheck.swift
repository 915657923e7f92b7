// Looks at many keys at once and hands on the judgements in the order of the input.

import Config
import Daemon
import Judging
import Model
import Probing

/// The work of `check`: batches of keys are looked at side by side, so many at a time, that neither a slow server
/// nor a long list holds up or fills anything.
struct KeyCheck: Sendable {
  /// What the configuration says of a key.
  var watches: [KeyName: Watch] = [:]
  /// Whether a watch's choice of views holds.
  var heedsWatchedViews = true
  /// Finds out why a key is not ok.
  var explain: @Sendable (Judgement, Expectation) async -> Diagnosis
  /// Whether it is wanted for every key that is not ok; else only for those that may be as they should be.
  var explainsAll = false
  var look: @Sendable ([LookRequest]) async -> [Look]

  /// Keys of one look.
  static let batchSize = 250
  /// Batches that are under way at the same time. Most keys wait for something: a dead server of each zone costs each
  /// key all retries, so that many keys have to wait side by side.
  static let batchesAtOnce = 64

  enum Result: Sendable {
    case judgement(Judgement, Watch?)
    case badLine(place: String, message: String)
  }

  /// Looks at everything in the source; gives the number of bad lines.
  func run(_ source: KeyNameSource, _ body: (Result) throws -> Void) async throws -> Int {
    var badLines = 0
    try await withThrowingTaskGroup(of: (Int, [Judgement]).self) { group in
      var source = source.makeAsyncIterator()
      var started = 0
      var finished: [Int: [Judgement]] = [:]
      var next = 0
      var isAtEnd = false
      while true {
        while !isAtEnd, started - next < Self.batchesAtOnce {
          var keys: [KeyName] = []
          while keys.count < Self.batchSize {
            guard let entry = await source.next() else {
              isAtEnd = true
              break
            }
            switch entry {
            case .key(let key): keys.append(key)
            case .bad(let place, let message):
              badLines += 1
              try body(.badLine(place: place, message: message))
            }
          }
          if keys.isEmpty { break }
          let number = started
          group.addTask { [keys] in (number, await judgements(of: keys)) }
          started += 1
        }
        guard next < started, let (number, judgements) = try await group.next() else { return }
        finished[number] = judgements
        while let judgements = finished.removeValue(forKey: next) {
          for judgement in judgements { try body(.judgement(judgement, watches[judgement.key])) }
          next += 1
        }
      }
    }
    return badLines
  }

  private func judgements(of keys: [KeyName]) async -> [Judgement] {
    let requests = keys.map { LookRequest(key: $0, views: heedsWatchedViews ? watches[$0]?.views : nil) }
    let judgements = await look(requests).map(judge)
    return await withTaskGroup(of: (Int, Judgement).self) { group in
      var explained = judgements
      for (index, judgement) in judgements.enumerated()
      where judgement.verdict != .ok && (explainsAll || judgement.mayBeIdle) {
        let expectation = watches[judgement.key]?.expectation ?? Expectation()
        group.addTask {
          var judgement = judgement
          let diagnosis = await explain(judgement, expectation)
          if explainsAll || diagnosis.isHarmless == true { judgement.take(diagnosis) }
          return (index, judgement)
        }
      }
      for await (index, judgement) in group { explained[index] = judgement }
      return explained
    }
  }

  /// Judges one look by the expectations of its watch.
  func judge(_ look: Look) -> Judgement {
    look.judged(against: watches[look.key]?.expectation ?? Expectation())
  }
}
