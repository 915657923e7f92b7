// New keys are compared with all that were ever seen: beside the monitor, and never in its way.

internal import Waking
internal import Keys
internal import Logging
internal import Model
internal import Monitoring
internal import ServiceLifecycle
internal import Storage
internal import Synchronization

/// Keys that wait to be compared. To add some costs the monitor nothing: they are read by whoever takes them.
final class KeyQueue: Sendable {
  private let waiting = Mutex<[(key: KeyName, records: [TextRecord])]>([])
  private let wakeup = Wakeup()

  /// Adds the keys of answers that were committed.
  func add(_ sightings: [Sighting]) {
    let keys = sightings.lazy.filter { $0.key.isKey && $0.answer.outcome == .records }.map {
      (key: $0.key, records: $0.answer.records)
    }
    guard !keys.isEmpty else { return }
    waiting.withLock { $0 += keys }
    wakeup.signal()
  }

  func takeAll() -> [(key: KeyName, records: [TextRecord])] {
    waiting.withLock { waiting in
      defer { waiting = [] }
      return waiting
    }
  }

  /// Returns when there are keys, or the task is cancelled.
  func wait() async {
    await wakeup.wait(atMost: .seconds(3600)) { try await Task.sleep(for: $0) }
  }
}

/// Finds keys that share a prime among all of the database and what is seen from now on.
///
/// That takes far longer than all else that is done with a key, and is seldom urgent: it takes a tenth of a core at most.
actor KeyComparer: Service {
  /// Keys that are compared at a time; 40 megabytes at 2048 bits.
  static let atOnce = 4096
  /// Where no key has come for so long, those that have come are compared.
  private static let stillness = Duration.seconds(2)
  /// How often it waits for that: five minutes.
  private static let mostPauses = 150
  /// How many times as long as it works it pauses.
  private static let pauses = 9

  private let store: any HistoryReading & JudgementStore
  private let queue: KeyQueue
  private let monitor: Monitor
  private let judgements: KeyJudgements
  private let logger: Logger
  /// What has come, without its texts.
  private var waiting: [(owner: KeyName, modulus: Modulus)] = []
  private var primes = SharedPrimes<KeyName>()

  /// - Parameter judgements: those that may be kept of the keys that come.
  init(
    store: any HistoryReading & JudgementStore, queue: KeyQueue, monitor: Monitor, judgements: KeyJudgements,
    logger: Logger
  ) {
    self.store = store
    self.queue = queue
    self.monitor = monitor
    self.judgements = judgements
    self.logger = logger
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      // Long arithmetic must not keep what is urgent waiting for a thread.
      await withTaskGroup(of: Void.self) { group in group.addTask(priority: .background) { await self.loop() } }
    }
  }

  private func loop() async {
    // What was found before a restart is not looked at again before the comparison has found it again.
    let isUrgent = await monitor.waitsForComparison()
    while !Task.isCancelled {
      do {
        try await compareStored(trustsFormer: !isUrgent) { if !isUrgent { await self.pause(after: $0) } }
        break
      } catch {
        logger.error("cannot compare the keys of the database; will retry", metadata: ["error": "\(error)"])
        try? await Task.sleep(for: .seconds(60))
      }
    }
    while !Task.isCancelled {
      let newest = await gather()
      let start = ContinuousClock.now
      await compareWaiting()
      if let newest, !Task.isCancelled { await note(newest) }
      await pause(after: ContinuousClock.now - start)
      await queue.wait()
    }
  }

  /// Remembers what was compared, for the time after a restart. Where that fails it is compared again; so it is where
  /// primes were found, which may not be told yet.
  private func note(_ answer: Int64) async {
    guard primes.partners.isEmpty, primes.knownPrimes.isEmpty else { return }
    try? await store.setComparedAnswers(answer, rules: KeyRules.version)
  }

  /// Waits while keys come: many at a time cost less than each for itself. Gives the newest answer whose key has come.
  private func gather() async -> Int64? {
    var count = take()
    // What is committed now is in the queue when the wait is over.
    var newest = try? await store.newestAnswer()
    for _ in 0..<Self.mostPauses where !Task.isCancelled {
      try? await Task.sleep(for: Self.stillness)
      let now = take()
      if now == count { return newest }
      count = now
      newest = try? await store.newestAnswer()
    }
    return newest
  }

  private func pause(after work: Duration) async { try? await Task.sleep(for: work * Self.pauses) }

  /// Compares all keys of the database, page by page, and lets the monitor know when it knows them all.
  ///
  /// - Parameters:
  ///   - trustsFormer: whether keys that a former run has compared are left as they are.
  ///   - worked: is told after each page how long it took.
  func compareStored(
    trustsFormer: Bool = false, worked: (Duration) async -> Void = { _ in }
  ) async throws(StorageError) {
    let compared = trustsFormer ? try await store.comparedAnswers(rules: KeyRules.version) : 0
    var affected: Set<KeyName> = []
    var page: [StoredRecords]
    var last: Int64 = 0
    repeat {
      let start = ContinuousClock.now
      page = try await store.records(after: last, atMost: Self.atOnce)
      last = page.last?.answer ?? last
      let former = page.prefix { $0.answer <= compared }
      primes.insertCompared(former.lazy.flatMap { self.moduli(of: $0) })
      affected.formUnion(primes.insert(page.dropFirst(former.count).lazy.flatMap { self.moduli(of: $0) }))
      await worked(ContinuousClock.now - start)
    } while !page.isEmpty && !Task.isCancelled
    guard !Task.isCancelled else { return }
    affected.formUnion(compareQueued())
    await monitor.relate(SharedPrimeIndex(primes), affected)
    if last != compared { await note(last) }
  }

  private func moduli(of stored: StoredRecords) -> [(owner: KeyName, modulus: Modulus)] {
    guard let modulus = Modulus(stored.records, judgements) else { return [] }
    return stored.keys.filter(\.isKey).map { (owner: $0, modulus: modulus) }
  }

  /// Compares what has come since.
  func compareWaiting() async {
    let affected = compareQueued()
    guard !affected.isEmpty else { return }
    await monitor.relate(SharedPrimeIndex(primes), affected)
  }

  private func compareQueued() -> Set<KeyName> {
    take()
    defer { waiting = [] }
    return primes.insert(waiting)
  }

  /// Takes the moduli of what has come and leaves the texts; gives the number of those that wait.
  @discardableResult private func take() -> Int {
    // Mostly all servers give the same records.
    var last: (key: KeyName, records: [TextRecord])?
    for key in queue.takeAll() {
      if let last, last == key { continue }
      last = key
      if let modulus = Modulus(key.records, judgements) { waiting.append((owner: key.key, modulus: modulus)) }
    }
    return waiting.count
  }
}
