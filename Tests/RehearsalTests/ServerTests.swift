// Servers that differ, refuse or are silent, on either side.

import Model
import Testing

@testable import Rehearsal

private let key = #"s1._domainkey IN TXT "v=DKIM1; p=AAAA""#
private let other = #"s1._domainkey IN TXT "v=DKIM1; p=BBBB""#

@Suite struct ServerTests {
  @Test(arguments: [
    ([Service.serves([key])], [Service.serves([key]), .serves([])], Difference.missing, Verdict.critical),
    ([.serves([key])], [.serves([key]), .refuses], .unserved, .critical),
    ([.serves([key])], [.serves([key]), .silent], .unanswered, .unknown),
    ([.serves([key])], [.silent, .serves([])], .missing, .critical),
    ([.serves([key]), .silent], [.serves([key])], .equal, .ok),
    ([.serves([key]), .refuses], [.serves([key])], .equal, .ok),
    // What most of the present servers say.
    ([.serves([other]), .serves([key]), .serves([key])], [.serves([key])], .equal, .ok),
    ([.serves([key]), .serves([key]), .serves([other])], [.serves([other])], .different, .critical),
  ])
  func theWorstServerTells(_ now: [Service], _ then: [Service], _ difference: Difference, _ verdict: Verdict) throws {
    var hosts = Miniature(servers: now, then: then)
    let report = try hosts.rehearse(keys: ["s1"])
    #expect(report.items.map(\.difference) == [difference])
    #expect(report.items.first?.servers.count == then.count)
    #expect(report.verdict == verdict)
  }

  @Test func eachServerIsTold() throws {
    var hosts = Miniature(servers: [.serves([key])], then: [.serves([key]), .serves([other]), .silent, .refuses])
    let report = try hosts.rehearse(keys: ["s1"])
    #expect(report.items.first?.servers.map(\.difference) == [.equal, .different, .unanswered, .unserved])
    #expect(report.items.first?.servers.map(\.failure) == [nil, nil, .timeout, .refused])
    #expect(report.notices.map(\.severity) == [.warning, .critical])
    #expect(report.notices.allSatisfy { $0.text.contains(".new.example") })
  }

  @Test func serversThatTakeNoPartAreNotAskedAgain() throws {
    var hosts = Miniature(servers: [.serves([key]), .silent], then: [.silent, .refuses])
    let report = try hosts.rehearse(keys: ["s1"])
    let silent = hosts.asked.filter { inquiry in
      guard case .servers(let servers) = inquiry.target else { return false }
      return servers.contains { $0.name != "ns1.old.example" } && inquiry.question.type != .soa
    }
    #expect(silent.isEmpty)
    #expect(report.verdict == .critical)
  }

  @Test func nobodyServesTheZone() throws {
    var hosts = Miniature(servers: [.silent], then: [.serves([key])])
    let report = try hosts.rehearse(keys: ["s1"])
    #expect(report.verdict == .unknown)
    #expect(report.summary.contains("no server of domain.com answers"))
    var unknown = Miniature(servers: [], then: [.serves([key])])
    #expect(try unknown.rehearse(keys: ["s1"]).verdict == .unknown)
  }

  @Test func namesOfPresentServersInTheFutureZone() throws {
    let stale = ["@ NS ns1.old.example.", "@ NS ns1.new.example."]
    var hosts = Miniature(now: stale, then: stale)
    let report = try hosts.rehearse()
    #expect(report.verdict == .warning)
    #expect(report.summary == "the NS records of the new zone still include ns1.old.example")
    var clean = Miniature(now: ["@ NS ns1.old.example."], then: ["@ NS ns1.new.example."])
    #expect(try clean.rehearse().verdict == .ok)
  }

  @Test func presentServersThatDisagreeAreToldAsInformation() throws {
    var hosts = Miniature(servers: [.serves([key]), .serves([key]), .serves([other])], then: [.serves([key])])
    let report = try hosts.rehearse(keys: ["s1"])
    #expect(report.notices.map(\.severity) == [.info])
    #expect(report.notices.first?.text.contains("s1._domainkey.domain.com TXT") == true)
    #expect(report.verdict == .ok)
  }
}
