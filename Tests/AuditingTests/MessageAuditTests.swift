// The audit of one message: what each check says of a message that is right but for one thing.

@testable import Auditing
import Foundation
@testable import Mail
import Model
import Policies
import TestSupport
import Testing

/// A message of example.org from 198.51.100.1, as mx.receiver.example has it.
private let header = [
  "Return-Path: <bounce@example.org>",
  "Received: from mx1.example.org (mx1.example.org [198.51.100.1]) by mx.receiver.example with ESMTPS id 1; Fri, 27 Nov 2026 20:00:05 +0000",
  "From: \"Shop, the\" <news@example.org>", "To: you@receiver.example", "Subject: hello",
  "Date: Fri, 27 Nov 2026 20:00:00 +0000", "Message-ID: <1@example.org>",
]

/// A signature that passes, or fails, by a domain; nothing is computed.
private func signature(_ domain: String = "example.org", _ result: ResultWord = .pass, fields: String = "from:subject")
  -> SignatureResult
{
  let text = "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=\(domain); s=s1; h=\(fields); bh=AAAA; b=AAAA"
  guard let field = HeaderField(Array((text + "\r\n").utf8)[...]) else { preconditionFailure("no field: \(text)") }
  return SignatureResult(
    signature: SignatureField(field), result: result,
    reason: result == .pass ? .verified : .bodyChanged(nil), bodyHash: result == .pass ? .match : .differs,
    verifies: result == .pass,
    dissent: [])
}

/// The report on a message, with lines of the header and the zone replaced.
private func report(
  header edits: [String] = [], zone zoneEdits: [String] = [], signatures: [SignatureResult] = [signature()],
  body: String = "hi\r\n",
  envelope: MessageEnvelope = MessageEnvelope(), isBulk: Bool = false
) throws -> MessageReport {
  let lines = MailZone.changed(header, edits)
  let bytes = Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
  var scan = MessageScan()
  bytes.withUnsafeBytes { scan.take($0) }
  scan.finish()
  let message = MessageHeader(bytes)
  let zone = try MailZone(MailZone.changed(MailZone.clean, zoneEdits))
  var audit = MessageAudit(
    MessageVerification(
      MessageReading(message), signatures: signatures,
      arc: ARCResult(result: .none, instances: 0, reason: .absent, oldestPass: nil)),
    header: message, scan: scan, envelope: envelope, now: try #require(Timestamp("2026-11-27T20:10:00Z")),
    isBulk: isBulk)
  var step = audit.begin()
  for _ in 0..<40 {
    switch step {
    case .report(let report): return report
    case .ask(let questions):
      step = audit.take(Dictionary(questions.map { ($0, zone.reply($0)) }) { first, _ in first })
    }
  }
  Issue.record("the audit does not end")
  throw CancellationError()
}

private struct Case: Sendable, CustomTestStringConvertible {
  var rule: String
  var header: [String] = []
  var zone: [String] = []
  var signatures: [SignatureResult] = [signature()]
  var body = "hi\r\n"
  var isBulk = false
  var severity = Severity.warning
  var testDescription: String { "\(rule) \(header) \(zone)" }
}

private let cases: [Case] = [
  Case(rule: "message-unsigned", signatures: [], severity: .critical),
  Case(rule: "signature-body-changed", signatures: [signature("example.org", .fail)], severity: .critical),
  Case(rule: "message-spf", zone: ["-example.org TXT v=spf1", "example.org TXT v=spf1 -all"], severity: .critical),
  Case(rule: "message-spf", zone: ["-example.org TXT v=spf1", "example.org TXT v=spf1 ~all"]),
  Case(
    rule: "message-dmarc", zone: ["-example.org TXT v=spf1", "example.org TXT v=spf1 -all"],
    signatures: [signature("other.example")],
    severity: .critical),
  Case(
    rule: "message-dmarc",
    zone: [
      "-example.org TXT v=spf1", "example.org TXT v=spf1 -all", "-_dmarc", "_dmarc.example.org TXT v=DMARC1; p=none",
    ],
    signatures: [signature("other.example")]),
  Case(rule: "message-dmarc-missing", zone: ["-_dmarc"]),
  Case(rule: "message-from", header: ["From: other@example.org"], severity: .critical),
  Case(rule: "message-from", header: ["-From", "From: a@example.org, b@example.org"]),
  Case(rule: "message-from", header: ["-From", "From: a@example.org, b@other.example"], severity: .critical),
  Case(rule: "message-from", header: ["-From"], severity: .critical),
  Case(rule: "message-date", header: ["-Date"]),
  Case(rule: "message-date", header: ["-Date", "Date: Fri, 20 Nov 2026 20:00:00 +0000"]),
  Case(rule: "message-id", header: ["-Message-ID"]),
  Case(rule: "message-id", header: ["-Message-ID", "Message-ID: 1"]),
  Case(rule: "message-header-repeated", header: ["Subject: again"]),
  Case(rule: "message-unsubscribe", isBulk: true),
  Case(rule: "message-unsubscribe", header: ["List-Unsubscribe: <mailto:u@example.org>"], severity: .info),
  Case(rule: "message-size", body: String(repeating: "x\r\n", count: 4 << 20), severity: .info),
  Case(rule: "message-line-long", body: String(repeating: "x", count: 999) + "\r\n"),
  Case(rule: "message-bytes", body: "a\u{0}b\r\n"),
  Case(rule: "message-bytes", body: "a\nb\r\n"),
  Case(rule: "message-client-ptr", zone: ["-1.100.51.198"], severity: .critical),
  Case(
    rule: "message-helo",
    header: [
      "-Received",
      "Received: from nobody.example.org ([198.51.100.1]) by mx with ESMTPS; Fri, 27 Nov 2026 20:00:05 +0000",
    ], severity: .info),
  Case(rule: "message-from-domain", zone: ["-example.org MX", "-example.org A ", "example.org MX 0 ."]),
  Case(
    rule: "message-received-tls",
    header: [
      "-Received", "Received: from mx1.example.org ([198.51.100.1]) by mx with ESMTP; Fri, 27 Nov 2026 20:00:05 +0000",
    ]),
]

