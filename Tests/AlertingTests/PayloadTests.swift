// What receivers get: golden bodies for every type of event and every format, and the limits of the receivers.

import Foundation
import HTTPClient
import Model
import TestSupport
import Testing

@testable import Alerting

@Suite struct Payloads {
  @Test(arguments: EventType.allCases) func asPlainText(type: EventType) throws {
    expectGolden(PlainText.text(try .sample(type)) + "\n", "text/\(type.rawValue).txt")
  }

  @Test(arguments: Receiver.Format.allCases, EventType.allCases) func asJSON(format: Receiver.Format, type: EventType)
    throws
  {
    let body = try Payload.body(for: try .sample(type), in: format)
    let value = try JSONSerialization.jsonObject(with: Data(body))
    let pretty = try JSONSerialization.data(
      withJSONObject: value, options: [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes])
    expectGolden(String(decoding: pretty, as: UTF8.self) + "\n", "\(format.rawValue)/\(type.rawValue).json")
  }

  @Test(arguments: EventType.allCases) func genericIsTheEventItself(type: EventType) throws {
    let event = try Event.sample(type)
    let body = try Payload.body(for: event, in: .generic)
    #expect(try JSONDecoder().decode(Event.self, from: Data(body)) == event)
    #expect(try Payload.body(for: event, in: .generic) == body, "equal events give equal bytes")
  }

  /// An event in which everything is as long as a hostile zone can make it.
  private func monster(_ text: String = "&\"<") throws -> Event {
    var event = try Event.sample(.selectorMissing)
    let long = String(repeating: text, count: 4000 / text.count)
    event.summary = long
    event.note = long
    event.lastGood?.records = Array(repeating: long, count: 50)
    event.before?.records = Array(repeating: long, count: 50)
    event.after?.records = Array(repeating: long, count: 50)
    event.findings = Array(
      repeating: Finding(rule: "r", severity: .critical, text: long, evidence: long, remedy: long), count: 100)
    event.caches = Array(
      repeating: CacheClock(view: "google", server: "8.8.8.8", holding: .key, until: time(0)), count: 100)
    event.diagnosis = Diagnosis(
      cause: long, evidence: Array(repeating: long, count: 100), remedy: long, record: event.diagnosis?.record)
    event.labels = Dictionary(uniqueKeysWithValues: (0..<100).map { ("label\($0)", long) })
    let names = try (0..<100).map { try DomainName("ns\($0).example") }
    event.delegation?.before = names
    event.delegation?.after = names
    return event
  }

  @Test(arguments: Receiver.Format.allCases, ["&\"<", "\u{1}", "é", "x", "👩‍👩‍👧‍👦"])
  func aLongEventIsShortened(format: Receiver.Format, text: String) throws {
    let event = try monster(text)
    let body = try Payload.body(for: event, in: format)
    #expect(body.count <= Payload.maximumBytes)
    let whole = String(decoding: body, as: UTF8.self)
    #expect(whole.contains("zendesk1._domainkey.domain.com"), "what it is about stays")
    #expect(whole.contains("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"), "the record to add stays whole")
    _ = try JSONSerialization.jsonObject(with: Data(body))
  }

