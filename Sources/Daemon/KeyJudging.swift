// The texts of looks are judged before the monitor takes the looks: beside it, many at a time, and each text once.

internal import Keys
internal import Logging
internal import Model
internal import Monitoring
internal import Storage
internal import Waking
internal import Synchronization

/// Judges texts that were never seen, and reads from the database what was judged before a restart.
final class KeyJudging: Sendable {
  /// Texts that are judged at a time.
  static let atOnce = 256

  /// A text, as the monitor will ask for its judgement.
  private struct Text: Sendable {
    var question: KeyJudgementCache.Question
    var records: [TextRecord]
    /// Under what the judgement is kept; nil where it depends on other keys, which a restart may forget.
    var stored: JudgedAnswer?
  }

  private struct Waiting: Sendable {
    var texts: [Text]
    var ready: CheckedContinuation<Void, Never>
  }

  private struct State: Sendable {
    var isRunning = false
    var waiting: [Waiting] = []
    var lastError: String?
  }

  private let store: any JudgementStore
  private let judgements: KeyJudgements
  private let logger: Logger
  private let state = Mutex(State())
  private let wakeup = Wakeup()

  /// - Parameter judgements: those that the monitor looks into.
  init(store: any JudgementStore, judgements: KeyJudgements, logger: Logger) {
    self.store = store
    self.judgements = judgements
    self.logger = logger
  }

  /// Whether texts are judged; for tests.
  var isRunning: Bool { state.withLock { $0.isRunning } }

  /// Returns when the judgements of all texts of a look are known; at once while `run` does not, since then whoever asks
  /// for them judges.
  func prepare(_ look: Look, minimumBits: Int?, _ relations: SharedPrimeIndex) async {
    guard look.key.isKey else { return }
    var seen: Set<Digest> = []
    let texts: [Text] = look.views.flatMap(\.servers).map(\.answer).compactMap { answer in
      guard answer.outcome == .records, seen.insert(answer.digest).inserted else { return nil }
      let related = relations.of(answer)
      let question = KeyJudgementCache.Question(answer.records, minimumBits: minimumBits, relations: related)
      guard self.judgements.kept(question) == nil else { return nil }
      return Text(
        question: question, records: answer.records,
        stored: related.isEmpty ? JudgedAnswer(answer: answer.digest, minimumBits: minimumBits) : nil)
    }
    guard !texts.isEmpty else { return }
    await withCheckedContinuation { ready in
      let isTaken = state.withLock { state in
        if state.isRunning { state.waiting.append(Waiting(texts: texts, ready: ready)) }
        return state.isRunning
      }
      if isTaken { wakeup.signal() } else { ready.resume() }
    }
  }

  /// Judges what comes until the task is cancelled.
  func run() async {
    state.withLock { $0.isRunning = true }
    while !Task.isCancelled {
      await wakeup.wait(atMost: .seconds(3600)) { try await Task.sleep(for: $0) }
      while !Task.isCancelled, let batch = take() { await judge(batch) }
    }
    let left = state.withLock { state in
      defer { state.waiting = [] }
      state.isRunning = false
      return state.waiting
    }
    for one in left { one.ready.resume() }
  }

  /// The next texts, with those who wait for them.
  private func take() -> [Waiting]? {
    state.withLock { state in
      var count = 0
      let batch = state.waiting.prefix { one in
        defer { count += one.texts.count }
        return count < Self.atOnce
      }
      state.waiting.removeFirst(batch.count)
      return batch.isEmpty ? nil : Array(batch)
    }
  }

  private func judge(_ batch: [Waiting]) async {
    let texts = Dictionary(batch.lazy.flatMap(\.texts).map { ($0.question, $0) }) { first, _ in first }.values
    var new: [JudgedAnswer: [UInt8]] = [:]
    do {
      let known = try await store.judgements(of: texts.compactMap(\.stored), rules: KeyRules.version)
      for text in texts {
        if let stored = text.stored, let bytes = known[stored], let judged = JudgedKey(bytes: bytes, of: text.records) {
          judgements.keep(judged, for: text.question)
        } else {
          let judged = judgements.judge(text.question, text.records)
          if let stored = text.stored { new[stored] = judged.bytes }
        }
      }
    } catch {
      // Who asks for them judges.
      tell("cannot read judgements of keys; they are made again", error)
    }
    for one in batch { one.ready.resume() }
    do {
      try await store.keep(new, rules: KeyRules.version)
    } catch {
      tell("cannot keep judgements of keys; they are made again after a restart", error)
    }
  }

  private func tell(_ message: Logger.Message, _ error: any Error) {
    let text = "\(error)"
    let isNew = state.withLock { state in
      defer { state.lastError = text }
      return state.lastError != text
    }
    if isNew { logger.error(message, metadata: ["error": "\(text)"]) }
  }
}
