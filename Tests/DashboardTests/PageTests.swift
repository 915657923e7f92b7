// Pages: what they say, that nothing of others gets through, and that forms belong to their readers.

import Model
import Reporting
import Synchronization
import TestSupport
import Testing

@testable import Dashboard

@Suite struct PageTests {
  static let pages = [
    "/", "/watch/domain.com/zendesk1", "/watch/example.org/s1", "/domain/domain.com", "/domain/domain.com/audit",
    "/incidents", "/silences", "/events", "/deliveries", "/check", "/check/message", "/check/domain", "/about",
  ]

  @Test(arguments: pages) func isAsRecorded(_ path: String) async throws {
    let cookie = ["cookie": "selectord=visitor"]
    let response = await makeSite(try Samples.source()).get(path, cookie)
    #expect(response.status == 200)
    #expect(response["Content-Type"] == "text/html; charset=utf-8")
    let name = path == "/" ? "overview" : path.dropFirst().split(separator: "/").joined(separator: "-")
    expectGolden(response.text.withoutFormTokens, "page-\(name).html")
  }

  @Test func everyTemplateIsRead() throws {
    for (name, bytes) in Templates.sources {
      #expect(!bytes.isEmpty, "\(name)")
      #expect(!bytes.isEmpty)
    }
  }

  @Test func onlyOurOwnMarkupIsNotEscaped() {
    for (name, bytes) in Templates.sources {
      let text = String(decoding: bytes, as: UTF8.self)
      let raw = text.ranges(of: "{{{").map { text[$0.upperBound...].prefix { $0 != "}" } }
      #expect(raw.allSatisfy { ["body", "strip", "picture"].contains($0) }, "\(name)")
      #expect(!text.contains("{{&"), "\(name)")
      #expect(!text.contains("style=") && !text.contains("onclick") && !text.contains("<style"), "\(name)")
    }
  }

  @Test(arguments: pages) func nothingOfOthersGetsThrough(_ path: String) async throws {
    let response = await makeSite(try Samples.source(Samples.hostile)).get(path)
    #expect(response.status == 200)
    let text = response.text
    #expect(!text.contains("<script>alert"))
    #expect(!text.unicodeScalars.contains { $0.steersTerminal && $0 != "\n" })
    // The mark that joins an apostrophe does not hide it from the escaping.
    #expect(!text.contains("'\u{301}"))
  }

  @Test func longTextsAreBounded() async throws {
    let text = String(repeating: "x", count: 60_000)
    let response = await makeSite(try Samples.source(text)).get("/watch/domain.com/zendesk1")
    #expect(response.status == 200)
    #expect(response.text.utf8.count < 1_000_000)
  }

  @Test func everyPageIsSafe() async throws {
    let response = await makeSite(try Samples.source()).get("/")
    let policy = try #require(response["Content-Security-Policy"])
    #expect(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"))
    #expect(!policy.contains("unsafe"))
    #expect(response["X-Content-Type-Options"] == "nosniff")
    #expect(response["Referrer-Policy"] == "same-origin")
    #expect(response["Set-Cookie"]?.contains("HttpOnly; SameSite=Lax") == true)
  }

  @Test func theSameFaultOfManySelectorsIsOneProblem() async throws {
    let source = FakeSource()
    let rows = try (1...12).map { number in
      var memory = Samples.good()
      (memory.verdict, memory.summary) = (.warning, "The RSA key is shorter than 2048 bits.")
      return try Samples.row("s\(number)._domainkey.example.org", memory)
    }
    source.list.withLock { list in
      list = WatchList(
        rows: rows, next: nil, counts: [.warning: 12], report: makeReport(), configured: 12, labels: [])
    }
    let text = await makeSite(source).get("/").text
    #expect(text.contains("The same holds for 11 other selectors:"))
    #expect(text.contains("and 5 more"))
    #expect(!text.contains("more selectors below"))
  }

  @Test func anUnknownDomainIsNotFound() async throws {
    let site = makeSite()
    #expect(await site.get("/domain/none.example").status == 404)
    #expect(await site.get("/domain/a..b").status == 404)
    #expect(await site.get("/domain/none.example/audit").status == 404)
  }

  @Test func anEmptyDaemonSaysWhatToDo() async {
    let text = await makeSite().get("/").text
    #expect(text.contains("Nothing is watched yet"))
    #expect(text.contains("selectord discover"))
  }

