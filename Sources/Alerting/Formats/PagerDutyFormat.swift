// `pagerduty`: a service of PagerDuty, by its Events API v2.

internal import HTTPClient
internal import Model

/// An alert a conversation: triggered, told again under the same `dedup_key`, acknowledged when somebody has acknowledged it
/// here, and resolved when all of its incidents have ended. What opens no incident, such as a change of name servers, is a change event, which pages nobody.
///
/// The limits: 1,024 characters a summary, 255 a `dedup_key`, 512 kB an event.
struct PagerDutyFormat: ReceiverFormat {
  func dispatch(_ message: Message, _ envelope: Envelope) throws -> Dispatch {
    let url = envelope.receiver.url.reveal()
    if message.isTest {
      let thread = Message.Thread(id: envelope.id, isKnown: false, open: 0)
      return .http([
        try request(url, Self.trigger(message, thread, envelope)),
        try request(url, Self.end("resolve", thread, envelope)),
      ])
    }
    if !message.events.contains(where: { $0.incident != nil }), message.verdict != .critical {
      return .http([try request(Self.changeURL(url), Self.change(message, envelope))])
    }
    return .http(
      try message.threads.map { thread in
        if message.isRecovery, thread.open == 0 { return try request(url, Self.end("resolve", thread, envelope)) }
        if !message.isRecovery, thread.isAcknowledged {
          return try request(url, Self.end("acknowledge", thread, envelope))
        }
        return try request(url, Self.trigger(message, thread, envelope))
      })
  }

  private func request(_ url: String, _ body: JSON) throws -> HTTPRequest { .json(url, try body.bytes()) }

  private static func trigger(_ message: Message, _ thread: Message.Thread, _ envelope: Envelope) -> JSON {
    var payload = details(message)
    payload["severity"] = .text(severity(message.verdict))
    payload["class"] = (message.events.first?.type.rawValue).map { .text($0) }
    payload["group"] = (message.events.first?.domain).map { .text($0.description) }
    if message.isRecovery, thread.open > 0 {
      let rest = "\(thread.open) of the same alert \(thread.open == 1 ? "is" : "are") still open"
      payload["summary"] = .text("\(message.headline.cut(to: 900)) (\(rest))")
    }
    return [
      "routing_key": .text(envelope.token), "event_action": "trigger", "dedup_key": .text(thread.id.cut(to: 255)),
      "client": "selectord", "client_url": message.link.map { .text($0) }, "links": links(message),
      "payload": .object(payload),
    ]
  }

  /// What needs no words: `acknowledge` and `resolve`.
  private static func end(_ action: String, _ thread: Message.Thread, _ envelope: Envelope) -> JSON {
    [
      "routing_key": .text(envelope.token), "event_action": .text(action), "dedup_key": .text(thread.id.cut(to: 255)),
    ]
  }

  private static func change(_ message: Message, _ envelope: Envelope) -> JSON {
    ["routing_key": .text(envelope.token), "links": links(message), "payload": .object(details(message))]
  }

  private static func links(_ message: Message) -> JSON? {
    message.link.map { [["href": .text($0), "text": "Open"]] }
  }

  /// What triggers and changes have in common.
  private static func details(_ message: Message) -> [String: JSON] {
    var parts: [String: JSON] = [:]
    // Names with numbers, since PagerDuty sorts them.
    for (index, section) in message.sections.enumerated() {
      let number = index < 9 ? "0\(index + 1)" : "\(index + 1)"
      parts["\(number) \(section.title)"] = .text(section.plainLines.joined(separator: "\n"))
    }
    return [
      "summary": .text(message.headline.cut(to: 1024)),
      "source": .text(message.subject.isEmpty ? "selectord" : message.subject.cut(to: 255)),
      "timestamp": .text(message.at.description), "custom_details": .object(parts),
    ]
  }

  private static func severity(_ verdict: Verdict) -> String {
    switch verdict {
    case .ok: "info"
    case .warning: "warning"
    case .critical: "critical"
    case .unknown: "error"
    }
  }

  /// Change events have an address of their own.
  private static func changeURL(_ url: String) -> String {
    url.hasSuffix("/v2/enqueue") ? String(url.dropLast("enqueue".count)) + "change/enqueue" : url
  }

  /// 202 with the status `success`.
  func result(_ response: HTTPResponse, at time: Timestamp) -> AttemptResult {
    let result = AttemptResult(response, at: time)
    guard let reply = JSON(response.body) else {
      return result.kind == .accepted
        ? AttemptResult(.failed, "HTTP \(response.status), but the answer is not that of PagerDuty; check the url")
        : result
    }
    if result.kind == .accepted {
      if reply["status"]?.string == "success" { return result }
      return AttemptResult(.failed, "HTTP \(response.status), but PagerDuty does not say that it took the event")
    }
    let errors = (reply["errors"]?.elements ?? []).compactMap(\.string)
    if errors.isEmpty { return result }
    return AttemptResult(
      result.kind, "HTTP \(response.status): " + TerminalText.line(errors.joined(separator: "; ")).cut(to: 200),
      retryAfter: result.retryAfter)
  }
}
