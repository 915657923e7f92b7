// Record sets that are no keys: asked, swept and written down as keys are.

import DNS
import Model
import Testing

@testable import Probing

@Suite struct RecordSetTests {
  static let zone =
    AuthoritativeViewTests.base + "server 10.0.2.1,10.0.2.2\n" + AuthoritativeViewTests.zone + """
      example.test MX 10 mx1.example.test
      example.test MX 20 MX2.example.test
      _25._tcp.mx1.example.test TLSA 3 1 1 abcdef
      www.example.test CNAME host.example.test
      host.example.test A 192.0.2.1

      """
  static let signed =
    "server 10.0.1.1\nzone test\nexample.test NS ns1.example.test\nexample.test NS ns2.example.test\n"
    + "ns1.example.test A 10.0.2.1\nns2.example.test A 10.0.2.2\nexample.test DS 12345 13 2 abcdef\n"

  private func look(_ name: String, _ type: RecordType, _ script: String = zone) async throws -> ViewAnswer {
    let looks = await Internet(script).prober().look(at: [.init(key: KeyName(recordSet: try DomainName(name), type))])
    return looks[0].views[0]
  }

  @Test(arguments: [
    ("example.test", RecordType.mx, "records '10 mx1.example.test.' '20 mx2.example.test.'"),
    ("example.test", .ns, "records 'ns1.example.test.' 'ns2.example.test.'"),
    ("example.test", .soa, "records 'example.test. . minimum 120'"),
    ("_25._tcp.mx1.example.test", .tlsa, "records '3 1 1 ABCDEF'"),
    ("www.example.test", .cname, "records 'host.example.test.'"),
    ("www.example.test", .a, "records -> host.example.test '192.0.2.1'"),
    ("host.example.test", .aaaa, "nodata"),
    ("missing.example.test", .mx, "nxdomain"),
  ]) func everyServerOfTheZoneIsAsked(name: String, type: RecordType, said: String) async throws {
    let lines = try await look(name, type).lines
    #expect(lines.filter { !$0.contains("in other") }.allSatisfy { $0.hasSuffix(said) }, "\(lines)")
    #expect(lines.count == 2)
    #expect(try await look(name, type).servers.allSatisfy { $0.type == type })
  }

  @Test func theZoneAboveIsAskedForADelegationSigner() async throws {
    let lines = try await look("example.test", .ds, Self.zone + Self.signed).lines
    #expect(lines == ["ns.test 10.0.1.1 in test records '12345 13 2 ABCDEF'"])
    #expect(try await look("example.test", .ds).lines == ["ns.test 10.0.1.1 in test nodata"])
  }

  @Test(arguments: [
    ("", false),
    (
      "server 10.0.2.1\nzone example.test serial=9\nexample.test MX 20 mx2.example.test\nexample.test MX 10 mx1.example.test",
      false
    ),
    ("server 10.0.2.1\nzone example.test\nexample.test MX 10 mx1.example.test", true),
    ("server 10.0.2.2 dead", true),
  ]) func aSweepSeesWhatDiffers(change: String, differs: Bool) async throws {
    let internet = Internet(Self.zone)
    let prober = internet.prober()
    let request = LookRequest(key: KeyName(recordSet: try DomainName("example.test"), .mx))
    _ = await prober.look(at: [request])
    internet.change(change)
    let asked = internet.takeAsked()
    #expect(asked.contains { $0.question.type == .mx })
    let sweep = await prober.sweep([request])
    #expect(internet.takeAsked().contains { $0.question.type == .mx && $0.expected != nil })
    #expect(sweep.differing.isEmpty != differs)
  }

  @Test func aRecursiveViewIsAskedForTheType() async throws {
    let internet = Internet("server 10.9.9.9 resolver\nzone .\nexample.test MX 10 mx1.example.test")
    let view = View(name: "local", source: .resolver(try #require(Endpoint("10.9.9.9")), .udp))
    let request = LookRequest(key: KeyName(recordSet: try DomainName("example.test"), .mx))
    let looks = await internet.prober([view]).look(at: [request])
    #expect(looks[0].views[0].lines == ["10.9.9.9 records '10 mx1.example.test.'"])
  }
}