  @Test func aPrefixIsInEveryLink() async throws {
    let site = makeSite(try Samples.source(), prefix: "/selectord")
    for path in Self.pages {
      let text = await site.get("/selectord" + path).text
      for link in text.ranges(of: "href=\"").map({ text[$0.upperBound...].prefix { $0 != "\"" } }) {
        #expect(link.hasPrefix("/selectord/") || link.hasPrefix("#"), "\(path): \(link)")
      }
    }
  }

  @Test func filtersReachTheDatabase() async throws {
    let source = FakeSource()
    let site = makeSite(source)
    #expect(
      await site.get("/?search=Zen&verdict=critical&verdict=&domain=Domain.COM&sort=changed&limit=5").status == 200)
    let query = source.lastQuery.withLock { $0 }
    #expect(query.search == "zen")
    #expect(query.domain?.description == "domain.com")
    for bad in ["verdict=bad", "sort=x", "limit=0", "limit=501", "limit=x", "domain=a..b", "domain=%C3%A4"] {
      #expect(await site.get("/?\(bad)", ["accept": "text/html"]).status == 400, "\(bad)")
    }
  }

  @Test func unchangedPagesAreNotSentAgain() async throws {
    let site = makeSite(try Samples.source())
    let cookie = ["cookie": "selectord=visitor"]
    let first = await site.get("/", cookie)
    let tag = try #require(first["ETag"])
    let second = await site.get("/", cookie.merging(["if-none-match": "W/\"x\", \(tag)"]) { $1 })
    #expect(second.status == 304)
    #expect(second.text.isEmpty)
  }
}

@Suite struct FormTests {
  private let form = ["content-type": "application/x-www-form-urlencoded", "cookie": "selectord=visitor"]

  @Test func anIncidentIsAcknowledged() async throws {
    let source = try Samples.source()
    let site = makeSite(source)
    let token = site.sessions.formToken(for: "visitor")
    let response = await site.send(
      "POST", "/incidents/inc_1/acknowledge", form, body: "formToken=\(token)&by=Kim&note=ticket+7%0Anow")
    #expect(response.status == 303)
    #expect(response["Location"] == "/incidents")
    #expect(source.actions.withLock { $0 } == ["acknowledge inc_1 Kim: ticket 7\\u{A}now"])
    #expect(await site.send("POST", "/deliveries/dlv_1/retry", form, body: "formToken=\(token)").status == 303)
    #expect(await site.send("POST", "/deliveries/dlv_2/retry", form, body: "formToken=\(token)").status == 404)
  }

