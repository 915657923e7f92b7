// Signatures of every algorithm and canonicalization, whole and changed.

import Model
import Testing

@testable import Mail

@Suite struct VerificationTests {
  static let messages = [
    "From: a@example.org\r\nTo:  b\t c \r\nSubject: one\r\n  two\r\n\r\nHello\r\n\r\nWorld\r\n",
    "From: a\nTo: b\nSubject: x\n\nbare line feeds\nand no end",
    "From: a\r\nFrom: b\r\nTo : c\r\nSubject:\r\n\r\n",
    "From: a\r\nSubject: blanks\r\n\r\n  a  b\t\tc  \r\n \r\n\t\r\nd \r\n\r\n\r\n",
    "From: a\r\nTo: b\r\n\r\n\r\n\r\n", "From: a\r\nTo: b", "From: a\r\nTo: b\r\n\r\n   ",
    "From: a\r\nTo: b\r\n\r\nx\rand a bare carriage return\r\n\r\r\ny\r",
    "From: \u{e4}\r\nTo: b\r\n\r\n\0\u{1}\u{ff}\r\n" + String(repeating: "long ", count: 400) + "\r\nend",
  ]

  struct Way: CustomTestStringConvertible, Sendable {
    var algorithm: SignatureField.Algorithm
    var header: Canonicalization
    var body: Canonicalization
    var testDescription: String { "\(algorithm) \(header)/\(body)" }
    var pair: SigningPair? { algorithm == .ed25519SHA256 ? .ed25519 : .rsa2048 }
    var signer: Signer { Signer(pair: pair, algorithm: algorithm, header: header, body: body) }

    static let all = SignatureField.Algorithm.allCases.flatMap { algorithm in
      Canonicalization.allCases.flatMap { header in
        Canonicalization.allCases.map { Way(algorithm: algorithm, header: header, body: $0) }
      }
    }
  }

  @Test(arguments: Way.all, messages)
  func whatIsSignedVerifies(_ way: Way, _ message: String) throws {
    let signed = way.signer.sign(message)
    for chunk in [1, 2, 3, 7, 64, 100_000] {
      let result = try #require(Verified(signed, .key(way.pair), chunk: chunk).signatures.first)
      #expect(result.verifies && result.bodyHash == .match)
      #expect(result.result == (way.algorithm == .rsaSHA1 ? .policy : .pass))
    }
    // As a file with LF has it; where a CR stands before the CRLF, that would be another message.
    if message.contains("bare carriage return") { return }
    let file = signed.enumerated().filter { $1 != 0x0D || $0 + 1 == signed.count || signed[$0 + 1] != 0x0A }
    #expect(Verified(file.map(\.element), .key(way.pair)).signatures.first?.verifies == true)
  }

  @Test(arguments: Way.all)
  func whatIsChangedFails(_ way: Way) throws {
    let signed = way.signer.sign(Self.messages[0])
    for (old, new, body) in [
      ("World", "world", true), ("one", "two", false), ("From: a@", "From: b@", false),
      ("Hello\r\n", "Hello\r\n!", true),
    ] {
      let changed = Array(String(decoding: signed, as: UTF8.self).replacing(old, with: new).utf8)
      let result = try #require(Verified(changed, .key(way.pair)).signatures.first)
      #expect(result.result == .fail && !result.verifies)
      #expect(result.bodyHash == (body ? .differs : .match))
    }
    // A second From is caught, since h= names it twice.
    let added = Array("From: evil@example.net\r\n".utf8) + signed
    #expect(Verified(added, .key(way.pair)).signatures.first?.result == .fail)
  }

  static let keySizes = [512, 768, 1023, 1024, 2048, 3072, 4096, 8192]

  @Test(arguments: keySizes)
  func keysOfAllSizesVerify(_ bits: Int) throws {
    // Longer keys take seconds to make.
    guard bits <= 4096 else { return }
    let pair = try #require(SigningPair(.rsa, bits: bits))
    let result = try #require(Verified(Signer(pair: pair).sign(Self.messages[0]), .key(pair)).signatures.first)
    #expect(result.verifies)
    #expect(result.reason == (bits < 1024 ? .weakKey(bits: bits) : .verified))
    #expect(result.result == (bits < 1024 ? .policy : .pass))
  }

