// A zone with one fault for each check: what is changed in a clean zone, and the check that must say so.

import Model
import TestSupport
import Testing

@testable import Auditing

/// A fault and who names it.
struct CheckFixture: Sendable, CustomTestStringConvertible {
  var rule: String
  /// The severity that is expected; nil for that of the row.
  var severity: Severity?
  /// Other findings above information that the fault causes too.
  var besides: Set<String> = []
  var world: @Sendable () throws -> World

  var testDescription: String { rule + (severity.map { " (\($0.rawValue))" } ?? "") }

  init(
    _ rule: String, _ severity: Severity? = nil, besides: Set<String> = [], signed: String? = nil,
    _ change: @escaping @Sendable (inout World) throws -> Void
  ) {
    self.rule = rule
    self.severity = severity
    self.besides = besides
    world = {
      var world = try signed.map(World.signed) ?? World.clean
      try change(&world)
      return world
    }
  }

  static let all: [CheckFixture] = delegation + servers + zone + signing + names
}

extension World {
  /// The zone of a file of Tests/Fixtures/audit, and its DS record at the parent.
  static func signed(_ name: String) throws -> World {
    func lines(_ suffix: String) -> [String] {
      (contents(ofFile: fixtures("audit/\(name).\(suffix)")) ?? "").split(separator: "\n").map {
        String($0).split(separator: " ;{").first.map(String.init) ?? ""
      }.filter { !$0.isEmpty }
    }
    var world = clean
    for index in world.hosts.indices { world.hosts[index].lines = lines("zone") }
    world.signers = [lines("ds").map { $0.replacing("\tIN\tDS", with: "\t3600\tIN\tDS") }]
    return world
  }

  static let unsignedDS = "example.org. 3600 IN DS 12345 13 2 " + String(repeating: "ab", count: 32)
}

extension CheckFixture {
  static let delegation: [CheckFixture] = [
    CheckFixture("delegation-absent") { $0.isUnregistered = true },
    CheckFixture("walk-failed") {
      $0.walkFailure = WalkFailure(
        zone: try DomainName("example.org"), failure: .timeout,
        text: "the servers of zone example.org gave no usable answer: 8.8.4.1: no answer in time")
    },
    CheckFixture("ns-single-name") { world in
      world.delegation = [
        "example.org. 3600 IN NS ns1.example.org.", "ns1.example.org. 3600 IN A 8.8.4.1",
        "ns1.example.org. 3600 IN AAAA 2600::1",
      ]
      world.hosts.removeLast()
      world.remove("ns2.example.net")
    },
    CheckFixture("ns-single-address", besides: ["ns-no-ipv6"]) { world in
      world.elsewhere = ["ns2.example.net. 3600 IN A 8.8.4.1"]
    },
    CheckFixture("ns-address-shared") { world in
      world.delegation += ["example.org. 3600 IN NS ns3.example.net."]
      world.add("@ 3600 IN NS ns3.example.net.")
      world.elsewhere += ["ns3.example.net. 3600 IN A 9.9.8.2"]
    },
    CheckFixture("ns-one-network") { $0.elsewhere = ["ns2.example.net. 3600 IN A 8.8.4.2"] },
    CheckFixture("ns-sets-disjoint", besides: ["server-failed-timeout"]) { world in
      world.replace("IN NS ns1", "IN NS a.other.example.")
      world.replace("IN NS ns2.example.net.", "IN NS b.other.example.")
      world.elsewhere += ["a.other.example. 60 IN A 8.8.1.1", "b.other.example. 60 IN A 9.9.1.1"]
    },
    CheckFixture("ns-only-at-parent") { $0.remove("NS ns2.example.net.") },
    CheckFixture("ns-only-in-zone") { world in
      world.add("@ 3600 IN NS ns3.example.net.")
      world.hosts.append(Host(name: "ns3.example.net", address: "9.9.8.3", lines: world.hosts[0].lines))
      world.elsewhere += ["ns3.example.net. 60 IN A 9.9.8.3"]
    },
    CheckFixture("ns-set-differs") { $0.hosts[1].lines.removeAll { $0.contains("NS ns2.example.net.") } },
    CheckFixture("ns-is-cname") { world in
      world.elsewhere = ["ns2.example.net. 60 IN CNAME real.example.net.", "real.example.net. 60 IN A 9.9.8.2"]
    },
    CheckFixture("server-without-address") { $0.elsewhere = ["other.ns2.example.net. 60 IN A 9.9.8.2"] },
    CheckFixture("ns-glue-missing") { $0.delegation.removeAll { $0.contains("ns1.example.org. 3600") } },
    CheckFixture("ns-glue-differs") { world in
      world.delegation = world.delegation.map { $0.replacing("8.8.4.1", with: "8.8.4.99") }
    },
    CheckFixture("ns-glue-differs", .info) { $0.delegation.removeAll { $0.contains("AAAA") } },
    CheckFixture("ns-address-not-public") { $0.elsewhere = ["ns2.example.net. 60 IN A 10.0.0.2"] },
    CheckFixture("ns-no-ipv4") { world in
      world.remove("ns1 3600 IN A ")
      world.delegation.removeAll { $0.contains("IN A ") }
      world.elsewhere = ["ns2.example.net. 60 IN AAAA 2a00::2"]
    },
    CheckFixture("ns-no-ipv6") { world in
      world.remove("AAAA")
      world.delegation.removeAll { $0.contains("AAAA") }
    },
    CheckFixture("ns-target-free") { world in
      world.elsewhere = ["x.example. 60 IN A 9.9.8.2"]
      world.unregistered = ["example.net"]
    },
  ]

