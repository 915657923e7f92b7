// `telegram`: a chat, by a bot.

internal import HTTPClient
internal import Model

/// `sendMessage` with HTML; Telegram takes 4,096 characters.
struct TelegramFormat: ReceiverFormat {
  private static let layout = TextLayout(
    limit: 4096, escape: { $0.htmlEscaped }, title: { "<b>\($0)</b>" }, fence: ("<pre>", "</pre>"))

  func dispatch(_ message: Message, _ envelope: Envelope) throws -> Dispatch {
    let heading = "<b>\(message.title.cut(to: 250).htmlEscaped)</b>\n\n"
    // An entity counts by its text.
    let link = message.link.map { "\n\n<a href=\"\($0.htmlEscaped)\">Open</a>" } ?? ""
    return try .json(
      envelope.url("/bot\(envelope.token)/sendMessage"),
      [
        "chat_id": .text(envelope.receiver.service.to.first ?? ""),
        "text": .text(heading + Self.room(after: heading + link).text(message) + link), "parse_mode": "HTML",
        "link_preview_options": ["is_disabled": true],
        // Good news wakes nobody.
        "disable_notification": .flag(message.verdict == .ok && !message.isTest),
      ])
  }

  private static func room(after heading: String) -> TextLayout {
    var layout = Self.layout
    layout.limit = 4096 - heading.utf16.count
    return layout
  }

  /// `ok` says whether it was taken; where it was not, `description` says why, and `retry_after` how long to wait.
  func result(_ response: HTTPResponse, at time: Timestamp) -> AttemptResult {
    var result = AttemptResult(response, at: time)
    guard let reply = JSON(response.body), let isTaken = reply["ok"]?.bool else {
      return result.kind == .accepted
        ? AttemptResult(.failed, "HTTP \(response.status), but the answer is not that of Telegram; check the url")
        : result
    }
    if isTaken { return result }
    let status = reply["error_code"]?.double.flatMap { Int(exactly: $0) } ?? response.status
    let failure = status == 200 ? 400 : status
    result = AttemptResult(HTTPResponse(status: failure, headers: response.headers), at: time)
    if let description = reply["description"]?.string {
      result.text = "HTTP \(failure): \(TerminalText.line(description).cut(to: 200))"
    }
    if let seconds = reply["parameters"]?["retry_after"]?.double, seconds >= 0, seconds < 1e6 {
      result.retryAfter = .seconds(Int64(seconds.rounded(.up)))
    }
    return result
  }
}
