// Silences: what nobody is alerted of, until when, who said why; and the form for another one.

internal import Model
internal import Phrasing
internal import Reporting

enum SilencePage {
  static let routes: [Route] = [
    Route("GET", "/silences", .read) { call in try await page(call, form: SilenceRequest(call.request.query)) },
    Route("POST", "/silences", .act, add),
    Route("POST", "/silences/{id}/end", .act, end),
  ]

  private static let durations: [(value: String, label: String)] = [
    ("30m", "30 minutes"), ("1h", "1 hour"), ("2h", "2 hours"), ("4h", "4 hours"), ("8h", "8 hours"), ("1d", "1 day"),
    ("3d", "3 days"), ("7d", "7 days"), ("30d", "30 days"),
  ]

  private static func page(
    _ call: Call, form: SilenceRequest, fault: WebProblem? = nil
  ) async throws -> WebResponse {
    let showsAll = call.request.query["status"] == "all"
    let silences = try await call.source.silences(endingAfter: showsAll ? nil : call.now)
    var fields: Fields = [
      "silences": silences.reversed().prefix(200).map { Self.fields($0, call) }, "isEmpty": silences.isEmpty,
      "choices": [("active", "Active"), ("all", "All")].map { value, label -> Fields in
        [
          "label": Shown(label), "isChosen": (value == "all") == showsAll,
          "href": Shown(call.site.path("/silences") + (value == "all" ? "?status=all" : "")),
        ]
      },
      "form": [
        "domain": Shown(form.domain), "selector": Shown(form.selector), "label": Shown(form.labels.first ?? ""),
        "by": Shown(form.by), "reason": Shown(form.reason),
        "durations": durations.map { value, label -> Fields in
          [
            "value": Shown(value), "label": Shown(label),
            "isChosen": value == (form.duration.isEmpty ? "2h" : form.duration),
          ]
        },
        "types": EventType.allCases.filter { $0 != .test }.map { type -> Fields in
          ["value": Shown(type.rawValue), "isChosen": form.types.contains(type.rawValue)]
        },
        "isOpen": fault != nil || !form.domain.isEmpty || !form.selector.isEmpty,
      ] as Fields,
    ]
    fields["fault"] = fault.map { Shown($0.detail) }
    return Page(call: call, title: "Silences", place: .silences).response(
      "silences", fields, status: fault?.status ?? 200)
  }

  /// One silence, in lists and as a note on what it holds for.
  static func fields(_ silence: Silence, _ call: Call) -> Fields {
    let isActive = silence.isActive(at: call.now)
    return [
      "id": Shown(silence.id), "matchers": Shown(silence.matchers.words(display: call.site.settings.display)),
      "by": Shown(silence.by), "reason": Shown(silence.reason), "isActive": isActive,
      "created": silence.createdAt.fields(now: call.now), "expires": silence.expiresAt.fields(now: call.now),
      "canBeEnded": isActive && call.visitor.right >= .act,
      "endLink": Shown(call.site.path("/silences/\(PercentCoding.encode(silence.id))/end")),
    ]
  }

  @Sendable private static func add(_ call: Call) async throws -> WebResponse {
    let request = SilenceRequest(try call.form())
    do {
      _ = try await call.silence(request)
      return .redirect(to: call.site.path("/silences"))
    } catch let problem as WebProblem where problem.status == 422 {
      return try await page(call, form: request, fault: problem)
    }
  }

  @Sendable private static func end(_ call: Call) async throws -> WebResponse {
    _ = try call.form()
    try await call.endSilence()
    return .redirect(to: call.site.path("/silences"))
  }
}

extension SilenceRequest {
  /// The fields of the form, or of a link that fills it in.
  fileprivate init(_ fields: FormFields) {
    domain = (fields["domain"] ?? "").trimmed
    selector = (fields["selector"] ?? "").trimmed
    labels = fields.all("label")
    types = fields.all("type")
    duration = fields["for"] ?? ""
    by = fields["by"] ?? ""
    reason = fields["reason"] ?? ""
  }
}

extension String {
  var trimmed: String { String(self[...].trimmingBlanks) }
}
