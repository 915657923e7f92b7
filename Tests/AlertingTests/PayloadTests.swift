// What receivers get: golden bodies for every type of event and every format, and the limits of the receivers.

import Foundation
import HTTPClient
import Model
import TestSupport
import Testing

@testable import Alerting

@Suite struct Payloads {
  private func bodies(_ events: [Event], _ format: Receiver.Format) throws -> [[UInt8]] {
    let sender = MessageSender(
      transport: ScriptedReceivers { _ in HTTPResponse(status: 200) }, now: { time(3600) },
      display: { $0.description.replacing("xn--bcher-kva", with: "bücher") })
    let items = events.map { event in
      QueuedDelivery(
        delivery: Delivery(id: "dlv_1", event: event.id, receiver: "hook", createdAt: event.at), event: event,
        standing: event.incident.map { _ in QueuedDelivery.Standing(isOpen: !event.type.isRecovery) })
    }
    switch try sender.dispatch(items, id: "dlv_1", to: receiver("hook", format)) {
    case .http(let requests): return requests.map(\.body)
    case .program(let call): return [call.input]
    case .mail(let mail): return [mail.message]
    }
  }

  private func body(_ events: [Event], _ format: Receiver.Format) throws -> [UInt8] {
    try #require(try bodies(events, format).first)
  }

  private func expectGolden(_ events: [Event], _ format: Receiver.Format, _ name: String) throws {
    let bodies = try bodies(events, format)
    for (index, body) in bodies.enumerated() {
      let part = index == 0 ? "" : ".\(index + 1)"
      TestSupport.expectGolden(try pretty(body), "\(format.rawValue)/\(name)\(part).json")
    }
  }

  /// Everything that sends JSON; mails have golden files of their own.
  @Test(arguments: Receiver.Format.allCases.filter { $0 != .email }, EventType.allCases) func asJSON(
    format: Receiver.Format, type: EventType
  )
    throws
  {
    try expectGolden([.sample(type)], format, type.rawValue)
  }

  @Test func aZoneThatLostKeysIsOneMessage() throws {
    try expectGolden(try Event.loss(of: ["zendesk1", "zendesk2", "s2026"]), .slack, "zone.missing")
    let many = try Event.loss(of: (0..<90).map { "s\($0)" })
    try expectGolden(many, .slack, "zone.missing.many")
    #expect(try body(many, .slack).count <= 20_000)
  }

