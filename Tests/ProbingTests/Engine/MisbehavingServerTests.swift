// The engine against servers on loopback that misbehave in every way that is known.

import DNS
import Model
import Probing
import Testing

@Suite(.timeLimit(.minutes(10)))
struct MisbehavingServerTests: EngineSuite {
  let engine: Engine
  let name: DomainName

  init() throws {
    engine = try Engine()
    name = try DomainName("s1._domainkey.example.org")
  }

  @Test func aWrongIdIsPassedOver() async throws {
    let server = try ScriptedServer { request in
      var forged = request.reply(["forged"])
      forged[1] ^= 1
      return [.init(bytes: forged), .init(bytes: request.reply(["v=DKIM1"]))]
    }
    #expect(await ask(query(server)) == "udp records v=DKIM1")
    #expect(engine.counters.discarded.unexpected == 1)
  }

  @Test func aWrongQuestionIsPassedOver() async throws {
    let server = try ScriptedServer { request in
      var other = request.reply(["forged"])
      other[14] = 0x78
      var type = request.reply(["forged"])
      type[request.questionEnd - 3] = 1
      var query = request.reply(["forged"])
      query[2] &= 0x7F
      return [other, type, query, request.reply(["v=DKIM1"])].map { .init(bytes: $0) }
    }
    #expect(await ask(query(server)) == "udp records v=DKIM1")
    #expect(engine.counters.discarded.question == 3)
  }

  @Test func aWrongSourceIsPassedOver() async throws {
    let server = try ScriptedServer { request in
      [.init(bytes: request.reply(["forged"]), isFromElsewhere: true), .init(bytes: request.reply(["v=DKIM1"]))]
    }
    #expect(await ask(query(server)) == "udp records v=DKIM1")
    #expect(engine.counters.discarded.address == 1)
  }

  @Test func truncatedAnswersAreFetchedOverTCP() async throws {
    let long = String(repeating: "k", count: 5_000)
    let server = try ScriptedServer(tcp: .served) { request in
      [.init(bytes: request.transport == .tcp ? request.reply([long]) : request.reply(flags: 0x8780))]
    }
    #expect(await ask(query(server)) == "tcp records " + long)
    let expected = Digest.of(outcome: .records, chain: [], records: [TextRecord(long)])
    #expect(await ask(query(server, expected: expected)) == "unchanged")
  }

  @Test(arguments: [
    (ScriptedServer.TCP.refused, "failed unreachable tcp truncated"),
    (.closedAtOnce, "failed timeout tcp truncated"), (.silent, "failed timeout tcp truncated"),
  ])
  func truncatedWithoutTCPFails(tcp: ScriptedServer.TCP, expected: String) async throws {
    let server = try ScriptedServer(tcp: tcp) { [.init(bytes: $0.reply(flags: 0x8780))] }
    #expect(await ask(query(server, timeout: patience)) == expected)
  }

  @Test func questionsMayBeginOverTCP() async throws {
    let server = try ScriptedServer(tcp: .served) { [.init(bytes: $0.reply(["v=DKIM1"]))] }
    #expect(await ask(query(server, transport: .tcp)) == "tcp records v=DKIM1")
    #expect(server.seen.map(\.transport) == [.tcp])
    let closed = try ScriptedServer(tcp: .refused) { _ in [] }
    #expect(await ask(query(closed, transport: .tcp)) == "failed unreachable tcp")
    let garbage = try ScriptedServer(tcp: .served) { _ in [.init(bytes: [1, 2, 3])] }
    #expect(await ask(query(garbage, transport: .tcp)) == "failed malformed tcp")
  }

  @Test func manyConnectionsShareTheTable() async throws {
    let server = try ScriptedServer(tcp: .served) { [.init(bytes: $0.reply(["v=DKIM1"]))] }
    let replies = await engine.ask(Array(repeating: query(server, transport: .tcp), count: 300))
    #expect(replies.allSatisfy { if case .message(_, .tcp, _) = $0 { true } else { false } })
  }

