// NOTIFY as a service: where an address cannot be had, the daemon watches on and tries again.

internal import Config
internal import Logging
internal import Model
internal import Probing
internal import ServiceLifecycle
internal import Synchronization
internal import Waking

/// Listens for notices for as long as the daemon runs and the configuration wants it.
final class NoticeService: Service {
  private struct State {
    var settings: Configuration.NotifySettings?
    var listener: NoticeListener?
    /// What listeners before counted.
    var counted = NoticeGate.Counters()
  }

  private static let pause = Duration.seconds(15)

  private let state: Mutex<State>
  private let pulser: Pulser
  private let elapsed: @Sendable () -> Duration
  private let logger: Logger
  private let wakeup = Wakeup()

  init(
    _ settings: Configuration.NotifySettings?, pulser: Pulser, elapsed: @escaping @Sendable () -> Duration,
    logger: Logger
  ) {
    state = Mutex(State(settings: settings))
    self.pulser = pulser
    self.elapsed = elapsed
    self.logger = logger
  }

  /// Takes up a new configuration.
  func replace(with settings: Configuration.NotifySettings?) {
    state.withLock { $0.settings = settings }
    wakeup.signal()
  }

  /// Totals since the start.
  var counters: NoticeGate.Counters {
    state.withLock { state in
      var sum = state.counted
      if let counters = state.listener?.counters { sum.add(counters) }
      return sum
    }
  }

  func run() async throws {
    await cancelWhenGracefulShutdown {
      var running: Configuration.NotifySettings?
      var lastError: String?
      while !Task.isCancelled {
        let wanted = self.state.withLock { $0.settings }
        if wanted != running {
          do throws(NoticeListenerError) {
            try self.listen(as: wanted, insteadOf: running)
            (running, lastError) = (wanted, nil)
          } catch {
            let text = "\(error)"
            if lastError != text {
              self.logger.error("cannot listen for NOTIFY; will retry", metadata: ["error": "\(text)"])
            }
            (running, lastError) = (nil, text)
          }
        }
        await self.wakeup.wait(atMost: running == wanted ? .seconds(3600) : Self.pause) {
          try await Task.sleep(for: $0)
        }
      }
      self.close()
    }
  }

  private func listen(
    as wanted: Configuration.NotifySettings?, insteadOf running: Configuration.NotifySettings?
  ) throws(NoticeListenerError) {
    if let wanted, let running, wanted.listen == running.listen {
      state.withLock { $0.listener }?.replaceSources(wanted.from)
      return
    }
    close()
    guard let wanted else { return }
    let listener = try NoticeListener(at: wanted.listen, sources: wanted.from, elapsed: elapsed) { [pulser] in
      pulser.notice(of: $0, from: $1)
    }
    state.withLock { $0.listener = listener }
    logger.notice(
      "listening for NOTIFY",
      metadata: ["addresses": "\(wanted.listen.map(\.description).joined(separator: ","))"])
  }

  private func close() {
    let listener = state.withLock { state in
      if let counters = state.listener?.counters { state.counted.add(counters) }
      defer { state.listener = nil }
      return state.listener
    }
    listener?.shutdown()
  }
}

extension NoticeGate.Counters {
  fileprivate mutating func add(_ other: Self) {
    received += other.received
    refused += other.refused
  }
}
