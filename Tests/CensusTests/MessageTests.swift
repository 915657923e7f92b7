// Messages: every signature, and the word of trusted servers only.

import Census
import Mail
import Model
import Testing

private let received = "Received: from a by mx.example.com; Fri, 20 Nov 2026 09:00:01 +0100 (CET)\r\n"
private let when = "2026-11-20T08:00:01Z"

private func read(_ header: String, trusting servers: [String] = ["mx.example.com"]) -> [String] {
  var events: [String] = []
  MessageSightings.read(MessageHeader(Array((received + header + "\r\n").utf8)), trustedServers: servers) {
    events.append(describe($0))
  }
  return events
}

private func signature(_ domain: String, _ selector: String, b value: String = "abcdefgh") -> String {
  "DKIM-Signature: v=1; a=rsa-sha256;\r\n\td=\(domain); s=\(selector);\r\n\th=From; bh=AAAA; b=\(value)\r\n"
}

@Suite struct MessageTests {
  @Test func everySignatureIsSighted() {
    #expect(
      read(signature("example.org", "s1") + signature("Example.NET", "K1"))
        == ["message example.org s1 signed \(when)", "message example.net k1 signed \(when)"])
  }

  @Test(arguments: [
    "dkim=pass header.d=example.org header.s=s1", "dkim=pass (2048-bit key) header.i=@example.org header.b=abcdefgh",
    "dkim=pass header.d=example.org", "dkim=pass header.d=EXAMPLE.org header.s=S1 header.b=\"abcd\"",
  ]) func aTrustedServerSaysTheResult(_ verdict: String) {
    #expect(
      read("Authentication-Results: mx.example.com;\r\n\t\(verdict)\r\n" + signature("example.org", "s1"))
        == ["message example.org s1 pass \(when)"])
  }

  @Test func eachVerdictBelongsToItsSignature() {
    let results =
      "Authentication-Results: mx.example.com; dkim=fail (bad) header.d=example.org header.b=bbbb;"
      + " dkim=pass header.d=example.org header.b=aaaa; dkim=temperror header.d=example.net header.s=gone\r\n"
    #expect(
      read(results + signature("example.org", "s1", b: "aaaa1") + signature("example.org", "s2", b: "bb\r\n bb2"))
        == [
          "message example.org s1 pass \(when)", "message example.org s2 fail \"bad\" \(when)",
          "message example.net gone temperror \(when)",
        ])
  }

  @Test func whatAnybodyMayHaveWrittenIsNotBelieved() {
    let results = "Authentication-Results: evil.example; dkim=pass header.d=example.org header.s=s1\r\n"
    #expect(
      read(results + signature("example.org", "s1")) == [
        "untrusted evil.example", "message example.org s1 signed \(when)",
      ])
    #expect(read(results, trusting: []) == ["untrusted evil.example"])
  }

  @Test func aChainOfATrustedServerCountsWhereOurOwnSaysNothing() {
    let chain = "ARC-Authentication-Results: i=1; mx.example.com; dkim=pass header.d=example.org header.s=s1\r\n"
    #expect(read(chain + signature("example.org", "s1")) == ["message example.org s1 pass \(when)"])
    #expect(read(chain + signature("example.org", "s1"), trusting: []) == ["message example.org s1 signed \(when)"])
  }

  @Test func aSignatureWithoutItsNamesIsReported() {
    #expect(read("DKIM-Signature: v=1; a=rsa-sha256\r\n") == ["unreadable, line 0: a DKIM-Signature has no d= and s="])
  }

  @Test func aFloodOfSignaturesIsBounded() {
    let events = read((0..<10_000).map { signature("d\($0).example", "s") }.joined())
    #expect(events.count == MessageSightings.mostSignatures + 1)
  }

  @Test func reportsAreFoundInNestedParts() {
    let xml = "<feedback></feedback>"
    let message = """
      Content-Type: multipart/mixed; boundary="outer"

      preamble
      --outer
      Content-Type: multipart/alternative; boundary=inner

      --inner
      Content-Type: text/plain

      no report
      --inner
      Content-Type: application/octet-stream; name="a.xml"
      Content-Transfer-Encoding: base64

      PGZlZWRiYWNrPjwv
      ZmVlZGJhY2s+
      --inner--
      --outer
      Content-Type: text/xml
      Content-Disposition: attachment; filename="b.xml"

      \(xml)
      --outer
      Content-Type: text/xml; name=c.xml
      Content-Transfer-Encoding: quoted-printable

      <feed=
      back></feedback=3E
      --outer--
      epilogue
      """
    let bytes = Array(message.utf8)
    let parts = Attachments.reports(in: bytes, header: MessageHeader(bytes))
    #expect(parts.map(\.name) == ["a.xml", "b.xml", "c.xml"])
    #expect(parts.map { String(decoding: $0.bytes, as: UTF8.self).filter { $0 != "\n" } } == [xml, xml, xml])
  }

  @Test func athousandNestedPartsEnd() {
    var message = "Content-Type: multipart/mixed; boundary=b0\n\n"
    for level in 0..<5000 {
      message += "--b\(level)\nContent-Type: multipart/mixed; boundary=b\(level + 1)\n\n"
    }
    let bytes = Array(message.utf8)
    #expect(Attachments.reports(in: bytes, header: MessageHeader(bytes)) == [])
  }

  @Test(arguments: [
    ("<?xml version=\"1.0\"?><feedback/>", ContentKind.report), ("  \n<feedback>", .report),
    ("<22>Nov 20 08:00:00 a", .log),
    ("<8a3b2c>; task; x", .log), ("From a@b Fri Nov 20 08:00:01 2026\nA: b\n", .mailbox),
    ("Received: from a\n\tby b\nFrom: c\n\nbody", .message), ("Delivered-To: a\r\nX-A: b\r\n\r\n", .message),
    ("2026-11-20 08:00:00 1tDnR1-0003LU-U3 <= a", .log), ("Nov 20 08:00:00 mx exim[1]: a", .log), ("", .log),
    ("opendkim[1]: x: y", .log), ("\u{1F}", .log),
    ("From a\nSubject: b\n", .mailbox), ("From here on\nnothing\n", .log),
    ("EHLO a\r\nMAIL FROM:<b>\r\nRCPT TO:<c>\r\nDATA\r\nReceived: from a\r\nFrom: c\r\n\r\n", .message),
    ("EHLO a\nReceived: from a\nFrom: c\n", .log), ("HELO a\nnext\nDATA\nFrom: c\n", .log),
  ]) func aSourceIsKnownByItsContent(_ text: String, _ kind: ContentKind) {
    #expect(ContentKind(Array(text.utf8)) == kind)
  }
}