  @Test func slackStaysWithinItsLimits() throws {
    let body = try SlackPayload().body(for: monster())
    let message = try #require(try JSONSerialization.jsonObject(with: Data(body)) as? [String: Any])
    #expect((message["text"] as? String ?? "").count <= 3001)
    let attachments = try #require(message["attachments"] as? [[String: Any]])
    let blocks = try #require(attachments.first?["blocks"] as? [[String: Any]])
    #expect(blocks.count <= 50)
    for block in blocks {
      let text = (block["text"] as? [String: Any])?["text"] as? String ?? ""
      #expect(text.count <= 3000)
      let fields = block["fields"] as? [[String: Any]] ?? []
      #expect(fields.count <= 10)
      for field in fields { #expect((field["text"] as? String ?? "").count <= 2000) }
    }
  }

  @Test func slackCannotBeMadeToMentionPeople() throws {
    var event = try Event.sample(.selectorInvalid)
    event.summary = "<!channel> & <https://evil.example|here>"
    event.diagnosis = Diagnosis(cause: "<!here>", evidence: [], remedy: "", record: "a ``` b")
    let body = String(decoding: try SlackPayload().body(for: event), as: UTF8.self)
    #expect(!body.contains("<"))
    #expect(body.contains("&lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;"))
    #expect(body.contains("```a ''' b```"))
  }

  @Test func plainTextCannotSteerATerminal() throws {
    var event = try Event.sample(.selectorInvalid)
    event.summary = "\u{1B}[2Jcleared\u{7}\nCRITICAL forged\u{202E}"
    event.note = "\u{9B}31m\r\n\tx"
    let text = PlainText.text(event)
    #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" || (0x7F...0x9F).contains($0.value) })
    #expect(!text.contains("\u{202E}"))
    #expect(!text.contains("\nCRITICAL"))
    #expect(PlainText.line(event).contains("cleared"))
    #expect(!PlainText.line(event).contains("\n"))
  }
}

@Suite struct Signing {
  /// The example of the Standard Webhooks specification.
  @Test func vector() throws {
    let body = Array(#"{"event_type":"ping","data":{"success":true}}"#.utf8)
    let header = try WebhookSignature.header(
      id: "msg_loFOjxBNrRLzqYUf", timestamp: 1_731_705_121, body: body,
      secret: Secret("whsec_plJ3nmyCDGBKInavdOK15jsl"))
    #expect(header == "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=")
  }

  @Test func otherTextIsTheKeyItself() throws {
    // printf 'a.1.x' | openssl dgst -sha256 -hmac 'my secret' -binary | base64
    let header = try WebhookSignature.header(id: "a", timestamp: 1, body: Array("x".utf8), secret: Secret("my secret"))
    #expect(header == "v1,Qryck5TBf+etEZnZ8d1Z2XQnIf28ljjgyMABlb6IzEU=")
  }

  @Test func twoSecretsGiveTwoSignatures() throws {
    let one = try WebhookSignature.header(id: "a", timestamp: 1, body: [], secret: Secret("whsec_AAAA"))
    let two = try WebhookSignature.header(id: "a", timestamp: 1, body: [], secret: Secret("whsec_BBBB"))
    let both = try WebhookSignature.header(id: "a", timestamp: 1, body: [], secret: Secret("whsec_AAAA whsec_BBBB"))
    #expect(both == "\(one) \(two)")
  }

  @Test(arguments: ["whsec_", "whsec_notbase64", "whsec_???", "whsec_AAAA whsec_?"])
  func aBadSecretIsRefused(secret: String) {
    #expect(throws: WebhookSignature.BadSecret.self) {
      try WebhookSignature.header(id: "a", timestamp: 1, body: [], secret: Secret(secret))
    }
  }

  @Test func theRequestOfATry() throws {
    let sender = WebhookSender(http: ScriptedReceivers { _ in HTTPResponse(status: 200) }, now: { time(7) })
    var signed = receiver(secret: "whsec_AAAA")
    signed.headers = ["Authorization": Secret("Bearer x"), "Content-Type": Secret("application/vnd.mine+json")]
    let event = try Event.sample(.test)
    let request = try sender.request(event, id: "dlv_1", to: signed)
    #expect(request.url == "https://hook.example/path")
    #expect(request.method == .post)
    #expect(request.body == (try Payload.body(for: event, in: .generic)))
    #expect(request["webhook-id"] == "dlv_1")
    #expect(request["webhook-timestamp"] == "\(time(7).seconds)")
    #expect(
      request["webhook-signature"]
        == (try WebhookSignature.header(
          id: "dlv_1", timestamp: time(7).seconds, body: request.body, secret: Secret("whsec_AAAA"))))
    #expect(request["Authorization"] == "Bearer x")
    #expect(request["Content-Type"] == "application/vnd.mine+json")
    #expect(request["content-type"] == nil)
    #expect(!request.allowsPrivateAddresses)
    #expect(try sender.request(event, id: "dlv_1", to: receiver())["webhook-signature"] == nil)
  }
}
