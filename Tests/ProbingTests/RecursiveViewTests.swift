// The views that ask recursive resolvers over UDP and TCP.

import DNS
import Glibc
import Model
import Testing

@testable import Probing

@Suite struct RecursiveViewTests {
  static let zone = "zone .\ns1._domainkey.example.test TXT v=DKIM1; p=A\n"
  static let google = View(name: "google", source: .resolver(Endpoint(.v4(0x0A08_0808)), .udp))

  struct Scenario: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var script: String
    var line: String
  }

  static let scenarios: [Scenario] = [
    Scenario(
      testDescription: "records", script: "server 10.8.8.8 resolver\n" + zone,
      line: "10.8.8.8 records 'v=DKIM1; p=A'"),
    Scenario(
      testDescription: "NXDOMAIN", script: "server 10.8.8.8 resolver\nzone .", line: "10.8.8.8 nxdomain"),
    Scenario(
      testDescription: "a dangling CNAME",
      script: "server 10.8.8.8 resolver\nzone .\ns1._domainkey.example.test CNAME k.vendor.test",
      line: "10.8.8.8 nxdomain -> k.vendor.test"),
    Scenario(
      testDescription: "a CNAME to a name without TXT",
      script: "server 10.8.8.8 resolver\nzone .\ns1._domainkey.example.test CNAME k.test\nk.test A 10.0.0.9",
      line: "10.8.8.8 nodata -> k.test"),
    Scenario(
      testDescription: "SERVFAIL that becomes an answer without checking",
      script: "server 10.8.8.8 resolver bogus\n" + zone, line: "10.8.8.8 failed(bogus)"),
    Scenario(
      testDescription: "SERVFAIL that becomes NXDOMAIN without checking",
      script: "server 10.8.8.8 resolver bogus\nzone .", line: "10.8.8.8 failed(bogus)"),
    Scenario(
      testDescription: "SERVFAIL whatever is asked", script: "server 10.8.8.8 servfail",
      line: "10.8.8.8 failed(servfail)"),
    Scenario(testDescription: "REFUSED", script: "server 10.8.8.8 refused", line: "10.8.8.8 failed(refused)"),
    Scenario(testDescription: "no answer", script: "server 10.8.8.8 dead", line: "10.8.8.8 failed(timeout)"),
    Scenario(
      testDescription: "nobody there", script: "server 10.8.8.8 unreachable", line: "10.8.8.8 failed(unreachable)"),
    Scenario(testDescription: "garbage", script: "server 10.8.8.8 garbage", line: "10.8.8.8 failed(malformed)"),
  ]

  @Test(arguments: scenarios)
  func sees(_ scenario: Scenario) async throws {
    let internet = Internet(scenario.script)
    let looks = await internet.prober([Self.google]).look(at: [.init(key: try key())])
    #expect(looks[0].views[0].lines == [scenario.line])
    #expect(!looks[0].views[0].isAuthoritative)
    #expect(internet.takeAsked().allSatisfy { $0.recursionDesired && $0.rate == 100 })
  }

  @Test func keepsTheExtendedErrorOfABogusAnswer() async throws {
    let looks = await Internet("server 10.8.8.8 resolver bogus\n" + Self.zone).prober([Self.google])
      .look(at: [.init(key: try key())])
    let answer = looks[0].views[0].servers[0].answer
    #expect(answer.extendedErrors == [ExtendedError(code: 6, text: "DNSSEC Bogus")])
    #expect(answer.rcode == .serverFailure)
  }

  @Test func confirmingAsksOverTCPForWhatIsNotThere() async throws {
    let internet = Internet("server 10.8.8.8 resolver tcpOnly\n" + Self.zone)
    let prober = internet.prober([Self.google])
    let first = await prober.look(at: [.init(key: try key())])
    #expect(first[0].views[0].lines == ["10.8.8.8 failed(timeout)"])
    let second = await prober.look(at: [.init(key: try key(), isConfirming: true)])
    #expect(second[0].views[0].lines == ["10.8.8.8 records 'v=DKIM1; p=A'"])
    #expect(second[0].views[0].servers[0].answer.transport == .tcp)
  }

  @Test func asksOverTCPFromTheStartWhereThatIsConfigured() async throws {
    let view = View(name: "tcp", source: .resolver(Endpoint(.v4(0x0A08_0808)), .tcp))
    let internet = Internet("server 10.8.8.8 resolver\n" + Self.zone)
    _ = await internet.prober([view]).look(at: [.init(key: try key())])
    #expect(internet.takeAsked().map(\.transport) == [.tcp])
  }

  // MARK: the system's resolvers

  struct Failover: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var script: String
    var lines: [String]
    /// The last byte of each address that is asked, in order; `+` for CD, `-` without EDNS.
    var order: String
    var options = ""
  }

  static let failovers: [Failover] = [
    Failover(
      testDescription: "the first answers",
      script: "server 10.0.0.1 resolver\n" + zone, lines: ["10.0.0.1 records 'v=DKIM1; p=A'"], order: "1"),
    Failover(
      testDescription: "the first is dead",
      script: "server 10.0.0.1 dead\nserver 10.0.0.2 resolver\n" + zone,
      lines: ["10.0.0.2 records 'v=DKIM1; p=A'", "10.0.0.1 failed(timeout)"], order: "1 2"),
    Failover(
      testDescription: "nobody is at the first address",
      script: "server 10.0.0.1 unreachable\nserver 10.0.0.2 resolver\n" + zone,
      lines: ["10.0.0.2 records 'v=DKIM1; p=A'", "10.0.0.1 failed(unreachable)"], order: "1 2"),
    Failover(
      testDescription: "SERVFAIL and REFUSED go on",
      script: "server 10.0.0.1 servfail\nserver 10.0.0.2 refused\nserver 10.0.0.3 resolver\nzone .",
      lines: ["10.0.0.3 nxdomain", "10.0.0.1 failed(servfail)", "10.0.0.2 failed(refused)"], order: "1 2 3 1+"),
    Failover(
      testDescription: "one that validates is passed over for one that does not",
      script: "server 10.0.0.1 resolver bogus\n" + zone + "server 10.0.0.2 resolver\n" + zone,
      lines: ["10.0.0.2 records 'v=DKIM1; p=A'", "10.0.0.1 failed(bogus)"], order: "1 2 1+"),
    Failover(
      testDescription: "NXDOMAIN does not go on",
      script: "server 10.0.0.1 resolver\nzone .\nserver 10.0.0.2 resolver\n" + zone, lines: ["10.0.0.1 nxdomain"],
      order: "1"),
    Failover(
      testDescription: "all dead: the list is gone through again, at last without EDNS",
      script: "server 10.0.0.1,10.0.0.2,10.0.0.3 dead",
      lines: ["10.0.0.3 failed(timeout)", "10.0.0.1 failed(timeout)", "10.0.0.2 failed(timeout)"],
      order: "1 2 3 1- 2- 3-", options: "attempts:2"),
    Failover(
      testDescription: "who said SERVFAIL is not asked again",
      script: "server 10.0.0.1 dead\nserver 10.0.0.2 servfail\nserver 10.0.0.3 servfail",
      lines: ["10.0.0.1 failed(timeout)", "10.0.0.2 failed(servfail)", "10.0.0.3 failed(servfail)"],
      order: "1 2 3 1- 2+ 3+", options: "attempts:2"),
    Failover(
      testDescription: "all bogus",
      script: "server 10.0.0.1,10.0.0.2,10.0.0.3 resolver bogus\n" + zone,
      lines: ["10.0.0.3 failed(bogus)", "10.0.0.1 failed(bogus)", "10.0.0.2 failed(bogus)"], order: "1 2 3 1+ 2+ 3+"),
    Failover(
      testDescription: "the first drops EDNS, and the others are dead",
      script: "server 10.0.0.1 resolver dropsEDNS\n" + zone + "server 10.0.0.2,10.0.0.3 dead",
      lines: ["10.0.0.1 records 'v=DKIM1; p=A'", "10.0.0.2 failed(timeout)", "10.0.0.3 failed(timeout)"],
      order: "1 2 3 1-", options: "attempts:2"),
  ]

  @Test(arguments: failovers)
  func failsOverLikeTheCLibrary(_ failover: Failover) async throws {
    let file = try TemporaryFile(
      "nameserver 10.0.0.1\nnameserver 10.0.0.2\nnameserver 10.0.0.3\noptions \(failover.options)\n")
    let internet = Internet(failover.script)
    let view = View(name: "local", source: .system(resolvConf: file.path))
    let looks = await internet.prober([view]).look(at: [.init(key: try key())])
    #expect(looks[0].views[0].lines == failover.lines)
    let order = internet.takeAsked().map {
      "\($0.endpoint.address.bytes[3])" + ($0.checkingDisabled ? "+" : "") + ($0.usesEDNS ? "" : "-")
    }
    #expect(order.joined(separator: " ") == failover.order)
    let answers = looks[0].views[0].servers.map(\.answer)
    #expect(answers.map(\.dropsEDNS) == answers.map { failover.order.hasSuffix("-") && $0.outcome == .records })
  }

  struct PassedOver: Sendable, CustomTestStringConvertible {
    var testDescription: String { behaviour }
    var behaviour: String
  }

  static let passedOver = ["dead", "unreachable", "servfail", "refused", "garbage"].map { PassedOver(behaviour: $0) }

  @Test(arguments: passedOver)
  func aResolverThatIsPassedOverMakesNoLookUntilItIsWell(_ passed: PassedOver) async throws {
    let file = try TemporaryFile("nameserver 10.0.0.1\nnameserver 10.0.0.2\n")
    let second = "server 10.0.0.2 resolver\n" + Self.zone
    let internet = Internet("server 10.0.0.1 \(passed.behaviour)\n" + second)
    let prober = internet.prober([View(name: "local", source: .system(resolvConf: file.path))])
    let request = LookRequest(key: try key())
    _ = await prober.look(at: [request])
    for _ in 0..<3 {
      #expect(await prober.sweep([request]) == Sweep(tallies: ["local": .init(asked: 1, failed: 0)]))
    }
    // Failing in another way is no news either.
    internet.change("server 10.0.0.1 \(passed.behaviour == "refused" ? "dead" : "refused")")
    #expect(await prober.sweep([request]).differing.isEmpty)
    internet.change("server 10.0.0.1 resolver\n" + Self.zone)
    #expect(await prober.sweep([request]).differing == [request.key])
    #expect(await prober.look(at: [request])[0].views[0].lines == ["10.0.0.1 records 'v=DKIM1; p=A'"])
    internet.takeAsked()
    #expect(await prober.sweep([request]).differing.isEmpty)
    #expect(internet.takeAsked().map(\.endpoint) == [Endpoint("10.0.0.1")])
  }

  @Test func readsTheFileAgainWhenItChanges() async throws {
    let file = try TemporaryFile("nameserver 10.0.0.1\n")
    let internet = Internet("server 10.0.0.1,10.0.0.22 resolver\n" + Self.zone)
    let prober = internet.prober([View(name: "local", source: .system(resolvConf: file.path))])
    let request = LookRequest(key: try key())
    #expect(await prober.look(at: [request])[0].views[0].servers[0].server == "10.0.0.1")
    #expect(await prober.sweep([request]).differing.isEmpty)
    try file.write("nameserver 10.0.0.22\n")
    #expect(await prober.sweep([request]).differing == [request.key])
    #expect(await prober.look(at: [request])[0].views[0].servers[0].server == "10.0.0.22")
  }

  @Test func noticesTheFirstResolverThatComesBack() async throws {
    let file = try TemporaryFile("nameserver 10.0.0.1\nnameserver 10.0.0.2\n")
    let internet = Internet("server 10.0.0.1,10.0.0.2 dead")
    let prober = internet.prober([View(name: "local", source: .system(resolvConf: file.path))])
    let request = LookRequest(key: try key())
    _ = await prober.look(at: [request])
    #expect(await prober.sweep([request]) == Sweep(tallies: ["local": .init(asked: 1, failed: 1)]))
    internet.change("server 10.0.0.1 resolver\n" + Self.zone)
    #expect(await prober.sweep([request]) == Sweep(differing: [request.key], tallies: ["local": .init(asked: 1)]))
  }

  @Test func rotatesWhereTheFileSaysSo() async throws {
    let file = try TemporaryFile("nameserver 10.0.0.1\nnameserver 10.0.0.2\noptions rotate\n")
    let internet = Internet("server 10.0.0.1,10.0.0.2 resolver\n" + Self.zone)
    let prober = internet.prober([View(name: "local", source: .system(resolvConf: file.path))])
    for _ in 0..<4 { _ = await prober.look(at: [.init(key: try key())]) }
    #expect(Set(internet.takeAsked().map(\.endpoint)).count == 2)
  }
}

/// A file that is gone with the value.
final class TemporaryFile {
  let path: String

  init(_ text: String) throws {
    var template = Array("/tmp/selectord-test-XXXXXX".utf8CString)
    let descriptor = mkstemp(&template)
    try #require(descriptor >= 0)
    close(descriptor)
    path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    try write(text)
  }

  func write(_ text: String) throws {
    let file = try #require(fopen(path, "w"))
    fputs(text, file)
    fclose(file)
  }

  deinit { unlink(path) }
}
