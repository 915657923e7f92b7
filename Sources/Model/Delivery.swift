// Deliveries: one event to one receiver; Storage keeps them, Alerting carries them out.

/// One event to one receiver, retried until it is accepted or given up.
public struct Delivery: Hashable, Sendable, Codable {
  /// Stable over all tries, so that a receiver can drop a repeat: `dlv_…`.
  public var id: String
  public var event: String
  public var receiver: String
  public var status: Status
  /// How many tries were made.
  public var attempts: Int
  /// When the next try is due; nil where none is.
  public var nextAttemptAt: Timestamp?
  /// What came of the last try: one sentence; nil before the first.
  public var lastResult: String?
  public var createdAt: Timestamp
  public var finishedAt: Timestamp?
  /// The conversation at the receiver that it was told in; nil until it is delivered.
  public var thread: String?

  /// What became of it so far.
  public enum Status: String, Hashable, Sendable, Codable, CaseIterable {
    /// Waits for its next try.
    case pending
    /// The receiver has accepted it.
    case delivered
    /// No try will follow, unless a person asks for one.
    case failed
    /// Nobody needs it any more.
    case dropped
  }

  public init(id: String, event: String, receiver: String, createdAt: Timestamp) {
    self.id = id
    self.event = event
    self.receiver = receiver
    self.createdAt = createdAt
    status = .pending
    attempts = 0
    nextAttemptAt = createdAt
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

/// A delivery and what it delivers.
public struct QueuedDelivery: Hashable, Sendable {
  public var delivery: Delivery
  public var event: Event
  /// What is known of its incident now; nil where it has none.
  public var standing: Standing?

  /// An incident as one receiver knows it.
  public struct Standing: Hashable, Sendable {
    public var isOpen: Bool
    /// Who has taken note of it.
    public var acknowledgedBy: String?
    /// The conversation in which it was told before.
    public var thread: String?
    /// How many incidents of that conversation are open.
    public var openInThread: Int

    public init(isOpen: Bool, acknowledgedBy: String? = nil, thread: String? = nil, openInThread: Int = 0) {
      self.isOpen = isOpen
      self.acknowledgedBy = acknowledgedBy
      self.thread = thread
      self.openInThread = openInThread
    }
  }

  public init(delivery: Delivery, event: Event, standing: Standing? = nil) {
    self.delivery = delivery
    self.event = event
    self.standing = standing
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
