// The examples of RFC 6376 and RFC 8463, and hostile messages, from the first byte to the verdict.

import Model
import TestSupport
import Testing

@testable import Mail

@Suite struct ExampleTests {
  /// The messages of RFC 6376, appendix A, and RFC 8463, appendix A, with the keys that stand there.
  @Test(arguments: [("rfc6376.eml", 1), ("rfc8463.eml", 2)])
  func theExamplesOfTheStandardsVerify(_ file: String, _ count: Int) throws {
    let text = try #require(contents(ofFile: fixtures("mail") + "/" + file))
    let results = try Self.verify(Array(text.utf8)).signatures
    #expect(results.count == count)
    for result in results { #expect(result.result == .pass) }
    // As it comes over SMTP.
    let wire = text.replacing("\n", with: "\r\n")
    #expect(try Self.verify(Array(wire.utf8)).verdict == .ok)
  }

  /// RFC 6376, section 3.4.5.
  @Test(arguments: [
    (Canonicalization.relaxed, "a:X\r\nb:Y Z\r\n", " C\r\nD E\r\n"),
    (.simple, "A: X\r\nB : Y\t\r\n\tZ  \r\n", " C \r\nD \t E\r\n"),
  ])
  func theExamplesOfCanonicalization(_ form: Canonicalization, _ header: String, _ body: String) throws {
    let message = MessageHeader(Array("A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n".utf8))
    #expect(message.fields.flatMap { HeaderForm.canonical($0, form) }.text == header)
    let kind = BodyHashKind(form, .sha256)
    let hash = try #require(BodyHasher.hash(Array(" C \r\nD \t E\r\n\r\n\r\n".utf8), kind))
    #expect(hash.hash == RunningHash.hash(Array(body.utf8), .sha256) && hash.length == UInt64(body.utf8.count))
  }

  static let hostile: [(String, String)] = [
    ("", "unknown"), ("\0\0\0", "unknown"), ("DKIM-Signature:", "critical"), ("DKIM-Signature:\r\n\r\n", "critical"),
    ("DKIM-Signature: " + String(repeating: "x", count: 1_000_000), "critical"),
    ("DKIM-Signature: v=1; a=rsa-sha256; d=\u{202e}a; s=\u{1b}[31m; h=from; bh=; b=\r\n\r\n", "critical"),
    (String(repeating: "DKIM-Signature: v=1\r\n", count: 10_000) + "\r\n", "critical"),
    ("ARC-Seal: i=1\r\n" + String(repeating: "ARC-Seal: i=99999999999999999999\r\n", count: 500) + "\r\n", "unknown"),
    (String(repeating: "\n", count: 100_000), "unknown"),
    ("From: " + String(repeating: "<", count: 100_000), "unknown"),
    (String(repeating: "Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\n", count: 1000), "unknown"),
  ]

  @Test(arguments: hostile)
  func nothingThatComesIsTooMuch(_ message: String, _ verdict: String) throws {
    let verification = try Self.verify(Array(message.utf8))
    #expect(verification.verdict.rawValue == verdict)
    #expect(verification.signatures.count <= MessageReading.mostSignatures)
  }

  @Test func aTruncatedSignedMessageIsJudgedAtEveryLength() throws {
    let whole = Array(try #require(contents(ofFile: fixtures("mail") + "/rfc8463.eml")).utf8)
    for length in stride(from: 0, to: whole.count - 1, by: 7) {
      let verification = try Self.verify(Array(whole[..<length]))
      #expect(verification.verdict != .ok)
    }
  }

  static func verify(_ message: [UInt8]) throws -> MessageVerification {
    let lines = try #require(contents(ofFile: fixtures("mail") + "/keys.txt")).split(separator: "\n")
    var offers: [KeyName: [KeyOffer]] = [:]
    for line in lines {
      let parts = line.split(separator: " ", maxSplits: 1)
      let key = try #require(KeyName(keyName: try DomainName(parts[0])))
      let tags = TagList(Array(parts[1].utf8)[...])
      let value = try #require(tags.value("p"))
      let bytes = try #require(Base64.decode(value))
      let isRSA = tags.value("k").map { $0.matches("rsa") } ?? true
      // The head of a SubjectPublicKeyInfo of Ed25519 (RFC 8410, section 4).
      let head: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
      let summary = KeySummary(
        type: isRSA ? .rsa : .ed25519, bits: isRSA ? 1024 : 256, fingerprint: "SHA256:x", revoked: false, testing: false
      )
      let record = VerificationRecord.key(VerificationKey(summary: summary, info: isRSA ? bytes : head + bytes))
      offers[key] = [KeyOffer(source: .view("local"), answer: .records([record]))]
    }
    var intake = MessageIntake()
    message.withUnsafeBytes { intake.take($0) }
    return intake.finish().verified(keys: offers, at: Timestamp(seconds: 1_700_000_000))
  }
}
