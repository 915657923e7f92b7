// The authoritative view over a scripted internet.

import DNS
import Model
import Testing

@testable import Probing

@Suite struct AuthoritativeViewTests {
  /// Root and top-level domain; `test` delegates example.test to two servers.
  static let base = """
    server 10.0.0.1
    zone .
    test NS ns.test
    ns.test A 10.0.1.1
    other NS ns.other
    ns.other A 10.0.9.1
    server 10.0.1.1
    zone test minimum=60
    example.test NS ns1.example.test
    example.test NS ns2.example.test
    ns1.example.test A 10.0.2.1
    ns2.example.test A 10.0.2.2

    """
  static let zone = """
    zone example.test serial=7 minimum=120
    example.test NS ns1.example.test
    example.test NS ns2.example.test

    """

  struct Scenario: Sendable, CustomTestStringConvertible {
    var testDescription: String
    var script: String
    var lines: [String]
    var domain = "example.test"

    init(_ title: String, _ script: String, domain: String = "example.test", _ lines: [String]) {
      testDescription = title
      self.script = script
      self.domain = domain
      self.lines = lines
    }
  }

  static let scenarios: [Scenario] = [
    Scenario(
      "both servers have the key",
      base + "server 10.0.2.1,10.0.2.2\n" + zone + "s1._domainkey.example.test TXT v=DKIM1; p=A",
      [
        "ns1.example.test 10.0.2.1 in example.test records 'v=DKIM1; p=A'",
        "ns2.example.test 10.0.2.2 in example.test records 'v=DKIM1; p=A'",
      ]),
    Scenario(
      "one server is without the key",
      base + "server 10.0.2.1\n" + zone + "s1._domainkey.example.test TXT v=DKIM1; p=A\nserver 10.0.2.2\n" + zone,
      [
        "ns1.example.test 10.0.2.1 in example.test records 'v=DKIM1; p=A'",
        "ns2.example.test 10.0.2.2 in example.test nxdomain",
      ]),
    Scenario(
      "NODATA at an empty non-terminal",
      base + "server 10.0.2.1,10.0.2.2\n" + zone + "x.s1._domainkey.example.test TXT other",
      [
        "ns1.example.test 10.0.2.1 in example.test nodata", "ns2.example.test 10.0.2.2 in example.test nodata",
      ]),
    Scenario(
      "one server does not answer, the other refuses",
      base + "server 10.0.2.1 dead\nserver 10.0.2.2 refused",
      [
        "ns1.example.test 10.0.2.1 in example.test failed(timeout)",
        "ns2.example.test 10.0.2.2 in example.test failed(refused)",
      ]),
    Scenario(
      "answers without AA and referrals to the root are lame",
      base + "server 10.0.2.1 cached\n" + zone + "s1._domainkey.example.test TXT v=DKIM1; p=A\nserver 10.0.2.2 upward",
      [
        "ns1.example.test 10.0.2.1 in example.test failed(lame)",
        "ns2.example.test 10.0.2.2 in example.test failed(lame)",
      ]),
    Scenario(
      "SERVFAIL and garbage",
      base + "server 10.0.2.1 servfail\nserver 10.0.2.2 garbage",
      [
        "ns1.example.test 10.0.2.1 in example.test failed(servfail)",
        "ns2.example.test 10.0.2.2 in example.test failed(malformed)",
      ]),
    Scenario(
      "truncated with TCP closed",
      base + "server 10.0.2.1 cut\nserver 10.0.2.2\n" + zone + "s1._domainkey.example.test TXT v=DKIM1; p=A",
      [
        "ns1.example.test 10.0.2.1 in example.test failed(unreachable)",
        "ns2.example.test 10.0.2.2 in example.test records 'v=DKIM1; p=A'",
      ]),
    Scenario(
      "the domain does not exist: the parent's servers say so", base, domain: "gone.test",
      ["ns.test 10.0.1.1 in test nxdomain"]),
    Scenario(
      "a wildcard answers",
      base + "server 10.0.2.1,10.0.2.2 minimal\n" + zone + "*._domainkey.example.test TXT v=DKIM1; p=",
      [
        "ns1.example.test 10.0.2.1 in example.test records 'v=DKIM1; p='",
        "ns2.example.test 10.0.2.2 in example.test records 'v=DKIM1; p='",
      ]),
    Scenario(
      "a server without an address",
      """
      server 10.0.0.1
      zone .
      test NS ns.test
      ns.test A 10.0.1.1
      server 10.0.1.1
      zone test
      example.test NS ns1.example.test
      example.test NS nowhere.test
      ns1.example.test A 10.0.2.1
      server 10.0.2.1
      zone example.test
      example.test NS ns1.example.test
      s1._domainkey.example.test TXT v=DKIM1; p=A
      """,
      [
        "ns1.example.test 10.0.2.1 in example.test records 'v=DKIM1; p=A'",
        "nowhere.test in example.test failed(unreachable)",
      ]),
    Scenario(
      "a delegation without glue, to servers in another zone",
      """
      server 10.0.0.1
      zone .
      test NS ns.test
      ns.test A 10.0.1.1
      other NS ns.other
      ns.other A 10.0.9.1
      server 10.0.1.1
      zone test
      example.test NS ns1.host.other
      server 10.0.9.1
      zone other
      host.other NS ns.host.other
      ns.host.other A 10.0.9.2
      server 10.0.9.2
      zone host.other
      ns1.host.other A 10.0.2.1
      server 10.0.2.1
      zone example.test
      example.test NS ns1.host.other
      s1._domainkey.example.test TXT v=DKIM1; p=A
      """, ["ns1.host.other 10.0.2.1 in example.test records 'v=DKIM1; p=A'"]),
    Scenario(
      "glue from outside the zone is not believed",
      """
      server 10.0.0.1
      zone .
      test NS ns.test
      ns.test A 10.0.1.1
      other NS ns.other
      ns.other A 10.0.9.1
      server 10.0.1.1
      zone test
      example.test NS ns1.other
      ns1.other A 10.6.6.6
      server 10.0.9.1
      zone other
      ns1.other A 10.0.2.1
      server 10.6.6.6
      zone example.test
      s1._domainkey.example.test TXT v=DKIM1; p=FORGED
      server 10.0.2.1
      zone example.test
      example.test NS ns1.other
      s1._domainkey.example.test TXT v=DKIM1; p=A
      """, ["ns1.other 10.0.2.1 in example.test records 'v=DKIM1; p=A'"]),
    Scenario(
      "_domainkey is delegated",
      base + "server 10.0.2.1,10.0.2.2\n" + zone + """
        _domainkey.example.test NS ns.keys.test
        server 10.0.1.1
        zone test
        example.test NS ns1.example.test
        example.test NS ns2.example.test
        ns1.example.test A 10.0.2.1
        ns2.example.test A 10.0.2.2
        keys.test NS ns.keys.test
        ns.keys.test A 10.0.3.1
        server 10.0.3.1
        zone keys.test
        ns.keys.test A 10.0.3.1
        zone _domainkey.example.test
        _domainkey.example.test NS ns.keys.test
        s1._domainkey.example.test TXT v=DKIM1; p=A
        """, ["ns.keys.test 10.0.3.1 in _domainkey.example.test records 'v=DKIM1; p=A'"]),
    Scenario(
      "_domainkey is delegated to a server that does not serve it",
      base + "server 10.0.2.1,10.0.2.2\n" + zone + """
        _domainkey.example.test NS ns.keys.example.test
        ns.keys.example.test A 10.0.3.1
        server 10.0.3.1 refused
        """, ["ns.keys.example.test 10.0.3.1 in _domainkey.example.test failed(refused)"]),
    Scenario(
      "one server holds both sides of the cut at the top",
      """
      server 10.0.0.1
      zone .
      test NS ns.test
      ns.test A 10.0.1.1
      server 10.0.1.1 minimal
      zone test
      example.test NS ns.test
      zone example.test
      example.test NS ns.test
      example.test NS ns2.test
      s1._domainkey.example.test TXT v=DKIM1; p=A
      zone test
      ns.test A 10.0.1.1
      ns2.test A 10.0.1.2
      server 10.0.1.2
      zone example.test
      example.test NS ns.test
      """,
      [
        "ns.test 10.0.1.1 in example.test records 'v=DKIM1; p=A'", "ns2.test 10.0.1.2 in example.test nxdomain",
      ]),
    Scenario(
      "servers that only the zone itself names are asked too",
      base + """
        server 10.0.2.1,10.0.2.2
        zone example.test
        example.test NS ns1.example.test
        example.test NS ns3.example.test
        ns3.example.test A 10.0.2.3
        s1._domainkey.example.test TXT v=DKIM1; p=A
        server 10.0.2.3
        zone example.test
        example.test NS ns1.example.test
        """,
      [
        "ns1.example.test 10.0.2.1 in example.test records 'v=DKIM1; p=A'",
        "ns2.example.test 10.0.2.2 in example.test records 'v=DKIM1; p=A'",
        "ns3.example.test 10.0.2.3 in example.test nxdomain",
      ]),
    Scenario(
      "the signing domain is no zone of its own",
      base + "server 10.0.2.1,10.0.2.2\n" + zone + "s1._domainkey.mail.example.test TXT v=DKIM1; p=A",
      domain: "mail.example.test",
      [
        "ns1.example.test 10.0.2.1 in example.test records 'v=DKIM1; p=A'",
        "ns2.example.test 10.0.2.2 in example.test records 'v=DKIM1; p=A'",
      ]),
    Scenario(
      "the signing domain is no zone of its own and its zone is dead",
      base + "server 10.0.2.1,10.0.2.2 dead", domain: "mail.example.test",
      [
        "ns1.example.test 10.0.2.1 in example.test failed(timeout)",
        "ns2.example.test 10.0.2.2 in example.test failed(timeout)",
      ]),
  ]

  @Test(arguments: scenarios)
  func sees(_ scenario: Scenario) async throws {
    let view = try await Internet(scenario.script).look(scenario.domain)
    #expect(view.lines == scenario.lines)
    #expect(view.walkFailure == nil)
  }
}
