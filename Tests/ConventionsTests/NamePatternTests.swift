// Patterns of names.

import Model
import Testing

@testable import Conventions

@Suite struct NamePatternTests {
  @Test(arguments: [
    ("zendesk1._domainkey.zendesk.com", "zendesk1._domainkey.zendesk.com", ""),
    ("ZENDESK1.example", "zendesk1.example", ""),
    (
      "<selector>-<domain>._domainkey.<tenant>.onmicrosoft.com",
      "selector1-contoso-com._domainkey.contoso.onmicrosoft.com",
      "domain=com selector=selector1-contoso tenant=contoso"
    ),
    (
      "<selector>.domainkey.u<account#>.wl<server?>.sendgrid.net", "s1.domainkey.u123.wl.sendgrid.net",
      "account=123 selector=s1 server="
    ),
    ("fm1.<domain+>.dkim.fmhosted.com", "fm1.mail.example.org.dkim.fmhosted.com", "domain=mail.example.org"),
    ("<a+>.<b+>.example", "x.y.z.example", "a=x b=y.z"),
    ("<token>.dkim.<token>.example", "a.dkim.a.example", "token=a"),
    ("<name>2", "kl2", "name=kl"), ("<name>2", "22", "name=2"),
    ("s<account#5>", "s12345", "account=12345"), ("<date#8>pm", "20250817055129pm", "date=20250817055129"),
    ("*.dkim.example", "anything.dkim.example", ""), ("a*b.example", "ab.example", ""),
  ]) func fit(_ pattern: String, _ name: String, _ captures: String) throws {
    let found = try #require(NamePattern(pattern)).match(DomainName(name))
    let text = found?.map { "\($0)=\($1.map { String(decoding: $0, as: UTF8.self) }.joined(separator: "."))" }
    #expect(text?.sorted().joined(separator: " ") == captures)
  }

  @Test(arguments: [
    ("zendesk1._domainkey.zendesk.com", "zendesk2._domainkey.zendesk.com"), ("a.example", "b.a.example"),
    ("b.a.example", "a.example"), ("<domain+>.dkim.example", "dkim.example"), ("<name>2", "2"),
    ("u<account#>.example", "u.example"), ("u<account#>.example", "u12x.example"), ("s<account#5>", "s1234"),
    ("<token>.dkim.<token>.example", "a.dkim.b.example"), ("*.example", "a.b.example"),
  ]) func doNotFit(_ pattern: String, _ name: String) throws {
    #expect(try #require(NamePattern(pattern)).match(DomainName(name)) == nil)
  }

  @Test func knownGapsAreHeldAgainstTheName() throws {
    let pattern = try #require(NamePattern("<token>.dkim.amazonses.com"))
    #expect(try pattern.match(DomainName("abc.dkim.amazonses.com"), known: ["token": [Array("abc".utf8)]]) != nil)
    #expect(try pattern.match(DomainName("abd.dkim.amazonses.com"), known: ["token": [Array("abc".utf8)]]) == nil)
  }

  @Test(arguments: ["", ".", "a..b", "a.", "<", "<>", "<A>", "<a", "<a!>", "<a#x>", "x<a+>", "<a+>y", "<a>>.<b"])
  func areRefused(_ text: String) {
    #expect(NamePattern(text) == nil)
  }

  @Test func areFilledWhereEverythingIsKnown() throws {
    let captures: Captures = ["domain": [Array("example".utf8), Array("org".utf8)], "selector": [Array("fm2".utf8)]]
    #expect(
      try NamePattern("<selector>.<domain+>.dkim.example")?.filled(captures)
        == DomainName("fm2.example.org.dkim.example"))
    #expect(NamePattern("<other>.example")?.filled(captures) == nil)
    #expect(NamePattern("*.example")?.filled(captures) == nil)
    #expect(NamePattern("x<domain>.example")?.filled(captures) == nil)
  }

  /// A name can have 127 labels of one byte; every way to share them out is tried before a pattern does not fit.
  @Test func anyNameIsDecidedSoon() throws {
    let name = try DomainName(Array(repeating: "a", count: 126).joined(separator: "."))
    #expect(NamePattern("<a+>.<b+>.<c+>.example")?.match(name) == nil)
    let long = try DomainName(String(repeating: "a", count: 63) + ".example")
    #expect(NamePattern("<a><b><c>x.example")?.match(long) == nil)
  }
}