@Suite struct MessageAuditTests {
  @Test(arguments: cases) fileprivate func theCheckFires(_ row: Case) throws {
    let report = try report(
      header: row.header, zone: row.zone, signatures: row.signatures, body: row.body, isBulk: row.isBulk)
    let found = report.sections.flatMap(\.findings).map(\.finding)
    #expect(
      found.contains { $0.rule == row.rule && $0.severity == row.severity },
      "\(found.map { "\($0.severity) \($0.rule) \($0.evidence)" })")
  }

  @Test func everyCheckHasACase() {
    let others = ["message-signature", "arc-chain-broken"]
    #expect(Set(MessageCheck.all.map(\.rule.id)).subtracting(cases.map(\.rule)).subtracting(others).sorted() == [])
  }

  @Test func asJSON() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let report = try report(signatures: [signature("other.example", .fail)])
    expectGolden(String(decoding: try encoder.encode(report), as: UTF8.self) + "\n", "audit-message.json")
  }

  @Test func aGoodMessageHasTenPoints() throws {
    let report = try report()
    #expect(report.sections.flatMap(\.findings).map(\.finding.text) == [])
    #expect((report.score, report.of) == (10, 10))
    #expect(report.fate == .delivered)
    #expect(report.requirements.filter { $0.state == .notMet }.map(\.requirement) == [])
  }

  @Test func oneClickNeedsBothFieldsSigned() throws {
    let fields = [
      "List-Unsubscribe: <https://example.org/u>, <mailto:u@example.org>",
      "List-Unsubscribe-Post: List-Unsubscribe=One-Click",
    ]
    let signed = signature(fields: "from:subject:list-unsubscribe:list-unsubscribe-post")
    #expect(try report(header: fields, signatures: [signed], isBulk: true).verdict == .ok)
    #expect(try report(header: fields, isBulk: true).verdict == .warning)
  }

  /// The policy decides what becomes of a message that does not pass.
  @Test(arguments: [
    ("p=reject", MessageFate.refused), ("p=quarantine", .quarantined), ("p=none", .monitored),
    ("p=reject; t=y", .quarantined),
  ])
  func thePolicyDecides(policy: String, fate: MessageFate) throws {
    let report = try report(
      zone: [
        "-_dmarc", "_dmarc.example.org TXT v=DMARC1; \(policy)", "-example.org TXT v=spf1",
        "example.org TXT v=spf1 -all",
      ],
      signatures: [signature("other.example")])
    #expect(report.fate == fate)
  }

  @Test(arguments: [("adkim=r", MessageFate.delivered), ("adkim=s", .refused)])
  func aSubdomainAlignsWhereAlignmentIsRelaxed(tag: String, fate: MessageFate) throws {
    let report = try report(
      zone: [
        "-_dmarc", "_dmarc.example.org TXT v=DMARC1; p=reject; \(tag)", "-example.org TXT v=spf1",
        "example.org TXT v=spf1 -all",
      ],
      signatures: [signature("mail.example.org")])
    #expect(report.fate == fate)
  }

  @Test func withoutTheClientSPFIsNotJudged() throws {
    let report = try report(header: ["-Received"], signatures: [signature("other.example")])
    #expect(report.fate == .unknown)
    #expect(report.of < 10)
  }

  @Test(arguments: ["", "From: \u{0}<script>@x\r\n", "From: " + String(repeating: "(", count: 200_000), "\r\n\r\n"])
  func hostileHeadersEnd(text: String) throws {
    let report = try report(header: ["-", text.isEmpty ? "X: y" : text])
    #expect(report.score < 10)
  }
}
