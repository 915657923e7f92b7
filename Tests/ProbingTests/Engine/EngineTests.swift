// The engine over real sockets: batches, limits, deadlines, the end.

import DNS
import Model
import Probing
import Synchronization
import TestSupport
import Testing

/// The limit is for an engine that hangs; a loaded machine does not come near it.
@Suite(.timeLimit(.minutes(10)))
struct EngineTests: EngineSuite {
  let engine: Engine
  let name: DomainName

  init() throws {
    engine = try Engine()
    name = try DomainName("s1._domainkey.example.org")
  }

  @Test(arguments: [false, true])
  func anAnswerArrives(isV6: Bool) async throws {
    let server = try ScriptedServer(isV6: isV6) { [.init(bytes: $0.reply(["v=DKIM1"]))] }
    #expect(await ask(query(server)) == "udp records v=DKIM1")
    let question = try #require(server.seen.first)
    #expect(question.hasEDNS)
    #expect(question.bytes[2] == 1 && question.bytes[3] == 0x20)
    #expect(server.seen.count == 1)
  }

  @Test func batchesComeBackInOrder() async throws {
    let server = try ScriptedServer {
      [.init(bytes: $0.reply([String(decoding: $0.name[1...], as: UTF8.self).lowercased()]))]
    }
    let names = try (0..<3_000).map { try DomainName("n\($0).example.org") }
    let queries = names.map { Query(Question($0, .txt), at: server.endpoint, recursionDesired: false, rate: 1_000_000) }
    let replies = await engine.ask(queries)
    for (name, reply) in zip(names, replies) {
      guard case .message(let message, _, _) = reply else {
        Issue.record("no message for \(name)")
        continue
      }
      #expect(message.question?.name == name)
    }
    #expect(engine.counters.asked == 3_000)
  }

  @Test func manyTasksAskAtOnce() async throws {
    let server = try ScriptedServer { [.init(bytes: $0.reply(["v=DKIM1"]))] }
    let query = query(server)
    let engine = engine
    let count = await withTaskGroup(of: Int.self) { group in
      for _ in 0..<20 {
        group.addTask {
          await engine.ask(Array(repeating: query, count: 20)).count { if case .message = $0 { true } else { false } }
        }
      }
      return await group.reduce(0, +)
    }
    #expect(count == 400)
  }

  @Test func anEqualAnswerIsUnchanged() async throws {
    let server = try ScriptedServer { [.init(bytes: $0.reply(["v=DKIM1"]))] }
    let expected = Digest.of(outcome: .records, chain: [], records: [TextRecord("v=DKIM1")])
    #expect(await ask(query(server, expected: expected)) == "unchanged")
    #expect(await ask(query(server, transport: .udp, expected: Digest(high: 1, low: 2))) == "udp records v=DKIM1")
    #expect(engine.counters.unchanged == 1)
  }

  @Test func withoutAuthorityNothingIsUnchanged() async throws {
    let server = try ScriptedServer { [.init(bytes: $0.reply(["v=DKIM1"], flags: 0x8180))] }
    var query = query(server, expected: .of(outcome: .records, chain: [], records: [TextRecord("v=DKIM1")]))
    #expect(await ask(query) == "unchanged")
    query.recursionDesired = false
    #expect(await ask(query) == "udp records v=DKIM1")
  }

  @Test func silenceIsATimeout() async throws {
    let server = try ScriptedServer { _ in [] }
    #expect(await ask(query(server, timeout: patience)) == "failed timeout udp")
    #expect(server.seen.count == 3)
    #expect(Set(server.seen.map { Array($0.bytes[..<2]) }).count >= 2)
    #expect(engine.counters.timeouts == 3 && engine.counters.retries == 3 && engine.counters.tcp == 1)
  }