  @Test func aForeignFormIsRefused() async throws {
    let source = try Samples.source()
    let site = makeSite(source)
    let token = site.sessions.formToken(for: "visitor")
    let path = "/incidents/inc_1/acknowledge"
    let body = "formToken=\(token)&by=Kim"
    #expect(await site.send("POST", path, form, body: "by=Kim").status == 403)
    #expect(await site.send("POST", path, form.merging(["cookie": "selectord=other"]) { $1 }, body: body).status == 403)
    #expect(
      await site.send("POST", path, form.merging(["origin": "https://evil.example"]) { $1 }, body: body).status == 403)
    #expect(
      await site.send("POST", path, form.merging(["sec-fetch-site": "cross-site"]) { $1 }, body: body).status == 403)
    #expect(
      await site.send("POST", path, form.merging(["content-type": "text/plain"]) { $1 }, body: body).status == 415)
    #expect(await site.send("POST", path, form, body: "formToken=\(token)&by=+").status == 422)
    #expect(source.actions.withLock { $0 }.isEmpty)
  }

  @Test func alertsAreSilenced() async throws {
    let source = FakeSource()
    let site = makeSite(source)
    let token = site.sessions.formToken(for: "visitor")
    let body =
      "formToken=\(token)&domain=*.Example.org&selector=s1&label=team%3Dmail&type=selector.missing&for=3d&by=Kim"
    #expect(await site.send("POST", "/silences", form, body: body + "&reason=ticket+7").status == 303)
    let silence = try #require(source.silenceList.withLock { $0.first })
    #expect(silence.matchers.domain == "*.example.org" && silence.matchers.selector?.description == "s1")
    #expect(silence.matchers.labels == ["team": "mail"] && silence.matchers.types == [.selectorMissing])
    #expect(silence.expiresAt == moment + .seconds(3 * 86_400) && silence.reason == "ticket 7")
    let refused = [
      body, body + "&reason=+", "formToken=\(token)&for=2h&by=K&reason=r",
      "formToken=\(token)&domain=a..b&for=2h&by=K&reason=r",
      "formToken=\(token)&domain=*&for=9999d&by=K&reason=r", "formToken=\(token)&label=x&for=1h&by=K&reason=r",
      "formToken=\(token)&type=x&for=1h&by=K&reason=r",
    ]
    for body in refused {
      let answer = await site.send("POST", "/silences", form, body: body)
      #expect(answer.status == 422 && answer.text.contains("role=\"alert\""), "\(body)")
    }
    #expect(await site.send("POST", "/silences/sil_new/end", form, body: "formToken=\(token)").status == 303)
    #expect(await site.send("POST", "/silences/sil_none/end", form, body: "formToken=\(token)").status == 404)
    #expect(source.silenceList.withLock { $0.count } == 1)
  }

  @Test func aWatchIsCheckedNow() async throws {
    let source = try Samples.source()
    let site = makeSite(source)
    let body = "formToken=\(site.sessions.formToken(for: "visitor"))"
    let response = await site.send("POST", "/watch/domain.com/zendesk1/check", form, body: body)
    #expect(response["Location"] == "/watch/domain.com/zendesk1")
    #expect(await site.send("POST", "/watch/domain.com/none/check", form, body: body).status == 404)
  }

  @Test func aMessageIsVerified() async throws {
    let site = makeSite()
    let token = site.sessions.formToken(for: "visitor")
    let message =
      "DKIM-Signature: v=1; a=rsa-sha256; d=domain.com; s=s1; h=from; bh=AAAA; b=BBBB\r\nFrom: a@\(Samples.hostile)\r\n\r\nHi\r\n"
    let body = "formToken=\(token)&message=\(PercentCoding.encode(message))"
    let answer = await site.send("POST", "/check/message", form, body: body)
    #expect(answer.status == 200)
    #expect(answer.text.contains("s1._domainkey.domain.com"))
    #expect(!answer.text.contains("<script>alert"))
    #expect(await site.send("POST", "/check/message", form, body: "formToken=\(token)&message=x").status == 422)
  }

  @Test func aDomainIsAudited() async throws {
    let source = FakeSource()
    let site = makeSite(source)
    let token = site.sessions.formToken(for: "visitor")
    let begun = await site.send("POST", "/check/domain", form, body: "formToken=\(token)&domain=Example.ORG")
    #expect(begun["Location"] == "/domain/example.org/audit")
    let page = await site.get("/domain/example.org/audit")
    #expect(page["Refresh"] == "3" && page.text.contains("The audit runs since"))
    #expect(await site.send("POST", "/check/domain", form, body: "formToken=\(token)&domain=a..b").status == 422)
    let busy = await site.send("POST", "/check/domain", form, body: "formToken=\(token)&domain=busy.example")
    #expect(busy.status == 429 && busy["Retry-After"] == "60")
  }

  @Test func aRecordIsJudged() async throws {
    let site = makeSite()
    let token = site.sessions.formToken(for: "visitor")
    let good = await site.send("POST", "/check", form, body: "formToken=\(token)&record=v%3DDKIM1%3B+p%3D")
    #expect(good.status == 200)
    #expect(good.text.contains("revoked"))
    let empty = await site.send("POST", "/check", form, body: "formToken=\(token)&record=+")
    #expect(empty.status == 422)
    #expect(empty.text.contains("the text is empty"))
    let hostile = PercentCoding.encode("</textarea>" + Samples.hostile)
    let answer = await site.send("POST", "/check", form, body: "formToken=\(token)&record=\(hostile)")
    #expect(!answer.text.contains("<script>alert"))
  }
}

@Suite struct LoginTests {
  private let token = "act-0123456789abcdef"
  private let html = ["accept": "text/html,*/*"]
  private let form = ["content-type": "application/x-www-form-urlencoded", "cookie": "selectord=before"]

  private func site() throws -> Site {
    makeSite(try Samples.source(), access: Access(token: Secret(token), readToken: Secret("read-0123456789abcdef")))
  }

