// The outbox as a service, on the history's database.

internal import Alerting
internal import Keys
internal import Logging
internal import Model
internal import ServiceLifecycle
internal import Storage

/// Runs the deliverer; at shutdown the tries under way get two seconds. What is cut off is sent again with its id.
struct DeliveryService: Service {
  var deliverer: Deliverer

  func run() async throws {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await deliverer.run() }
      group.addTask {
        try? await gracefulShutdown()
        deliverer.stop()
        try? await Task.sleep(for: .seconds(2))
      }
      await group.next()
      group.cancelAll()
    }
  }
}

/// Sends what fires to each Alertmanager, which forgets it otherwise.
struct AlertRefreshing: Service {
  var refresh: AlertRefresh
  var monitor: Monitor
  var store: any HistoryReading
  var logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while (try? await Task.sleep(for: AlertRefresh.interval)) != nil { await self.round() }
    }
  }

  private func round() async {
    let receivers = await monitor.receivers.filter { $0.format == .alertmanager }
    guard !receivers.isEmpty else { return }
    do {
      for (name, result) in await refresh.refresh(try await store.openEvents(), at: receivers)
      where result.kind != .accepted {
        logger.warning(
          "alerts not refreshed; will retry", metadata: ["receiver": "\(name)", "result": "\(result.text)"])
      }
    } catch {
      logger.error("cannot read the open incidents", metadata: ["error": "\(error)"])
    }
  }
}

/// The part of the history that the deliverer sees.
struct Outbox: OutboxStore {
  var store: any DeliveryStore & SilenceStore

  func outbox(at time: Timestamp) async throws -> OutboxOverview { try await store.outbox(at: time) }

  func queue(of receiver: String, at time: Timestamp, limit: Int) async throws -> [QueuedDelivery] {
    try await store.queue(of: receiver, at: time, limit: limit)
  }

  func update(_ deliveries: [Delivery]) async throws { try await store.update(deliveries) }

  func hasten(receiver: String, at time: Timestamp) async throws {
    try await store.hasten(receiver: receiver, at: time)
  }

  func activeSilences(at time: Timestamp) async throws -> Set<String> {
    Set(try await store.silences(endingAfter: time).map(\.id))
  }
}

/// A text without what looks like a private key. Looks are cleared of private keys before they are judged; this is the
/// last line of defence before a text leaves the machine.
@Sendable func withoutPrivateKeys(_ text: String) -> String {
  let records = [TextRecord(bytes: Array(text.utf8))]
  let redacted = PrivateKeyRedaction.redacted(records)
  return redacted == records ? text : redacted.map(\.text).joined()
}

extension Logger {
  /// What the deliverer has to tell.
  func log(_ report: DelivererReport) {
    switch report {
    case .tried(let delivery, let result):
      let metadata: Logger.Metadata = [
        "receiver": "\(delivery.receiver)", "delivery": "\(delivery.id)", "event": "\(delivery.event)",
        "attempt": "\(delivery.attempts)", "result": "\(result.text)",
      ]
      switch delivery.status {
      case .delivered: info("delivered", metadata: metadata)
      case .pending: warning("alert not delivered; will retry", metadata: metadata)
      case .failed: error("alert not delivered; given up", metadata: metadata)
      case .dropped: info("alert not needed", metadata: metadata)
      }
    case .dropped(let delivery):
      info(
        "alert not needed",
        metadata: [
          "receiver": "\(delivery.receiver)", "delivery": "\(delivery.id)",
          "result": "\(delivery.lastResult ?? "")",
        ])
    case .disabled(let receiver):
      error("the receiver answered 410; nothing more is sent to it", metadata: ["receiver": "\(receiver)"])
    case .idle: break
    case .storeFailed(let text):
      error("the outbox cannot be read or written", metadata: ["error": "\(text)"])
    }
  }
}
