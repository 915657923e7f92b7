// CNAME and DNAME chains over zones, as the authoritative view sees them.

import Model
import Testing

@testable import Probing

@Suite struct ChainTests {
  typealias Scenario = AuthoritativeViewTests.Scenario

  /// example.test on one server, vendor.other on two.
  static let base = """
    server 10.0.0.1
    zone .
    test NS ns.test
    ns.test A 10.0.1.1
    other NS ns.other
    ns.other A 10.0.9.1
    server 10.0.1.1
    zone test
    example.test NS ns1.example.test
    ns1.example.test A 10.0.2.1
    server 10.0.9.1
    zone other
    vendor.other NS ns1.vendor.other
    vendor.other NS ns2.vendor.other
    ns1.vendor.other A 10.0.3.1
    ns2.vendor.other A 10.0.3.2
    server 10.0.2.1 minimal
    zone example.test
    example.test NS ns1.example.test

    """

  static let scenarios: [Scenario] = [
    Scenario(
      "a CNAME into another zone",
      base + """
        s1._domainkey.example.test CNAME k.vendor.other
        server 10.0.3.1,10.0.3.2
        zone vendor.other
        vendor.other NS ns1.vendor.other
        k.vendor.other TXT v=DKIM1; p=A
        """,
      [
        "ns1.example.test 10.0.2.1 in example.test records -> k.vendor.other 'v=DKIM1; p=A'",
        "ns1.vendor.other 10.0.3.1 in vendor.other records 'v=DKIM1; p=A'",
        "ns2.vendor.other 10.0.3.2 in vendor.other records 'v=DKIM1; p=A'",
      ]),
    Scenario(
      "one server of the target's zone is without the key",
      base + """
        s1._domainkey.example.test CNAME k.vendor.other
        server 10.0.3.1
        zone vendor.other
        vendor.other NS ns1.vendor.other
        server 10.0.3.2
        zone vendor.other
        vendor.other NS ns1.vendor.other
        k.vendor.other TXT v=DKIM1; p=A
        """,
      [
        "ns1.example.test 10.0.2.1 in example.test records -> k.vendor.other 'v=DKIM1; p=A'",
        "ns1.vendor.other 10.0.3.1 in vendor.other nxdomain",
        "ns2.vendor.other 10.0.3.2 in vendor.other records 'v=DKIM1; p=A'",
      ]),
    Scenario(
      "the target does not exist", base + "s1._domainkey.example.test CNAME k.gone.other",
      [
        "ns1.example.test 10.0.2.1 in example.test nxdomain -> k.gone.other",
        "ns.other 10.0.9.1 in other nxdomain",
      ]),
    Scenario(
      "the target's servers are dead",
      base + """
        s1._domainkey.example.test CNAME k.vendor.other
        server 10.0.3.1 dead
        server 10.0.3.2 refused
        """,
      [
        "ns1.example.test 10.0.2.1 in example.test failed(timeout) -> k.vendor.other",
        "ns1.vendor.other 10.0.3.1 in vendor.other failed(timeout)",
        "ns2.vendor.other 10.0.3.2 in vendor.other failed(refused)",
      ]),
    Scenario(
      "a CNAME inside the zone",
      base + """
        s1._domainkey.example.test CNAME k.example.test
        k.example.test TXT v=DKIM1; p=A
        """, ["ns1.example.test 10.0.2.1 in example.test records -> k.example.test 'v=DKIM1; p=A'"]),
    Scenario(
      "a CNAME inside the zone to nothing", base + "s1._domainkey.example.test CNAME k.example.test",
      ["ns1.example.test 10.0.2.1 in example.test nxdomain -> k.example.test"]),
    Scenario(
      "what the first server says about the target's zone is not believed",
      base + """
        s1._domainkey.example.test CNAME k.vendor.other
        zone vendor.other
        k.vendor.other TXT v=DKIM1; p=STALE
        server 10.0.3.1,10.0.3.2
        zone vendor.other
        vendor.other NS ns1.vendor.other
        k.vendor.other TXT v=DKIM1; p=A
        """,
      [
        "ns1.example.test 10.0.2.1 in example.test records -> k.vendor.other 'v=DKIM1; p=A'",
        "ns1.vendor.other 10.0.3.1 in vendor.other records 'v=DKIM1; p=A'",
        "ns2.vendor.other 10.0.3.2 in vendor.other records 'v=DKIM1; p=A'",
      ]),
    Scenario(
      "a DNAME into another zone",
      base + """
        _domainkey.example.test DNAME keys.vendor.other
        server 10.0.3.1,10.0.3.2
        zone vendor.other
        vendor.other NS ns1.vendor.other
        s1.keys.vendor.other TXT v=DKIM1; p=A
        """,
      [
        "ns1.example.test 10.0.2.1 in example.test records -> s1.keys.vendor.other 'v=DKIM1; p=A'",
        "ns1.vendor.other 10.0.3.1 in vendor.other records 'v=DKIM1; p=A'",
        "ns2.vendor.other 10.0.3.2 in vendor.other records 'v=DKIM1; p=A'",
      ]),
    Scenario(
      "a loop inside the zone",
      base + """
        s1._domainkey.example.test CNAME b.example.test
        b.example.test CNAME s1._domainkey.example.test
        """,
      ["ns1.example.test 10.0.2.1 in example.test failed(malformed) -> b.example.test -> s1._domainkey.example.test"]),
    Scenario(
      "a loop over two zones",
      base + """
        s1._domainkey.example.test CNAME k.vendor.other
        server 10.0.3.1,10.0.3.2
        zone vendor.other
        k.vendor.other CNAME s1._domainkey.example.test
        """,
      [
        "ns1.example.test 10.0.2.1 in example.test failed(malformed) -> k.vendor.other -> s1._domainkey.example.test",
        "ns1.vendor.other 10.0.3.1 in vendor.other failed(malformed) -> s1._domainkey.example.test -> k.vendor.other",
        "ns2.vendor.other 10.0.3.2 in vendor.other failed(malformed) -> s1._domainkey.example.test -> k.vendor.other",
      ]),
    Scenario(
      "a CNAME below a zone cut of the same zone",
      base + """
        s1._domainkey.example.test CNAME k.keys.example.test
        keys.example.test NS ns.keys.example.test
        ns.keys.example.test A 10.0.4.1
        server 10.0.4.1
        zone keys.example.test
        k.keys.example.test TXT v=DKIM1; p=A
        """,
      [
        "ns1.example.test 10.0.2.1 in example.test records -> k.keys.example.test 'v=DKIM1; p=A'",
        "ns.keys.example.test 10.0.4.1 in keys.example.test records 'v=DKIM1; p=A'",
      ]),
  ]

