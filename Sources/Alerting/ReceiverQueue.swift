// One visit to one receiver: in which order its deliveries are tried, and when to leave it alone.

public import Model

/// What is tried at one receiver when something is due: a pure machine that the Deliverer carries out.
///
/// Deliveries go in order, the oldest first, also where that one is not due itself: a recovery should not overtake
/// its alarm. A receiver that cannot be reached is tried once, and that counts for everything that was due; one that
/// fails three times in a row is left alone too. A delivery that alone is refused does not hold back the others.
///
/// Where the receiver is read by people, deliveries of one fault go in one message; if that is refused they are sent
/// one by one.
public struct ReceiverQueue: Sendable {
  /// What the Deliverer does next.
  public enum Action: Hashable, Sendable {
    /// Sends these in one message.
    case send([QueuedDelivery])
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

  private var queue: [QueuedDelivery]
  private let merges: Bool
  private let policy: DeliveryPolicy
  private var failures = 0
  /// The deliveries that were refused as one message.
  private var apart: Set<String> = []
  private static let mostFailures = 3

  /// Takes the queue of a receiver: its oldest pending delivery, those that are due, and those that were not tried
  /// yet. `merges` tells whether deliveries of one fault go in one message.
  public init(_ queue: [QueuedDelivery], merges: Bool = false, policy: DeliveryPolicy = DeliveryPolicy()) {
    self.queue = queue
    self.merges = merges
    self.policy = policy
  }

  /// What to do now.
  public func next(at time: Timestamp) -> Action {
    guard queue.contains(where: { $0.delivery.isDue(at: time) }) else { return .finish }
    return .send(message.map { queue[$0] })
  }

  /// The positions of what goes in the next message.
  private var message: [Int] {
    guard let first = queue.first else { return [] }
    guard merges, !apart.contains(first.delivery.id) else { return [0] }
    let candidates = queue.indices.filter { !apart.contains(queue[$0].delivery.id) }
    return EventGroup.withFirst(of: candidates.map { queue[$0].event }).map { candidates[$0] }
  }

  /// Takes what came of sending what `next` said. `jitter` makes one number between -1 and 1 a delivery.
  public mutating func record(_ result: AttemptResult, at time: Timestamp, jitter: () -> Double) -> Outcome {
    let message = message
    let tried = message.map { queue[$0].delivery }
    var outcome = Outcome()
    if tried.count > 1, result.kind == .refused {
      failures = 0
      apart.formUnion(tried.map(\.id))
      return outcome
    }
    let told = message.map { queue[$0] }
    for index in message.reversed() { queue.remove(at: index) }
    switch result.kind {
    case .accepted:
      failures = 0
      outcome.isBack = tried.contains { $0.attempts > 0 }
    case .refused: failures = 0
    case .failed: failures += 1
    case .unavailable: failures = Self.mostFailures
    case .gone: outcome.isGone = true
    }
    if result.kind.isFinal || tried.contains(where: { $0.isDue(at: time) }) {
      outcome.updates += zip(tried, ThreadNaming.names(of: told)).map { delivery, thread in
        var delivery = policy.delivery(delivery, after: result, at: time, jitter: jitter())
        if delivery.status == .delivered { delivery.thread = thread }
        return delivery
      }
    }
    if result.kind == .accepted { remember(told) }
    if outcome.isGone || failures >= Self.mostFailures {
      let rest = queue.map(\.delivery).filter { $0.isDue(at: time) }
      outcome.updates += rest.map { policy.delivery($0, after: result, at: time, jitter: jitter()) }
      queue = []
    }
    return outcome
  }

  /// What follows in this visit knows in which conversation its incident was told.
  private mutating func remember(_ told: [QueuedDelivery]) {
    let names = Dictionary(
      zip(told, ThreadNaming.names(of: told)).compactMap { item, name in item.event.incident.map { ($0, name) } },
      uniquingKeysWith: { first, _ in first })
    let open = told.compactMap { $0.standing?.isOpen == true ? $0.event.incident : nil }
    for index in queue.indices where queue[index].standing?.thread == nil {
      guard let name = queue[index].event.incident.flatMap({ names[$0] }) else { continue }
      queue[index].standing?.thread = name
      queue[index].standing?.openInThread = Set(open.filter { names[$0] == name }).count
    }
  }
}

extension AttemptResult.Kind {
  fileprivate var isFinal: Bool { self == .accepted || self == .refused || self == .gone }
}
