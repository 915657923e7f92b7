// Names, key names, records, secrets and ids: what they read, print and refuse.

import Model
import Testing

@Suite struct DomainNameTests {
  @Test(arguments: [
    ("example.org", "example.org"), ("EXAMPLE.Org", "example.org"), ("example.org.", "example.org"), (".", "."),
    ("a", "a"), ("_domainkey.a-b.c_d", "_domainkey.a-b.c_d"), ("a\\.b.c", "a\\.b.c"), ("a\\065b", "aab"),
    ("\\032x", "\\032x"), ("\\255", "\\255"), ("a\\\\b", "a\\\\b"), ("a\\;b", "a\\;b"), ("a\\X", "ax"),
    ("a@b", "a\\@b"),
    ("\\046", "\\."), ("\\000.a", "\\000.a"),
  ]) func readsAndPrints(_ text: String, _ expected: String) throws {
    let name = try DomainName(text)
    #expect(name.description == expected)
    #expect(try DomainName(name.description) == name)
    #expect(DomainName(wire: name.wire) == name)
  }

  @Test(arguments: [
    ("", DomainNameError.empty), ("a..b", .emptyLabel), (".a", .emptyLabel), ("..", .emptyLabel), ("a..", .emptyLabel),
    ("a\\", .badEscape), ("a\\1", .badEscape), ("a\\12x", .badEscape), ("a\\256", .badEscape),
    ("a b", .badCharacter(0x20)),
    ("a\u{7F}", .badCharacter(0x7F)), ("ü", .badCharacter(0xC3)), ("a\\\u{1B}", .badCharacter(0x1B)),
    (String(repeating: "a", count: 64) + ".b", .labelTooLong(String(repeating: "a", count: 64))),
  ]) func refuses(_ text: String, _ error: DomainNameError) {
    #expect(throws: error) { try DomainName(text) }
  }

  @Test func holds255Bytes() throws {
    let label = String(repeating: "a", count: 63)
    let longest = "\(label).\(label).\(label).\(String(repeating: "b", count: 61))"
    #expect(try DomainName(longest).wire.count == 255)
    #expect(throws: DomainNameError.nameTooLong(256)) { try DomainName(longest + "b") }
  }

  @Test(
    arguments: [
      [], [0, 0], [1, 0x61], [1, 0x61, 0, 0], [2, 0x61, 0], [0xC0, 0x0C], [0x40, 0],
      [UInt8](repeating: 1, count: 255) + [0],
    ] as [[UInt8]]) func refusesWire(_ wire: [UInt8])
  { #expect(DomainName(wire: wire) == nil) }

  @Test func lowersLettersOfWire() {
    #expect(DomainName(wire: [3, 0x41, 0x5A, 0x5B, 0])?.wire == [3, 0x61, 0x7A, 0x5B, 0])
  }

  @Test(arguments: [
    ("a.example.org", "example.org", true), ("example.org", "example.org", true), ("example.org", ".", true),
    ("badexample.org", "example.org", false), ("org", "example.org", false), ("example.net", "org", false),
  ]) func isWithin(_ name: String, _ other: String, _ expected: Bool) throws {
    #expect(try DomainName(name).isWithin(DomainName(other)) == expected)
  }

  /// The example of RFC 4034, section 6.1.
  @Test func sortsCanonically() throws {
    let sorted = [
      "example", "a.example", "yljkjljk.a.example", "z.a.example", "zabc.a.example", "z.example", "\\001.z.example",
      "*.z.example", "\\200.z.example",
    ]
    let names = try sorted.map { try DomainName($0) }
    #expect(names.reversed().sorted() == names)
  }

  @Test func hasAParentUpToTheRoot() throws {
    var name: DomainName? = try DomainName("a.b")
    var texts: [String] = []
    while let current = name {
      texts.append(current.description)
      name = current.parent
    }
    #expect(texts == ["a.b", "b", "."])
  }

  @Test func prepends() throws {
    #expect(try DomainName("org").prepending(DomainName("a.b")).description == "a.b.org")
    let long = try DomainName(Array(repeating: String(repeating: "a", count: 40), count: 4).joined(separator: "."))
    #expect(throws: DomainNameError.nameTooLong(329)) { try long.prepending(long) }
  }
}

@Suite struct KeyNameTests {
  @Test(arguments: [("s1", "example.org"), ("a.b", "example.org"), ("s", "com")])
  func joinsAndSplits(_ selector: String, _ domain: String) throws {
    let key = try KeyName(selector: DomainName(selector), domain: DomainName(domain))
    #expect(key.description == "\(selector)._domainkey.\(domain)")
    #expect(key.selector.description == selector && key.domain.description == domain)
    #expect(KeyName(keyName: key.name) == key)
  }

