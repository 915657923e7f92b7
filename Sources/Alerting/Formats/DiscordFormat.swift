// `discord`: a webhook of a Discord channel, as one embed.

internal import HTTPClient
internal import Model

/// An embed in the colour of the verdict.
///
/// The limits: 256 characters a title, 4,096 a description, 2,048 a footer, 6,000 for all of it. Nobody is mentioned,
/// whatever a zone publishes: `allowed_mentions` is empty.
struct DiscordFormat: ReceiverFormat {
  private static let layout = TextLayout(
    limit: 4096, escape: escaped, title: { "**\($0)**" }, fence: ("```\n", "\n```"),
    escapeCode: { $0.replacing("`", with: "'") })

  func dispatch(_ message: Message, _ envelope: Envelope) throws -> Dispatch {
    let embed: JSON = [
      "title": .text(Self.escaped(message.title).cut(to: 256)), "description": .text(Self.layout.text(message)),
      "color": .number(Double(message.colorNumber)), "timestamp": .text(message.at.description),
      "footer": ["text": .text(message.origin.joined(separator: " · ").cut(to: 1000))],
      "url": message.link.map { .text($0) },
    ]
    return try .json(
      envelope.receiver.url.reveal(),
      ["username": "selectord", "embeds": [embed], "allowed_mentions": ["parse": []]])
  }

  /// A limit of the rate is told in the body, in seconds with a fraction.
  func result(_ response: HTTPResponse, at time: Timestamp) -> AttemptResult {
    var result = AttemptResult(response, at: time)
    guard let reply = JSON(response.body) else { return result }
    if response.status == 429, let seconds = reply["retry_after"]?.double, seconds >= 0, seconds < 1e6 {
      result.retryAfter = max(result.retryAfter ?? .zero, .milliseconds(Int64((seconds * 1000).rounded(.up))))
    }
    return result
  }

  /// What Discord's Markdown gives a meaning.
  private static let escaped: @Sendable (String) -> String = { text in
    text.reduce(into: "") { result, character in
      if "\\*_~`|<>[]#@:".contains(character), character != ":" { result += "\\" }
      result.append(character)
    }
  }
}
