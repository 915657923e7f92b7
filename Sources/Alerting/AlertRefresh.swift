// Alertmanager forgets an alert that is not sent again: what fires is told to it again and again.

public import Model

/// Sends what fires to every receiver of the format `alertmanager`; keeps nothing.
public struct AlertRefresh: Sendable {
  /// How often. An alert outlives several of these, so that one that is missed does no harm.
  public static let interval = Duration.seconds(120)
  private static let batch = 100

  private let sender: MessageSender

  public init(sender: MessageSender) { self.sender = sender }

  /// Sends the events that stand for open incidents. What keeps a receiver from taking them is returned, one result a
  /// receiver; the next round tries again.
  public func refresh(_ events: [Event], at receivers: [Receiver]) async -> [String: AttemptResult] {
    var results: [String: AttemptResult] = [:]
    for receiver in receivers where receiver.format == .alertmanager {
      let wanted = events.filter { !$0.type.isRecovery && Routing.wants(receiver, $0) }
      for start in stride(from: 0, to: wanted.count, by: Self.batch) {
        let items = wanted[start..<min(start + Self.batch, wanted.count)].map { event in
          QueuedDelivery(
            delivery: Delivery(id: "refresh", event: event.id, receiver: receiver.name, createdAt: event.at),
            event: event)
        }
        results[receiver.name] = await sender.send(items, id: "refresh", to: receiver)
      }
    }
    return results
  }
}
