// What waits in the outbox: Storage keeps it, Alerting delivers it.

/// A delivery and what it delivers.
public struct QueuedDelivery: Hashable, Sendable {
  public var delivery: Delivery
  public var event: Event

  public init(delivery: Delivery, event: Event) {
    self.delivery = delivery
    self.event = event
  }
}

/// The state of the outbox at one time.
public struct OutboxOverview: Hashable, Sendable {
  /// The receivers that have a due delivery, the longest waiting first.
  public var dueReceivers: [String]
  /// When the next delivery that is not due yet will be.
  public var nextDueAt: Timestamp?

  public init(dueReceivers: [String] = [], nextDueAt: Timestamp? = nil) {
    self.dueReceivers = dueReceivers
    self.nextDueAt = nextDueAt
  }
}

extension Delivery {
  /// No delivery waits longer than this for its next try. One that seems to was written before the clock was set back.
  public static let longestWait = Duration.seconds(7 * 3600)

  /// Whether the next try is due.
  public func isDue(at time: Timestamp) -> Bool {
    guard status == .pending else { return false }
    return nextAttemptAt.map { $0 <= time || $0 > time + Self.longestWait } ?? true
  }
}
