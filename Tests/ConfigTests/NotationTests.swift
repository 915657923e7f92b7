// The notations of single values: durations, names, views, nearest words.

import Model
import Testing

@testable import Config

@Suite struct DurationTextTests {
  @Test(
    arguments: [
      ("90s", 90_000), ("15m", 900_000), ("1h30m", 5_400_000), ("7d", 604_800_000), ("250ms", 250), ("0s", 0),
      ("1d2h3m4s5ms", 93_784_005), ("1s500ms", 1500), ("007s", 7000), ("5 min", 300_000),
      ("2 h", 7_200_000), ("3 days", 259_200_000), ("90 s", 90_000), ("1 hour", 3_600_000),
      ("1 day 2 hours", 93_600_000),
      ("5m 30s", 330_000), ("1h30min", 5_400_000), ("12 seconds", 12_000), ("36525d", 3_155_760_000_000),
    ] as [(String, Int64)]) func reads(_ text: String, _ milliseconds: Int64) throws
  {
    #expect(try DurationText.parse(text) == .milliseconds(milliseconds))
  }

  @Test(arguments: [
    "", " ", "5", "s", "5x", " 5m", "5m ", "5 m 5 m", "5 Min", "a 5 m", "5 min ago", "5\tm", "1h1h", "1m1h", "1ms1s",
    "1.5h", "-5m", "+5m", "5M", "٥m", "1e3s", "36526d",
    "9223372036854775807d", "18446744073709551616s", "forever",
  ]) func refuses(_ text: String) {
    #expect(throws: DurationTextError.self) { try DurationText.parse(text) }
  }

  @Test(arguments: [
    ("90s", "1m30s"), ("60m", "1h"), ("24h", "24h"), ("48h", "2d"), ("49h", "2d1h"), ("250ms", "250ms"), ("0s", "0s"),
    ("1500ms", "1s500ms"), ("90d", "90d"),
  ]) func prints(_ text: String, _ expected: String) throws {
    let duration = try DurationText.parse(text)
    #expect(DurationText.print(duration) == expected)
    #expect(try DurationText.parse(expected) == duration)
  }

  @Test func printsNoNegativeTime() { #expect(DurationText.print(.seconds(-5)) == "0s") }
}

@Suite struct InternationalNameTests {
  @Test(arguments: [
    ("example.org", "example.org"), ("EXAMPLE.Org.", "example.org"), ("bücher.example", "xn--bcher-kva.example"),
    ("BÜCHER.example", "xn--bcher-kva.example"), ("bu\u{308}cher.example", "xn--bcher-kva.example"),
    ("straße.example", "xn--strae-oqa.example"), ("例え。テスト", "xn--r8jz45g.xn--zckzah"),
    ("ｅｘａｍｐｌｅ．ｏｒｇ", "example.org"), ("xn--bcher-kva.example", "xn--bcher-kva.example"),
    ("xn--zzzz99999.example", "xn--zzzz99999.example"), ("_spf.ab--cd.-x-.example", "_spf.ab--cd.-x-.example"),
    ("s1._domainkey.bücher.example", "s1._domainkey.xn--bcher-kva.example"), ("a\\.b.example", "a\\.b.example"),
    ("a\\064b.example", "a\\@b.example"), (".", "."), ("مثال.إختبار", "xn--mgbh0fb.xn--kgbechtv"),
  ]) func reads(_ typed: String, _ expected: String) throws {
    #expect(try InternationalName.parse(typed).description == expected)
  }

  @Test(arguments: [
    "", "a..b", ".a", "a b", "a@b", "a/b", "a:1", "a*b", "*.a", "a\u{0}b", "ü\u{0}b", "a\u{7}b", "a,b", "ü/b", "a\\",
    "a\\999", "\u{202E}abc", "ü\u{202E}x", String(repeating: "a", count: 64), String(repeating: "ü", count: 60),
    "a\u{300}\u{0488}.\u{0300}", "אa.example", "\u{FFFD}.example", "a\u{2044}b.example",
  ]) func refuses(_ typed: String) {
    #expect(throws: InternationalNameError.self) { try InternationalName.parse(typed) }
  }