  @Test(arguments: [0x8181, 0x8184] as [UInt16], [true, false])
  func aServerThatRefusesEDNSIsAskedWithout(flags: UInt16, keepsQuestion: Bool) async throws {
    let server = try ScriptedServer { request in
      if !request.hasEDNS { return [.init(bytes: request.reply(["v=DKIM1"]))] }
      var refusal = request.reply(flags: flags)
      if !keepsQuestion {
        refusal = Array(refusal[..<12])
        refusal[5] = 0
      }
      return [.init(bytes: refusal)]
    }
    #expect(await ask(query(server)) == "udp records v=DKIM1")
    #expect(await ask(query(server)) == "udp records v=DKIM1")
    #expect(server.seen.map(\.hasEDNS) == [true, false, false])
  }

  @Test func anErrorWithoutEDNSIsTheAnswer() async throws {
    let server = try ScriptedServer { [.init(bytes: $0.reply(flags: 0x8181))] }
    #expect(await ask(query(server)) == "udp failed(malformed)")
    #expect(server.seen.map(\.hasEDNS) == [true, false])
  }

  @Test func aServerThatDropsEDNSIsAskedWithoutAtLast() async throws {
    let server = try ScriptedServer { $0.hasEDNS ? [] : [.init(bytes: $0.reply(["v=DKIM1"]))] }
    for _ in 0..<2 { #expect(await ask(query(server, timeout: patience)) == "udp records v=DKIM1") }
    #expect(server.seen.map(\.hasEDNS) == [true, true, false, true, true, false])
    // Twice is no packet loss any more.
    #expect(await ask(query(server, timeout: patience)) == "udp records v=DKIM1")
    #expect(server.seen.count == 7)
  }

  /// What the reply says of how it was got: `dropsEDNS`, `silentOverUDP`, or nothing.
  func marks(_ query: Query) async -> String {
    guard case .message(let message, let transport, _) = await engine.ask([query])[0] else { return "nothing" }
    return
      ([transport.rawValue] + (message.dropsEDNS ? ["dropsEDNS"] : [])
      + (message.isSilentOverUDP ? ["silentOverUDP"] : [])).joined(separator: " ")
  }

  @Test func tellsThatAServerDropsEDNS() async throws {
    let server = try ScriptedServer { $0.hasEDNS ? [] : [.init(bytes: $0.reply(["v=DKIM1"]))] }
    // The third time the server is known, and is asked without at once: it still drops EDNS.
    for _ in 0..<3 { #expect(await marks(query(server, timeout: patience)) == "udp dropsEDNS") }
    let refusing = try ScriptedServer { [.init(bytes: $0.hasEDNS ? $0.reply(flags: 0x8181) : $0.reply(["v=DKIM1"]))] }
    for _ in 0..<2 { #expect(await marks(query(refusing)) == "udp") }
    let good = try ScriptedServer { [.init(bytes: $0.reply(["v=DKIM1"]))] }
    #expect(await marks(query(good)) == "udp")
  }

  @Test func aServerThatIsSilentOverUDPIsAskedOverTCPAtLast() async throws {
    let server = try ScriptedServer(tcp: .served) {
      $0.transport == .tcp ? [.init(bytes: $0.reply(["v=DKIM1"]))] : []
    }
    for _ in 0..<2 { #expect(await marks(query(server, timeout: patience)) == "tcp silentOverUDP") }
    #expect(server.seen.map(\.transport) == [.udp, .udp, .udp, .tcp, .udp, .udp, .udp, .tcp])
    #expect(server.seen.last?.hasEDNS == true)
    // Twice is no packet loss any more: the next question begins over TCP.
    #expect(await marks(query(server, timeout: patience)) == "tcp silentOverUDP")
    #expect(server.seen.count == 9)
  }

  @Test func aServerThatIsKnownToBeSilentOverUDPMayLoseTCPInstead() async throws {
    let server = try ScriptedServer(tcp: .served) { request in
      let speaksTCP = request.number < 8
      return speaksTCP == (request.transport == .tcp) ? [.init(bytes: request.reply(["v=DKIM1"]))] : []
    }
    for _ in 0..<2 { #expect(await marks(query(server, timeout: patience)) == "tcp silentOverUDP") }
    #expect(await marks(query(server, timeout: patience)) == "udp")
  }

  @Test(arguments: [ScriptedServer.TCP.refused, .closedAtOnce, .silent])
  func aServerThatIsSilentOnEverythingTakesNoLonger(tcp: ScriptedServer.TCP) async throws {
    let server = try ScriptedServer(tcp: tcp) { _ in [] }
    #expect(await ask(query(server, timeout: patience)) == "failed timeout udp")
    #expect(server.seen.count { $0.transport == .udp } == 3)
  }

  /// The reply with the question's letters in lower case.
  static func lowered(_ request: ScriptedServer.Request) -> [UInt8] {
    var reply = request.reply(["v=DKIM1"])
    for index in 12..<(request.questionEnd - 4) where (0x41...0x5A).contains(reply[index]) { reply[index] |= 0x20 }
    return reply
  }

  @Test func aServerThatFoldsCaseIsAskedOverTCP() async throws {
    let server = try ScriptedServer(tcp: .served) { [.init(bytes: Self.lowered($0))] }
    #expect(await ask(query(server)) == "tcp records v=DKIM1")
    // TCP has shown that the server does so: from now on UDP in lower case will do.
    #expect(await ask(query(server)) == "udp records v=DKIM1")
  }

  @Test func aServerThatFoldsCaseWithoutTCPIsAskedInLowerCase() async throws {
    let server = try ScriptedServer { [.init(bytes: Self.lowered($0))] }
    #expect(await ask(query(server)) == "udp records v=DKIM1")
    #expect(server.seen.count == 2)
    #expect(server.seen[1].name == name.wire)
  }

  @Test func aForgedAnswerInAnotherCaseDoesNotWin() async throws {
    let server = try ScriptedServer(tcp: .served) { request in
      if request.transport == .tcp { return [.init(bytes: request.reply(["v=DKIM1"]))] }
      var forged = request.reply(["forged"])
      for index in 12..<(request.questionEnd - 4) where (0x61...0x7A).contains(forged[index] | 0x20) {
        forged[index] ^= 0x20
      }
      return [.init(bytes: forged)]
    }
    for _ in 0..<2 { #expect(await ask(query(server)) == "tcp records v=DKIM1") }
  }

  @Test(arguments: [ScriptedServer.TCP.served, .refused])
  func anErrorWithoutItsQuestionIsBelievedInTheEnd(tcp: ScriptedServer.TCP) async throws {
    let server = try ScriptedServer(tcp: tcp) { request in
      var refusal = Array(request.reply(flags: 0x8105)[..<12])
      refusal[5] = 0
      return [.init(bytes: refusal)]
    }
    #expect(await ask(query(server)) == (tcp == .served ? "tcp" : "udp") + " failed(refused)")
  }

  @Test func garbageBeforeTheAnswerIsPassedOver() async throws {
    let server = try ScriptedServer { request in
      [.init(bytes: request.reply(["v=DKIM1"]) + [0]), .init(bytes: request.reply(["v=DKIM1"]))]
    }
    #expect(await ask(query(server)) == "udp records v=DKIM1")
  }

  @Test func garbageOverUDPIsAskedForOverTCP() async throws {
    let server = try ScriptedServer(tcp: .served) { request in
      [.init(bytes: request.reply(["v=DKIM1"]) + (request.transport == .udp ? [0] : []))]
    }
    #expect(await ask(query(server)) == "tcp records v=DKIM1")
  }

  @Test func garbageOnlyIsMalformed() async throws {
    let server = try ScriptedServer { [.init(bytes: $0.reply(["v=DKIM1"]) + [0])] }
    #expect(await ask(query(server, timeout: patience)) == "failed malformed udp")
  }
}
