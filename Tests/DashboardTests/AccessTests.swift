// Who may do what: tokens, sessions, names of the server, and requests of other sites.

import Model
import Testing

@testable import Dashboard

private let acting = "act-0123456789abcdef"
private let reading = "read-0123456789abcdef"

@Suite struct AccessTests {
  private let guarded = makeSite(access: Access(token: Secret(acting), readToken: Secret(reading)))

  @Test(
    arguments: [
      (nil, 401), ("Bearer \(acting)", 200), ("bearer  \(reading)", 200), ("Bearer wrong", 401), ("Bearer", 401),
      ("Basic \(acting)", 401), ("Bearer \(acting)x", 401),
    ] as [(String?, Int)]) func metricsNeedAToken(_ authorization: String?, _ status: Int) async
  {
    let response = await guarded.get("/metrics", authorization.map { ["authorization": $0] } ?? [:])
    #expect(response.status == status)
    #expect((response["WWW-Authenticate"] != nil) == (status == 401))
  }

  @Test func aDigestStandsForItsToken() {
    // printf %s act-0123456789abcdef | sha256sum
    let digest = TokenDigest(acting)
    let hexadecimal = "sha256:" + digest.hexadecimal
    #expect(TokenDigest(configured: hexadecimal).matches(digest))
    #expect(TokenDigest(configured: hexadecimal.uppercased().replacing("SHA256", with: "sha256")).matches(digest))
    #expect(!TokenDigest(configured: "sha256:00").matches(digest))
    #expect(Access(token: Secret(hexadecimal), readToken: nil).right(of: acting) == .act)
    #expect(Access(token: Secret(hexadecimal), readToken: nil).right(of: hexadecimal) == .health)
  }

  @Test func withoutATokenOnlyThisMachineIsAnswered() async {
    let site = makeSite()
    for host in ["localhost", "localhost:8053", "127.0.0.1:8053", "[::1]:8053", "127.9.9.9"] {
      #expect(await site.get("/metrics", ["host": host]).status == 200, "\(host)")
    }
    // A page whose name its owner has pointed here (DNS rebinding) sends its own name.
    for host in ["evil.example", "evil.example:8053", "192.0.2.1", "localhost.evil.example", ""] {
      #expect(await site.get("/metrics", ["host": host]).status == 421, "\(host)")
    }
  }

  @Test func wrongTokensHaveToWait() async {
    let site = makeSite(access: Access(token: Secret(acting), readToken: nil))
    for _ in 0..<5 { #expect(await site.get("/metrics", ["authorization": "Bearer no"]).status == 401) }
    let response = await site.get("/metrics", ["authorization": "Bearer no"])
    #expect(response.status == 429)
    #expect(response["Retry-After"] == "301")
  }

  @Test func aSessionEndsByItsTime() {
    let sessions = Sessions()
    let cookie = sessions.open(.read, at: moment)
    #expect(sessions.right(of: cookie, at: moment) == .read)
    #expect(sessions.right(of: cookie, at: moment + Sessions.lifetime) == .health)
    #expect(sessions.right(of: cookie + "0", at: moment) == .health)
    sessions.close(cookie)
    #expect(sessions.right(of: cookie, at: moment) == .health)
  }

  @Test func aFormBelongsToItsCookie() {
    let sessions = Sessions()
    let token = sessions.formToken(for: "one")
    #expect(sessions.accepts(token, for: "one"))
    #expect(!sessions.accepts(token, for: "two"))
    #expect(!sessions.accepts("", for: "one"))
    #expect(!Sessions().accepts(token, for: "one"))
  }

  @Test(
    arguments: [
      ([:], true), (["origin": "http://localhost:8053"], true), (["origin": "http://LOCALHOST:8053"], true),
      (["origin": "http://localhost:9999"], false), (["origin": "https://evil.example"], false),
      (["origin": "null"], false), (["sec-fetch-site": "cross-site"], false), (["sec-fetch-site": "same-site"], false),
      (["sec-fetch-site": "same-origin", "origin": "http://localhost:8053"], true), (["sec-fetch-site": "none"], true),
    ] as [([String: String], Bool)]) func otherSitesAreTold(_ headers: [String: String], _ isFromHere: Bool)
  {
    let request = WebRequest(segments: [], headers: headers.merging(["host": "localhost:8053"]) { $1 })
    #expect(request.isFromHere == isFromHere)
  }
}

@Suite struct RequestTests {
  @Test func pathAndQueryAreDecoded() throws {
    let request = try #require(
      WebRequest(method: "GET", target: "/p/watch/a%2Fb/s1?q=caf%C3%A9+x&q=&e", prefix: "/p"))
    #expect(request.segments == ["watch", "a/b", "s1"])
    #expect(request.query["q"] == "café x")
    #expect(request.query.all("q") == ["café x"])
    #expect(request.query["e"] == "")
    #expect(FormFields(request.query.text)?.fields == request.query.fields)
  }

  @Test(arguments: ["", "x", "*", "http://a/", "/%", "/%G0", "/%FF", "/?a=%FF", "/?a=%8"])
  func
    brokenTargetsAreRefused(_ target: String)
  {
    #expect(WebRequest(method: "GET", target: target) == nil)
  }

  @Test func cookiesAreFound() {
    let request = WebRequest(segments: [], headers: ["cookie": "a=1; selectord = x=y ;selectord=z"])
    #expect(request.cookie("selectord") == "x=y")
    #expect(request.cookie("b") == nil)
  }

  @Test func aWrongMethodIsToldTheRightOnes() async {
    let response = await makeSite().send("DELETE", "/metrics")
    #expect(response.status == 405)
    #expect(response["Allow"] == "GET, HEAD")
    #expect(await makeSite().get("/nothing").status == 404)
  }
}
