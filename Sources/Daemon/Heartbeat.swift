// The heartbeat: a row that tells when the daemon was watching, and the watchdog's ping that depends on it.

internal import CMemory
internal import Logging
internal import Model
internal import ServiceLifecycle
internal import Storage

/// Proves every few seconds that monitor and database make progress, and only then pets the watchdog.
struct Heartbeat: Service {
  var monitor: Monitor
  var store: any HistoryStore
  var notifier: SystemdNotifier
  var clock: Clocks
  var logger: Logger

  /// A loop that has not turned for this long is stuck.
  static let patience: Duration = .seconds(20)

  /// How often memory that is free goes back to the system: a burst of looks leaves much of it behind.
  private static let trimInterval: Duration = .seconds(60)

  func run() async throws {
    let interval = min(.seconds(10), (notifier.watchdogInterval ?? .seconds(30)) / 3)
    await cancelWhenGracefulShutdown {
      var isStuck = false
      var lastError: String?
      var trimmed = clock.elapsed()
      while !Task.isCancelled {
        let status = await monitor.status()
        var isAlive = status.sinceLastTurn < Self.patience
        do {
          try await store.heartbeat(at: clock.now())
          lastError = nil
        } catch {
          // A full disk is told by the monitor; the daemon lives on and keeps asking.
          let text = "\(error)"
          if status.canWrite, lastError != text {
            logger.error("cannot write the heartbeat", metadata: ["error": "\(text)"])
          }
          lastError = text
          isAlive = isAlive && !status.canWrite
        }
        if isAlive {
          notifier.send(.watchdog, .status(status.statusLine))
        } else if !isStuck, status.sinceLastTurn >= Self.patience {
          logger.error("the monitor makes no progress", metadata: ["for": "\(status.sinceLastTurn)"])
        }
        isStuck = !isAlive
        if clock.elapsed() - trimmed >= Self.trimInterval {
          malloc_trim(0)
          trimmed = clock.elapsed()
        }
        try? await Task.sleep(for: interval)
      }
    }
  }
}