  @Test(arguments: scenarios)
  func follows(_ scenario: Scenario) async throws {
    let view = try await Internet(scenario.script).look(scenario.domain)
    #expect(view.lines == scenario.lines)
  }

  /// A chain of so many links that ends at a key; every name leads to another zone, so each link has to be asked for.
  static func chain(of count: Int) -> String {
    var script = """
      server 10.0.0.1
      zone .
      test NS ns.test
      ns.test A 10.0.1.1
      server 10.0.1.1
      zone test

      """
    for index in 0...count {
      script += "z\(index).test NS ns.z\(index).test\nns.z\(index).test A 10.0.7.\(index + 1)\n"
    }
    for index in 0...count {
      script += "server 10.0.7.\(index + 1)\nzone z\(index).test\n"
      script += "\(index == 0 ? "s1._domainkey" : "k").z\(index).test "
      script += index == count ? "TXT v=DKIM1; p=A\n" : "CNAME k.z\(index + 1).test\n"
    }
    return script
  }

  @Test(arguments: [8, 12, 13, 16, 17, 32])
  func followsLongChains(links: Int) async throws {
    let view = try await Internet(Self.chain(of: links)).look("z0.test")
    let answer = try #require(view.servers.first?.answer)
    #expect(answer.outcome == .records)
    #expect(answer.cname.count == links)
    #expect(view.servers.allSatisfy { $0.answer.outcome == .records })
  }

  @Test func endsChainsThatAreTooLong() async throws {
    let internet = Internet(Self.chain(of: 40))
    let view = try await internet.look("z0.test")
    #expect(view.servers.first?.answer.outcome == .failed(.malformed))
    #expect(internet.takeAsked().count < 200)
  }

  @Test func followsALongChainBetweenTwoZonesOfManyServers() async throws {
    // Each of four servers is asked at each link: what a link amounts to must not be worked out anew for each way there.
    let servers = (1...4).map { "10.0.8.\($0)" }.joined(separator: ",")
    var script = "server 10.0.0.1\nzone .\n"
    for zone in ["hopa", "hopb"] {
      for index in 1...4 { script += "\(zone) NS ns\(index).\(zone)\nns\(index).\(zone) A 10.0.8.\(index)\n" }
    }
    for zone in ["hopa", "hopb"] {
      if zone == "hopa" { script += "server \(servers) minimal\n" }
      script += "zone \(zone)\n"
      for index in 0..<16 where (index.isMultiple(of: 2)) == (zone == "hopa") {
        script += "c\(index)._domainkey.\(zone) CNAME c\(index + 1)._domainkey.\(zone == "hopa" ? "hopb" : "hopa")\n"
      }
      if zone == "hopa" { script += "c16._domainkey.hopa TXT v=DKIM1; p=A\n" }
    }
    let internet = Internet(script)
    let looks = await internet.prober().look(at: [.init(key: try key("hopa", selector: "c0"))])
    let answers = looks[0].views[0].servers.filter { $0.question == looks[0].key.name }.map(\.answer)
    #expect(answers.map(\.outcome) == [.records, .records, .records, .records])
    #expect(answers.allSatisfy { $0.cname.count == 16 })
  }

  @Test func tellsThatADNAMEStoodInTheWay() async throws {
    let view = try await Internet(Self.base + "_domainkey.example.test DNAME keys.example.test").look()
    #expect(view.servers.first?.answer.viaDNAME == true)
  }

  @Test func takesTheSmallestTTLOfTheChain() async throws {
    let view = try await Internet(
      Self.base + """
        s1._domainkey.example.test 40 CNAME k.vendor.other
        server 10.0.3.1,10.0.3.2
        zone vendor.other
        k.vendor.other 3600 TXT v=DKIM1; p=A
        """
    ).look()
    #expect(view.servers.map(\.answer.ttl) == [40, 3600, 3600])
  }
}
