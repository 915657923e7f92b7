// `pushover`: a user or group of Pushover.

internal import HTTPClient
internal import Model

/// The limits: 250 characters a title, 1,024 a message, 512 a URL.
struct PushoverFormat: ReceiverFormat {
  private static let layout = TextLayout(limit: 1024, measure: { $0.unicodeScalars.count })

  func dispatch(_ message: Message, _ envelope: Envelope) throws -> Dispatch {
    let isLinked = message.link.map { $0.utf8.count <= 512 } ?? false
    return try .json(
      envelope.receiver.url.reveal(),
      [
        "token": .text(envelope.token), "user": .text(envelope.receiver.service.user?.reveal() ?? ""),
        "title": .text(message.title.cut(to: 250)), "message": .text(Self.layout.text(message)),
        // High, which passes quiet hours of the user; an emergency would have to be acknowledged there.
        "priority": message.verdict == .critical ? 1 : 0, "timestamp": .number(Double(message.at.seconds)),
        "url": isLinked ? message.link.map { .text($0) } : nil, "url_title": isLinked ? "Open" : nil,
      ])
  }

  /// `status` is 1 where it was taken; `errors` says what was wrong.
  func result(_ response: HTTPResponse, at time: Timestamp) -> AttemptResult {
    let result = AttemptResult(response, at: time)
    guard let reply = JSON(response.body) else {
      return result.kind == .accepted ? AttemptResult(.failed, "the answer is not that of Pushover") : result
    }
    if result.kind == .accepted, reply["status"]?.double == 1 { return result }
    let errors = (reply["errors"]?.elements ?? []).compactMap(\.string).joined(separator: "; ")
    let text = "HTTP \(response.status)" + (errors.isEmpty ? "" : ": " + TerminalText.line(errors).cut(to: 200))
    return AttemptResult(result.kind == .accepted ? .refused : result.kind, text, retryAfter: result.retryAfter)
  }
}
