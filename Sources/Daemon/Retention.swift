// Retention: what is older than the configuration allows is removed once a day.

internal import Config
internal import Logging
internal import Model
internal import ServiceLifecycle
internal import Storage

/// Prunes at the start and once a day: the history where it is not kept for ever, and the census in any case.
struct Retention: Service {
  var store: any HistoryStore
  var mail: any MailStore
  var settings: MailConfiguration
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
        await pruneMail()
        try? await Task.sleep(for: .seconds(86_400))
      }
    }
  }

  /// Counts are kept as long as anything is made of them, and the last sighting of a key so long that no rotation is longer.
  private static let keepsCounts = Duration.seconds(100 * 86_400)
  private static let keepsPairs = Duration.seconds(400 * 86_400)

  func pruneMail() async {
    let now = clock.now()
    do {
      try await mail.pruneMail(
        pairsBefore: now - max(Self.keepsPairs, settings.settings.learn.forgetAfter),
        countsBefore: now - Self.keepsCounts)
    } catch {
      logger.error("cannot remove what is known of old mail", metadata: ["error": "\(error)"])
    }
  }
}
