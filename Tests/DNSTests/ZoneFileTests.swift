// Zone files as people write them.

import DNS
import Model
import TestSupport
import Testing

@Suite struct ZoneFileTests {
  private static func lines(_ text: String, origin: String = "domain.com") throws -> [String] {
    try ZoneFile.read(Array(text.utf8), origin: DomainName(origin)).map(\.zoneFileLine)
  }

  @Test(arguments: [
    ("", [String]()),
    ("; only a comment\n", []),
    ("@ IN MX 10 mail\n", ["domain.com. 3600 IN MX 10 mail.domain.com."]),
    ("$TTL 2h\n@ MX 10 mail.example.\n", ["domain.com. 7200 IN MX 10 mail.example."]),
    ("www 60 IN A 192.0.2.1\n", ["www.domain.com. 60 IN A 192.0.2.1"]),
    ("www IN 60 A 192.0.2.1\n", ["www.domain.com. 60 IN A 192.0.2.1"]),
    (
      "www in 1h A 192.0.2.1\n IN 2H A 192.0.2.2\n",
      ["www.domain.com. 3600 IN A 192.0.2.1", "www.domain.com. 7200 IN A 192.0.2.2"]
    ),
    ("x TXT ( \"a\"\n IN 60 A )\n", [#"x.domain.com. 3600 IN TXT "a" "IN" "60" "A""#]),
    (
      "WWW A 192.0.2.1\n AAAA 2001:db8::1\n",
      ["www.domain.com. 3600 IN A 192.0.2.1", "www.domain.com. 3600 IN AAAA 2001:db8::1"]
    ),
    (
      "$ORIGIN _domainkey.domain.com.\ns1 TXT \"v=DKIM1; p=AA\" \"BB\"\n",
      [#"s1._domainkey.domain.com. 3600 IN TXT "v=DKIM1; p=AA" "BB""#]
    ),
    (
      "s1._domainkey IN TXT ( \"v=DKIM1; \" ; the key\n   \"p=AA\\\"\\059\" )\n",
      [#"s1._domainkey.domain.com. 3600 IN TXT "v=DKIM1; " "p=AA\";""#]
    ),
    ("@ IN SOA ns1 hostmaster ( 1 2h 3600 1w 300 )\n@ NS ns1\n", ["domain.com. 3600 IN NS ns1.domain.com."]),
    ("x TYPE4711 \\# 2 0aff\n", ["x.domain.com. 3600 IN TYPE4711 \\# 2 0AFF"]),
  ])
  func recordsAreRead(_ text: String, _ lines: [String]) throws {
    #expect(try Self.lines(text).map { $0.lowercased() } == lines.map { $0.lowercased() })
  }

  @Test func withoutAFinalNewline() throws {
    #expect(try Self.lines("www A 192.0.2.1").count == 1)
  }

  @Test(arguments: [
    ("www A 192.0.2.1\nwww A 192.0.2.256\n", 2), ("a A 192.0.2.1\n\nb MX mail\n", 3), ("$INCLUDE other\n", 1),
    ("<html>\n", 1), ("a..b A 192.0.2.1\n\n\nc A 192.0.2.1\n", 1),
    ("b MX mail", 1), ("x TXT \"open\n", 1), ("x TXT (\n\"a\"", 2),
  ])
  func whatCannotBeReadIsToldWithItsLine(_ text: String, _ line: Int) throws {
    let error = try #require(throws: ZoneFileError.self) {
      try ZoneFile.read(Array(text.utf8), origin: DomainName("domain.com"))
    }
    #expect(error.line == line)
    #expect(!error.message.isEmpty)
  }

  @Test func noBytesBringItDown() throws {
    var random = SeededGenerator(seed: 7)
    let letters = Array("@ ()\"\\;\n\t$.A1*TXINMOR\0".utf8)
    for _ in 0..<2000 {
      let text = (0..<Int.random(in: 1...60, using: &random)).map { _ in letters.randomElement(using: &random) ?? 0 }
      _ = try? ZoneFile.read(text, origin: DomainName("domain.com"))
    }
  }
}