  @Test func aReminderTellsHowLongAndDatesClocksThatArePast() throws {
    var event = try Event.sample(.selectorMissing)
    event.reminder = true
    event.at = time(86_400)
    event.diagnosis?.timeline = Diagnosis.Timeline(
      failingFromEarliest: time(3510), failingFrom: time(3570), failingEverywhereFrom: time(6000), seconds: 300,
      repairedEverywhereBy: time(3900))
    try expectGolden([event], .slack, "reminder")
    let text = String(decoding: try body([event], .slack), as: UTF8.self)
    #expect(
      text.contains(
        "Receivers began to fail between 2026-11-23 20:58 UTC and 2026-11-23 20:59 UTC; all receivers have failed since "
          + "2026-11-23 21:40 UTC at the latest."))
    #expect(text.contains("for 23 h"))
    event.reminder = nil
    event.at = time(3600)
    try expectGolden([event], .slack, "clocks")
  }

  @Test func aZoneOfSomebodyElseGivesATextToForward() throws {
    var events = try Event.loss(of: ["zendesk1", "zendesk2"])
    for index in events.indices { events[index].ours = false }
    try expectGolden(Array(events.dropFirst().prefix(1)), .slack, "forward")
    try expectGolden(events, .slack, "forward.zone")
    var noRecord = try Event.sample(.selectorUnreachable)
    noRecord.ours = false
    noRecord.diagnosis = Diagnosis(
      cause: "No server answers.", evidence: [], remedy: "Check that the name servers of domain.com run.")
    try expectGolden([noRecord], .slack, "forward.norecord")
  }

  @Test func namesAreShownAsPeopleWriteThem() throws {
    var event = try Event.loss(of: ["s1"])[1]
    event.domain = try DomainName("xn--bcher-kva.example")
    event.name = try DomainName("s1._domainkey.xn--bcher-kva.example")
    event.delegation = nil
    event.summary = "The key s1._domainkey.xn--bcher-kva.example is missing."
    event.diagnosis?.record = "s1._domainkey.xn--bcher-kva.example. 300 IN TXT \"v=DKIM1; p=\""
    let text = String(decoding: try body([event], .slack), as: UTF8.self)
    #expect(text.contains("CRITICAL: The key s1._domainkey.bücher.example is missing."))
    #expect(text.contains("s1._domainkey.xn--bcher-kva.example. 300 IN TXT"), "a record is copied as it is")
    #expect(!String(decoding: try body([event], .generic), as: UTF8.self).contains("bücher"))
  }

  @Test func whatMustNotLeaveIsTakenOutOfEveryText() throws {
    let secret = "MIICXAIBAAKBgQ"
    var event = try Event.monster(secret)
    event.diagnosis?.record = secret
    event.diagnosis?.instructions = secret
    event.diagnosis?.reasoning = secret
    let sender = MessageSender(
      transport: ScriptedReceivers { _ in HTTPResponse(status: 200) }, now: { time(7) },
      withhold: { $0.replacing(secret, with: "withheld") })
    let item = QueuedDelivery(
      delivery: Delivery(id: "dlv_1", event: event.id, receiver: "x", createdAt: event.at), event: event)
    for format in Receiver.Format.allCases {
      switch try sender.dispatch([item], id: "dlv_1", to: receiver("x", format)) {
      case .http(let requests):
        for request in requests { #expect(!String(decoding: request.body, as: UTF8.self).contains(secret)) }
      case .program(let call): #expect(!String(decoding: call.input, as: UTF8.self).contains(secret))
      case .mail(let mail): #expect(!String(decoding: mail.message, as: UTF8.self).contains(secret))
      }
    }
  }

  @Test(arguments: EventType.allCases) func genericIsTheEventItself(type: EventType) throws {
    let event = try Event.sample(type)
    let body = try body([event], .generic)
    #expect(try JSONDecoder().decode(Event.self, from: Data(body)) == event)
    #expect(try self.body([event], .generic) == body, "equal events give equal bytes")
  }

  @Test(
    arguments: Receiver.Format.allCases.filter { $0 != .email && $0 != .template }, ["&\"<", "\u{1}", "é", "x", "👩‍👩‍👧‍👦"])
  func aLongEventIsShortened(format: Receiver.Format, text: String) throws {
    let event = try Event.monster(text)
    let body = try body([event], format)
    #expect(body.count <= format.format.maximumBytes)
    let whole = String(decoding: body, as: UTF8.self).replacing("\\", with: "")
    #expect(whole.contains("zendesk1") && whole.contains("domain.com"), "what it is about stays")
    #expect(whole.contains("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"), "the record to add stays whole")
    _ = try JSONSerialization.jsonObject(with: Data(body))
  }

  @Test func slackStaysWithinItsLimits() throws {
    let body = try body([Event.monster()], .slack)
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
    let body = String(decoding: try body([event], .slack), as: UTF8.self)
    #expect(!body.contains("<"))
    #expect(body.contains("&lt;!channel&gt; &amp; &lt;https://evil.example|here&gt;"))
    #expect(body.contains("```a ''' b```"))
  }

  @Test func nothingSteersATerminal() throws {
    var event = try Event.sample(.selectorInvalid)
    event.summary = "\u{1B}[2Jcleared\u{7}\nCRITICAL forged\u{202E}"
    event.note = "\u{9B}31m\r\n\tx"
    let text = String(decoding: try body([event], .slack), as: UTF8.self)
    #expect(text.contains("cleared"))
    for hostile in ["\\u001b", "\\u0007", "\u{202E}", "\\nCRITICAL", "\u{9B}"] {
      #expect(!text.lowercased().contains(hostile.lowercased()))
    }
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
    let sender = MessageSender(transport: ScriptedReceivers { _ in HTTPResponse(status: 200) }, now: { time(7) })
    var signed = receiver(secret: "whsec_AAAA")
    signed.headers = ["Authorization": Secret("Bearer x"), "Content-Type": Secret("application/vnd.mine+json")]
    let event = try Event.sample(.test)
    func request(_ receiver: Receiver) throws -> HTTPRequest {
      let delivery = Delivery(id: "dlv_1", event: event.id, receiver: "hook", createdAt: event.at)
      guard
        case .http(let requests) = try sender.dispatch(
          [QueuedDelivery(delivery: delivery, event: event)], id: "dlv_1", to: receiver)
      else { throw WebhookSignature.BadSecret() }
      return try #require(requests.first)
    }
    let sent = try request(signed)
    #expect(sent.url == "https://hook.example/path")
    #expect(sent.method == .post)
    #expect(try JSONDecoder().decode(Event.self, from: Data(sent.body)) == event)
    #expect(sent["webhook-id"] == "dlv_1")
    #expect(sent["webhook-timestamp"] == "\(time(7).seconds)")
    #expect(
      sent["webhook-signature"]
        == (try WebhookSignature.header(
          id: "dlv_1", timestamp: time(7).seconds, body: sent.body, secret: Secret("whsec_AAAA"))))
    #expect(sent["Authorization"] == "Bearer x")
    #expect(sent["Content-Type"] == "application/vnd.mine+json")
    #expect(sent["content-type"] == nil)
    #expect(!sent.allowsPrivateAddresses)
    #expect(try request(receiver())["webhook-signature"] == nil)
  }
}
