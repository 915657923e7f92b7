// Lists: incidents, which can be acknowledged; events; deliveries, which can be retried.

internal import Model
internal import Phrasing
internal import Reporting

enum ListPages {
  // MARK: Incidents

  @Sendable static func incidents(_ call: Call) async throws -> WebResponse {
    let query = try call.incidentQuery()
    let page = try await call.source.incidents(query)
    let status = call.request.query.all("status").first ?? "open"
    var fields: Fields = ["incidents": page.map { incident($0, call) }, "isEmpty": page.isEmpty]
    fields["nextPage"] = call.link(next: page.count == query.limit ? page.last?.incident.id : nil, as: "after")
    fields["choices"] = choices(["open", "closed", "all"], status, "status", call)
    fields["title"] = Shown("Incidents")
    fields["isIncidents"] = true
    fields["nothing"] = Shown(status == "open" ? "No incident is open." : "There are no incidents.")
    return Page(call: call, title: "Incidents", place: .incidents).response("lists", fields)
  }

  static func incident(_ item: IncidentItem, _ call: Call) -> Fields {
    let incident = item.incident
    let name = item.opening?.name.map(call.site.settings.display) ?? incident.subject.replacing("view:", with: "view ")
    var fields: Fields = [
      "id": Shown(incident.id),
      "mark": incident.verdict.fields(word: item.opening?.type.rawValue ?? incident.kind.rawValue),
      "name": Shown(name), "opened": incident.openedAt.fields(now: call.now), "status": Shown(incident.status.rawValue),
      "isOpen": incident.closedAt == nil, "summary": Shown(item.opening?.summary ?? ""),
      "canBeAcknowledged": incident.status == .open && call.visitor.right >= .act,
      "acknowledgeLink": Shown(call.site.path("/incidents/\(PercentCoding.encode(incident.id))/acknowledge")),
    ]
    fields["href"] = item.opening?.watched.map { Shown(call.site.path(to: $0)) }
    fields["closed"] = incident.closedAt?.fields(now: call.now)
    if let acknowledgement = incident.acknowledged {
      fields["acknowledged"] =
        [
          "by": Shown(acknowledgement.by), "note": Shown(acknowledgement.note),
          "at": acknowledgement.at.fields(now: call.now),
        ] as Fields
    }
    return fields
  }

  @Sendable static func acknowledge(_ call: Call) async throws -> WebResponse {
    let form = try call.form()
    try await call.acknowledge(by: form["by"] ?? "", note: form["note"] ?? "")
    return .redirect(to: call.site.path("/incidents"))
  }

  // MARK: Events

  @Sendable static func events(_ call: Call) async throws -> WebResponse {
    let query = try call.eventQuery()
    let page = try await call.source.events(query)
    var fields: Fields = [
      "events": page.map { EventFields(call: call).fields($0.event, withName: true) }, "isEmpty": page.isEmpty,
    ]
    fields["nextPage"] = call.link(
      next: page.count == query.limit ? page.last.map { "\($0.number)" } : nil, as: "before")
    fields["title"] = Shown("Events")
    fields["isEvents"] = true
    fields["nothing"] = Shown("Nothing has happened yet.")
    return Page(call: call, title: "Events", place: .events).response("lists", fields)
  }

  // MARK: Deliveries

  @Sendable static func deliveries(_ call: Call) async throws -> WebResponse {
    let query = try call.deliveryQuery()
    let page = try await call.source.deliveries(query)
    var fields: Fields = ["deliveries": page.map { delivery($0.item, call) }, "isEmpty": page.isEmpty]
    fields["nextPage"] = call.link(
      next: page.count == query.limit ? page.last.map { "\($0.number)" } : nil, as: "before")
    fields["choices"] = choices(
      ["all"] + Delivery.Status.allCases.map(\.rawValue), query.statuses.first?.rawValue ?? "all", "status", call)
    fields["title"] = Shown("Deliveries")
    fields["isDeliveries"] = true
    fields["nothing"] = Shown("No alert was sent yet.")
    return Page(call: call, title: "Deliveries", place: .deliveries).response("lists", fields)
  }

  static func delivery(_ item: DeliveryItem, _ call: Call) -> Fields {
    let delivery = item.delivery
    let verdict: Verdict =
      switch delivery.status {
      case .delivered: .ok
      case .pending: delivery.attempts == 0 ? .unknown : .warning
      case .failed: .critical
      case .dropped: .unknown
      }
    var fields: Fields = [
      "id": Shown(delivery.id), "mark": verdict.fields(word: delivery.status.rawValue),
      "receiver": Shown(delivery.receiver), "created": delivery.createdAt.fields(now: call.now),
      "tries": Shown(Phrase.count(delivery.attempts, "try", "tries")), "summary": Shown(item.event.summary),
      "type": Shown(item.event.type.rawValue), "result": Shown(delivery.lastResult ?? ""),
      "canBeRetried": delivery.status != .delivered && call.visitor.right >= .act,
      "retryLink": Shown(call.site.path("/deliveries/\(PercentCoding.encode(delivery.id))/retry")),
    ]
    fields["href"] = item.event.watched.map { Shown(call.site.path(to: $0)) }
    if delivery.status == .pending { fields["next"] = delivery.nextAttemptAt?.fields(now: call.now) }
    return fields
  }

  @Sendable static func retry(_ call: Call) async throws -> WebResponse {
    _ = try call.form()
    try await call.retry()
    return .redirect(to: call.site.path("/deliveries"))
  }

  private static func choices(_ words: [String], _ chosen: String, _ field: String, _ call: Call) -> [Fields] {
    let path = "/" + call.request.segments.joined(separator: "/")
    return words.map { word in
      [
        "label": Shown(word.capitalizedFirst), "isChosen": word == chosen,
        "href": Shown(
          call.site.path(path)
            + (word == "all" && field == "status" && path == "/deliveries" ? "" : "?\(field)=\(word)")),
      ]
    }
  }
}
