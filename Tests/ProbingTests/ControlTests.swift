// The control question: whether the way to a view is open.

import DNS
import HTTPClient
import Model
import Testing

@testable import Probing

@Suite struct ControlTests {
  static let google = View(name: "google", source: .resolver(Endpoint(.v4(0x0A08_0808)), .udp))
  static let root = "zone .\n. NS a.root\n. NS b.root\n"

  struct Scenario: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var script: String
    var outcome: ControlResult.Outcome
    var evidence: [String]
  }

  static let resolvers: [Scenario] = [
    Scenario(
      testDescription: "an answer", script: "server 10.8.8.8 resolver\n" + root, outcome: .reachable,
      evidence: ["dig @10.8.8.8 . NS → NOERROR, 2 NS records, flags: ra"]),
    Scenario(
      testDescription: "one NS record", script: "server 10.8.8.8 resolver\nzone .\n. NS a.root", outcome: .reachable,
      evidence: ["dig @10.8.8.8 . NS → NOERROR, 1 NS record, flags: ra"]),
    Scenario(
      testDescription: "SERVFAIL", script: "server 10.8.8.8 servfail", outcome: .unreachable(.servfail),
      evidence: ["dig @10.8.8.8 . NS → SERVFAIL, 0 NS records, neither aa nor ra"]),
    Scenario(
      testDescription: "REFUSED", script: "server 10.8.8.8 refused", outcome: .unreachable(.refused),
      evidence: ["dig @10.8.8.8 . NS → REFUSED, 0 NS records, neither aa nor ra"]),
    Scenario(
      testDescription: "nothing", script: "server 10.8.8.8 dead", outcome: .unreachable(.timeout),
      evidence: ["dig @10.8.8.8 . NS → no answer in time"]),
    Scenario(
      testDescription: "nobody there", script: "server 10.8.8.8 unreachable", outcome: .unreachable(.unreachable),
      evidence: ["dig @10.8.8.8 . NS → unreachable"]),
  ]

  @Test(arguments: resolvers)
  func asksAResolver(_ scenario: Scenario) async {
    let internet = Internet(scenario.script)
    let results = await internet.prober([Self.google]).control(views: ["google"])
    #expect(results == [ControlResult(view: "google", outcome: scenario.outcome, evidence: scenario.evidence)])
    #expect(internet.takeAsked().allSatisfy { $0.recursionDesired && $0.retries == 1 })
  }

  static let roots: [Scenario] = [
    Scenario(
      testDescription: "root servers", script: "server 10.0.0.1,10.0.0.2,10.0.0.3\n" + root, outcome: .reachable,
      evidence: (1...3).map { "dig +norecurse @10.0.0.\($0) . NS → NOERROR, 2 NS records, flags: aa" }),
    Scenario(
      testDescription: "one root server of three",
      script: "server 10.0.0.1 dead\nserver 10.0.0.2 unreachable\nserver 10.0.0.3\n" + root, outcome: .reachable,
      evidence: [
        "dig +norecurse @10.0.0.1 . NS → no answer in time", "dig +norecurse @10.0.0.2 . NS → unreachable",
        "dig +norecurse @10.0.0.3 . NS → NOERROR, 2 NS records, flags: aa",
      ]),
    Scenario(
      testDescription: "a root server of the user's own that offers recursion",
      script: "server 10.0.0.1,10.0.0.2,10.0.0.3 offersRecursion\n" + root, outcome: .reachable,
      evidence: (1...3).map { "dig +norecurse @10.0.0.\($0) . NS → NOERROR, 2 NS records, flags: aa ra" }),
    Scenario(
      testDescription: "a resolver in their place", script: "server 10.0.0.1,10.0.0.2,10.0.0.3 resolver\n" + root,
      outcome: .intercepted,
      evidence: (1...3).map { "dig +norecurse @10.0.0.\($0) . NS → NOERROR, 2 NS records, flags: ra" }),
    Scenario(
      testDescription: "a resolver that refuses what asks for no recursion",
      script: "server 10.0.0.1 resolver recursionOnly\n" + root, outcome: .intercepted,
      evidence: [
        "dig +norecurse @10.0.0.1 . NS → REFUSED, 0 NS records, flags: ra",
        "dig +norecurse @10.0.0.2 . NS → no answer in time", "dig +norecurse @10.0.0.3 . NS → no answer in time",
        "dig @10.0.0.1 . NS → NOERROR, 2 NS records, flags: ra",
      ]),
    Scenario(
      testDescription: "a firewall that refuses", script: "server 10.0.0.1 refused", outcome: .unreachable(.refused),
      evidence: [
        "dig +norecurse @10.0.0.1 . NS → REFUSED, 0 NS records, neither aa nor ra",
        "dig +norecurse @10.0.0.2 . NS → no answer in time", "dig +norecurse @10.0.0.3 . NS → no answer in time",
        "dig @10.0.0.1 . NS → REFUSED, 0 NS records, neither aa nor ra",
      ]),
    Scenario(
      testDescription: "silence", script: "", outcome: .unreachable(.timeout),
      evidence: (1...3).map { "dig +norecurse @10.0.0.\($0) . NS → no answer in time" }),
  ]

  @Test(arguments: roots)
  func asksTheRoot(_ scenario: Scenario) async {
    let view = View(
      name: "authoritative",
      source: .authoritative(rootHints: (1...3).map { .v4(0x0A00_0000 | $0) }, port: 53))
    let results = await Internet(scenario.script).prober([view]).control(views: ["authoritative"])
    #expect(results == [ControlResult(view: "authoritative", outcome: scenario.outcome, evidence: scenario.evidence)])
  }

  @Test func noPublishedRootServerOffersRecursion() async {
    let view = View(name: "authoritative", source: .authoritative(rootHints: [], port: 53))
    let servers = "server 198.41.0.4,170.247.170.2,192.33.4.12 "
    let honest = await Internet(servers + "\n" + Self.root).prober([view], hasIPv6: false).control(
      views: ["authoritative"])
    #expect(honest.map(\.outcome) == [.reachable])
    let forged = await Internet(servers + "offersRecursion\n" + Self.root).prober([view], hasIPv6: false).control(
      views: ["authoritative"])
    #expect(forged.map(\.outcome) == [.intercepted])
  }

  @Test func oneResolverOfSeveralIsEnough() async throws {
    let file = try TemporaryFile("nameserver 10.0.0.1\nnameserver 10.0.0.2\n")
    let internet = Internet("server 10.0.0.1 dead\nserver 10.0.0.2 resolver\n" + Self.root)
    let views = [View(name: "local", source: .system(resolvConf: file.path)), Self.google]
    let results = await internet.prober(views).control(views: ["google", "local", "unknown"])
    #expect(results.map(\.view) == ["google", "local"])
    #expect(results.map(\.outcome) == [.unreachable(.timeout), .reachable])
  }

  @Test func asksOverHTTPS() async {
    let view = View(name: "doh", source: .https(url: "https://dns.example/dns-query"))
    let results = await Internet("").prober([view]).control(views: ["doh"])
    #expect(
      results == [
        ControlResult(
          view: "doh", outcome: .unreachable(.unreachable),
          evidence: [". NS over DoH at https://dns.example/dns-query → unreachable"])
      ])
  }

  @Test(.timeLimit(.minutes(10))) func asksThroughTheEngine() async throws {
    // A root answer as small as a server may give it: one NS record whose name is the root.
    let server = try ScriptedServer { request in
      var reply = request.reply(flags: 0x8180)
      reply[7] = 1
      return [.init(bytes: reply + [0, 0, 2, 0, 1, 0, 0, 1, 44, 0, 1, 0])]
    }
    let engine = try Engine()
    let view = View(name: "resolver", source: .resolver(server.endpoint, .udp))
    let prober = Prober(views: [view], engine: engine, http: NoHTTP(), clock: { Timestamp(seconds: 1_000_000) })
    let results = await prober.control(views: ["resolver"])
    #expect(results.map(\.outcome) == [.reachable])
    #expect(
      results.flatMap(\.evidence) == [
        "dig -p \(server.endpoint.port) @127.0.0.1 . NS → NOERROR, 1 NS record, flags: ra"
      ])
  }
}
