// SPF for one client: results, limits, macros and explanations, on zones of the tests' own.

import Model
import Policies
import Testing

@Suite struct SPFEvaluations {
  /// A zone in which many domains stand; each row asks for one of them.
  static let zone = """
    plain.example TXT v=spf1 ip4:192.0.2.0/24 ip6:2001:db8:1::/48 -all
    joined.example TXT v=spf1 ip4:192.0|.2.0/24 -all
    capitals.example TXT V=SpF1 IP4:192.0.2.0/24 -ALL
    soft.example TXT v=spf1 ip4:192.0.2.0/24 ~all
    silent.example TXT v=spf1 ip4:192.0.2.0/24
    two.example TXT v=spf1 -all
    two.example TXT v=spf1 mx -all
    other.example TXT google-site-verification=abc
    late.example TXT v=spf1 ip4:192.0.2.0/24 -all foo
    umlaut.example TXT v=spf1 a:büro.example -all
    a.example TXT v=spf1 a a:hosts.example/24//64 -all
    a.example A 198.51.100.1
    hosts.example A 203.0.113.77
    hosts.example AAAA 2001:db8:2::1
    mx.example TXT v=spf1 mx -all
    mx.example MX mx1.example
    mx.example MX mx2.example
    mx1.example A 198.51.100.5
    mx2.example A 198.51.100.6
    mx2.example AAAA 2001:db8:3::6
    manymx.example TXT v=spf1 mx -all
    manymx.example MX m1.example
    manymx.example MX m2.example
    manymx.example MX m3.example
    manymx.example MX m4.example
    manymx.example MX m5.example
    manymx.example MX m6.example
    manymx.example MX m7.example
    manymx.example MX m8.example
    manymx.example MX m9.example
    manymx.example MX m10.example
    manymx.example MX m11.example
    incl.example TXT v=spf1 include:plain.example ?all
    inclfail.example TXT v=spf1 include:two.example -all
    inclnone.example TXT v=spf1 include:nothing.example -all
    incltemp.example TXT v=spf1 include:broken.example -all
    broken.example FAILS TXT
    redir.example TXT v=spf1 redirect=plain.example
    redirall.example TXT v=spf1 ~all redirect=plain.example
    redirnone.example TXT v=spf1 redirect=nothing.example
    loop.example TXT v=spf1 include:loop.example -all
    exists.example TXT v=spf1 exists:%{ir}.%{l}.list.%{d} -all
    1.2.0.192.joe.list.exists.example A 127.0.0.2
    ptr.example TXT v=spf1 ptr -all
    1.2.0.192.in-addr.arpa PTR good.ptr.example
    2.2.0.192.in-addr.arpa PTR liar.ptr.example
    good.ptr.example A 192.0.2.1
    liar.ptr.example A 192.0.2.99
    void.example TXT v=spf1 a:n1.example a:n2.example a:n3.example ip4:192.0.2.0/24 -all
    voidtwo.example TXT v=spf1 a:n1.example a:n2.example ip4:192.0.2.0/24 -all
    tempa.example TXT v=spf1 a:tempa2.example -all
    tempa2.example FAILS A
    explain.example TXT v=spf1 exp=why.explain.example -all
    why.explain.example TXT %{i} is not one of %{d}'s hosts (%{c}, %{r}, %{t}); see http://%{d}/?s=%{S}
    explaintwo.example TXT v=spf1 exp=why2.example -all
    why2.example TXT one
    why2.example TXT two
    """

