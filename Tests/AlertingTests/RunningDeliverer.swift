// The production loop on a clock that the test sets: run until it has nothing to do, then cancelled.

import HTTPClient
import Model
import Synchronization

@testable import Alerting

/// A deliverer whose loop sleeps until it is cancelled: what a test does not wake does not move.
struct RunningDeliverer {
  let deliverer: Deliverer
  private let observer = Observer()

  private final class Observer: Sendable {
    let report = Mutex<@Sendable (DelivererReport) -> Void>({ _ in })
  }

  init(_ receivers: [Receiver], _ http: any HTTPTransport & MailTransport, store: MemoryOutbox, clock: ManualClock) {
    let observer = observer
    deliverer = Deliverer(
      receivers: receivers, store: store, sender: MessageSender(transport: http, now: { clock.now }),
      now: { clock.now },
      sleep: { _ in try await Task.sleep(for: .seconds(3600)) }, jitter: { 0 },
      report: { report in observer.report.withLock { $0 }(report) })
  }

  func observe(_ report: @escaping @Sendable (DelivererReport) -> Void) { observer.report.withLock { $0 = report } }

  /// Runs until a report that `isLast`, which is returned.
  @discardableResult
  func run(until isLast: (DelivererReport) -> Bool) async -> DelivererReport? {
    let (reports, continuation) = AsyncStream.makeStream(of: DelivererReport.self)
    observe { continuation.yield($0) }
    return await withTaskGroup(of: Void.self, returning: DelivererReport?.self) { group in
      group.addTask { await deliverer.run() }
      defer { group.cancelAll() }
      for await report in reports where isLast(report) { return report }
      return nil
    }
  }

  /// Delivers what is due, and returns when the next delivery will be.
  @discardableResult
  func drain() async -> Timestamp? {
    let last = await run { report in
      if case .idle = report { true } else { false }
    }
    guard case .idle(let until) = last else { return nil }
    return until
  }
}