  static let servers: [CheckFixture] = [
    CheckFixture("source-down") { world in for index in world.hosts.indices { world.hosts[index].failure = .timeout } },
    CheckFixture("server-failed-lame", .critical) { $0.hosts[1].failure = .lame },
    CheckFixture("server-failed-refused", .critical) { $0.hosts[1].failure = .refused },
    CheckFixture("server-failed-servfail", .critical) { $0.hosts[1].failure = .servfail },
    CheckFixture("server-failed-timeout", .critical) { $0.hosts[1].failure = .timeout },
    CheckFixture("server-failed-unreachable", .critical) { $0.hosts[1].failure = .unreachable },
    CheckFixture("server-failed-malformed", .critical) { $0.hosts[1].failure = .malformed },
    CheckFixture("ns-tcp-refused") { $0.hosts[1].failsOverTCP = true },
    CheckFixture("server-silent-over-udp") { $0.hosts[1].isSilentOverUDP = true },
    CheckFixture("server-drops-edns") { $0.hosts[1].dropsEDNS = true },
    CheckFixture("ns-edns-broken") { $0.hosts[1].lacksEDNS = true },
    CheckFixture("ns-open-recursion") { $0.hosts[1].recurses = true },
    CheckFixture("name-denied-for-other-types") { $0.hosts[1].deniedTypes = [.aaaa, .caa] },
    CheckFixture("empty-nonterminal-denied") { $0.hosts[1].deniedNames = ["_domainkey.example.org"] },
    CheckFixture("negative-answer-without-soa") { $0.hosts[1].hidesSOA = true },
  ]