  @Test func aClosedPortIsUnreachable() async throws {
    let server = try ScriptedServer { _ in [] }
    let query = Query(
      Question(name, .txt), at: Endpoint(server.endpoint.address, port: 9), recursionDesired: true,
      timeout: .seconds(5))
    #expect(await ask(query) == "failed unreachable udp")
  }

  @Test func anAnswerToAnEarlierTryCounts() async throws {
    let late = LateServer()
    let slow = try ScriptedServer { late.answer($0) }
    #expect(await ask(query(slow, timeout: patience)) == "udp records first")
  }

  @Test func aLateAnswerDoesNotReachTheNextQuestion() async throws {
    let late = LateServer()
    let slow = try ScriptedServer { late.answer($0) }
    #expect(await ask(query(slow, timeout: patience, retries: 0)) == "failed timeout udp")
    // The answer to the first question comes before the one to the second.
    #expect(await ask(query(slow, timeout: patience, retries: 0)) == "failed timeout udp")
    #expect(engine.counters.answered == 0)
  }

  @Test func twoThousandHostilePacketsCostNothing() async throws {
    let server = try ScriptedServer { request in
      var random = SeededGenerator(seed: UInt64(request.number))
      var packets: [ScriptedServer.Response] = (0..<40).map { index in
        let count = Int.random(in: 0...600, using: &random)
        var bytes = random.bytes(count)
        // Half of them have the right id, and pass for a response.
        if index.isMultiple(of: 2), bytes.count > 12 {
          bytes.replaceSubrange(0..<3, with: request.bytes[..<2] + [0x85])
        }
        return .init(bytes: bytes, isFromElsewhere: index % 7 == 3)
      }
      packets.append(.init(bytes: request.reply(["v=DKIM1"])))
      return packets
    }
    for _ in 0..<50 { #expect(await ask(query(server)) == "udp records v=DKIM1") }
    #expect(engine.counters.hostile > 1_000)
  }

  @Test func aDeadServerDoesNotHoldUpALargeBatch() async throws {
    let server = try ScriptedServer { _ in [] }
    let replies = await engine.ask(
      Array(repeating: query(server, timeout: .milliseconds(100), retries: 1), count: 5_000))
    #expect(replies.allSatisfy { $0 == .failed(.timeout, transport: .udp, truncated: false) })
    #expect(server.seen.count < 200)
    #expect(engine.counters.withheld > 4_000)
  }

  /// The whole second is in `RateLimitTests`, on a clock of the test's own; here, that the engine keeps to it. The bound is
  /// a lower one, which a slow machine cannot break.
  @Test func theRateHolds() async throws {
    let server = try ScriptedServer { [.init(bytes: $0.reply(["v=DKIM1"]))] }
    var query = query(server)
    query.rate = 200
    let start = ContinuousClock.now
    _ = await engine.ask(Array(repeating: query, count: 100))
    #expect(ContinuousClock.now - start >= .milliseconds(450))
  }

  @Test func afterTheShutdownNothingIsOpen() async throws {
    let server = try ScriptedServer { _ in [] }
    // Longer than any machine lets the shutdown wait: what ends the question is the shutdown.
    let query = query(server, timeout: .seconds(100_000))
    async let open = ask(query)
    while server.seen.isEmpty { await Task.yield() }
    engine.shutdown()
    #expect(await open == "failed unreachable udp")
    #expect(await ask(query) == "failed unreachable udp")
  }

  @Test func nothingAskedIsNothingAnswered() async { #expect(await engine.ask([]).isEmpty) }
}

/// Answers each question only when the next one comes, to where it came from.
private final class LateServer: Sendable {
  private let held = Mutex<ScriptedServer.Response?>(nil)

  func answer(_ request: ScriptedServer.Request) -> [ScriptedServer.Response] {
    let reply = ScriptedServer.Response(
      bytes: request.reply([request.number == 0 ? "first" : "later"]), peer: request.peer)
    return held.withLock { held in
      defer { held = reply }
      return held.map { [$0] } ?? []
    }
  }
}
