// `ntfy`: a topic of ntfy.sh or of a server of one's own.

internal import HTTPClient
internal import Model

/// A JSON message to the root of the server; the topic is the last part of the URL.
///
/// ntfy takes 4,096 bytes of message, and makes a file of a longer one.
struct NtfyFormat: ReceiverFormat {
  private static let layout = TextLayout(limit: 4000, measure: { $0.utf8.count })

  func dispatch(_ message: Message, _ envelope: Envelope) throws -> Dispatch {
    let (server, topic) = Self.parts(of: envelope.receiver.url.reveal())
    let body: JSON = [
      "topic": .text(topic), "title": .text(message.title.cut(toBytes: 250)),
      "message": .text(Self.layout.text(message)),
      "priority": .number(Double(Self.priority(message))), "tags": [.text(Self.tag(message))],
      "click": message.link.map { .text($0) },
    ]
    let authorization = envelope.receiver.service.token.map {
      [HTTPRequest.Header("authorization", "Bearer \($0.reveal())")]
    }
    return try .json(server, body, headers: authorization ?? [])
  }

  /// The server and the topic of `https://ntfy.sh/topic`.
  static func parts(of url: String) -> (server: String, topic: String) {
    var url = url
    while url.hasSuffix("/") { url.removeLast() }
    guard let slash = url.lastIndex(of: "/") else { return (url, "") }
    return (String(url[...slash]), String(url[url.index(after: slash)...]))
  }

  private static func priority(_ message: Message) -> Int {
    switch message.verdict {
    case .critical: 5
    case .warning, .unknown: 4
    case .ok: 3
    }
  }

  /// The short name of an emoji that stands before the title.
  private static func tag(_ message: Message) -> String {
    switch message.verdict {
    case .critical: "rotating_light"
    case .warning: "warning"
    case .unknown: "grey_question"
    case .ok: message.isTest ? "test_tube" : "white_check_mark"
    }
  }
}
