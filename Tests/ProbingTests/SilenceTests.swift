// Silent servers: how they are asked, and that they delay nobody.

import DNS
import Model
import Synchronization
import Testing

@testable import Probing

@Suite struct SilenceTests {
  static let server = Endpoint(.v4(0x0A00_0001))
  static let other = Endpoint(.v4(0x0A00_0002))

  @Test func countsUnansweredQueriesInARow() {
    var memory = SilenceMemory()
    memory.note(answered: [], unanswered: [Self.server: SilenceMemory.limit - 1], now: .zero)
    #expect(memory.retries(2, at: Self.server, now: .zero) == 2)
    memory.note(answered: [], unanswered: [Self.server: 1], now: .zero)
    #expect(memory.retries(2, at: Self.server, now: .zero) == 0)
    #expect(memory.retries(2, at: Self.other, now: .zero) == 2)
  }

  @Test func anyAnswerEndsIt() {
    var memory = SilenceMemory()
    memory.note(answered: [], unanswered: [Self.server: 100], now: .zero)
    memory.note(answered: [Self.server], unanswered: [Self.server: 100], now: .seconds(10))
    #expect(memory.retries(2, at: Self.server, now: .seconds(10)) == 2)
    #expect(memory.isEmpty)
  }

  @Test func asksWithAllRetriesOnceInAWhile() {
    var memory = SilenceMemory()
    memory.note(answered: [], unanswered: [Self.server: 4], now: .zero)
    let retries = [1, 299, 300, 301, 599, 600, 601].map { memory.retries(2, at: Self.server, now: .seconds($0)) }
    #expect(retries == [0, 0, 2, 0, 0, 2, 0])
  }

  static let google = View(name: "google", source: .resolver(Endpoint(.v4(0x0A08_0808)), .udp))
  static let quad = View(name: "quad", source: .resolver(Endpoint(.v4(0x0909_0909)), .udp))
  static let zone = "zone .\ns1._domainkey.example.test TXT v=DKIM1; p=A\ns2._domainkey.example.test TXT v=DKIM1; p=B\n"