  static let rows: [(client: String, sender: String, result: SPFResult)] = [
    ("192.0.2.7", "joe@plain.example", .pass), ("192.0.3.7", "joe@plain.example", .fail),
    ("2001:db8:1::7", "joe@plain.example", .pass), ("2001:db8:2::7", "joe@plain.example", .fail),
    ("::ffff:192.0.2.7", "joe@plain.example", .pass), ("192.0.2.7", "joe@joined.example", .pass),
    ("192.0.2.7", "joe@capitals.example", .pass), ("203.0.113.1", "joe@soft.example", .softfail),
    ("203.0.113.1", "joe@silent.example", .neutral), ("192.0.2.7", "joe@two.example", .permerror),
    ("192.0.2.7", "joe@other.example", .none), ("192.0.2.7", "joe@nothing.example", .none),
    ("192.0.2.7", "joe@late.example", .permerror), ("192.0.2.7", "joe@umlaut.example", .permerror),
    ("198.51.100.1", "joe@a.example", .pass), ("203.0.113.1", "joe@a.example", .pass),
    ("2001:db8:2::99", "joe@a.example", .pass), ("203.0.114.1", "joe@a.example", .fail),
    ("198.51.100.6", "joe@mx.example", .pass), ("2001:db8:3::6", "joe@mx.example", .pass),
    ("198.51.100.7", "joe@mx.example", .fail), ("198.51.100.7", "joe@manymx.example", .permerror),
    ("192.0.2.7", "joe@incl.example", .pass), ("203.0.113.1", "joe@incl.example", .neutral),
    ("192.0.2.7", "joe@inclfail.example", .permerror), ("192.0.2.7", "joe@inclnone.example", .permerror),
    ("192.0.2.7", "joe@incltemp.example", .temperror), ("192.0.2.7", "joe@broken.example", .temperror),
    ("192.0.2.7", "joe@redir.example", .pass), ("203.0.113.1", "joe@redir.example", .fail),
    ("203.0.113.1", "joe@redirall.example", .softfail), ("203.0.113.1", "joe@redirnone.example", .permerror),
    ("192.0.2.7", "joe@loop.example", .permerror), ("192.0.2.1", "joe@exists.example", .pass),
    ("192.0.2.1", "ann@exists.example", .fail), ("192.0.2.1", "joe@ptr.example", .pass),
    ("192.0.2.2", "joe@ptr.example", .fail), ("192.0.2.7", "joe@void.example", .permerror),
    ("192.0.2.7", "joe@voidtwo.example", .pass), ("192.0.2.7", "joe@tempa.example", .temperror),
    ("192.0.2.7", "joe@single", .none), ("192.0.2.7", "joe@[192.0.2.7]", .none), ("192.0.2.7", "joe@a..example", .none),
    ("192.0.2.7", "@plain.example", .pass),
  ]

  @Test(arguments: rows) func result(_ row: (client: String, sender: String, result: SPFResult)) throws {
    var zone = try Zone(Self.zone)
    let outcome = try zone.evaluate(row.client, sender: row.sender)
    #expect(outcome.result == row.result, "\(outcome)")
    let needsReason = [SPFResult.permerror, .temperror, .none].contains(row.result)
    #expect(needsReason == (outcome.problem != nil))
  }

  @Test func aBounceIsCheckedByItsHELOName() throws {
    var zone = try Zone(Self.zone)
    #expect(try zone.evaluate("192.0.2.7", sender: "", helo: "plain.example").result == .pass)
  }

  @Test func aMatchNamesItsTermAndRecord() throws {
    var zone = try Zone(Self.zone)
    let outcome = try zone.evaluate("192.0.2.7", sender: "joe@incl.example")
    #expect(outcome.term == "include:plain.example")
    #expect(outcome.domain == "incl.example")
    #expect(outcome.lookups == 1)
    #expect(outcome.trace.map(\.term) == ["include:plain.example", "ip4:192.0.2.0/24"])
    #expect(outcome.trace.map(\.depth) == [0, 1])
    #expect(outcome.trace.map(\.isMatch) == [true, true])
  }

