// libcurl as it is set up here, against a real server on loopback.

import HTTPClient
import Model
import Testing

private let ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\nX-One: 1\r\nx-one:  2 \r\n\r\nhi"

@Suite(.timeLimit(.minutes(10))) struct Sending {
  let client: CurlClient
  init() throws { client = try CurlClient() }

  private func failure(_ request: HTTPRequest) async -> HTTPError? {
    do {
      let response = try await client.send(request)
      Issue.record("an error was expected, HTTP \(response.status) came")
      return nil
    } catch {
      return error
    }
  }

  @Test func requestAndResponseAreCarriedWhole() async throws {
    let server = try LoopbackServer { _ in .bytes(ok) }
    defer { server.stop() }
    let response = try await client.send(
      HTTPRequest(
        .post, server.url("/hook?token=1"),
        headers: [.init("content-type", "application/json"), .init("x-empty", ""), .init("user-agent", "mine")],
        body: Array("{\"a\":1}".utf8), allowsPrivateAddresses: true))
    #expect(response.status == 200)
    #expect(response.body == Array("hi".utf8))
    #expect(response.headers["x-one"] == "2 ")
    let request = try #require(server.requests.first)
    #expect(request.hasPrefix("POST /hook?token=1 HTTP/1.1\r\n"))
    #expect(request.hasSuffix("\r\n\r\n{\"a\":1}"))
    for line in ["content-type: application/json", "content-length: 7", "x-empty:", "user-agent: mine"] {
      #expect(request.lowercased().contains("\r\n\(line)\r\n"), "\(line)")
    }
    #expect(!request.lowercased().contains("expect:"))

    _ = try await client.send(HTTPRequest(.get, server.url(), allowsPrivateAddresses: true))
    _ = try await client.send(HTTPRequest(.post, server.url(), allowsPrivateAddresses: true))
    #expect(server.requests[1].hasPrefix("GET / HTTP/1.1\r\n"))
    #expect(server.requests[1].contains("\r\nUser-Agent: selectord\r\n"))
    #expect(server.requests[2].lowercased().contains("\r\ncontent-length: 0\r\n"))
  }

  @Test func aKnownAddressTakesThePlaceOfALookup() async throws {
    let server = try LoopbackServer { _ in .bytes(ok) }
    defer { server.stop() }
    let url = "http://mta-sts.example.invalid:\(server.port)/file"
    let response = try await client.send(
      HTTPRequest(.get, url, allowsPrivateAddresses: true, address: IPAddress("127.0.0.1")))
    #expect(response.body == Array("hi".utf8))
    #expect(try #require(server.requests.first).contains("\r\nHost: mta-sts.example.invalid:\(server.port)\r\n"))
    // It counts for this request alone, and is looked at as any other.
    let other = await failure(HTTPRequest(.get, url, allowsPrivateAddresses: true))
    guard case .unresolved? = other else {
      Issue.record("\(String(describing: other))")
      return
    }
    #expect(
      await failure(HTTPRequest(.get, url, address: IPAddress("127.0.0.1"))) == .privateAddress("127.0.0.1"))
  }

  @Test func redirectsAreNotFollowed() async throws {
    let server = try LoopbackServer { _ in
      .bytes("HTTP/1.1 302 Found\r\nlocation: /other\r\ncontent-length: 0\r\n\r\n")
    }
    defer { server.stop() }
    let response = try await client.send(HTTPRequest(.get, server.url(), allowsPrivateAddresses: true))
    #expect(response.status == 302)
    #expect(response.headers["location"] == "/other")
    #expect(server.requests.count == 1)
  }

  @Test(arguments: ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "0.0.0.0", "2130706433", "0x7f.1"])
  func privateTargetsAreRefusedBeforeAnythingIsSent(host: String) async throws {
    let server = try LoopbackServer { _ in .bytes(ok) }
    defer { server.stop() }
    let error = await failure(HTTPRequest(.post, "http://\(host):\(server.port)/", body: [1]))
    guard case .privateAddress = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(server.requests.isEmpty)
  }

  @Test func aConnectionThatIsUsedAgainIsCheckedAgain() async throws {
    let server = try LoopbackServer { _ in .bytes(ok) }
    defer { server.stop() }
    _ = try await client.send(HTTPRequest(.get, server.url(), allowsPrivateAddresses: true))
    #expect(await failure(HTTPRequest(.get, server.url())) == .privateAddress("127.0.0.1"))
    #expect(server.requests.count == 1)
  }

  @Test(arguments: ["", "no url", "http://", "ftp://192.0.2.1/", "file:///etc/passwd", "gopher://192.0.2.1/"])
  func onlyHTTP(url: String) async {
    let error = await failure(HTTPRequest(.get, url, allowsPrivateAddresses: true))
    switch error {
    case .badURL, .unresolved: break
    default: Issue.record("\(String(describing: error))")
    }
  }

  @Test func silenceTimesOut() async throws {
    let server = try LoopbackServer { _ in .silence }
    defer { server.stop() }
    #expect(
      await failure(
        HTTPRequest(.get, server.url(), timeout: .milliseconds(100), allowsPrivateAddresses: true)) == .timeout)
  }

  @Test func aLongResponseIsCutOff() async throws {
    let server = try LoopbackServer { _ in
      .bytes("HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n" + String(repeating: "x", count: 5000))
    }
    defer { server.stop() }
    #expect(
      await failure(
        HTTPRequest(.get, server.url(), maximumResponseBytes: 4000, allowsPrivateAddresses: true)) == .responseTooLarge)
  }

  @Test func anAnswerThatIsNotHTTPIsNoFaultOfTheURL() async throws {
    let server = try LoopbackServer { _ in .last("\u{1}nonsense\r\n\r\n") }
    defer { server.stop() }
    #expect(
      await failure(HTTPRequest(.get, server.url(), allowsPrivateAddresses: true)) == .other("the response is not HTTP")
    )
  }

  @Test func aLongHeaderIsCutOff() async throws {
    let server = try LoopbackServer { _ in
      .last("HTTP/1.1 200 OK\r\n" + String(repeating: "x: \(String(repeating: "y", count: 1000))\r\n", count: 400))
    }
    defer { server.stop() }
    #expect(await failure(HTTPRequest(.get, server.url(), allowsPrivateAddresses: true)) == .responseTooLarge)
  }

  @Test func nobodyListens() async throws {
    let server = try LoopbackServer { _ in .silence }
    server.stop()
    let error = await failure(HTTPRequest(.get, "http://127.0.0.1:1/", allowsPrivateAddresses: true))
    guard case .unreachable = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func plainTextWhereTLSIsExpected() async throws {
    let server = try LoopbackServer { _ in .last("no TLS here\r\n") }
    defer { server.stop() }
    let error = await failure(
      HTTPRequest(
        .get, "https://127.0.0.1:\(server.port)/", timeout: .milliseconds(500), allowsPrivateAddresses: true))
    switch error {
    case .tls, .timeout, .unreachable: break
    default: Issue.record("\(String(describing: error))")
    }
  }

  @Test(arguments: [("x", "a\r\nx-evil: 1"), ("x\r\nevil", "a"), ("x y", "a"), ("", "a"), ("x:", "a")])
  func headersCannotBeSmuggled(name: String, value: String) async throws {
    let error = await failure(HTTPRequest(.get, "http://127.0.0.1:1/", headers: [.init(name, value)]))
    guard case .other = error else {
      Issue.record("\(String(describing: error))")
      return
    }
  }

  @Test func cancellingAbortsTheTransfer() async throws {
    let server = try LoopbackServer { _ in .silence }
    defer { server.stop() }
    let request = HTTPRequest(.get, server.url(), timeout: .seconds(50), allowsPrivateAddresses: true)
    await withTaskGroup(of: HTTPError?.self) { group in
      group.addTask { await failure(request) }
      await server.requestArrived()
      group.cancelAll()
      #expect(await group.next() == .some(.other("the request was cancelled")))
    }
    await server.clientLeft()
  }

  @Test func aCancelledTaskSendsNothing() async throws {
    let server = try LoopbackServer { _ in .bytes(ok) }
    defer { server.stop() }
    let request = HTTPRequest(.get, server.url(), allowsPrivateAddresses: true)
    await withTaskGroup(of: HTTPError?.self) { group in
      group.cancelAll()
      group.addTask { await failure(request) }
      #expect(await group.next() == .some(.other("the request was cancelled")))
    }
    #expect(server.requests.isEmpty)
  }

  @Test func shutdownEndsWhatIsUnderWayAndRefusesWhatFollows() async throws {
    let server = try LoopbackServer { _ in .silence }
    defer { server.stop() }
    let request = HTTPRequest(.get, server.url(), timeout: .seconds(50), allowsPrivateAddresses: true)
    async let error = failure(request)
    await server.requestArrived()
    client.shutdown()
    #expect(await error == .other("the HTTP client was shut down"))
    #expect(await failure(request) == .other("the HTTP client was shut down"))
  }

  @Test func manyAtOnce() async throws {
    let server = try LoopbackServer { _ in .bytes(ok) }
    defer { server.stop() }
    let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
      for number in 0..<100 {
        group.addTask {
          try await client.send(HTTPRequest(.get, server.url("/\(number)"), allowsPrivateAddresses: true)).status
        }
      }
      return try await group.reduce(into: []) { $0.append($1) }
    }
    #expect(statuses == Array(repeating: 200, count: 100))
    #expect(Set(server.requests.compactMap { $0.split(separator: " ").dropFirst().first }).count == 100)
  }
}
