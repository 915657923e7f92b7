// New keys are compared with all that were ever seen: beside the monitor, and never in its way.

internal import ConcurrencyHelpers
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
    let keys = sightings.lazy.filter { $0.answer.outcome == .records }.map { (key: $0.key, records: $0.answer.records) }
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
actor KeyComparer: Service {
  /// Keys that are compared at a time; 40 megabytes at 2048 bits.
  static let atOnce = 4096

  private let store: any HistoryReading
  private let queue: KeyQueue
  private let monitor: Monitor
  private let logger: Logger
  private var primes = SharedPrimes<KeyName>()

  init(store: any HistoryReading, queue: KeyQueue, monitor: Monitor, logger: Logger) {
    self.store = store
    self.queue = queue
    self.monitor = monitor
    self.logger = logger
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      // Long arithmetic must not keep what is urgent waiting for a thread.
      await withTaskGroup(of: Void.self) { group in group.addTask(priority: .background) { await self.loop() } }
    }
  }

  private func loop() async {
    while !Task.isCancelled {
      do {
        try await compareStored()
        break
      } catch {
        logger.error("cannot compare the keys of the database; will retry", metadata: ["error": "\(error)"])
        try? await Task.sleep(for: .seconds(60))
      }
    }
    while !Task.isCancelled {
      await compareWaiting()
      await queue.wait()
    }
  }

  /// Compares all keys of the database, page by page, and lets the monitor know when it knows them all.
  func compareStored() async throws(StorageError) {
    var affected: Set<KeyName> = []
    var page: [StoredRecords]
    var last: Int64 = 0
    repeat {
      page = try await store.records(after: last, atMost: Self.atOnce)
      last = page.last?.answer ?? last
      affected.formUnion(take(page.lazy.flatMap { page in page.keys.map { (key: $0, records: page.records) } }))
      await Task.yield()
    } while !page.isEmpty && !Task.isCancelled
    guard !Task.isCancelled else { return }
    affected.formUnion(take(queue.takeAll()))
    await monitor.relate(SharedPrimeIndex(partners: primes.partners, isComplete: true), affected)
  }

  /// Compares what has come since.
  func compareWaiting() async {
    let affected = take(queue.takeAll())
    guard !affected.isEmpty else { return }
    await monitor.relate(SharedPrimeIndex(partners: primes.partners, isComplete: true), affected)
  }

  private func take(_ keys: some Sequence<(key: KeyName, records: [TextRecord])>) -> Set<KeyName> {
    // Mostly all servers give the same records.
    var last: (key: KeyName, records: [TextRecord])?
    return primes.insert(
      keys.lazy.compactMap { key in
        if let last, last == key { return nil }
        last = key
        return Modulus(key.records).map { (owner: key.key, modulus: $0) }
      })
  }
}
