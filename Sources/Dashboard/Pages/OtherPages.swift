// Check a record, about, log in, and what is wrong with a request.

internal import Model
internal import Phrasing
internal import Reporting

enum OtherPages {
  static let routes: [Route] = [
    Route("GET", "/", .read, OverviewPage.show),
    Route("GET", "/incidents", .read, ListPages.incidents),
    Route("POST", "/incidents/{id}/acknowledge", .act, ListPages.acknowledge),
    Route("GET", "/events", .read, ListPages.events),
    Route("GET", "/deliveries", .read, ListPages.deliveries),
    Route("POST", "/deliveries/{id}/retry", .act, ListPages.retry),
    Route("GET", "/check", .read) { call in checkPage(call, record: "", [:]) },
    Route("POST", "/check", .read, judge),
    Route("GET", "/about", .read, about),
    Route("GET", "/live", .read) { call in
      guard let stream = call.site.announcements.open() else {
        throw WebProblem(503, "Too many pages are open; this one asks by itself.", retryAfter: 60)
      }
      return WebResponse(type: "text/event-stream", body: .stream(stream))
    },
    Route("GET", "/login", .health) { call in loginPage(call) },
    Route("POST", "/login", .health, login),
    Route("POST", "/logout", .health, logout),
  ]

  /// The three things that can be checked.
  static func tabs(_ chosen: String, _ call: Call) -> [Fields] {
    [("/check", "A record"), ("/check/message", "A message"), ("/check/domain", "A domain")].map { path, label in
      ["href": Shown(call.site.path(path)), "label": Shown(label), "isChosen": path == chosen]
    }
  }

  // MARK: Check a record

  private static func checkPage(_ call: Call, record: String, _ fields: Fields, status: Int = 200) -> WebResponse {
    var fields = fields
    fields["isRecord"] = true
    fields["given"] = Shown(record.split(separator: "\n").joined(separator: " "))
    return Page(call: call, title: "Check a key record", place: .check).response("check", fields, status: status)
  }

  @Sendable private static func judge(_ call: Call) async throws -> WebResponse {
    let record = try call.form()["record"] ?? ""
    do throws(WebProblem) {
      let judgement = try Call.judgement(of: record, minimumBits: nil)
      var result: Fields = [
        "mark": judgement.verdict.fields(word: judgement.state.rawValue), "verdict": Shown(judgement.verdict.rawValue),
        "summary": Shown(judgement.summary),
        "findings": judgement.findings.map { finding -> Fields in
          [
            "mark": Verdict(finding.severity).fields(word: finding.severity.rawValue), "text": Shown(finding.text),
            "evidence": finding.evidence.split(separator: "\n").map { ["text": Shown($0)] as Fields },
            "hasEvidence": !finding.evidence.isEmpty, "remedy": Shown(finding.remedy), "rule": Shown(finding.rule),
          ]
        },
        "receivers": judgement.receivers.map { opinion -> Fields in
          [
            "name": Shown(opinion.receiver), "word": Shown(opinion.verdict.rawValue), "reason": Shown(opinion.reason),
            "isAccepting": opinion.verdict == .accept,
          ]
        },
        "hasReceivers": !judgement.receivers.isEmpty,
      ]
      if let key = judgement.key {
        result["key"] = ["words": Shown(key.words), "fingerprint": Shown(key.fingerprint)] as Fields
      }
      return checkPage(call, record: record, ["result": result])
    } catch {
      return checkPage(call, record: record, ["fault": Shown(error.detail)], status: error.status)
    }
  }

  // MARK: About