  static let zone: [CheckFixture] = [
    CheckFixture("soa-several") { $0.add("@ 3600 IN SOA ns1 hostmaster 2026110101 7200 900 1209600 600") },
    CheckFixture("soa-expire-short") { $0.replace("1209600", "86400") },
    CheckFixture("soa-expire-below-refresh", besides: ["soa-expire-short"]) { $0.replace("1209600", "7000") },
    CheckFixture("soa-retry-not-below-refresh") { $0.replace("7200 900", "7200 7200") },
    CheckFixture("soa-refresh-short") { $0.replace("7200 900", "600 300") },
    CheckFixture("soa-negative-ttl-long") {
      $0.replace(
        "@ 3600 IN SOA ns1 hostmaster 2026110101 7200 900 1209600 3600",
        "@ 200000 IN SOA ns1 hostmaster 2026110101 7200 900 1209600 172800")
    },
    CheckFixture("soa-negative-ttl-long", .info) {
      $0.replace(
        "@ 3600 IN SOA ns1 hostmaster 2026110101 7200 900 1209600 3600",
        "@ 86400 IN SOA ns1 hostmaster 2026110101 7200 900 1209600 86400")
    },
    CheckFixture("soa-negative-ttl-short") { $0.replace("1209600 3600", "1209600 10") },
    CheckFixture("soa-mname-unusable") { $0.replace("SOA ns1", "SOA nowhere") },
    CheckFixture("soa-rname-no-mail") { $0.replace("SOA ns1 hostmaster", "SOA ns1 hostmaster.other.example.") },
    CheckFixture("soa-rname-malformed") { $0.replace("SOA ns1 hostmaster", "SOA ns1 admin@example.org.") },
    CheckFixture("secondary-stale") { world in
      world.hosts[1].lines = world.hosts[1].lines.map { $0.replacing("2026110101", with: "2026100101") }
    },
    CheckFixture("servers-disagree") { world in
      world.hosts[1].lines = world.hosts[1].lines.map { $0.replacing("MX 10 mail", with: "MX 20 mail") }
    },
    CheckFixture("servers-disagree", .warning, besides: ["secondary-stale"]) { world in
      world.hosts[1].lines = world.hosts[1].lines.map {
        $0.replacing("MX 10 mail", with: "MX 20 mail").replacing("2026110101", with: "2026100101")
      }
    },
    CheckFixture("soa-fields-differ") { world in
      world.hosts[1].lines = world.hosts[1].lines.map { $0.replacing("7200 900", with: "7200 600") }
    },
    CheckFixture("rrset-ttls-differ") { $0.add("@ 60 IN MX 20 mail") },
    CheckFixture("mail-ttl-long") { $0.replace("@ 3600 IN MX", "@ 604800 IN MX") },
    CheckFixture("mail-ttl-short") { $0.replace("@ 3600 IN MX", "@ 5 IN MX") },
    CheckFixture("apex-text-large", .warning) { world in
      for number in 0..<6 { world.add("@ 3600 IN TXT \"\(number)\(String(repeating: "x", count: 240))\"") }
    },
    CheckFixture("spf-record-type-99") { $0.add("@ 3600 IN TYPE99 \\# 5 0401020304") },
  ]

  static let names: [CheckFixture] = [
    CheckFixture("apex-cname") { $0.add("@ 3600 IN CNAME www.example.com.") },
    CheckFixture("wildcard-text", .warning) { $0.add("selectord-probe 3600 IN TXT \"anything\"") },
    CheckFixture("wildcard-text", .info) { $0.add("selectord-probe 3600 IN TXT \"v=spf1 -all\"") },
    CheckFixture("wildcard-mail") { $0.add("selectord-probe 3600 IN MX 10 mail") },
    CheckFixture("wildcard-alias") { world in
      world.add("selectord-probe 3600 IN CNAME www.example.com.")
      world.elsewhere += ["www.example.com. 60 IN A 9.9.1.1"]
    },
    CheckFixture("cname-dangling") { world in
      world.add("www 3600 IN CNAME shop.example.com.")
      world.elsewhere += ["example.com. 60 IN A 9.9.1.1"]
    },
    CheckFixture("cname-target-free") { world in
      world.add("www 3600 IN CNAME shop.example.com.")
      world.unregistered = ["example.com"]
    },
    CheckFixture("alias-service-unclaimed") { $0.add("www 3600 IN CNAME old-shop.azurewebsites.net.") },
    CheckFixture("address-not-public") { $0.add("www 3600 IN A 192.168.1.1") },
  ]

