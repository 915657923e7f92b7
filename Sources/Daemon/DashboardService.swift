// The dashboard as a service: where the port cannot be had, the daemon watches on and tries again.

internal import Config
internal import Dashboard
internal import Logging
internal import Model
internal import ServiceLifecycle
internal import Synchronization

/// Serves pages, API and metrics for as long as the daemon runs. Whatever fails here, the monitor does not feel it.
struct DashboardService: Service {
  /// nil where the configuration has no `http`.
  var server: DashboardServer?
  var logger: Logger

  private static let pause = Duration.seconds(15)

  func run() async throws {
    guard let server else {
      try? await gracefulShutdown()
      return
    }
    var lastError: String?
    while !Task.isShuttingDownGracefully, !Task.isCancelled {
      do {
        logger.notice("serving pages, API and metrics", metadata: ["address": "http://\(server.listen)/"])
        try await server.run()
        return
      } catch {
        let text = "\(error)"
        if lastError != text {
          logger.error(
            "cannot serve pages; will retry",
            metadata: ["address": "\(server.listen)", "error": "\(text)"])
        }
        lastError = text
      }
      await cancelWhenGracefulShutdown { try? await Task.sleep(for: Self.pause) }
    }
  }
}

/// Leads from the monitor, which is made first, to the pages that wait for its news.
final class Announcer: Sendable {
  private let current = Mutex<Site?>(nil)

  var site: Site? {
    get { current.withLock { $0 } }
    set { current.withLock { $0 = newValue } }
  }

  func announce() { site?.announce() }
}

extension Configuration.HTTPSettings {
  var access: Access { Access(token: token, readToken: readToken) }
}
