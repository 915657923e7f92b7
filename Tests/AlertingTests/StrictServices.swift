// The services as their public documentation describes them: what they demand of a request, and how they answer.

import Foundation
import HTTPClient
import Model

@testable import Alerting

/// A service that takes what its documentation allows, and nothing else.
struct StrictService {
  /// What is wrong with a request; empty where nothing is.
  var faults: @Sendable (HTTPRequest) -> [String]
  /// How it answers a request that is right.
  var accepted: HTTPResponse
  /// How it says that it takes nothing now, and for how long.
  var limited: HTTPResponse?
  /// How it refuses for good.
  var refused: HTTPResponse?

  /// Collects what a request lacks.
  struct Demands {
    var faults: [String] = []
    let body: JSON

    init(_ request: HTTPRequest, method: HTTPRequest.Method = .post, contentType: String = "application/json") {
      body = JSON(request.body) ?? .null
      demand(request.method == method, "the method is \(request.method)")
      let type = request.headers.filter { $0.name.lowercased() == "content-type" }.map(\.value)
      demand(type.count == 1 && type[0].hasPrefix(contentType), "the content type is \(type)")
      demand(body != .null, "the body is not JSON")
      let names = request.headers.map { $0.name.lowercased() }
      demand(Set(names).count == names.count, "a header is there twice")
    }

    mutating func demand(_ isRight: Bool, _ fault: String) {
      if !isRight { faults.append(fault) }
    }

    /// A text of so many characters.
    mutating func text(_ value: JSON?, _ name: String, atMost limit: Int, isRequired: Bool = true, bytes: Bool = false)
    {
      guard let value, value != .null else {
        if isRequired { faults.append("\(name) is missing") }
        return
      }
      guard let text = value.string else { return faults.append("\(name) is no text") }
      let length = bytes ? text.utf8.count : text.utf16.count
      demand(length <= limit, "\(name) has \(length) characters")
      if isRequired { demand(!text.isEmpty, "\(name) is empty") }
    }

    mutating func only(_ value: JSON?, _ names: Set<String>, _ place: String) {
      guard case .object(let members)? = value else { return }
      for name in members.keys where !names.contains(name) { faults.append("\(place) has the unknown member \(name)") }
    }
  }
}

private func json(_ status: Int, _ body: String, _ headers: [String: String] = [:]) -> HTTPResponse {
  HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
}

extension StrictService {
  static func service(_ format: Receiver.Format) -> StrictService? {
    switch format {
    case .generic, .exec, .email, .template: nil
    case .slack: slack
    case .teams: teams
    case .discord: discord
    case .googlechat: googleChat
    case .ntfy: ntfy
    case .gotify: gotify
    case .pushover: pushover
    case .matrix: matrix
    case .telegram: telegram
    case .pagerduty: pagerDuty
    case .alertmanager: alertmanager
    }
  }

  /// docs.slack.dev: incoming webhooks, Block Kit.
  private static let slack = StrictService(
    faults: { request in
      var demands = Demands(request)
      demands.text(demands.body["text"], "text", atMost: 40_000)
      for attachment in demands.body["attachments"]?.elements ?? [] {
        let blocks = attachment["blocks"]?.elements ?? []
        demands.demand(blocks.count <= 50, "there are \(blocks.count) blocks")
        for block in blocks {
          switch block["type"]?.string {
          case "section":
            demands.demand(block["text"] != nil || block["fields"] != nil, "a section has neither text nor fields")
            if let text = block["text"] { demands.text(text["text"], "section.text", atMost: 3000) }
            let fields = block["fields"]?.elements ?? []
            demands.demand(fields.count <= 10, "a section has \(fields.count) fields")
            for field in fields { demands.text(field["text"], "section.field", atMost: 2000) }
          case "context":
            demands.demand((1...10).contains(block["elements"]?.elements?.count ?? 0), "a context has no elements")
          default: demands.faults.append("the block type is \(block["type"] ?? .null)")
          }
        }
      }
      return demands.faults
    }, accepted: json(200, "ok"), limited: json(429, "rate_limited", ["retry-after": "30"]),
    refused: json(403, "invalid_token"))

