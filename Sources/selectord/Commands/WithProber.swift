// The engine, the HTTP client and the prober of one run.

import HTTPClient
import Model
import Probing

/// Hands `body` a prober for these views, and ends what it runs on afterwards.
func withProber<Result>(of views: [View], _ body: (Prober) async throws -> Result) async throws -> Result {
  let engine = try Engine()
  defer { engine.shutdown() }
  let http = try CurlClient()
  defer { http.shutdown() }
  return try await body(Prober(views: views, engine: engine, http: http, clock: now))
}