  @Test func aDeadViewIsAskedWithFewerTriesUntilItAnswers() async throws {
    let internet = Internet("server 10.8.8.8 dead\nserver 9.9.9.9 resolver\n" + Self.zone)
    let prober = internet.prober([Self.google, Self.quad])
    let request = LookRequest(key: try key())
    func retries(_ advance: Duration) async -> [Int] {
      internet.advance(advance)
      internet.takeAsked()
      _ = await prober.sweep([request])
      return internet.takeAsked().sorted { $0.endpoint.description < $1.endpoint.description }.map(\.retries)
    }
    _ = await prober.look(at: [request])
    for _ in 0..<3 { #expect(await retries(.seconds(2)) == [2, 2]) }
    // 10.8.8.8 has left four queries unanswered; 9.9.9.9 is asked as ever.
    for _ in 0..<3 { #expect(await retries(.seconds(2)) == [0, 2]) }
    #expect(await retries(.seconds(300)) == [2, 2])
    #expect(await retries(.seconds(2)) == [0, 2])
    internet.change("server 10.8.8.8 resolver\n" + Self.zone)
    #expect(await prober.sweep([request]).differing == [request.key])
    #expect(await retries(.seconds(2)) == [2, 2])
  }

  /// Answers from a scripted internet, but holds back what is asked of one server until it is let go.
  final class Holding: QueryTransport {
    private let internet: Internet
    private let slow: Endpoint
    private let gate = Mutex<(isOpen: Bool, waiting: [CheckedContinuation<Void, Never>])>((false, []))

    init(_ internet: Internet, slow: Endpoint) {
      self.internet = internet
      self.slow = slow
    }

    func open() {
      for one in gate.withLock({ gate in
        gate.isOpen = true
        return gate.waiting
      }) { one.resume() }
    }

    func ask(_ queries: [Query]) async -> [Reply] { await ask(queries) { _, _ in } }

    func ask(_ queries: [Query], differing: @escaping @Sendable (Int, Reply) -> Void) async -> [Reply] {
      var replies = await internet.ask(queries)
      for (index, query) in queries.enumerated() where query.endpoint != slow && replies[index] != .unchanged {
        differing(index, replies[index])
      }
      guard queries.contains(where: { $0.endpoint == slow }) else { return replies }
      await withCheckedContinuation { continuation in
        let isOpen = gate.withLock { gate in
          if !gate.isOpen { gate.waiting.append(continuation) }
          return gate.isOpen
        }
        if isOpen { continuation.resume() }
      }
      for (index, query) in queries.enumerated() where query.endpoint == slow {
        replies[index] = .failed(.timeout, transport: .udp, truncated: false)
        differing(index, replies[index])
      }
      return replies
    }
  }

  @Test(.timeLimit(.minutes(1))) func aViewThatFallsSilentDelaysNoOthersFinding() async throws {
    let internet = Internet("server 10.8.8.8,9.9.9.9 resolver\n" + Self.zone)
    let holding = Holding(internet, slow: Endpoint(.v4(0x0A08_0808)))
    let prober = Prober(
      views: [Self.google, Self.quad], engine: holding, http: NoHTTP(), clock: { internet.now },
      elapsed: { internet.now - Timestamp(microseconds: 0) })
    let requests = [LookRequest(key: try key()), LookRequest(key: try key(selector: "s2"))]
    let quad = requests.map { LookRequest(key: $0.key, views: ["quad"]) }
    holding.open()
    _ = await prober.look(at: requests)
    let closed = Holding(internet, slow: Endpoint(.v4(0x0A08_0808)))
    let other = Prober(
      views: [Self.google, Self.quad], engine: closed, http: NoHTTP(), clock: { internet.now },
      elapsed: { internet.now - Timestamp(microseconds: 0) })
    // The look of the view that answers is ready although the other view holds its own back.
    #expect(await other.look(at: quad).count == 2)
    internet.change("server 9.9.9.9 resolver\nzone .\ns2._domainkey.example.test TXT v=DKIM1; p=B")
    let (found, continuation) = AsyncStream.makeStream(of: KeyName.self)
    async let sweep = other.sweep(quad + [LookRequest(key: try key("slow.test"))]) { key, _ in continuation.yield(key) }
    var iterator = found.makeAsyncIterator()
    // A key that was never looked at differs from the start, s1 as soon as 9.9.9.9 says so; 10.8.8.8 says nothing all the time.
    #expect(await iterator.next() == (try key("slow.test")))
    #expect(await iterator.next() == requests[0].key)
    closed.open()
    #expect(try await sweep.differing == [requests[0].key, key("slow.test")])
  }

  @Test(.timeLimit(.minutes(1))) func aLookIsReadyBeforeThoseOfOtherKeys() async throws {
    let internet = Internet(
      """
      server 10.0.0.1
      zone .
      quick.test NS ns.quick.test
      ns.quick.test A 10.0.2.1
      slow.test NS ns.slow.test
      ns.slow.test A 10.0.2.2
      server 10.0.2.1
      zone quick.test
      s1._domainkey.quick.test TXT v=DKIM1; p=A
      """)
    let holding = Holding(internet, slow: Endpoint(.v4(0x0A00_0202)))
    let prober = Prober(
      views: [Internet.authoritative], engine: holding, http: NoHTTP(), clock: { internet.now },
      elapsed: { internet.now - Timestamp(microseconds: 0) }, hasIPv6: { false })
    let (ready, continuation) = AsyncStream.makeStream(of: Look.self)
    let requests = [LookRequest(key: try key("slow.test")), LookRequest(key: try key("quick.test"))]
    async let looks = prober.look(at: requests, ready: { continuation.yield($0) })
    var iterator = ready.makeAsyncIterator()
    #expect(await iterator.next()?.key == requests[1].key)
    holding.open()
    #expect(await iterator.next()?.key == requests[0].key)
    #expect(await looks.map(\.key) == requests.map(\.key))
  }
}
