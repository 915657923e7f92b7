// Inquiries over a scripted internet: whom they reach, and what comes back.

import HTTPClient
import Model
import Testing

@testable import Probing

@Suite struct InquiryTests {
  private static let script =
    AuthoritativeViewTests.base + """
      half.test NS ns1.half.test
      half.test NS ns2.half.test
      half.test NS ns3.half.test
      ns1.half.test A 10.0.4.1
      ns2.half.test A 10.0.4.2
      ns3.half.test A 10.0.4.3
      server 10.0.2.1,10.0.2.2
      zone example.test serial=7 minimum=120
      example.test NS ns1.example.test
      example.test NS ns2.example.test
      ns2.example.test A 10.0.2.2
      www.example.test A 10.9.9.9
      alias.example.test CNAME www.example.test
      server 10.0.4.3
      zone half.test serial=5
      www.half.test A 10.9.9.8
      server 10.0.3.1
      zone example.test serial=3
      s1._domainkey.example.test TXT v=DKIM1; p=OLD
      server 10.0.3.2 cached
      zone example.test serial=3
      server 10.0.5.1 resolver
      zone example.test serial=7
      www.example.test A 10.9.9.9

      """

  private func prober(_ internet: Internet, views: [View]? = nil) -> Prober {
    let views =
      views ?? [
        View(name: "resolver", source: .resolver(Endpoint(.v4(0x0A00_0501)), .udp)),
        View(name: "authoritative", source: .authoritative(rootHints: [.v4(0x0A00_0001)], port: 53)),
      ]
    return Prober(
      views: views, engine: internet, http: NoHTTP(), clock: { internet.now },
      elapsed: { internet.now - Timestamp(microseconds: 0) }, hasIPv6: { false }, pause: { _ in })
  }

  struct Case: Sendable, CustomTestStringConvertible {
    var inquiry: Inquiry
    var lines: [String]
    var testDescription: String { "\(inquiry.question.name) \(inquiry.question.type) \(inquiry.target)" }

    init(_ owner: String, _ type: RecordType, _ place: Inquiry.Target, limit: Int? = nil, _ lines: [String]) {
      inquiry = Inquiry(name(owner), type, at: place, limit: limit)
      self.lines = lines
    }
  }

  static let cases = [
    Case(
      "www.example.test", .a, .zoneServers,
      ["ns1.example.test 10.0.2.1 records 1", "ns2.example.test 10.0.2.2 records 1"]),
    Case("www.example.test", .a, .zoneServers, limit: 1, ["ns1.example.test 10.0.2.1 records 1"]),
    // Servers that fail do not count.
    Case("www.half.test", .a, .zoneServers, limit: 1, ["ns3.half.test 10.0.4.3 records 1"]),
    Case(
      "www.half.test", .a, .zoneServers, limit: 2,
      ["ns3.half.test 10.0.4.3 records 1", "ns1.half.test 10.0.4.1 failed(timeout) 0"]),
    Case(
      "no.example.test", .mx, .zoneServers,
      ["ns1.example.test 10.0.2.1 nxdomain 0", "ns2.example.test 10.0.2.2 nxdomain 0"]),
    Case("alias.example.test", .a, .zoneServers, limit: 1, ["ns1.example.test 10.0.2.1 records 2"]),
    Case("example.test", .ds, .zoneServers, ["ns.test 10.0.1.1 nodata 0"]),
    Case("absent.test", .txt, .zoneServers, ["ns.test 10.0.1.1 nxdomain 0"]),
    Case("example.test", .ns, .parentServers, ["ns.test 10.0.1.1 nodata 0"]),
    Case(
      "s1._domainkey.example.test", .txt, .servers([NameServer(name: "old", endpoints: [Endpoint(.v4(0x0A00_0301))])]),
      ["old 10.0.3.1 records 1"]),
    Case(
      "s1._domainkey.example.test", .txt, .servers([NameServer(name: "lame", endpoints: [Endpoint(.v4(0x0A00_0302))])]),
      ["lame 10.0.3.2 failed(lame) 0"]),
    Case(
      "www.example.test", .a, .servers([NameServer(name("ns2.example.test"))]), ["ns2.example.test 10.0.2.2 records 1"]),
    Case(
      "www.example.test", .a, .servers([NameServer(name("ns.absent.test"))]), ["ns.absent.test - failed(unreachable) 0"]
    ),
    Case("www.example.test", .a, .view("resolver"), ["10.0.5.1 10.0.5.1 records 1"]),
    Case("www.example.test", .a, .view("unknown"), []),
  ]

  @Test(arguments: cases) func reaches(_ case: Case) async {
    let answers = await prober(Internet(Self.script)).inquire([`case`.inquiry])
    #expect(answers.flatMap(\.replies).map(Self.line) == `case`.lines)
  }

  private static func line(_ reply: InquiryReply) -> String {
    "\(reply.server) \(reply.endpoint?.description ?? "-") \(reply.answer.outcome) \(reply.records.count)"
  }

  @Test func theParentsReferralComesWhole() async {
    let answers = await prober(Internet(Self.script)).inquire([
      Inquiry(name("example.test"), .ns, at: .parentServers)
    ])
    #expect(answers.first?.zone == name("test"))
    #expect(answers.first?.replies.first?.authorities.count == 2)
  }

  @Test func answersComeInTheOrderOfTheInquiriesFromOneBurstEach() async {
    let internet = Internet(Self.script)
    let inquiries = ["a", "b", "www"].map { Inquiry(name("\($0).example.test"), .a) }
    let answers = await prober(internet).inquire(inquiries)
    #expect(answers.map(\.inquiry) == inquiries)
  }

  @Test func theVariantIsThatOfTheQuery() async {
    let internet = Internet(Self.script)
    let server = Inquiry.Target.servers([NameServer(name: "old", endpoints: [Endpoint(.v4(0x0A00_0301))])])
    for variant in [Inquiry.Variant.tcp, .withoutEDNS, .checkingDisabled, .signed] {
      _ = await prober(internet).inquire([Inquiry(name("example.test"), .soa, at: server, variant: variant)])
    }
    let asked = internet.takeAsked()
    #expect(asked.map(\.transport) == [.tcp, .udp, .udp, .udp])
    #expect(asked.map(\.wantsSignatures) == [false, false, false, true])
  }

  @Test func whereTheRootIsOutOfReachAResolverStandsInAndNobodyElseIsAsked() async {
    let internet = Internet(Self.script)
    let server = Inquiry.Target.servers([NameServer(name: "old", endpoints: [Endpoint(.v4(0x0A00_0301))])])
    let places = [Inquiry.Target.zoneServers, .parentServers, server]
    let answers = await prober(internet).inquire(
      places.map { Inquiry(name("www.example.test"), .a, at: $0) }, reachesAuthority: false)
    #expect(answers.map(\.replies.count) == [1, 0, 0])
    #expect(internet.takeAsked().map(\.endpoint) == [Endpoint(.v4(0x0A00_0501))])
  }
}
