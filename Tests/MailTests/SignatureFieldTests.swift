// DKIM-Signature: every tag, every way to be wrong.

import Model
import Testing

@testable import Mail

@Suite struct SignatureFieldTests {
  static let hash = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="
  static let good = "v=1; a=rsa-sha256; d=example.org; s=s1; h=From:To; bh=\(hash); b=aGVsbG8="

  @Test func everyTagIsRead() throws {
    let field = try #require(
      HeaderField(
        """
        DKIM-Signature: v=1; a=RSA-SHA256; c=relaxed/simple; q=dns/txt;\r
         d=Example.ORG; s=a.b; i=jo=e@mail.example.org; l=20; t=1000; x=2000;\r
         h=From : To:\r
         from; z=From:joe=20d|To:=3Cx=7C|Sub\r
         ject:a=3Ab; bh=47DEQpj8HBSa+/TImW+5JCeu\r
         QeRkm5NMpJWZG3hSuFU=; b=aGVs\r
         bG8=;\r
        """))
    let signature = SignatureField(field)
    #expect(signature.faults.isEmpty)
    #expect(signature.algorithm == .rsaSHA256)
    #expect(signature.headerCanonicalization == .relaxed && signature.bodyCanonicalization == .simple)
    #expect(signature.keyName?.description == "a.b._domainkey.example.org")
    #expect(signature.identity == "jo=e@mail.example.org")
    #expect(signature.bodyLength == 20)
    #expect(signature.signedAt?.seconds == 1000 && signature.expiresAt?.seconds == 2000)
    #expect(signature.signedFields == ["from", "to", "from"])
    #expect(signature.copies.map(\.name) == ["from", "to", "subject"])
    #expect(signature.copies.map(\.value.text) == ["joe d", "<x|", "a:b"])
    #expect(signature.signature.text == "hello" && signature.bodyHash.count == 32)
  }

  @Test func defaultsAreThoseOfTheRFC() throws {
    let signature = try Self.signature(Self.good)
    #expect(signature.faults.isEmpty)
    #expect(signature.headerCanonicalization == .simple && signature.bodyCanonicalization == .simple)
    #expect(signature.identity == "@example.org")
    #expect(signature.bodyLength == nil && signature.signedAt == nil && signature.expiresAt == nil)
  }

  /// A change of the good one, and the fault that it makes.
  static let changes: [(String, String, String)] = [
    ("v=1; ", "", "v= is missing"), ("v=1", "v=2", "v=2 is unknown; expected 1"),
    ("a=rsa-sha256; ", "", "a= is missing"),
    ("rsa-sha256", "rsa-md5", "a=rsa-md5 is unknown; expected rsa-sha256 or ed25519-sha256"),
    ("d=example.org", "d=", "d= is missing"), ("d=example.org", "d=a..b", "d=a..b is no domain name"),
    ("s=s1; ", "", "s= is missing"), ("s=s1", "s=.", "s=. is no domain name"),
    ("h=From:To", "h=To", "h= does not name From"), ("h=From:To", "h=:", "h= is empty"),
    ("h=From:To", "h=From:T o", "h= names 'To', which is no field name"), ("h=From:To; ", "", "h= is missing"),
    ("b=aGVsbG8=", "b=", "b= is missing"), ("b=aGVsbG8=", "b=!", "b= is not base64"),
    ("bh=\(hash)", "bh=aGVsbG8=", "bh= has 5 bytes; the hash has 32"), ("bh=\(hash); ", "", "bh= is missing"),
    ("s=s1", "s=s1; c=strict", "c=strict is unknown; expected simple or relaxed"),
    ("s=s1", "s=s1; l=-1", "l=-1 is no number"), ("s=s1", "s=s1; t=now", "t=now is no number"),
    ("s=s1", "s=s1; t=5; x=5", "x= is not later than t="),
    ("s=s1", "s=s1; i=a@other.example", "i=a@other.example does not belong to the domain of d="),
    ("s=s1", "s=s1; i=a@badexample.org", "i=a@badexample.org does not belong to the domain of d="),
    ("s=s1", "s=s1; i=nobody", "i=nobody does not belong to the domain of d="),
    ("s=s1", "s=s1; q=http", "q=http is unknown; expected dns/txt"),
    ("s=s1", "s=s1; s=s2", "s= appears twice"), ("s=s1", "s=s1;; t=1", "a tag is missing between two semicolons"),
    ("s=s1", "s=s1; 1x=y", "'1x' is no tag name"), ("s=s1", "s=s1; stray", "'stray' has no '='"),
    ("s=s1", "s=s1; y=\u{1}", "y= has the byte 0x01"),
  ]

  @Test(arguments: changes)
  func aFaultIsNamed(_ old: String, _ new: String, _ fault: String) throws {
    let signature = try Self.signature(Self.good.replacing(old, with: new))
    #expect(signature.faults.map(\.description) == [fault])
  }

  @Test(arguments: [
    "l=18446744073709551616", "x=99999999999999999999", "i=@MAIL.example.org", "i=a=40mail.example=2Eorg",
    "q=foo:dns/txt", "n=x=y",
  ])
  func theUnusualIsTaken(_ tag: String) throws {
    #expect(try Self.signature(Self.good.replacing("s=s1", with: "s=s1; \(tag)")).faults.isEmpty)
  }

  @Test func hostileFieldsAreReadInBoundedTime() throws {
    for piece in ["a=b;", ";", "=", "h=a:b;", "\0", "z=a:b|"] {
      _ = try Self.signature(String(repeating: piece, count: 20_000))
    }
    _ = try Self.signature("h=" + String(repeating: "a:", count: 50_000))
  }

  static func signature(_ value: String) throws -> SignatureField {
    SignatureField(try #require(HeaderField("DKIM-Signature: \(value)\r\n")))
  }
}
