// `matrix`: a room, by the client-server API.

internal import HTTPClient
internal import Model

/// An `m.room.message` with plain text and HTML.
///
/// The id of the message is the transaction id, so that a repeat is no second message. An event may have 65,536 bytes.
/// `m.mentions` is empty: nobody is mentioned, whatever a zone publishes.
struct MatrixFormat: ReceiverFormat {
  var maximumBytes: Int { 40_000 }

  private static let plain = TextLayout(limit: 12_000)
  private static let html = TextLayout(
    limit: 16_000, escape: { $0.htmlEscaped }, title: { "<strong>\($0)</strong>" },
    fence: ("<pre><code>", "</code></pre>"),
    lineBreak: "<br>")

  func dispatch(_ message: Message, _ envelope: Envelope) throws -> Dispatch {
    let room = (envelope.receiver.service.to.first ?? "").pathSegment
    let path = "/_matrix/client/v3/rooms/\(room)/send/m.room.message/\(envelope.id.pathSegment)"
    let heading = "<font color=\"#\(message.color)\"><strong>\(message.title.htmlEscaped)</strong></font><br><br>"
    let link = message.link.map { "<br><br><a href=\"\($0.htmlEscaped)\">Open</a>" } ?? ""
    return try .json(
      envelope.url(path),
      [
        "msgtype": "m.text",
        "body": .text(
          message.title + "\n\n" + Self.plain.text(message, footer: message.origin)
            + (message.link.map { "\n" + $0 } ?? "")),
        "format": "org.matrix.custom.html",
        "formatted_body": .text(heading + Self.html.text(message, footer: message.origin) + link), "m.mentions": [:],
      ], method: .put, headers: [HTTPRequest.Header("authorization", "Bearer \(envelope.token)")])
  }

  /// The event id says that it was taken; a limit of the rate is told in milliseconds.
  func result(_ response: HTTPResponse, at time: Timestamp) -> AttemptResult {
    var result = AttemptResult(response, at: time)
    let reply = JSON(response.body)
    if result.kind == .accepted, reply?["event_id"]?.string == nil {
      return AttemptResult(
        .failed, "HTTP \(response.status), but the answer is not that of a Matrix server; check the url")
    }
    if response.status == 429, let wait = reply?["retry_after_ms"]?.double, wait >= 0, wait < 1e9 {
      result.retryAfter = max(result.retryAfter ?? .zero, .milliseconds(Int64(wait)))
    }
    return result
  }
}
