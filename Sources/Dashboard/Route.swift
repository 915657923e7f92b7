// The table of addresses: what each needs, and who answers.

internal import Model

/// One method of one path.
struct Route: Sendable {
  var method: String
  /// As OpenAPI writes it: `/api/v1/watches/{domain}`.
  var path: String
  var right: Right
  var handle: @Sendable (Call) async throws -> WebResponse

  init(
    _ method: String, _ path: String, _ right: Right, _ handle: @escaping @Sendable (Call) async throws -> WebResponse
  ) {
    self.method = method
    self.path = path
    self.right = right
    self.handle = handle
    parts = path.split(separator: "/").map { part in
      part.hasPrefix("{") ? .parameter(String(part.dropFirst().dropLast())) : .word(String(part))
    }
  }

  private enum Part: Hashable, Sendable {
    case word(String)
    case parameter(String)
  }

  private let parts: [Part]

  /// What stands in the places of the path; nil where it is another path.
  func parameters(_ segments: [String]) -> [String: String]? {
    guard segments.count == parts.count else { return nil }
    var parameters: [String: String] = [:]
    for (part, segment) in zip(parts, segments) {
      switch part {
      case .word(let word): if word != segment { return nil }
      case .parameter(let name): parameters[name] = segment
      }
    }
    return parameters
  }
}

enum Routes {
  static let all: [Route] =
    health + metrics + OtherPages.routes + WatchPage.routes + DomainPage.routes + SilencePage.routes
    + MessagePage.routes
    + AuditPages.routes + Resources.routes + APIRoutes.all

  /// The route of a request; HEAD is what GET would answer, without its body.
  static func find(_ request: WebRequest) throws(WebProblem) -> (Route, [String: String]) {
    let method = request.method == "HEAD" ? "GET" : request.method
    var others: [String] = []
    for route in all {
      guard let parameters = route.parameters(request.segments) else { continue }
      if route.method == method { return (route, parameters) }
      others += route.method == "GET" ? ["GET", "HEAD"] : [route.method]
    }
    if others.isEmpty { throw .notFound }
    throw WebProblem(
      405,
      "This address does not know the method \(request.method.withoutControls); it has \(others.joined(separator: ", ")).",
      allow: others.sorted())
  }

  private static let health = [
    Route("GET", "/-/healthy", .health, healthy), Route("GET", "/healthz", .health, healthy),
    Route("GET", "/-/ready", .health, ready), Route("GET", "/readyz", .health, ready),
  ]

  /// The loop of the monitor turns: no reason to restart the daemon.
  @Sendable private static func healthy(_ call: Call) async -> WebResponse {
    let isAlive = await call.source.health().isAlive
    return WebResponse(
      isAlive ? 200 : 503, type: "text/plain; charset=utf-8", isAlive ? "healthy\n" : "the monitor makes no progress\n")
  }

  /// The daemon does its work, or what keeps it from that, a line each.
  @Sendable private static func ready(_ call: Call) async -> WebResponse {
    let reasons = await call.source.health().reasons
    return WebResponse(
      reasons.isEmpty ? 200 : 503, type: "text/plain; charset=utf-8",
      reasons.isEmpty ? "ready\n" : reasons.map { $0.withoutControls + "\n" }.joined())
  }

  private static let metrics = [
    Route("GET", "/metrics", .read) { call in
      WebResponse(
        type: MetricsText.type,
        MetricsText.text(await call.source.metrics(withWatches: call.site.settings.watchMetrics)))
    }
  ]
}