  @Test func theWantOfAKeyIsToldByItsKind() throws {
    let signed = Signer(pair: .rsa2048).sign(Self.messages[0])
    let name = "s1._domainkey.example.org"
    var strict = try #require(SigningPair.rsa2048).record
    strict.hashes = ["sha1"]
    var service = strict
    service.hashes = nil
    service.services = ["tlsrpt"]
    let answers: [(VerificationAnswer, ResultWord, SignatureReason)] = [
      (.missing, .permerror, .keyMissing(name)),
      (.unreachable("timeout"), .temperror, .keyUnreachable(name, why: "timeout")),
      (.records([.revoked]), .permerror, .keyRevoked(name)),
      (.records([.unusable("no p=")]), .permerror, .keyUnusable(name, why: "no p=")),
      (.records([.key(strict)]), .permerror, .keyHash("sha1")),
      (.records([.key(service)]), .permerror, .keyService),
      (.key(.ed25519), .permerror, .keyType(signature: "rsa-sha256", key: "ed25519")),
      (.key(.rsaOther), .fail, .otherKey),
    ]
    for (answer, result, reason) in answers {
      let found = try #require(Verified(signed, answer).signatures.first)
      #expect(found.result == result && found.reason == reason)
    }
    // One record that fits is enough.
    let both = VerificationAnswer.records([.revoked, .key(try #require(SigningPair.rsa2048).record)])
    #expect(Verified(signed, both).signatures.first?.result == .pass)
  }

  @Test func theClockCounts() throws {
    let signer = Signer(pair: .rsa2048, extra: " t=1000000; x=2000000;")
    let signed = signer.sign(Self.messages[0])
    for (now, reason) in [
      (1_500_000, SignatureReason.verified), (2_000_000, .verified),
      (2_000_001, .expired(Timestamp(seconds: 2_000_000))), (999_700, .verified),
      (999_699, .future(Timestamp(seconds: 1_000_000))),
    ] {
      let result = try #require(Verified(signed, .key(.rsa2048), at: Int64(now)).signatures.first)
      #expect(result.reason == reason && result.verifies)
      #expect(result.result == (reason == .verified ? .pass : .permerror))
    }
  }

  @Test func aLimitLeavesTheRestOpen() throws {
    let signed = Signer(pair: .rsa2048, limit: 5).sign(Self.messages[0])
    let result = try #require(Verified(signed + Array("more".utf8), .key(.rsa2048)).signatures.first)
    #expect(result.result == .pass && result.signature.bodyLength == 5 && result.bodyBytes == 22)
  }

  @Test func aSubdomainIsRefusedByTheFlag() throws {
    var key = try #require(SigningPair.rsa2048).record
    key.forbidsSubdomains = true
    let signed = Signer(pair: .rsa2048, extra: " i=@sub.example.org;").sign(Self.messages[0])
    #expect(Verified(signed, .records([.key(key)])).signatures.first?.reason == .keySubdomain("@sub.example.org"))
    let plain = Signer(pair: .rsa2048).sign(Self.messages[0])
    #expect(Verified(plain, .records([.key(key)])).signatures.first?.result == .pass)
  }

  @Test func theKeyOfTheHistoryIsFound() throws {
    let signed = Signer(pair: .rsa2048).sign(Self.messages[0])
    let until = Timestamp(seconds: 1_699_999_000)
    let past = KeyOffer(source: .history(until: until), answer: .key(.rsa2048))
    let result = try #require(Verified(signed, .key(.rsaOther), history: [past]).signatures.first)
    #expect(result.result == .fail && result.reason == .otherKey)
    #expect(result.verifiedBefore == .init(fingerprint: "SHA256:2048", until: until))
    // Nothing is verified with it where today's key fits.
    #expect(Verified(signed, .key(.rsa2048), history: [past]).signatures.first?.verifiedBefore == nil)
  }

  @Test func manySignaturesAreBounded() {
    let one = "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=s1; h=from; bh=aa; b=aa\r\n"
    let reading = MessageReading(MessageHeader(Array(String(repeating: one, count: 10_000).utf8)))
    #expect(reading.signatures.count == 50 && reading.unread == 9950)
    #expect(reading.hashKinds.count <= 1 && reading.keyNames.count <= 1)
  }
}