  @Test func whoHasNoSessionIsSentToLogIn() async throws {
    let site = try site()
    let response = await site.get("/watch/domain.com/zendesk1?since=30d", html)
    #expect(response.status == 303)
    #expect(response["Location"] == "/login?next=%2Fwatch%2Fdomain.com%2Fzendesk1%3Fsince%3D30d")
    #expect(await site.get("/api/v1/watches", html).status == 401)
    #expect(await site.get("/login", html).status == 200)
  }

  @Test func aTokenOpensASession() async throws {
    let site = try site()
    let formToken = site.sessions.formToken(for: "before")
    let body = "formToken=\(formToken)&token=\(token)&next=%2Fincidents"
    let response = await site.send("POST", "/login", form, body: body)
    #expect(response.status == 303)
    #expect(response["Location"] == "/incidents")
    let cookie = try #require(response["Set-Cookie"]?.split(separator: ";").first)
    #expect(cookie != "selectord=before")
    #expect(await site.get("/", ["cookie": String(cookie)]).status == 200)
    // A new token ends what the old one opened.
    site.replace(Access(token: Secret("new-0123456789abcdef"), readToken: nil))
    #expect(await site.get("/", ["cookie": String(cookie)]).status == 401)
  }

  @Test(arguments: ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:x", "/a b", ""])
  func
    aLoginLeadsNowhereElse(_ next: String) async throws
  {
    let site = try site()
    let body =
      "formToken=\(site.sessions.formToken(for: "before"))&token=\(token)&next=\(PercentCoding.encode(next))"
    #expect(await site.send("POST", "/login", form, body: body)["Location"] == "/")
  }

  @Test func guessingIsSlow() async throws {
    let site = try site()
    let body = "formToken=\(site.sessions.formToken(for: "before"))&token=wrong"
    for _ in 0..<5 { #expect(await site.send("POST", "/login", form, body: body).status == 401) }
    #expect(await site.send("POST", "/login", form, body: body).status == 429)
    let right = "formToken=\(site.sessions.formToken(for: "before"))&token=\(token)"
    #expect(await site.send("POST", "/login", form, body: right).status == 429)
  }

  @Test func whoMayReadMayNotAct() async throws {
    let site = try site()
    let reader = ["authorization": "Bearer read-0123456789abcdef", "content-type": "application/json"]
    #expect(await site.get("/api/v1/incidents", reader).status == 200)
    let path = "/api/v1/incidents/inc_1/acknowledge"
    let body = "{\"by\":\"Kim\",\"note\":\"\"}"
    #expect(await site.send("POST", path, reader, body: body).status == 403)
    let actor = reader.merging(["authorization": "Bearer \(token)"]) { $1 }
    #expect(await site.send("POST", path, actor, body: body).status == 202)
  }
}

extension String {
  /// Form tokens are random.
  fileprivate var withoutFormTokens: String {
    split(separator: "name=\"formToken\" value=\"", omittingEmptySubsequences: false).enumerated().map { index, part in
      index == 0 ? String(part) : "name=\"formToken\" value=\"…" + part.drop { $0 != "\"" }
    }.joined()
  }
}

@Suite struct LiveTests {
  @Test func openPagesHearOfChanges() async throws {
    let site = makeSite()
    let response = await site.get("/live")
    #expect(response["Content-Type"] == "text/event-stream")
    guard case .stream(let stream) = response.body else {
      Issue.record("no stream")
      return
    }
    var pieces = stream.makeAsyncIterator()
    #expect(await pieces.next() == "retry: 20000\n\n")
    site.announce()
    #expect(await pieces.next() == "event: change\ndata: 1\n\n")
    site.announcements.close()
    #expect(await pieces.next() == nil)
    #expect(await site.get("/live").status == 503)
  }

  @Test func aReaderThatDoesNotReadCostsLittle() async throws {
    let announcements = Announcements()
    let stream = try #require(announcements.open())
    for _ in 0..<1000 { announcements.announce() }
    announcements.close()
    var count = 0
    for await _ in stream { count += 1 }
    #expect(count == 2)
  }

  @Test func onlySoManyPagesWait() {
    let announcements = Announcements()
    let streams = (0..<256).map { _ in announcements.open() }
    #expect(streams.allSatisfy { $0 != nil })
    #expect(announcements.open() == nil)
  }
}
