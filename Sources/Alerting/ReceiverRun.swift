// One visit to one receiver: in which order its deliveries are tried, and when to leave it alone.

public import Model

/// What is tried at one receiver when something is due: a pure machine that the Deliverer carries out.
///
/// Deliveries go in order, the oldest first, also where that one is not due itself: a recovery should not overtake
/// its alarm. A receiver that cannot be reached is tried once, and that counts for everything that was due; one that
/// fails three times in a row is left alone too. A delivery that alone is refused does not hold back the others.
public struct ReceiverRun: Sendable {
  /// What the Deliverer does next.
  public enum Action: Hashable, Sendable {
    case send(QueuedDelivery)
    case finish
  }

  /// What one result changes.
  public struct Outcome: Hashable, Sendable {
    /// The deliveries to write before the run goes on.
    public var updates: [Delivery] = []
    /// The receiver took what it did not take before: all that waits for it should be due.
    public var isBack = false
    /// The receiver asks never to be called again.
    public var isGone = false
  }

  private var queue: ArraySlice<QueuedDelivery>
  private let policy: DeliveryPolicy
  private var failures = 0
  private static let mostFailures = 3

  /// Takes the queue of a receiver: its oldest pending delivery and those that are due.
  public init(_ queue: [QueuedDelivery], policy: DeliveryPolicy = DeliveryPolicy()) {
    self.queue = queue[...]
    self.policy = policy
  }

  /// What to do now.
  public func next() -> Action {
    queue.first.map(Action.send) ?? .finish
  }

  /// Takes what came of sending the first of the queue. `jitter` makes one number between -1 and 1 a delivery.
  public mutating func record(_ result: TryResult, at time: Timestamp, jitter: () -> Double) -> Outcome {
    guard let tried = queue.popFirst()?.delivery else { return Outcome() }
    var outcome = Outcome()
    let wasDue = tried.isDue(at: time)
    switch result.kind {
    case .accepted:
      failures = 0
      outcome.isBack = tried.attempts > 0
    case .refused: failures = 0
    case .failed: failures += 1
    case .unavailable: failures = Self.mostFailures
    case .gone: outcome.isGone = true
    }
    if wasDue || result.kind.isFinal {
      outcome.updates.append(policy.delivery(tried, after: result, at: time, jitter: jitter()))
    }
    if outcome.isGone || failures >= Self.mostFailures {
      let rest = queue.map(\.delivery).filter { $0.isDue(at: time) }
      outcome.updates += rest.map { policy.delivery($0, after: result, at: time, jitter: jitter()) }
      queue = []
    }
    return outcome
  }
}

extension TryResult.Kind {
  fileprivate var isFinal: Bool { self == .accepted || self == .refused || self == .gone }
}
