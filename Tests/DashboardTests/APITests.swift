// The API: its objects, its errors, and that openapi.json describes what there is.

import Foundation
import Model
import Synchronization
import TestSupport
import Testing

@testable import Dashboard

@Suite struct APITests {
  @Test(arguments: [
    "watches", "watches/domain.com/zendesk1", "watches/domain.com/zendesk1/history?since=7d", "events", "incidents",
    "incidents/inc_1", "deliveries", "silences", "domains/domain.com", "domains/domain.com/audit",
  ]) func objectsAreAsRecorded(_ path: String) async throws {
    let response = await makeSite(try Samples.source()).get("/api/v1/" + path)
    #expect(response.status == 200)
    #expect(response["Content-Type"] == "application/json")
    let name = path.split(separator: "?")[0].replacing("/", with: "-")
    expectGolden(response.text.replacing(",\"", with: ",\n\""), "api-\(name).json")
  }

  @Test(arguments: [
    ("GET", "/api/v1/watches?verdict=x", 400), ("GET", "/api/v1/watches/domain.com/none", 404),
    ("GET", "/api/v1/watches/a..b/s", 404), ("GET", "/api/v1/watches/domain.com/zendesk1/history?since=x", 400),
    ("GET", "/api/v1/events?before=x", 400), ("GET", "/api/v1/incidents?status=x", 400),
    ("GET", "/api/v1/incidents/inc_2", 404), ("GET", "/api/v1/none", 404), ("PUT", "/api/v1/watches", 405),
    ("POST", "/api/v1/judge", 415), ("GET", "/api/v1/domains/none.example", 404),
    ("GET", "/api/v1/domains/none.example/audit", 404), ("POST", "/api/v1/domains/domain.com/audit", 415),
    ("GET", "/api/v1/silences?status=x", 400), ("POST", "/api/v1/silences", 415),
    ("POST", "/api/v1/silences/sil_1/end", 415), ("POST", "/api/v1/verify", 415),
    ("POST", "/api/v1/watches/domain.com/zendesk1/check", 415),
  ]) func errorsAreProblemDetails(_ method: String, _ path: String, _ status: Int) async throws {
    let response = await makeSite(try Samples.source()).send(method, path)
    #expect(response.status == status)
    #expect(response["Content-Type"] == "application/problem+json")
    let object = try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any]
    #expect(object?["status"] as? Int == status)
    #expect((object?["detail"] as? String)?.isEmpty == false)
  }

  @Test func recordsAreJudged() async throws {
    let json = ["content-type": "application/json; charset=utf-8"]
    let site = makeSite()
    let response = await site.send("POST", "/api/v1/judge", json, body: "{\"record\":\"v=DKIM1; p=\"}")
    #expect(response.status == 200)
    #expect(response.text.contains("\"state\":\"revoked\""))
    for (body, status) in [
      ("{}", 422), ("{\"record\":7}", 422), ("{\"record\":\"\"}", 422), ("nonsense", 400), ("", 400),
      ("{\"record\":\"v=DKIM1; p=\",\"minimumBits\":0}", 422), ("{\"record\":null}", 422),
    ] { #expect(await site.send("POST", "/api/v1/judge", json, body: body).status == status, "\(body)") }
  }

  @Test func silencesAreMadeAndEnded() async throws {
    let json = ["content-type": "application/json"]
    let site = makeSite()
    let body = "{\"domain\":\"*\",\"for\":\"2h\",\"by\":\"kim\",\"reason\":\"a move\"}"
    let made = await site.send("POST", "/api/v1/silences", json, body: body)
    #expect(made.status == 201)
    #expect(made.text.contains("\"active\":true") && made.text.contains("\"id\":\"sil_new\""))
    #expect(await site.send("POST", "/api/v1/silences/sil_new/end", json, body: "{}").status == 200)
    #expect(await site.send("POST", "/api/v1/silences/sil_none/end", json, body: "{}").status == 404)
    for (body, status) in [
      ("{}", 422), (body.replacing("2h", with: "2 years"), 422), (body.replacing("\"*\"", with: "null"), 422),
      ("[", 400),
    ] { #expect(await site.send("POST", "/api/v1/silences", json, body: body).status == status, "\(body)") }
  }

  @Test func messagesAreVerifiedAndAuditsBegun() async throws {
    let site = makeSite(try Samples.source())
    let mail = ["content-type": "message/rfc822"]
    let verified = await site.send("POST", "/api/v1/verify", mail, body: "From: a@domain.com\r\n\r\nHi\r\n")
    #expect(verified.status == 200)
    #expect(verified.text.contains("\"verdict\":\"unknown\""))
    #expect(await site.send("POST", "/api/v1/verify", mail, body: "nothing").status == 422)
    let json = ["content-type": "application/json"]
    let begun = await site.send("POST", "/api/v1/domains/new.example/audit", json, body: "{}")
    #expect(begun.status == 202)
    #expect(begun["Location"] == "/api/v1/domains/new.example/audit")
    #expect(await site.get("/api/v1/domains/new.example/audit").status == 202)
    #expect(await site.send("POST", "/api/v1/domains/busy.example/audit", json, body: "{}").status == 429)
    #expect(await site.send("POST", "/api/v1/watches/domain.com/zendesk1/check", json, body: "{}").status == 202)
    #expect(await site.send("POST", "/api/v1/watches/domain.com/none/check", json, body: "{}").status == 404)
  }

  @Test func controlsAreEscaped() async throws {
    let response = await makeSite(try Samples.source(Samples.hostile)).get("/api/v1/incidents")
    #expect(!response.text.unicodeScalars.contains { $0.steersTerminal && $0 != "\n" })
    #expect(response.text.contains("\\u202e"))
  }

  @Test func theFeedAndTheBadgeAreMarkup() async throws {
    let site = makeSite(try Samples.source(Samples.hostile))
    let feed = await site.get("/api/v1/events.atom")
    #expect(feed["Content-Type"] == "application/atom+xml; charset=utf-8")
    #expect(!feed.text.contains("<script>"))
    expectGolden(await makeSite(try Samples.source()).get("/api/v1/events.atom").text, "events.atom")
    let badge = await site.get("/api/v1/watches/domain.com/zendesk1/badge.svg")
    #expect(badge["Content-Type"] == "image/svg+xml")
    expectGolden(badge.text, "badge.svg")
  }

  @Test func theDescriptionHoldsEveryRoute() async throws {
    let response = await makeSite().get("/api/v1/openapi.json", ["host": "anywhere.example"])
    #expect(response.status == 200)
    let document = try #require(
      try JSONSerialization.jsonObject(with: Data(response.text.utf8)) as? [String: Any])
    #expect(document["openapi"] as? String == "3.1.0")
    let paths = try #require(document["paths"] as? [String: [String: [String: Any]]])
    let described = Set(paths.flatMap { path, methods in methods.keys.map { "\($0.uppercased()) \(path)" } })
    let served = Set(Routes.all.filter { $0.path.hasPrefix("/api/") }.map { "\($0.method) \($0.path)" })
    #expect(described == served)
    // Every place of a path is described, and every path needs a token but this one.
    for (path, methods) in paths {
      for (method, operation) in methods {
        let parameters = (operation["parameters"] as? [[String: Any]] ?? []).filter { $0["in"] as? String == "path" }
          .compactMap { $0["name"] as? String }
        let places = path.split(separator: "/").filter { $0.hasPrefix("{") }.map { String($0.dropFirst().dropLast()) }
        #expect(Set(parameters) == Set(places), "\(method) \(path)")
        let route = Routes.all.first { $0.path == path && $0.method == method.uppercased() }
        #expect((operation["security"] != nil) == (route?.right == .health), "\(method) \(path)")
      }
    }
  }
}
