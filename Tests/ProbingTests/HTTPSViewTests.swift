// DoH resolvers (RFC 8484).

import DNS
import HTTPClient
import Model
import Synchronization
import Testing

@testable import Probing

@Suite struct HTTPSViewTests {
  /// Answers requests by a function and keeps them.
  final class Script: HTTPTransport {
    let requests = Mutex([HTTPRequest]())
    private let respond: @Sendable (HTTPRequest) -> Result<HTTPResponse, HTTPError>

    init(_ respond: @escaping @Sendable (HTTPRequest) -> Result<HTTPResponse, HTTPError>) { self.respond = respond }

    func send(_ request: HTTPRequest) async throws(HTTPError) -> HTTPResponse {
      requests.withLock { $0.append(request) }
      return try respond(request).get()
    }
  }

  static let view = View(name: "doh", source: .https(url: "https://dns.example/dns-query"))
  static let type = ["content-type": "application/dns-message"]

  /// The response to a request: its question, an RCODE, and TXT records at the name.
  static func response(to request: HTTPRequest, rcode: UInt8 = 0, texts: [String] = []) -> [UInt8] {
    // Header and question are those of the request; its OPT record of 11 bytes is left out.
    var bytes = Array(request.body.dropLast(11))
    bytes[2] = 0x81
    bytes[3] = 0x80 | rcode
    bytes[7] = UInt8(texts.count)
    bytes[11] = 0
    for text in texts {
      bytes += [0xC0, 12, 0, 16, 0, 1, 0, 0, 1, 44, 0, UInt8(text.utf8.count + 1), UInt8(text.utf8.count)] + text.utf8
    }
    return bytes
  }

  static func look(_ script: Script) async throws -> ServerAnswer {
    let looks = await Internet("").prober([view], http: script).look(at: [.init(key: try key())])
    return looks[0].views[0].servers[0]
  }

  @Test func readsRecords() async throws {
    let script = Script { request in
      .success(.init(status: 200, headers: Self.type, body: Self.response(to: request, texts: ["v=DKIM1; p=A"])))
    }
    let server = try await Self.look(script)
    #expect(server.server == "https://dns.example/dns-query")
    #expect(server.endpoint == nil)
    #expect(server.answer.outcome == .records)
    #expect(server.answer.records.map(\.text) == ["v=DKIM1; p=A"])
    #expect(server.answer.transport == .https)
    let request = try #require(script.requests.withLock { $0.first })
    #expect(request.method == .post)
    #expect(request.body.prefix(2) == [0, 0])
    #expect(request.headers.contains(.init("content-type", "application/dns-message")))
    #expect(request.maximumResponseBytes == 65_535)
  }

  @Test func takesTheAgeOffTheTTL() async throws {
    let script = Script { request in
      .success(
        .init(
          status: 200, headers: Self.type.merging(["age": "250"]) { $1 },
          body: Self.response(to: request, texts: ["v=DKIM1; p=A"])))
    }
    #expect(try await Self.look(script).answer.ttl == 50)
  }

  @Test func asksAgainWithoutChecking() async throws {
    let script = Script { request in
      let isUnchecked = request.body[3] & 0x10 != 0
      return .success(
        .init(status: 200, headers: Self.type, body: Self.response(to: request, rcode: isUnchecked ? 3 : 2)))
    }
    #expect(try await Self.look(script).answer.outcome == .failed(.bogus))
  }

  struct Failure: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var result: Result<HTTPResponse, HTTPError>
    var failure: Outcome.Failure
    var requests = 1
  }

  static let failures: [Failure] = [
    Failure(testDescription: "time is up", result: .failure(.timeout), failure: .timeout, requests: 3),
    Failure(
      testDescription: "no such host", result: .failure(.unresolved("dns.example")), failure: .unreachable, requests: 3),
    Failure(
      testDescription: "a bad certificate", result: .failure(.tls("expired")), failure: .unreachable, requests: 3),
    Failure(testDescription: "too long", result: .failure(.responseTooLarge), failure: .malformed),
    Failure(testDescription: "404", result: .success(.init(status: 404)), failure: .malformed),
    Failure(testDescription: "503", result: .success(.init(status: 503)), failure: .unreachable, requests: 3),
    Failure(
      testDescription: "a web page", result: .success(.init(status: 200, headers: ["content-type": "text/html"])),
      failure: .malformed),
    Failure(
      testDescription: "no message", result: .success(.init(status: 200, headers: type, body: [1, 2, 3])),
      failure: .malformed),
  ]

  @Test(arguments: failures)
  func tellsFailures(_ failure: Failure) async throws {
    let script = Script { _ in failure.result }
    #expect(try await Self.look(script).answer.outcome == .failed(failure.failure))
    #expect(script.requests.withLock { $0.count } == failure.requests)
  }

  @Test func sweepsByDigest() async throws {
    let text = Mutex("v=DKIM1; p=A")
    let script = Script { request in
      .success(
        .init(status: 200, headers: Self.type, body: Self.response(to: request, texts: [text.withLock { $0 }])))
    }
    let prober = Internet("").prober([Self.view], http: script)
    let request = LookRequest(key: try key())
    _ = await prober.look(at: [request])
    #expect(await prober.sweep([request]) == Sweep(tallies: ["doh": .init(asked: 1)]))
    text.withLock { $0 = "v=DKIM1; p=B" }
    #expect(await prober.sweep([request]).differing == [request.key])
  }

  @Test func spacesRequests() {
    var pacer = Pacer()
    let now = Duration.seconds(10)
    let waits = (0..<3).map { _ in pacer.wait(rate: 10, at: now) }
    #expect(waits == [.zero, .milliseconds(100), .milliseconds(200)])
    #expect(pacer.wait(rate: 10, at: now + .seconds(5)) == .zero)
  }

  @Test func aClockThatIsSetBackDelaysNothing() async throws {
    let script = Script { request in
      .success(.init(status: 200, headers: Self.type, body: Self.response(to: request, texts: ["v=DKIM1; p=A"])))
    }
    // The clock of the host jumps by an hour, to and fro; the time that passes does not.
    let day = Mutex(Timestamp(seconds: 1_000_000))
    let passed = Mutex(Duration.zero)
    let pauses = Mutex([Duration]())
    let prober = Prober(
      views: [Self.view], engine: Internet(""), http: script, clock: { day.withLock { $0 } },
      elapsed: { passed.withLock { $0 } }, pause: { pause in pauses.withLock { $0.append(pause) } })
    for jump in [Duration.zero, .seconds(3600), .seconds(-7200), .seconds(3600)] {
      day.withLock { $0 = $0 + jump }
      passed.withLock { $0 += .milliseconds(4) }
      let looks = await prober.look(at: [.init(key: try key())])
      #expect(looks[0].views[0].servers[0].answer.outcome == .records)
      #expect(looks[0].views[0].servers[0].answer.roundTrip == .zero)
    }
    // 100 questions a second: 10 ms between two, of which 4 have passed.
    #expect(pauses.withLock { $0 } == [.milliseconds(6), .milliseconds(12), .milliseconds(18)])
  }
}
