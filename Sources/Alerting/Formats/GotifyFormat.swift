// `gotify`: an application of a Gotify server.

internal import HTTPClient
internal import Model

/// Title, message and priority; the client shows the message as Markdown, which is escaped.
struct GotifyFormat: ReceiverFormat {
  private static let layout = TextLayout(
    limit: 10_000, escape: TeamsFormat.escaped, title: { "**\($0)**" }, fence: ("```\n", "\n```"),
    escapeCode: { $0.replacing("`", with: "'") })

  func dispatch(_ message: Message, _ envelope: Envelope) throws -> Dispatch {
    var extras: [String: JSON] = ["client::display": ["contentType": "text/markdown"]]
    if let link = message.link { extras["client::notification"] = ["click": ["url": .text(link)]] }
    return try .json(
      envelope.url("/message"),
      [
        "title": .text(message.title.cut(to: 250)), "message": .text(Self.layout.text(message)),
        "priority": .number(Double(Self.priority(message))), "extras": .object(extras),
      ], headers: [HTTPRequest.Header("x-gotify-key", envelope.token)])
  }

  /// From 8 on, Android shows it over whatever is open; from 4 on with a sound.
  private static func priority(_ message: Message) -> Int {
    switch message.verdict {
    case .critical: 8
    case .warning, .unknown: 5
    case .ok: 4
    }
  }
}
