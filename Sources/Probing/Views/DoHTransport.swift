// DoH (RFC 8484): questions as HTTP requests, responses as the replies that every other view gets.

import DNS
import HTTPClient
import Model
import Synchronization

/// Puts questions to one DoH resolver. The endpoint of a query means nothing here.
final class DoHTransport: QueryTransport {
  /// What stands in a query in the place of an address.
  static let placeholder = Endpoint(.v4(0), port: 443)

  private static let mediaType = "application/dns-message"
  private static let concurrency = 16

  private let url: String
  private let http: any HTTPTransport
  /// The time that has passed: setting the clock of the host moves nothing here.
  private let elapsed: @Sendable () -> Duration
  private let pause: @Sendable (Duration) async -> Void
  private let pacer = Mutex(Pacer())

  init(
    url: String, http: any HTTPTransport, elapsed: @escaping @Sendable () -> Duration,
    pause: @escaping @Sendable (Duration) async -> Void
  ) {
    self.url = url
    self.http = http
    self.elapsed = elapsed
    self.pause = pause
  }

  func ask(_ queries: [Query]) async -> [Reply] {
    await boundedMap(queries, limit: Self.concurrency) { query in await self.ask(query) }
  }

  private func ask(_ query: Query) async -> Reply {
    var reply = Reply.failed(.unreachable, transport: .https, truncated: false)
    for _ in 0...max(query.retries, 0) {
      let now = elapsed()
      let wait = pacer.withLock { $0.wait(rate: query.rate, at: now) }
      if wait > .zero { await pause(wait) }
      reply = await send(query)
      guard case .failed(let failure, _, _) = reply, failure != .malformed else { break }
    }
    return reply
  }

  private func send(_ query: Query) async -> Reply {
    // An id of 0 keeps equal questions equal to caches (RFC 8484, section 4.1).
    let body = QuestionBytes(
      query.question, id: 0,
      options: QuestionOptions(
        recursionDesired: query.recursionDesired, checkingDisabled: query.checkingDisabled,
        wantsSignatures: query.wantsSignatures)
    ).bytes
    let request = HTTPRequest(
      .post, url, headers: [.init("content-type", Self.mediaType), .init("accept", Self.mediaType)], body: body,
      timeout: query.timeout, maximumResponseBytes: 65_535, allowsPrivateAddresses: true)
    let began = elapsed()
    do throws(HTTPError) {
      let response = try await http.send(request)
      return Self.read(response, to: query, roundTrip: elapsed() - began)
    } catch {
      return .failed(Self.failure(of: error), transport: .https, truncated: false)
    }
  }

  /// What a response means. A DNS error comes with status 200 (RFC 8484, section 4.2.1); any other status is HTTP's own.
  static func read(_ response: HTTPResponse, to query: Query, roundTrip: Duration) -> Reply {
    guard response.status == 200 else {
      let isOverloaded = response.status == 429 || response.status >= 500
      return .failed(isOverloaded ? .unreachable : .malformed, transport: .https, truncated: false)
    }
    let type = response.headers["content-type"]?.prefix { $0 != ";" && $0 != " " }.lowercased()
    guard type == mediaType, var message = try? MessageDecoder.decode(response.body),
      message.question.map({ $0 == query.question }) ?? true
    else { return .failed(.malformed, transport: .https, truncated: false) }
    if let age = response.headers["age"].flatMap({ UInt32($0) }) { message.age(by: age) }
    let answer = Answer(replyTo: query.question, message: message)
    if let expected = query.expected, expected == answer.digest { return .unchanged }
    return .message(message, transport: .https, roundTrip: roundTrip)
  }

  static func failure(of error: HTTPError) -> Outcome.Failure {
    switch error {
    case .timeout: .timeout
    case .responseTooLarge: .malformed
    case .badURL, .unresolved, .unreachable, .tls, .privateAddress, .other: .unreachable
    }
  }
}

extension Message {
  /// Takes the time in HTTP caches off every TTL (RFC 8484, section 5.1).
  fileprivate mutating func age(by seconds: UInt32) {
    for index in answers.indices { answers[index].ttl -= min(answers[index].ttl, seconds) }
    for index in authorities.indices { authorities[index].ttl -= min(authorities[index].ttl, seconds) }
  }
}

/// Spreads requests evenly over a second.
struct Pacer: Hashable, Sendable {
  private var next = Duration.zero

  /// How long the next request has to wait, where `now` is the time that has passed since some moment.
  mutating func wait(rate: Int, at now: Duration) -> Duration {
    let slot = max(next, now)
    next = slot + .microseconds(1_000_000 / Int64(max(rate, 1)))
    return slot - now
  }
}
