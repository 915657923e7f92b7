// The JSON API: all that pages show and do. `openapi.json` describes it, and a test holds the two together.

internal import Model
internal import Reporting

enum APIRoutes {
  static let all: [Route] =
    [
      Route("GET", "/api/v1/openapi.json", .health) { _ in
        WebResponse(type: JSONBody.type, Resources.openapi, cache: .minute)
      },
      Route("GET", "/api/v1/watches", .read, watches),
      Route("GET", "/api/v1/watches/{domain}/{selector}", .read, watch),
      Route("GET", "/api/v1/watches/{domain}/{selector}/history", .read, history),
      Route("GET", "/api/v1/watches/{domain}/{selector}/badge.svg", .read, badge),
      Route("GET", "/api/v1/events", .read, events),
      Route("GET", "/api/v1/events.atom", .read, feed),
      Route("GET", "/api/v1/incidents", .read, incidents),
      Route("GET", "/api/v1/incidents/{id}", .read, incident),
      Route("POST", "/api/v1/incidents/{id}/acknowledge", .act, acknowledge),
      Route("GET", "/api/v1/deliveries", .read, deliveries),
      Route("POST", "/api/v1/deliveries/{id}/retry", .act, retry),
      Route("POST", "/api/v1/judge", .read, judge),
      Route("POST", "/api/v1/watches/{domain}/{selector}/check", .act, check),
    ] + DomainRoutes.all

  // MARK: Watches

  @Sendable private static func watches(_ call: Call) async throws -> WebResponse {
    let list = try await call.source.watches(try call.watchQuery(), label: call.request.query.all("label").first)
    let objects = list.rows.map { StatusObject(watch: $0.status, report: list.report) }
    return try JSONBody.response(PageObject(items: objects, next: list.next))
  }

  @Sendable private static func watch(_ call: Call) async throws -> WebResponse {
    let report = try await call.watch(since: call.now)
    return try JSONBody.response(StatusObject(watch: report.row.status, report: report.report))
  }

  @Sendable private static func history(_ call: Call) async throws -> WebResponse {
    let since = try call.since(days: 30)
    let report = try await call.watch(since: since)
    return try JSONBody.response(PageObject(items: report.entries(since: since).flatMap(\.objects)))
  }

  @Sendable private static func badge(_ call: Call) async throws -> WebResponse {
    let report = try await call.watch(since: call.now)
    var response = WebResponse(
      type: "image/svg+xml",
      Badge.svg(call.site.settings.display(report.row.key.domain), report.row.status, report.report), cache: .minute)
    // A badge is for other pages.
    response.set("Cross-Origin-Resource-Policy", "cross-origin")
    return response
  }

  @Sendable private static func check(_ call: Call) async throws -> WebResponse {
    try call.request.expectJSON()
    try await call.checkNow()
    return try JSONBody.response(["checking": try call.key().name.description], status: 202)
  }

  // MARK: Events

  @Sendable private static func events(_ call: Call) async throws -> WebResponse {
    let query = try call.eventQuery()
    let page = try await call.source.events(query)
    return try JSONBody.response(
      PageObject(items: page.map(\.event), next: page.count == query.limit ? page.last.map { "\($0.number)" } : nil))
  }

  @Sendable private static func feed(_ call: Call) async throws -> WebResponse {
    let page = try await call.source.events(try call.eventQuery())
    return WebResponse(
      type: "application/atom+xml; charset=utf-8", AtomFeed.text(page.map(\.event), call: call), cache: .checked)
  }

  // MARK: Incidents

  @Sendable private static func incidents(_ call: Call) async throws -> WebResponse {
    let query = try call.incidentQuery()
    let page = try await call.source.incidents(query)
    return try JSONBody.response(
      PageObject(
        items: page.map { IncidentObject($0.incident, opening: $0.opening) },
        next: page.count == query.limit ? page.last?.incident.id : nil))
  }

  @Sendable private static func incident(_ call: Call) async throws -> WebResponse {
    var query = IncidentQuery()
    query.id = call.parameters["id"]
    guard let item = try await call.source.incidents(query).first else { throw WebProblem(404, "No such incident.") }
    return try JSONBody.response(IncidentObject(item.incident, opening: item.opening))
  }

  private struct AcknowledgementBody: Decodable {
    var by: String
    var note: String
  }

  @Sendable private static func acknowledge(_ call: Call) async throws -> WebResponse {
    let body = try JSONBody.read(AcknowledgementBody.self, from: call.request)
    try await call.acknowledge(by: body.by, note: body.note)
    return try JSONBody.response(["acknowledged": call.parameters["id"] ?? ""], status: 202)
  }

  // MARK: Deliveries

  @Sendable private static func deliveries(_ call: Call) async throws -> WebResponse {
    let query = try call.deliveryQuery()
    let page = try await call.source.deliveries(query)
    return try JSONBody.response(
      PageObject(items: page.map(\.item), next: page.count == query.limit ? page.last.map { "\($0.number)" } : nil))
  }

  @Sendable private static func retry(_ call: Call) async throws -> WebResponse {
    try call.request.expectJSON()
    try await call.retry()
    return try JSONBody.response(["retried": call.parameters["id"] ?? ""], status: 202)
  }

  // MARK: Records

  private struct RecordBody: Decodable {
    var record: String
    var minimumBits: Int?
  }

  @Sendable private static func judge(_ call: Call) async throws -> WebResponse {
    let body = try JSONBody.read(RecordBody.self, from: call.request)
    if let bits = body.minimumBits, !(1...65_536).contains(bits) {
      throw WebProblem(422, "'minimumBits' is a number from 1 to 65536.")
    }
    return try JSONBody.response(try Call.judgement(of: body.record, minimumBits: body.minimumBits))
  }
}