  /// learn.microsoft.com: Workflows webhooks, Adaptive Cards 1.4.
  private static let teams = StrictService(
    faults: { request in
      var demands = Demands(request)
      demands.demand(request.body.count <= 28_000, "the message has \(request.body.count) bytes")
      demands.demand(demands.body["type"] == "message", "type is not message")
      let attachments = demands.body["attachments"]?.elements ?? []
      demands.demand(attachments.count == 1, "there are \(attachments.count) attachments")
      demands.demand(
        attachments.first?["contentType"] == "application/vnd.microsoft.card.adaptive", "the attachment is no card")
      let card = attachments.first?["content"]
      demands.demand(card?["type"] == "AdaptiveCard", "the content is no AdaptiveCard")
      demands.demand(
        ["1.2", "1.3", "1.4", "1.5"].contains(card?["version"]?.string ?? ""), "the version is not supported")
      let body = card?["body"]?.elements ?? []
      demands.demand(!body.isEmpty, "the card is empty")
      for element in body {
        switch element["type"]?.string {
        case "TextBlock": demands.demand(element["text"]?.string != nil, "a TextBlock has no text")
        case "FactSet":
          for fact in element["facts"]?.elements ?? [] {
            demands.demand(fact["title"]?.string != nil && fact["value"]?.string != nil, "a fact lacks something")
          }
        default: demands.faults.append("the element is \(element["type"] ?? .null)")
        }
      }
      return demands.faults
    }, accepted: HTTPResponse(status: 202), limited: json(429, "", ["retry-after": "10"]),
    refused: json(400, #"{"error":{"code":"TriggerInputSchemaMismatch","message":"bad"}}"#))

  /// discord.com/developers: execute webhook, embed limits.
  private static let discord = StrictService(
    faults: { request in
      var demands = Demands(request)
      demands.text(demands.body["content"], "content", atMost: 2000, isRequired: false)
      demands.text(demands.body["username"], "username", atMost: 80, isRequired: false)
      let embeds = demands.body["embeds"]?.elements ?? []
      demands.demand((1...10).contains(embeds.count), "there are \(embeds.count) embeds")
      var total = 0
      for embed in embeds {
        demands.text(embed["title"], "title", atMost: 256)
        demands.text(embed["description"], "description", atMost: 4096)
        demands.text(embed["footer"]?["text"], "footer", atMost: 2048)
        demands.demand((0...0xFFFFFF).contains(embed["color"]?.double ?? -1), "the color is no number")
        for text in [embed["title"], embed["description"], embed["footer"]?["text"]] {
          total += text?.string?.utf16.count ?? 0
        }
        let stamp = embed["timestamp"]?.string ?? ""
        demands.demand(ISO8601DateFormatter().date(from: stamp) != nil, "the timestamp is \(stamp)")
      }
      demands.demand(total <= 6000, "the embeds have \(total) characters")
      demands.demand(demands.body["allowed_mentions"]?["parse"] == [], "people can be mentioned")
      return demands.faults
    }, accepted: HTTPResponse(status: 204),
    limited: json(429, #"{"message":"You are being rate limited.","retry_after":29.5,"global":false}"#),
    refused: json(404, #"{"message":"Unknown Webhook","code":10015}"#))

  /// developers.google.com/workspace/chat: webhooks, cards v2.
  private static let googleChat = StrictService(
    faults: { request in
      var demands = Demands(request)
      demands.demand(request.body.count <= 32_000, "the message has \(request.body.count) bytes")
      demands.only(demands.body, ["text", "fallbackText", "cardsV2", "thread"], "the message")
      let cards = demands.body["cardsV2"]?.elements ?? []
      demands.demand(cards.count == 1, "there are \(cards.count) cards")
      for card in cards {
        demands.text(card["cardId"], "cardId", atMost: 64)
        demands.text(card["card"]?["header"]?["title"], "header.title", atMost: 200)
        let widgets = (card["card"]?["sections"]?.elements ?? []).flatMap { $0["widgets"]?.elements ?? [] }
        demands.demand((1...100).contains(widgets.count), "there are \(widgets.count) widgets")
        for widget in widgets {
          guard case .object(let members) = widget else { continue }
          demands.demand(members.count == 1, "a widget is two things")
          if let text = members["textParagraph"]?["text"]?.string {
            let tags = text.matches(of: /<\/?([a-zA-Z]*)/).map { String($0.1) }
            demands.demand(
              tags.allSatisfy(["b", "br", "code", "i", "u", "font", "a"].contains), "unknown markup \(tags)")
          }
        }
      }
      demands.text(demands.body["thread"]?["threadKey"], "threadKey", atMost: 4000)
      demands.demand(
        request.url.contains("messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"), "the reply option is missing")
      return demands.faults
    }, accepted: json(200, #"{"name":"spaces/A/messages/B"}"#),
    limited: json(429, #"{"error":{"code":429,"status":"RESOURCE_EXHAUSTED"}}"#),
    refused: json(403, #"{"error":{"code":403,"status":"PERMISSION_DENIED"}}"#))

  /// docs.ntfy.sh: publish as JSON.
  private static let ntfy = StrictService(
    faults: { request in
      var demands = Demands(request)
      demands.demand(request.url == "https://ntfy.example/", "the URL is \(request.url), not the root")
      demands.demand(
        demands.body["topic"]?.string?.wholeMatch(of: /[-_A-Za-z0-9]{1,64}/) != nil, "the topic is not valid")
      demands.text(demands.body["title"], "title", atMost: 250, bytes: true)
      demands.text(demands.body["message"], "message", atMost: 4096, bytes: true)
      demands.demand((1...5).contains(demands.body["priority"]?.double ?? 0), "the priority is not valid")
      demands.demand(demands.body["tags"]?.elements?.isEmpty == false, "the tags are no list")
      demands.demand(request["authorization"]?.hasPrefix("Bearer tok-") == true, "the token is missing")
      return demands.faults
    }, accepted: json(200, #"{"id":"a","event":"message"}"#),
    limited: json(429, #"{"code":42901,"http":429,"error":"limit reached"}"#),
    refused: json(403, #"{"code":40301,"http":403,"error":"forbidden"}"#))

  /// gotify.net: POST /message.
  private static let gotify = StrictService(
    faults: { request in
      var demands = Demands(request)
      demands.demand(request.url.hasSuffix("/message"), "the URL is \(request.url)")
      demands.demand(request["x-gotify-key"] == "tok-123456", "the token is missing")
      demands.text(demands.body["message"], "message", atMost: 100_000)
      demands.text(demands.body["title"], "title", atMost: 250)
      demands.demand((0...10).contains(demands.body["priority"]?.double ?? -1), "the priority is not valid")
      return demands.faults
    }, accepted: json(200, #"{"id":1,"appid":1,"message":"x"}"#), limited: nil,
    refused: json(401, #"{"error":"Unauthorized","errorCode":401}"#))

  /// pushover.net/api.
  private static let pushover = StrictService(
    faults: { request in
      var demands = Demands(request)
      demands.text(demands.body["token"], "token", atMost: 30)
      demands.text(demands.body["user"], "user", atMost: 30)
      let scalars = demands.body["message"]?.string?.unicodeScalars.count ?? 0
      demands.demand((1...1024).contains(scalars), "the message has \(scalars) characters")
      demands.text(demands.body["title"], "title", atMost: 250)
      demands.text(demands.body["url"], "url", atMost: 512, isRequired: false)
      demands.demand((-2...1).contains(demands.body["priority"]?.double ?? 9), "the priority is not valid")
      return demands.faults
    }, accepted: json(200, #"{"status":1,"request":"x"}"#), limited: json(429, #"{"status":0,"errors":["over"]}"#),
    refused: json(400, #"{"token":"invalid","errors":["application token is invalid"],"status":0}"#))

  /// spec.matrix.org, client-server API: PUT …/send/{eventType}/{txnId}.
  private static let matrix = StrictService(
    faults: { request in
      var demands = Demands(request, method: .put)
      demands.demand(
        request.url.wholeMatch(
          of:
            /https:\/\/[^\/]*\/path\/_matrix\/client\/v3\/rooms\/%21room%3Aexample.org\/send\/m.room.message\/[a-z0-9_]+/
        )
          != nil, "the URL is \(request.url)")
      demands.demand(request["authorization"] == "Bearer tok-123456", "the token is missing")
      demands.demand(demands.body["msgtype"] == "m.text", "the msgtype is missing")
      demands.text(demands.body["body"], "body", atMost: 60_000)
      demands.demand(demands.body["format"] == "org.matrix.custom.html", "the format is missing")
      demands.text(demands.body["formatted_body"], "formatted_body", atMost: 60_000)
      demands.demand(request.body.count < 63_000, "the event has \(request.body.count) bytes")
      demands.demand(demands.body["m.mentions"] == [:], "people can be mentioned")
      return demands.faults
    }, accepted: json(200, #"{"event_id":"$a"}"#),
    limited: json(429, #"{"errcode":"M_LIMIT_EXCEEDED","error":"Too many","retry_after_ms":29500}"#),
    refused: json(403, #"{"errcode":"M_FORBIDDEN","error":"not in the room"}"#))

  /// core.telegram.org/bots/api: sendMessage with HTML.
  private static let telegram = StrictService(
    faults: { request in
      var demands = Demands(request)
      demands.demand(request.url.hasSuffix("/bottok-123456/sendMessage"), "the URL is wrong")
      demands.text(demands.body["chat_id"], "chat_id", atMost: 100)
      demands.text(demands.body["text"], "text", atMost: 4096)
      demands.demand(demands.body["parse_mode"] == "HTML", "the parse mode is missing")
      let text = demands.body["text"]?.string ?? ""
      var open: [String] = []
      for match in text.matches(of: /<(\/?)([a-z]*)>/) {
        let tag = String(match.2)
        demands.demand(["b", "pre"].contains(tag), "unknown markup \(tag)")
        if match.1.isEmpty { open.append(tag) } else { demands.demand(open.popLast() == tag, "\(tag) ends nothing") }
      }
      demands.demand(open.isEmpty, "\(open) does not end")
      let bare = text.replacing(/<\/?(b|pre)>/, with: "")
      demands.demand(!bare.contains("<") && !bare.contains(">"), "something is not escaped")
      return demands.faults
    }, accepted: json(200, #"{"ok":true,"result":{"message_id":1}}"#),
    limited: json(429, #"{"ok":false,"error_code":429,"description":"Too Many","parameters":{"retry_after":30}}"#),
    refused: json(200, #"{"ok":false,"error_code":400,"description":"Bad Request: chat not found"}"#))

  /// developer.pagerduty.com: Events API v2, alert events and change events.
  private static let pagerDuty = StrictService(
    faults: { request in
      var demands = Demands(request)
      demands.text(demands.body["routing_key"], "routing_key", atMost: 32)
      demands.demand(request.body.count <= 512_000, "the event has \(request.body.count) bytes")
      let payload = demands.body["payload"]
      let isChange = request.url.hasSuffix("/v2/change/enqueue")
      demands.demand(isChange || request.url.hasSuffix("/v2/enqueue"), "the URL is \(request.url)")
      let action = demands.body["event_action"]?.string
      if isChange {
        demands.demand(action == nil, "a change has no action")
      } else {
        demands.demand(
          ["trigger", "acknowledge", "resolve"].contains(action ?? ""), "the action is \(action ?? "nil")")
        demands.text(demands.body["dedup_key"], "dedup_key", atMost: 255)
      }
      if isChange || action == "trigger" {
        demands.text(payload?["summary"], "summary", atMost: 1024)
        demands.text(payload?["source"], "source", atMost: 1024)
        if !isChange {
          demands.demand(
            ["critical", "error", "warning", "info"].contains(payload?["severity"]?.string ?? ""),
            "the severity is wrong")
        }
        let stamp = payload?["timestamp"]?.string ?? ""
        demands.demand(ISO8601DateFormatter().date(from: stamp) != nil, "the timestamp is \(stamp)")
      }
      return demands.faults
    }, accepted: json(202, #"{"status":"success","message":"Event processed","dedup_key":"a"}"#),
    limited: json(429, #"{"status":"throttle exceeded","message":"Requests are too fast"}"#),
    refused: json(400, #"{"status":"invalid event","message":"x","errors":["'routing_key' is invalid"]}"#))

  /// prometheus.io: Alertmanager API v2, postableAlerts.
  private static let alertmanager = StrictService(
    faults: { request in
      var demands = Demands(request)
      demands.demand(request.url.hasSuffix("/api/v2/alerts"), "the URL is \(request.url)")
      let alerts = demands.body.elements ?? []
      demands.demand(!alerts.isEmpty, "there are no alerts")
      for alert in alerts {
        demands.only(alert, ["labels", "annotations", "startsAt", "endsAt", "generatorURL"], "an alert")
        guard case .object(let labels)? = alert["labels"], case .object(let annotations)? = alert["annotations"] else {
          demands.faults.append("an alert has no labels")
          continue
        }
        demands.demand(labels["alertname"] != nil, "an alert has no name")
        for (name, value) in labels.merging(annotations, uniquingKeysWith: { $1 }) {
          demands.demand(name.wholeMatch(of: /[a-zA-Z_][a-zA-Z0-9_]*/) != nil, "the label \(name) is not valid")
          demands.demand(value.string != nil, "\(name) is no text")
        }
        let formatter = ISO8601DateFormatter()
        let start = formatter.date(from: alert["startsAt"]?.string ?? "")
        let end = formatter.date(from: alert["endsAt"]?.string ?? "")
        demands.demand(start.flatMap { start in end.map { start <= $0 } } ?? false, "the times are wrong")
      }
      return demands.faults
    }, accepted: HTTPResponse(status: 200), limited: nil, refused: json(400, #"{"code":601,"message":"bad"}"#))
}