  @Sendable private static func about(_ call: Call) async throws -> WebResponse {
    let about = try await call.source.about()
    let health = await call.source.health()
    let fields: Fields = [
      "version": Shown(call.site.settings.version), "started": about.startedAt.fields(now: call.now),
      "watches": Shown("\(about.watches)"), "database": Shown(about.database),
      "size": Shown("\(about.databaseBytes / 1024) KiB"),
      "isReady": health.reasons.isEmpty, "reasons": health.reasons.map { ["text": Shown($0.capitalizedFirst + ".")] },
      "views": about.views.map { view -> Fields in
        var fields: Fields = [
          "name": Shown(view.name), "source": Shown(view.source),
          "mark": (view.downSince == nil ? Verdict.ok : .critical).fields(
            word: view.downSince == nil ? "answers" : "down"),
        ]
        fields["since"] = view.downSince?.fields(now: call.now)
        return fields
      },
      "receivers": about.receivers.map { ["name": Shown($0.name), "format": Shown($0.format)] as Fields },
      "hasReceivers": !about.receivers.isEmpty,
      "configuration": about.configuration.split(separator: "\n").map { ["text": Shown($0)] as Fields },
    ]
    return Page(call: call, title: "About", place: .about).response("about", fields)
  }

  // MARK: Log in

  private static func loginPage(_ call: Call, fault: WebProblem? = nil) -> WebResponse {
    if call.site.isOpen { return .redirect(to: call.site.path("/")) }
    var fields: Fields = ["then": Shown(destination(call.request.query["next"]) ?? "")]
    if let fault { fields["fault"] = Shown(fault.detail) }
    let page = Page(call: call, title: "Log in", place: .none)
    let response = page.response("login", fields, status: fault?.status ?? 200)
    return fault.map { $0.status == 401 ? response : $0.finish(response) } ?? response
  }

  @Sendable private static func login(_ call: Call) async throws -> WebResponse {
    let form = try call.form()
    let site = call.site
    let address = call.request.peer?.description ?? ""
    if let wait = site.sessions.wait(of: address, at: call.now) {
      return loginPage(
        call,
        fault: WebProblem(
          429, "Too many wrong tokens came from this address. Try again in \(Phrase.duration(.seconds(Int64(wait)))).",
          retryAfter: wait))
    }
    let right = site.access.right(of: form["token"] ?? "")
    site.sessions.note(address, isRight: right > .health, at: call.now)
    guard right > .health else { return loginPage(call, fault: WebProblem(401, "This token is not right.")) }
    var response = WebResponse.redirect(to: site.path(destination(form["next"]) ?? "/"))
    // A new cookie: whoever gave this browser the old one does not know it.
    response.add("Set-Cookie", site.cookie(site.sessions.open(right, at: call.now), secure: call.request.isSecure))
    return response
  }

  @Sendable private static func logout(_ call: Call) async throws -> WebResponse {
    _ = try call.form()
    if let cookie = call.visitor.cookie { call.site.sessions.close(cookie) }
    var response = WebResponse.redirect(to: call.site.path("/login"))
    response.add("Set-Cookie", call.site.cookie(nil, secure: call.request.isSecure))
    return response
  }

  /// A path of this site; nil for everything else, so that a link cannot send who logs in to another site.
  private static func destination(_ text: String?) -> String? {
    guard let text, text.hasPrefix("/"), !text.hasPrefix("//"), !text.contains("\\"),
      text.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
    else { return nil }
    return text
  }

  // MARK: Problems

  /// What is wrong with a request, for a person.
  static func problem(_ problem: WebProblem, to request: WebRequest, of site: Site) -> WebResponse {
    if problem.status == 401, request.method != "POST" {
      let target = "/" + request.segments.map(PercentCoding.encode).joined(separator: "/")
      let query = request.query.fields.isEmpty ? "" : "?" + request.query.text
      return .redirect(to: site.path("/login?next=" + PercentCoding.encode(target + query)))
    }
    let call = Call(
      site: site, request: request, parameters: [:],
      visitor: Visitor(right: .health, cookie: request.cookie(Site.cookieName) ?? "none"))
    let page = Page(call: call, title: problem.title, place: .none)
    let fields: Fields = [
      "status": Shown("\(problem.status)"), "title": Shown(problem.title), "detail": Shown(problem.detail),
    ]
    return problem.finish(page.response("problem", fields, status: problem.status))
  }
}
