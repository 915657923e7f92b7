// The JSON API of domains, audits, messages and silences.

internal import Auditing
internal import Mail
internal import Model
internal import Reporting

enum DomainRoutes {
  static let all: [Route] = [
    Route("GET", "/api/v1/domains/{domain}", .read, domain),
    Route("GET", "/api/v1/domains/{domain}/audit", .read, audit),
    Route("POST", "/api/v1/domains/{domain}/audit", .act, beginAudit),
    Route("POST", "/api/v1/verify", .act, verify),
    Route("GET", "/api/v1/silences", .read, silences),
    Route("POST", "/api/v1/silences", .act, addSilence),
    Route("POST", "/api/v1/silences/{id}/end", .act, endSilence),
  ]

  // MARK: Domains

  private struct DomainObject: Encodable {
    var domain: DomainName
    var counts: [String: Int]
    var watches: [StatusObject]
    var zone: DomainName?
    var nameServers: [DomainName]
    var delegationChanges: [DelegationChange]
    var rotations: [Rotation]
    var census: [CensusItem]
    var score: Double?
    var auditedAt: Timestamp?

    struct Rotation: Encodable {
      var old: DomainName
      var new: DomainName
      var event: Event?
    }
  }

  @Sendable private static func domain(_ call: Call) async throws -> WebResponse {
    guard let report = try await call.source.domain(try call.domain()) else {
      throw WebProblem(404, "Nothing is known of this domain.")
    }
    return try JSONBody.response(
      DomainObject(
        domain: report.domain,
        counts: report.counts.reduce(into: [:]) { $0[$1.key.rawValue] = $1.value },
        watches: report.rows.map { StatusObject(watch: $0.status, report: report.report) },
        zone: report.delegation?.delegation.zone, nameServers: report.delegation?.delegation.servers ?? [],
        delegationChanges: report.delegationChanges.compactMap(\.delegation),
        rotations: report.rotations.map {
          DomainObject.Rotation(old: $0.old.selector, new: $0.new.selector, event: $0.event)
        },
        census: report.census, score: report.audit?.report?.score, auditedAt: report.audit?.report?.checkedAt))
  }

  // MARK: Audits

  @Sendable private static func audit(_ call: Call) async throws -> WebResponse {
    guard let state = try await call.source.audit(of: try call.domain()) else {
      throw WebProblem(404, "There is no audit of this domain; POST to this address begins one.")
    }
    guard let report = state.report else { return try running(call) }
    return try JSONBody.response(report)
  }

  @Sendable private static func beginAudit(_ call: Call) async throws -> WebResponse {
    try call.request.expectJSON()
    try await call.source.beginAudit(of: try call.domain())
    return try running(call)
  }

  private static func running(_ call: Call) throws -> WebResponse {
    let name = try call.domain()
    var response = try JSONBody.response(["auditing": name.description], status: 202)
    response.set("Location", call.site.path("/api/v1/domains/\(PercentCoding.encode(name.description))/audit"))
    response.set("Retry-After", "3")
    return response
  }

  // MARK: Messages

  @Sendable private static func verify(_ call: Call) async throws -> WebResponse {
    guard call.request.contentType == "message/rfc822" else {
      throw WebProblem(415, "Send the message itself, with 'Content-Type: message/rfc822'.")
    }
    return try JSONBody.response(VerificationObject(try await call.verify(call.request.body)))
  }

  // MARK: Silences

  @Sendable private static func silences(_ call: Call) async throws -> WebResponse {
    let word = call.request.query.all("status").first ?? "active"
    guard word == "active" || word == "all" else { throw WebProblem(400, "'status' is one of active, all.") }
    let silences = try await call.source.silences(endingAfter: word == "all" ? nil : call.now)
    return try JSONBody.response(PageObject(items: silences.map { SilenceObject(silence: $0, at: call.now) }))
  }

  private struct SilenceBody: Decodable {
    var domain: String?
    var selector: String?
    var labels: [String: String]?
    var types: [String]?
    var `for`: String
    var by: String
    var reason: String
  }

  @Sendable private static func addSilence(_ call: Call) async throws -> WebResponse {
    let body = try JSONBody.read(SilenceBody.self, from: call.request)
    let request = SilenceRequest(
      domain: body.domain ?? "", selector: body.selector ?? "",
      labels: (body.labels ?? [:]).map { "\($0.key)=\($0.value)" }.sorted(), types: body.types ?? [],
      duration: body.for, by: body.by, reason: body.reason)
    return try JSONBody.response(SilenceObject(silence: try await call.silence(request), at: call.now), status: 201)
  }

  @Sendable private static func endSilence(_ call: Call) async throws -> WebResponse {
    try call.request.expectJSON()
    try await call.endSilence()
    return try JSONBody.response(["ended": call.parameters["id"] ?? ""])
  }
}
