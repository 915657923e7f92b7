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

/// The part of the history that the deliverer sees.
struct Outbox: OutboxStore {
  var store: any DeliveryStore

  func outbox(at time: Timestamp) async throws -> OutboxOverview { try await store.outbox(at: time) }

  func queue(of receiver: String, at time: Timestamp, limit: Int) async throws -> [QueuedDelivery] {
    try await store.queue(of: receiver, at: time, limit: limit)
  }

  func update(_ deliveries: [Delivery]) async throws { try await store.update(deliveries) }

  func hasten(receiver: String, at time: Timestamp) async throws {
    try await store.hasten(receiver: receiver, at: time)
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
      }
    case .disabled(let receiver):
      error("the receiver answered 410; nothing more is sent to it", metadata: ["receiver": "\(receiver)"])
    case .idle: break
    case .storeFailed(let text):
      error("the outbox cannot be read or written", metadata: ["error": "\(text)"])
    }
  }
}
