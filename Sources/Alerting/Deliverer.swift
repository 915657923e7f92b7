// The loop over the outbox: each receiver on its own, so that one that is down does not hold back the others.

internal import Waking
public import Model
internal import Synchronization

/// Where deliveries wait; the daemon hands in its history.
public protocol OutboxStore: Sendable {
  /// Who has a delivery that is due, and when the next of the others will be.
  func outbox(at time: Timestamp) async throws -> OutboxOverview
  /// The oldest pending delivery of a receiver, and after it those that are due or were not tried yet, in order.
  func queue(of receiver: String, at time: Timestamp, limit: Int) async throws -> [QueuedDelivery]
  /// Writes what became of deliveries.
  func update(_ deliveries: [Delivery]) async throws
  /// Lets everything that waits for a receiver be due at once.
  func hasten(receiver: String, at time: Timestamp) async throws
  /// The ids of the silences that are active.
  func activeSilences(at time: Timestamp) async throws -> Set<String>
}

/// What the Deliverer has to tell, for logs and counters.
public enum DelivererReport: Hashable, Sendable {
  /// What one try came to; `delivery` tells whether and when another one follows.
  case tried(Delivery, AttemptResult)
  /// Nobody needs it any more.
  case dropped(Delivery)
  /// Answered 410: not called again until restart or a new configuration.
  case disabled(receiver: String)
  /// The store failed; the Deliverer goes on when it works again.
  case storeFailed(String)
  /// Nothing is due and nothing under way; `until` is when the next delivery will be due.
  case idle(until: Timestamp?)
}

/// Delivers what is due, at least once: the result of each try is written before the next one is made.
public final class Deliverer: Sendable {
  /// The outbox is looked at so often even when nobody calls `wake`: another process may have put something in.
  private static let poll = Duration.seconds(5)
  private static let queueLength = 200

  private let store: any OutboxStore
  private let sender: MessageSender
  private let parallel: Int
  private let now: @Sendable () -> Timestamp
  private let sleep: @Sendable (Duration) async throws -> Void
  private let jitter: @Sendable () -> Double
  private let report: @Sendable (DelivererReport) -> Void
  private let wakeup = Wakeup()
  private let state: Mutex<State>

  private struct State {
    var receivers: [String: Receiver]
    var disabled: Set<String> = []
    /// The receivers that have asked to be left alone, and until when.
    var resting: [String: Timestamp] = [:]
    /// The receivers that are being served.
    var busy: Set<String> = []
    /// Whether a visit has ended since the outbox was last looked at: more may be due now.
    var hasProgress = false
    /// Results that the store did not take yet, by delivery: written before anything else is sent.
    var unwritten: [String: Delivery] = [:]
    var isStopping = false
  }

  /// `parallel` receivers at most are served at once; `jitter` gives numbers between -1 and 1.
  public init(
    receivers: [Receiver], store: any OutboxStore, sender: MessageSender, now: @escaping @Sendable () -> Timestamp,
    sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
    jitter: @escaping @Sendable () -> Double = { Double.random(in: -1...1) }, parallel: Int = 8,
    report: @escaping @Sendable (DelivererReport) -> Void
  ) {
    self.store = store
    self.sender = sender
    self.parallel = parallel
    self.now = now
    self.sleep = sleep
    self.jitter = jitter
    self.report = report
    state = Mutex(State(receivers: Self.byName(receivers)))
  }

