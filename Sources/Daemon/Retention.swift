// Retention: what is older than the configuration allows is removed once a day.

internal import Logging
internal import Model
internal import ServiceLifecycle
internal import Storage

/// Prunes the history at the start and once a day; does nothing where history is kept for ever.
struct Retention: Service {
  var store: any HistoryStore
  var monitor: Monitor
  var clock: Clocks
  var logger: Logger

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        if let retention = await monitor.retention {
          do {
            try await store.prune(before: clock.now() - retention)
          } catch {
            logger.error("cannot remove old history", metadata: ["error": "\(error)"])
          }
        }
        try? await Task.sleep(for: .seconds(86_400))
      }
    }
  }
}