  @Test func anExplanationMayUseAllMacros() throws {
    var zone = try Zone(Self.zone)
    let outcome = try zone.evaluate("192.0.2.7", sender: "joe+x@explain.example")
    #expect(
      outcome.explanation
        == "192.0.2.7 is not one of explain.example's hosts (192.0.2.7, mx.receiver.example, 1700000000); "
        + "see http://explain.example/?s=joe%2Bx%40explain.example")
    #expect(try zone.evaluate("192.0.2.7", sender: "joe@explaintwo.example").explanation == nil)
  }

  static let macros: [(String, String)] = [
    ("%{s}", "strong-bad@email.example.com"), ("%{o}", "email.example.com"), ("%{d}", "email.example.com"),
    ("%{d4}", "email.example.com"), ("%{d2}", "example.com"), ("%{d1}", "com"), ("%{dr}", "com.example.email"),
    ("%{d2r}", "example.email"), ("%{l}", "strong-bad"), ("%{l-}", "strong.bad"), ("%{lr}", "strong-bad"),
    ("%{lr-}", "bad.strong"), ("%{l1r-}", "strong"), ("%{ir}.%{v}", "3.2.0.192.in-addr"), ("%%%_%-", "% %20"),
    ("%{h}", "mail.example.net"), ("%{p}", "unknown"), ("%{L}", "strong-bad"),
  ]

  /// The table of RFC 7208, section 7.4, and what it leaves out, told by an explanation.
  @Test(arguments: macros) func macro(_ text: String, _ value: String) throws {
    var zone = try Zone("email.example.com TXT v=spf1 exp=e.example -all\ne.example TXT [\(text)]")
    let outcome = try zone.evaluate("192.0.2.3", sender: "strong-bad@email.example.com")
    #expect(outcome.explanation == "[\(value)]")
  }

  @Test func addressesOfIPv6AreNibbles() throws {
    var zone = try Zone("x.example TXT v=spf1 exp=e.example -all\ne.example TXT %{ir}.%{v} %{c}")
    let outcome = try zone.evaluate("2001:db8::cb01", sender: "joe@x.example")
    let digits = "1.0.B.C.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.B.D.0.1.0.0.2"
    #expect(outcome.explanation == "\(digits).ip6 2001:db8::cb01")
  }

  @Test func theEleventhLookupIsOneTooMany() throws {
    let hosts = (1...10).map { "h\($0).example A 198.51.100.\($0)" }.joined(separator: "\n")
    let ten = (1...10).map { "a:h\($0).example" }.joined(separator: " ")
    var zone = try Zone("ten.example TXT v=spf1 \(ten) ip4:192.0.2.1 -all\n\(hosts)")
    #expect(try zone.evaluate("192.0.2.1", sender: "joe@ten.example").result == .pass)
    zone = try Zone("eleven.example TXT v=spf1 \(ten) a:h1.example ip4:192.0.2.1 -all\n\(hosts)")
    #expect(try zone.evaluate("192.0.2.1", sender: "joe@eleven.example").result == .permerror)
    // Whoever matches before it passes.
    #expect(try zone.evaluate("198.51.100.10", sender: "joe@eleven.example").result == .pass)
  }

  @Test func termsOfOneRecordAreAskedTogether() throws {
    var zone = try Zone(
      "w.example TXT v=spf1 include:a.example include:b.example mx:c.example a:d.example -all\n"
        + "a.example TXT v=spf1 -all\nb.example TXT v=spf1 -all\nc.example A 192.0.2.1\nd.example A 192.0.2.2")
    #expect(try zone.evaluate("192.0.2.9", sender: "joe@w.example").result == .fail)
    #expect(zone.rounds == 2)
    #expect(zone.questions == 5)
  }

  @Test func answersThatWereNotAskedForAreNotTaken() throws {
    let client = SPFClient(address: .v4(0xC000_0201), sender: Array("joe@x.example".utf8), helo: [])
    var machine = SPFEvaluation(client: client)
    guard case .ask(let asked) = machine.start() else { throw CancellationError() }
    let foreign = Question(try DomainName("y.example"), .txt)
    #expect(machine.take([foreign: PolicyReply(outcome: .nxdomain)]) == .ask(asked))
  }

  /// Ten thousand addresses and a macro that would grow to 200 kB: bounded.
  @Test func aHostileRecordIsEvaluated() throws {
    let many = (0..<4000).map { "ip4:10.\($0 >> 8).\($0 & 255).1" }.joined(separator: " ")
    var zone = try Zone("many.example TXT v=spf1 \(many) -all")
    #expect(try zone.evaluate("192.0.2.1", sender: "joe@many.example").result == .fail)
    let long = String(repeating: "%{s}", count: 500)
    zone = try Zone("long.example TXT v=spf1 exists:\(long).example -all")
    #expect(try zone.evaluate("192.0.2.1", sender: "joe@long.example").result == .fail)
    #expect(zone.questions <= 2)
  }
}