  static let signing: [CheckFixture] = [
    CheckFixture("dnssec-unsigned") { _ in },
    CheckFixture("dnskey-without-ds", signed: "nsec") { $0.signers = [[]] },
    CheckFixture("ds-without-dnskey") { $0.signers = [[World.unsignedDS]] },
    CheckFixture("ds-matches-no-key", signed: "nsec") { $0.signers = [[World.unsignedDS]] },
    CheckFixture("ds-algorithm-unsigned", signed: "nsec") {
      $0.signers[0] += [World.unsignedDS.replacing(" 13 2 ", with: " 8 2 ")]
    },
    CheckFixture("ds-orphan", signed: "nsec") { $0.signers[0] += [World.unsignedDS] },
    CheckFixture("dnssec-servers-differ", signed: "nsec") { world in
      world.hosts[1].lines.removeAll { $0.contains("\tDNSKEY\t") }
      world.hosts[1].lines += try World.signed("nsec3").hosts[1].lines.filter { $0.contains("\tDNSKEY\t") }
    },
    CheckFixture("ds-differs-at-parent", signed: "nsec") { $0.signers.append([]) },
    CheckFixture("dnssec-bogus", signed: "nsec") { $0.resolverIsBogus = true },
    CheckFixture("ds-digest-retired", signed: "nsec") { world in
      world.signers[0] = world.signers[0].map { $0.replacing(" 13 2 ", with: " 13 3 ") }
    },
    CheckFixture("rrsig-expired", signed: "nsec") { $0.now = Timestamp(seconds: 1_798_000_000) },
    CheckFixture("rrsig-not-yet-valid", signed: "nsec") { $0.now = Timestamp(seconds: 1_795_000_000) },
    CheckFixture("rrsig-wrong", signed: "nsec") { $0.replace("v=spf1 mx -all", "v=spf1 -all") },
    CheckFixture("rrsig-missing", signed: "nsec") { $0.remove("RRSIG\tMX") },
    CheckFixture("rrsig-expires-soon", signed: "nsec") { $0.now = Timestamp(seconds: 1_797_724_800 - 7200) },
    CheckFixture("rrsig-expires-soon", .critical, signed: "nsec") { $0.now = Timestamp(seconds: 1_797_724_800 - 60) },
    CheckFixture("rrsig-validity-long", besides: ["rrsig-wrong"], signed: "nsec") {
      $0.replace("20261220000000 20261120000000", "20281220000000 20261120000000")
    },
    CheckFixture("rrsig-algorithm-missing", signed: "two-algorithms") { $0.remove("RRSIG\tSOA 8") },
    CheckFixture(
      "dnskey-algorithm-retired", besides: ["dnskey-weak", "dnskey-rsa-small", "rrsig-wrong"], signed: "nsec"
    ) { $0.add("@ 3600 IN DNSKEY 256 3 5 " + key) },
    CheckFixture("dnskey-algorithm-discouraged", signed: "rsa512sha512") { _ in },
    CheckFixture("dnskey-algorithm-unassigned", besides: ["rrsig-wrong"], signed: "nsec") {
      $0.add("@ 3600 IN DNSKEY 256 3 99 " + key)
    },
    CheckFixture("dnskey-rsa-small", signed: "rsa1024") { _ in },
    CheckFixture("dnskey-weak", besides: ["rrsig-wrong"], signed: "nsec") { world in
      let line = (contents(ofFile: fixtures("audit/close-primes.dnskey")) ?? "").split(separator: "\n").map(String.init)
      for index in world.hosts.indices { world.hosts[index].lines += line }
    },
    CheckFixture("dnskey-flags-wrong", signed: "nsec") { world in
      world.replace("DNSKEY\t257", "DNSKEY\t1")
      let key = try World.records(world.hosts[0].lines).first { $0.type == .dnskey }
      guard case .other(let bytes)? = key?.data else { return }
      world.signers = [
        ["example.org. 3600 IN DS \(AuditFacts.keyTag(bytes)) 13 2 " + String(repeating: "ab", count: 32)]
      ]
    },
    CheckFixture("dnskey-set-large", besides: ["rrsig-wrong"], signed: "nsec") { world in
      for number in 10..<30 { world.add("@ 3600 IN DNSKEY 256 3 13 " + key.replacing("AAAA", with: "AA\(number)")) }
    },
    CheckFixture("denial-missing", signed: "nsec") { $0.remove("\tNSEC\t") },
    CheckFixture("nsec3-iterations", .warning, signed: "nsec3-salted") { _ in },
    CheckFixture("nsec3-salt", besides: ["nsec3-iterations"], signed: "nsec3-salted") { _ in },
    CheckFixture("nsec3-opt-out", besides: ["nsec3-iterations"], signed: "nsec3-salted") { _ in },
    CheckFixture("nsec-differs", signed: "nsec3") { world in
      world.hosts[1].lines = world.hosts[1].lines.map { $0.replacing("NSEC3PARAM\t1 0 0 ", with: "NSEC3PARAM\t1 0 5 ") }
    },
    CheckFixture("cds-delete-requested", signed: "nsec") { $0.add("@ 3600 IN CDS 0 0 0 00") },
    CheckFixture("cds-differs-from-ds", signed: "nsec") {
      $0.add(World.unsignedDS.replacing("example.org. 3600 IN DS", with: "@ 3600 IN CDS"))
    },
    CheckFixture("cds-inconsistent", signed: "nsec") { $0.hosts[1].lines += ["@ 3600 IN CDS 0 0 0 00"] },
  ]

  /// The bytes of a key that signs nothing.
  private static let key = "AAAAGhbd/iHbbDIdwpqqn0LYTW4PTmQHNGOS3CVOStwTL0gVG8TIHN0KpQ+8961bvVqgaZdPNaoRosIuCQMdzw=="
}
