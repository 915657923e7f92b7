// Questions of a pulse: who is asked, what an answer says, and what is left of it where there is none.

import DNS
import Model
import Synchronization
import Testing

@testable import Probing

@Suite struct PulseTests {
  private static let base = AuthoritativeViewTests.base
  private static func script(_ serial: Int, _ behaviour: String = "") -> String {
    "server 10.0.2.1,10.0.2.2 \(behaviour)\nzone example.test serial=\(serial)\n"
      + "example.test NS ns1.example.test\nexample.test NS ns2.example.test\n"
      + "s1._domainkey.example.test TXT v=DKIM1; p=A\n"
  }

  private func answers(
    _ prober: Prober, _ kind: ZoneMark.Kind, at server: String, expected: ZoneMark? = nil
  ) async throws -> [PulseAnswer] {
    let endpoint = try #require(Endpoint(server))
    let found = Mutex<[PulseAnswer]>([])
    await prober.pulse([PulseQuestion(zone: name("example.test"), kind: kind, server: endpoint, expected: expected)]) {
      _, answer in found.withLock { $0.append(answer) }
    }
    return found.withLock { $0 }
  }

  @Test func theSerialIsAskedOfTheServer() async throws {
    let internet = Internet(Self.base + Self.script(7))
    let prober = internet.prober()
    #expect(try await answers(prober, .serial, at: "10.0.2.1") == [.mark(.serial(7))])
    let asked = try #require(internet.takeAsked().first)
    #expect(asked.question == Question(name("example.test"), .soa))
    #expect(!asked.recursionDesired && asked.retries == 0)
    #expect(try await answers(prober, .serial, at: "10.0.2.1", expected: .serial(7)) == [.mark(.serial(7))])
  }

  @Test(arguments: [
    ("dead", PulseAnswer.silence), ("unreachable", .silence), ("refused", .unusable), ("servfail", .unusable),
    ("garbage", .unusable), ("cached", .unusable), ("upward", .unusable),
  ])
  func aServerThatDoesNotTellSaysNothing(behaviour: String, answer: PulseAnswer) async throws {
    let internet = Internet(Self.base + Self.script(7, behaviour))
    #expect(try await answers(internet.prober(), .serial, at: "10.0.2.1") == [answer])
  }

  @Test func theZoneAboveTellsTheDelegation() async throws {
    let internet = Internet(Self.base + Self.script(7))
    let prober = internet.prober()
    #expect(prober.parentServers(of: name("example.test")).isEmpty, "before the first look")
    _ = await prober.look(at: [LookRequest(key: try key())])
    let parents = prober.parentServers(of: name("example.test"))
    #expect(parents == [try #require(Endpoint("10.0.1.1"))])
    let before = try await answers(prober, .servers, at: "10.0.1.1")
    #expect(before.count == 1 && before.first != .unusable)
    internet.change("server 10.0.1.1\nzone test\nexample.test NS ns9.test\nns9.test A 10.0.2.9")
    let after = try await answers(prober, .servers, at: "10.0.1.1")
    #expect(after.count == 1 && after != before && after.first != .unusable)
  }

  @Test func withoutAnAuthoritativeViewNobodyIsAsked() async throws {
    let internet = Internet(Self.base + Self.script(7))
    let prober = Prober(
      views: [View(name: "local", source: .resolver(Endpoint(.v4(0x0A00_0909)), .udp))], engine: internet,
      http: NoHTTP(), clock: { internet.now })
    #expect(prober.pulseView == nil)
    #expect(try await answers(prober, .serial, at: "10.0.2.1").isEmpty)
    #expect(prober.parentServers(of: name("example.test")).isEmpty)
  }
}