  private static func byName(_ receivers: [Receiver]) -> [String: Receiver] {
    Dictionary(receivers.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Takes the receivers of a new configuration; those that were disabled and have changed are called again.
  public func replaceReceivers(_ receivers: [Receiver]) {
    let new = Self.byName(receivers)
    state.withLock { state in
      state.disabled = state.disabled.filter { new[$0] == state.receivers[$0] }
      state.resting = [:]
      state.receivers = new
    }
    wakeup.signal()
  }

  /// Says that something was put into the outbox.
  public func wake() { wakeup.signal() }

  /// Ends `run` when the tries that are under way have ended; cancel the task of `run` to abandon those.
  public func stop() {
    state.withLock { $0.isStopping = true }
    wakeup.signal()
  }

  /// Delivers until `stop` or cancellation.
  public func run() async {
    await withDiscardingTaskGroup { group in
      while !isStopping {
        let next = await startDue(in: &group)
        if state.withLock({ $0.busy.isEmpty && !$0.hasProgress }) { report(.idle(until: next)) }
        let wait = next.map { min($0 - now(), Self.poll) } ?? Self.poll
        await wakeup.wait(atMost: max(wait, .milliseconds(1)), sleep: sleep)
      }
    }
  }

  /// What is due without the receivers that have asked for rest: `Retry-After` holds for what comes later too.
  private func awake(_ overview: OutboxOverview) -> OutboxOverview {
    let time = now()
    return state.withLock { state in
      state.resting = state.resting.filter { $0.value > time && $0.value <= time + DeliveryPolicy.longestRetryAfter }
      var overview = overview
      let resting = overview.dueReceivers.compactMap { state.resting[$0] }
      overview.dueReceivers.removeAll { state.resting[$0] != nil }
      overview.nextDueAt = (resting + [overview.nextDueAt].compactMap(\.self)).min()
      return overview
    }
  }

  private var isStopping: Bool { Task.isCancelled || state.withLock { $0.isStopping } }

  /// Starts serving the receivers that something is due for; returns when the next other delivery is due.
  private func startDue(in group: inout DiscardingTaskGroup) async -> Timestamp? {
    state.withLock { $0.hasProgress = false }
    do {
      let overview = awake(try await store.outbox(at: now()))
      for receiver in overview.dueReceivers {
        let isClaimed = state.withLock { state in
          state.busy.count < parallel && state.busy.insert(receiver).inserted
        }
        guard isClaimed else { continue }
        group.addTask {
          let progress = await self.serve(receiver)
          self.state.withLock { state in
            state.busy.remove(receiver)
            state.hasProgress = state.hasProgress || progress
          }
          // Without progress the store fails: the next poll is soon enough.
          if progress { self.wakeup.signal() }
        }
      }
      return overview.nextDueAt
    } catch {
      report(.storeFailed("\(error)"))
      return nil
    }
  }

  /// One visit to one receiver; false where the store did not let it happen.
  private func serve(_ name: String) async -> Bool {
    do {
      try await write([])
      let queue = try await store.queue(of: name, at: now(), limit: Self.queueLength)
      let (receiver, isDisabled) = state.withLock { ($0.receivers[name], $0.disabled.contains(name)) }
      guard let receiver else {
        try await giveUp(queue, "the receiver \(name) is no longer configured")
        return true
      }
      if isDisabled {
        try await giveUp(
          queue,
          "the receiver answered 410; alerts are sent to it again after a restart or a change of its configuration")
        return true
      }
      return try await visit(receiver, queue)
    } catch {
      report(.storeFailed("\(error)"))
      return false
    }
  }

  private func visit(_ receiver: Receiver, _ queue: [QueuedDelivery]) async throws -> Bool {
    let (ready, isHolding) = try await sort(queue, for: receiver)
    var run = ReceiverQueue(ready, merges: receiver.format.mergesEvents)
    var hasSent = false
    while !isStopping, case .send(let items) = run.next(at: now()) {
      hasSent = true
      let result = await sender.send(items, id: MessageIdentifier.of(items.map(\.delivery.id)), to: receiver)
      // A try that was cut off says nothing about the receiver: it is made again after the restart.
      if Task.isCancelled, result.kind != .accepted { return false }
      let time = now()
      let outcome = run.record(result, at: time, jitter: jitter)
      if outcome.isGone {
        state.withLock { _ = $0.disabled.insert(receiver.name) }
        report(.disabled(receiver: receiver.name))
      }
      if let wait = result.retryAfter, wait > .zero {
        let until = time + min(wait, DeliveryPolicy.longestRetryAfter)
        state.withLock { $0.resting[receiver.name] = until }
      }
      for delivery in outcome.updates { report(.tried(delivery, result)) }
      try await write(outcome.updates)
      if outcome.isBack { try await store.hasten(receiver: receiver.name, at: time) }
    }
    // What is held is due all the time: without a rest the loop would turn for nothing.
    if isHolding, !hasSent { state.withLock { $0.resting[receiver.name] = now() + Self.poll } }
    return true
  }

  /// What may be sent now, and whether something is held: that stays where it is. What nobody needs any more is written as
  /// dropped.
  private func sort(
    _ queue: [QueuedDelivery], for receiver: Receiver
  ) async throws -> (ready: [QueuedDelivery], isHolding: Bool) {
    let time = now()
    var ready: [QueuedDelivery] = []
    var isHolding = false
    var dropped: [Delivery] = []
    let isAnySilenced = queue.contains { $0.event.silencedBy != nil }
    let silences = isAnySilenced ? try await store.activeSilences(at: time) : []
    for item in queue {
      switch receiver.disposition(of: item, at: time, silences: silences) {
      case .ready: ready.append(item)
      case .held: isHolding = true
      case .dropped(let reason):
        var delivery = item.delivery
        delivery.lastResult = reason
        delivery.finish(.dropped, at: time)
        dropped.append(delivery)
      }
    }
    for delivery in dropped { report(.dropped(delivery)) }
    try await write(dropped)
    return (ready, isHolding)
  }

  private func giveUp(_ queue: [QueuedDelivery], _ reason: String) async throws {
    let time = now()
    let failed = queue.map { item in
      var delivery = item.delivery
      delivery.lastResult = reason
      delivery.finish(.failed, at: time)
      return delivery
    }
    for delivery in failed { report(.tried(delivery, AttemptResult(.refused, reason))) }
    try await write(failed)
  }

  /// Writes results, together with those that the store did not take before.
  private func write(_ deliveries: [Delivery]) async throws {
    let all = state.withLock { state in
      for delivery in deliveries { state.unwritten[delivery.id] = delivery }
      return Array(state.unwritten.values)
    }
    if all.isEmpty { return }
    try await store.update(all)
    state.withLock { state in
      for delivery in all where state.unwritten[delivery.id] == delivery { state.unwritten[delivery.id] = nil }
    }
  }
}