  @Test(arguments: [
    ("xn--bcher-kva.example", "bücher.example"), ("example.org", "example.org"),
    ("s1._domainkey.xn--bcher-kva.example", "s1._domainkey.bücher.example"), ("xn--r8jz45g.xn--zckzah", "例え.テスト"),
    // No A-label at all, or one that reads back as another.
    ("xn--zzzz99999.example", "xn--zzzz99999.example"), ("xn--abc-.example", "xn--abc-.example"),
    // From right to left, and scripts that are mixed to deceive (a Cyrillic а in paypal).
    ("xn--mgbh0fb.xn--kgbechtv", "xn--mgbh0fb.xn--kgbechtv"), ("xn--pypal-4ve.example", "xn--pypal-4ve.example"),
    ("xn--e1afmkfd.example", "пример.example"), ("a\\.xn--b.example", "a\\.xn--b.example"), (".", "."),
  ]) func shows(_ name: String, _ expected: String) throws {
    #expect(InternationalName.display(try DomainName(name)) == expected)
  }
}

@Suite struct ViewSpecificationTests {
  @Test(arguments: [
    ("local", "local", View.Source.system(resolvConf: "/etc/resolv.conf")),
    ("authoritative", "authoritative", .authoritative(rootHints: [], port: 53)),
    ("google", "google", .resolver(Endpoint(.v4(0x0808_0808)), .udp)),
    ("8.8.4.4", "8.8.4.4", .resolver(Endpoint(.v4(0x0808_0404)), .udp)),
    ("127.0.0.1:5301", "127.0.0.1:5301", .resolver(Endpoint(.v4(0x7F00_0001), port: 5301), .udp)),
    ("[::1]:53", "::1", .resolver(Endpoint(.v6(high: 0, low: 1)), .udp)),
    ("::1", "::1", .resolver(Endpoint(.v6(high: 0, low: 1)), .udp)),
    (
      "https://dns.example/dns-query", "https://dns.example/dns-query", .https(url: "https://dns.example/dns-query")
    ),
  ]) func reads(_ text: String, _ name: String, _ source: View.Source) throws {
    let view = try ViewSpecification.parse(text)
    #expect(view.name == name && view.source == source)
  }

  @Test func aConfiguredViewComesFirst() throws {
    let lab = View(name: "authoritative", source: .authoritative(rootHints: [.v4(0x7F00_0001)], port: 5300), rate: 9)
    #expect(try ViewSpecification.parse("authoritative", configured: [lab]) == lab)
    #expect(try ViewSpecification.parse("local", configured: [lab]).name == "local")
    #expect(throws: ViewSpecificationError.self) { try ViewSpecification.parse("google", configured: [lab]) }
  }

  @Test(arguments: ["", "http://dns.example/", "https://", "8.8.8", "8.8.8.8:0", "dns.google", "authoritive", "[::1"])
  func refuses(_ text: String) {
    #expect(throws: ViewSpecificationError.self) { try ViewSpecification.parse(text) }
  }

  @Test func aSlipIsMended() {
    #expect(
      throws: ViewSpecificationError(
        description: """
          "authoritive" is not a view; expected 'local', 'authoritative', the name of a configured view, an address such as \
          8.8.8.8, 127.0.0.1:5301 or [2001:db8::1]:53, or an https:// URL; did you mean 'authoritative'?
          """)
    ) { try ViewSpecification.parse("authoritive") }
  }
}

@Suite struct NearestWordTests {
  static let words = ["interval", "watches", "watchLists", "receivers", "views", "retention", "log", "minimumBits"]

  @Test(
    arguments: [
      ("intervall", "interval"), ("INTERVAL", "interval"), ("watch", "watches"), ("watchlists", "watchLists"),
      ("recievers", "receivers"), ("retnetion", "retention"), ("minBits", "minimumBits"), ("logs", "log"),
      ("colour", nil), ("x", nil), ("", nil), ("database", nil),
    ] as [(String, String?)]) func finds(_ typed: String, _ expected: String?)
  {
    #expect(nearestWord(to: typed, among: Self.words) == expected)
  }
}
