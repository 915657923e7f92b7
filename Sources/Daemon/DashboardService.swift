// The dashboard as a service: where the port cannot be had, the daemon watches on and tries again.

internal import Config
internal import Dashboard
internal import Logging
internal import Model
internal import ServiceLifecycle

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

extension Configuration.HTTPSettings {
  var access: Access { Access(token: token, readToken: readToken) }
}
