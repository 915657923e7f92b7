// The tree of includes: costs, circles, limits.

import Model
import Policies
import Testing

@Suite struct SPFTrees {
  private static let zone = """
    example.org TXT v=spf1 mx include:_spf.example.net exists:%{i}.list.example.net redirect=tail.example.org
    example.org MX mx.example.org
    mx.example.org A 192.0.2.1
    _spf.example.net TXT v=spf1 include:a.example.net include:b.example.net a:gone.example.net -all
    a.example.net TXT v=spf1 ip4:192.0.2.0/24 -all
    b.example.net TXT v=spf1 a ip4:198.51.100.0/24 -all include:never.example.net
    b.example.net A 198.51.100.1
    tail.example.org TXT v=spf1 -all
    """

  @Test func everyTermHasItsCost() throws {
    var zone = try Zone(Self.zone)
    let report = try zone.tree("example.org")
    #expect(report.lookups == 8)
    #expect(report.problem == nil && !report.isCut)
    #expect(report.tree.map(\.lookups) == [1, 5, 1, 1])
    #expect(
      report.tree[1].terms.map(\.term) == ["include:a.example.net", "include:b.example.net", "a:gone.example.net"])
    #expect(report.tree[1].terms.map(\.lookups) == [1, 2, 1])
    #expect(report.tree[1].terms[2].problem == .noAddress)
    #expect(report.tree[2].problem == .macro)
    // gone.example.net for both families, and for IPv6 mx.example.org and b.example.net too.
    #expect(report.voidLookups == 3)
    #expect(zone.rounds == 4)
  }

  static let problems: [(String, SPFTree.Problem)] = [
    ("v=spf1 include:none.example -all", .noRecord), ("v=spf1 include:two.example -all", .severalRecords(2)),
    ("v=spf1 include:bad.example -all", .syntaxError("ipv4:192.0.2.1")), ("v=spf1 include:x.example -all", .loop),
    ("v=spf1 redirect=x.example", .loop), ("v=spf1 include:fails.example -all", .unanswered(.timeout)),
    ("v=spf1 include:%{d1}..example -all", .badName), ("v=spf1 include:%{l}.example -all", .macro),
    ("v=spf1 a:none.example -all", .noAddress), ("v=spf1 mx:none.example -all", .noAddress),
    ("v=spf1 exists:none.example -all", .noAddress),
  ]

  @Test(arguments: problems) func aBrokenBranchSaysWhatIsWrong(_ record: String, _ problem: SPFTree.Problem) throws {
    var zone = try Zone(
      "x.example TXT \(record)\ntwo.example TXT v=spf1 -all\ntwo.example TXT v=spf1 -all\n"
        + "bad.example TXT v=spf1 ipv4:192.0.2.1 -all\nfails.example FAILS TXT")
    let report = try zone.tree("x.example")
    #expect(report.tree.first?.problem == problem)
    #expect(!problem.description.isEmpty)
  }

  @Test func aCircleOfTwoEnds() throws {
    var zone = try Zone("a.example TXT v=spf1 include:b.example -all\nb.example TXT v=spf1 include:a.example -all")
    let report = try zone.tree("a.example")
    #expect(report.lookups == 2)
    #expect(report.tree[0].terms[0].problem == .loop)
    #expect(zone.questions == 2)
  }

  /// Each level includes the next one ten times: without a limit, ten to the power of nine branches.
  @Test func aTreeThatExplodesIsCut() throws {
    let levels = (0..<9).map { level in
      "l\(level).example TXT v=spf1 "
        + String(repeating: "include:l\(level + 1).example ", count: 10) + "-all"
    }
    var zone = try Zone(levels.joined(separator: "\n") + "\nl9.example TXT v=spf1 -all")
    let report = try zone.tree("l0.example")
    #expect(report.isCut)
    #expect(report.lookups > 60)
    #expect(zone.questions <= 10)
  }

  @Test func questionsAreBounded() throws {
    let many = (0..<5000).map { "a:h\($0).example" }.joined(separator: " ")
    var zone = try Zone("m.example TXT v=spf1 \(many) -all")
    let report = try zone.tree("m.example")
    #expect(report.isCut)
    #expect(zone.questions <= 300)
    let hosts = (0..<11).map { "w.example MX m\($0).example" }.joined(separator: "\n")
    zone = try Zone("w.example TXT v=spf1 mx -all\n\(hosts)")
    #expect(try zone.tree("w.example").tree[0].problem == .tooManyExchanges(11))
    #expect(zone.questions == 2)
  }

  @Test func withoutARecordThereIsNoTree() throws {
    var zone = try Zone("x.example TXT other")
    let report = try zone.tree("x.example")
    #expect(report.problem == .noRecord)
    #expect(report.tree.isEmpty && report.record == nil)
  }
}
