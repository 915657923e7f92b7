// The way to a zone: failures, loops, caches, and walks that share it.

import DNS
import Model
import Testing

@testable import Probing

@Suite struct WalkTests {
  static let base = AuthoritativeViewTests.base
  static let zone = AuthoritativeViewTests.zone
  static let good = base + "server 10.0.2.1,10.0.2.2\n" + zone + "s1._domainkey.example.test TXT v=DKIM1; p=A\n"

  struct Failure: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var script: String
    var zone: String
    var failure: Outcome.Failure
  }

  static let failures: [Failure] = [
    Failure(testDescription: "the root is dead", script: "server 10.0.0.1 dead", zone: ".", failure: .timeout),
    Failure(
      testDescription: "the top-level domain is dead", script: base + "server 10.0.1.1 dead", zone: "test",
      failure: .timeout),
    Failure(
      testDescription: "the top-level domain is lame", script: base + "server 10.0.1.1 upward", zone: "test",
      failure: .lame),
    Failure(
      testDescription: "the top-level domain has no server with an address",
      script: "server 10.0.0.1\nzone .\ntest NS ns.gone", zone: "test", failure: .unreachable),
    Failure(
      testDescription: "two top-level domains whose servers depend on each other",
      script: "server 10.0.0.1\nzone .\ntest NS ns.other\nother NS ns.test", zone: "test", failure: .unreachable),
  ]

  struct Blocked: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var script: String
    var isIntercepted: Bool
    var failure: Outcome.Failure
    var text: String
  }

  static let blocked: [Blocked] = [
    Blocked(
      testDescription: "silent", script: "server 10.0.0.1 dead", isIntercepted: false, failure: .timeout,
      text: "the root servers gave no usable answer: 10.0.0.1: no answer in time"),
    Blocked(
      testDescription: "closed", script: "server 10.0.0.1 unreachable", isIntercepted: false, failure: .unreachable,
      text: "the root servers gave no usable answer: 10.0.0.1: unreachable"),
    Blocked(
      testDescription: "refused", script: "server 10.0.0.1 refused", isIntercepted: false, failure: .refused,
      text: "the root servers gave no usable answer: 10.0.0.1: REFUSED"),
    Blocked(
      testDescription: "intercepted by a resolver that has the answer",
      script: "server 10.0.0.1 resolver\nzone .\n. NS a.root\ns1._domainkey.example.test TXT v=DKIM1; p=A",
      isIntercepted: true, failure: .lame,
      text: "a recursive resolver answers in place of the root servers (10.0.0.1 answers, as no such server does): "
        + "port 53 is intercepted on the way from this host"),
    Blocked(
      testDescription: "intercepted by a resolver that refuses what asks for no recursion",
      script: "server 10.0.0.1 resolver recursionOnly\nzone .\n. NS a.root", isIntercepted: true, failure: .lame,
      text: "a recursive resolver answers in place of the root servers (10.0.0.1 answers, as no such server does): "
        + "port 53 is intercepted on the way from this host"),
    Blocked(
      testDescription: "intercepted below the root",
      script: base + "server 10.0.1.1 resolver\nzone .\ns1._domainkey.example.test TXT v=DKIM1; p=A",
      isIntercepted: true, failure: .lame,
      text: "a recursive resolver answers in place of the servers of zone test (10.0.1.1 answers, as no such server "
        + "does): port 53 is intercepted on the way from this host"),
  ]

  @Test(arguments: blocked)
  func tellsThatThisHostIsCutOff(_ blocked: Blocked) async throws {
    let view = try await Internet(blocked.script).look()
    let failure = try #require(view.walkFailure)
    #expect(view.servers.isEmpty)
    #expect(failure.isIntercepted == blocked.isIntercepted)
    #expect(failure.failure == blocked.failure)
    #expect(failure.text == blocked.text)
  }

  @Test func aRootServerThatOffersRecursionIsNoInterceptor() async throws {
    // Where users run the root themselves, BIND says RA beside its referrals.
    let internet = Internet(Self.good.replacing("server 10.0.0.1\n", with: "server 10.0.0.1 offersRecursion\n"))
    #expect(try await internet.look().walkFailure == nil)
  }

  @Test(arguments: failures)
  func tellsWhereTheWayEnds(_ failure: Failure) async throws {
    let internet = Internet(failure.script)
    let view = try await internet.look()
    #expect(view.servers.isEmpty)
    #expect(view.walkFailure?.zone == name(failure.zone))
    #expect(view.walkFailure?.failure == failure.failure)
    #expect(internet.takeAsked().count < 60)
  }

  @Test func boundsAZoneWhoseServersDependOnThemselves() async throws {
    let internet = Internet(
      """
      server 10.0.0.1
      zone .
      test NS ns.test
      ns.test A 10.0.1.1
      server 10.0.1.1
      zone test
      example.test NS ns.sample.test
      sample.test NS ns.example.test
      """)
    let view = try await internet.look()
    #expect(view.lines == ["ns.sample.test in example.test failed(unreachable)"])
    #expect(internet.takeAsked().count < 60)
  }

  @Test func boundsAFanOfServersWithoutAddresses() async throws {
    // NXNSAttack: each delegation names many servers in other zones that do the same.
    var script = "server 10.0.0.1\nzone .\ntest NS ns.test\nns.test A 10.0.1.1\nserver 10.0.1.1\nzone test\n"
    for index in 0..<40 {
      for other in 0..<30 { script += "z\(index).test NS ns\(other).z\((index * 7 + other + 1) % 40).test\n" }
    }
    let internet = Internet(script)
    let view = try await internet.look("z0.test")
    #expect(view.servers.allSatisfy { $0.answer.outcome == .failed(.unreachable) })
    #expect(internet.takeAsked().count <= 420)
  }

  @Test func asksTheDeadServerOfAParentOnlyOnce() async throws {
    let internet = Internet(
      """
      server 10.0.0.1
      zone .
      test NS a.test
      test NS b.test
      a.test A 10.0.1.1
      b.test A 10.0.1.2
      server 10.0.1.1 dead
      server 10.0.1.2
      zone test
      """)
    let prober = internet.prober()
    for index in 0..<20 { _ = await prober.look(at: [.init(key: try key("d\(index).test"))]) }
    let toParent = internet.takeAsked().filter { $0.endpoint == Endpoint("10.0.1.1") && $0.question.type == .txt }
    // The sweeps ask it too, since its zone is the one that says that the domain does not exist.
    #expect(toParent.count <= 22)
  }

  @Test func usesTheCacheUntilTheTTLEnds() async throws {
    let internet = Internet(Self.good)
    let prober = internet.prober()
    func parents() async throws -> Int {
      _ = await prober.look(at: [.init(key: try key())])
      return internet.takeAsked().count { $0.endpoint == Endpoint("10.0.1.1") }
    }
    #expect(try await parents() == 1)
    #expect(try await parents() == 0)
    internet.advance(.seconds(301))
    #expect(try await parents() == 1)
  }

  @Test func confirmingAsksTheParentAnew() async throws {
    let internet = Internet(Self.good)
    let prober = internet.prober()
    _ = await prober.look(at: [.init(key: try key())])
    internet.change(
      """
      server 10.0.1.1
      zone test
      example.test NS ns9.example.test
      ns9.example.test A 10.0.2.9
      server 10.0.2.9
      zone example.test serial=8
      """)
    let cached = await prober.look(at: [.init(key: try key())])
    #expect(cached[0].views[0].lines.count == 2)
    let fresh = await prober.look(at: [.init(key: try key(), isConfirming: true)])
    #expect(fresh[0].views[0].lines == ["ns9.example.test 10.0.2.9 in example.test nxdomain"])
    #expect(fresh[0].views[0].delegation?.servers == [name("ns9.example.test")])
  }

  @Test func manyKeysShareTheWay() async throws {
    let internet = Internet(Self.good)
    let requests = try (0..<200).map { LookRequest(key: try key(selector: "s\($0)")) }
    let looks = await internet.prober().look(at: requests)
    #expect(looks.map(\.key) == requests.map(\.key))
    #expect(looks.allSatisfy { $0.views[0].servers.count == 2 })
    let asked = internet.takeAsked()
    #expect(asked.count { $0.endpoint == Endpoint("10.0.0.1") } == 1)
    #expect(asked.count { $0.endpoint == Endpoint("10.0.1.1") } == 1)
    #expect(asked.count { $0.question.type == .txt && $0.endpoint == Endpoint("10.0.2.1") } == 200)
  }

  @Test func manyKeysShareADeadParent() async throws {
    let internet = Internet(Self.base + "server 10.0.1.1 dead")
    let looks = await internet.prober().look(at: try (0..<200).map { .init(key: try key("d\($0).test")) })
    #expect(looks.allSatisfy { $0.views[0].walkFailure?.failure == .timeout })
    // Those that come later hear from the cache that nobody answers.
    _ = internet.takeAsked()
    let prober = internet.prober()
    for index in 0..<50 { _ = await prober.look(at: [.init(key: try key("e\(index).test"))]) }
    #expect(internet.takeAsked().count { $0.endpoint == Endpoint("10.0.1.1") } == 2)
  }

  @Test func asksNobodyAtAnAddressThatNoHostHas() async throws {
    let internet = Internet(
      """
      server 10.0.0.1
      zone .
      test NS ns.test
      ns.test A 10.0.1.1
      server 10.0.1.1
      zone test
      example.test NS ns1.example.test
      ns1.example.test A 0.0.0.0
      ns1.example.test AAAA ff02::1
      """)
    let view = try await internet.look()
    #expect(view.lines == ["ns1.example.test in example.test failed(unreachable)"])
    #expect(internet.takeAsked().allSatisfy { $0.endpoint.address.isHost })
  }

  @Test func tellsTheDelegation() async throws {
    let internet = Internet(
      Self.base + "server 10.0.2.1\n" + Self.zone + "s1._domainkey.example.test TXT v=DKIM1; p=A\n"
        + "server 10.0.2.2\nzone example.test serial=6 minimum=120")
    let view = try await internet.look()
    #expect(
      view.delegation
        == Delegation(
          zone: name("example.test"), servers: [name("ns1.example.test"), name("ns2.example.test")],
          serials: ["ns1.example.test": 7, "ns2.example.test": 6], negativeTTL: 120, ttl: 300))
    #expect(view.servers.map(\.answer.negativeTTL) == [nil, 120])
  }

  @Test(arguments: [true, false])
  func leavesOutIPv6WhereThereIsNoRoute(_ hasIPv6: Bool) async throws {
    let internet = Internet(
      """
      server 10.0.0.1
      zone .
      test NS ns.test
      ns.test A 10.0.1.1
      server 10.0.1.1
      zone test
      example.test NS ns1.example.test
      ns1.example.test A 10.0.2.1
      ns1.example.test AAAA 2001:db8::1
      example.test NS ns2.example.test
      ns2.example.test AAAA ::1
      server 10.0.2.1,2001:db8::1,::1
      zone example.test
      example.test NS ns1.example.test
      """)
    let view = try await internet.look(hasIPv6: hasIPv6)
    let addresses = view.servers.map { $0.endpoint?.description }
    #expect(addresses == (hasIPv6 ? ["10.0.2.1", "2001:db8::1", "::1"] : ["10.0.2.1", "::1"]))
  }

  @Test func asksWithoutRecursionEverywhere() async throws {
    let internet = Internet(Self.good)
    _ = try await internet.look()
    #expect(internet.takeAsked().allSatisfy { !$0.recursionDesired && $0.rate == 50 })
  }

  @Test func confirmingGoesOverTCPWhereUDPFailed() async throws {
    let internet = Internet(
      Self.base + "server 10.0.2.1,10.0.2.2 tcpOnly\n" + Self.zone + "s1._domainkey.example.test TXT v=DKIM1; p=A")
    let looks = await internet.prober().look(at: [.init(key: try key(), isConfirming: true)])
    #expect(looks[0].views[0].servers.map(\.answer.outcome) == [.records, .records])
    #expect(looks[0].views[0].servers.map(\.answer.transport) == [.tcp, .tcp])
  }

  @Test func keepsTheTruncatedFlagWhereTCPFails() async throws {
    let view = try await Internet(Self.base + "server 10.0.2.1,10.0.2.2 cut").look()
    #expect(view.servers.allSatisfy { $0.answer.truncated && $0.answer.outcome == .failed(.unreachable) })
  }
}