  @Test(arguments: ["example.org", "_domainkey.example.org", "s1._domainkey", "s1._domainkeys.example.org", "."])
  func refuses(_ name: String) throws { #expect(KeyName(keyName: try DomainName(name)) == nil) }

  @Test func splitsAtTheFirstLabel() throws {
    let key = try #require(KeyName(keyName: try DomainName("a.b._domainkey.c._domainkey.d")))
    #expect(key.selector.description == "a.b" && key.domain.description == "c._domainkey.d")
  }

  @Test func refusesTheRoot() throws {
    #expect(throws: DomainNameError.empty) { try KeyName(selector: .root, domain: DomainName("a")) }
    #expect(throws: DomainNameError.empty) { try KeyName(selector: DomainName("a"), domain: .root) }
  }

  @Test func refusesWhatIsTooLong() throws {
    let domain = try DomainName(Array(repeating: String(repeating: "a", count: 60), count: 4).joined(separator: "."))
    #expect(throws: DomainNameError.nameTooLong(258)) { try KeyName(selector: DomainName("s"), domain: domain) }
    #expect(KeyName(try DomainName("s"), of: domain) == nil)
  }

  @Test func partsMayBeMissing() throws {
    let (selector, domain) = (try DomainName("s"), try DomainName("example.org"))
    #expect(KeyName(selector, of: domain)?.description == "s._domainkey.example.org")
    #expect(KeyName(nil, of: domain) == nil && KeyName(selector, of: nil) == nil)
  }

  /// Capitals name a type, since a type in small letters may be a selector.
  @Test(arguments: [
    ("MX", "example.org MX"), ("mx", "mx._domainkey.example.org"), ("TYPE65280", "example.org TYPE65280"),
    ("S1", "s1._domainkey.example.org"), ("a.b", "a.b._domainkey.example.org"),
  ])
  func aTypeInCapitalsNamesARecordSet(_ word: String, _ description: String) throws {
    let key = try #require(KeyName(selectorOrType: word, of: DomainName("example.org")))
    #expect(key.description == description)
    #expect(KeyName(selectorOrType: key.selectorOrType(), of: key.domain) == key)
  }

  @Test func sortsByDomainThenSelector() throws {
    let keys = try ["b._domainkey.a.org", "a._domainkey.b.org", "a._domainkey.a.org"].compactMap {
      KeyName(keyName: try DomainName($0))
    }
    #expect(keys.sorted().map(\.description) == ["a._domainkey.a.org", "b._domainkey.a.org", "a._domainkey.b.org"])
  }
}

@Suite struct TextRecordTests {
  @Test(arguments: [(0, [0]), (1, [1]), (255, [255]), (256, [255, 1]), (511, [255, 255, 1])])
  func isCutInto255Bytes(_ count: Int, _ lengths: [Int]) {
    let record = TextRecord(String(repeating: "x", count: count))
    #expect(record.strings.map(\.count) == lengths)
    #expect(record.joined.count == count)
  }

  @Test(
    arguments: [
      ([Array("v=DKIM1; ".utf8), Array("p=AA".utf8)], "v=DKIM1; p=AA", "\"v=DKIM1; \" \"p=AA\""),
      ([[0xFF, 0x41]], "\\255A", "\"\\255A\""), ([[0x1B, 0x5B]], "\\027[", "\"\\027[\""), ([[]], "", "\"\""),
      ([Array("a\"b\\c".utf8)], "a\"b\\c", "\"a\\\"b\\\\c\""), ([Array("ü".utf8)], "ü", "\"\\195\\188\""),
      ([Array("a\u{202E}b".utf8)], "a\\226\\128\\174b", "\"a\\226\\128\\174b\""),
      ([Array("a\u{2028}b".utf8)], "a\\226\\128\\168b", "\"a\\226\\128\\168b\""),
    ] as [([[UInt8]], String, String)]) func prints(_ strings: [[UInt8]], _ text: String, _ zoneFile: String)
  {
    let record = TextRecord(strings: strings)
    #expect(record.text == text)
    #expect(record.zoneFileText == zoneFile)
  }
}

@Suite struct DigestTests {
  @Test func printsAndReads() {
    let digest = Digest(high: 0x0123, low: .max)
    #expect(digest.description == "0000000000000123ffffffffffffffff")
    #expect(Digest(digest.description) == digest)
    #expect(Digest("123") == nil && Digest(String(repeating: "g", count: 32)) == nil)
  }
}

@Suite struct SecretTests {
  @Test func neverShows() {
    let secret = Secret("s3cr3t")
    var dumped = ""
    dump([secret], to: &dumped)
    for text in ["\(secret)", String(describing: secret), String(reflecting: secret), "\([secret])", dumped] {
      #expect(!text.contains("s3cr3t"))
    }
    #expect("\(secret)" == "<hidden>" && secret.reveal() == "s3cr3t")
    let receiver = Receiver(name: "a", format: .slack, url: secret, secret: secret, headers: ["X": secret])
    #expect(!"\(receiver)".contains("s3cr3t") && !String(reflecting: receiver).contains("s3cr3t"))
  }
}

@Suite struct IdentifierTests {
  @Test func hasTheLayoutOfAULID() {
    let source = IdentifierSource { 0 }
    #expect(source.event(at: Timestamp(microseconds: 0)) == "evt_00000000000000000000000000")
    #expect(source.incident(at: Timestamp(microseconds: 1_469_918_176_385_000)) == "inc_01aryz6s410000000000000000")
    #expect(source.delivery(at: Timestamp(microseconds: -5)).hasPrefix("dlv_0000000000"))
  }

  @Test func sortsByTimeAndNeverRepeats() {
    let source = IdentifierSource()
    let times = (0..<200).map { Timestamp(microseconds: 1_800_000_000_000_000 + $0 * 1000) }
    let ids = times.map(source.event)
    #expect(ids == ids.sorted())
    #expect(Set((0..<1000).map { _ in source.event(at: times[0]) }).count == 1000)
    #expect(ids.allSatisfy { $0.utf8.count == 30 })
  }
}
