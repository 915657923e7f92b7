// `teams`: a Workflows webhook of Microsoft Teams, as an Adaptive Card.

internal import HTTPClient
internal import Model

/// One message with one card: a headline in the colour of the verdict, facts, text, and code in a fixed-width font.
///
/// Teams takes 28 kB a message. A text block is Markdown, which is escaped; what is to be copied is a `CodeBlock`-like
/// monospace block, where Teams keeps every character.
struct TeamsFormat: ReceiverFormat {
  func dispatch(_ message: Message, _ envelope: Envelope) throws -> Dispatch {
    let card: JSON = [
      "$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4",
      "msteams": ["width": "Full"], "fallbackText": .text(message.headline.cut(to: 1000)),
      "body": .list(Self.body(message)),
      "actions": message.link.map { link in
        [["type": "Action.OpenUrl", "title": "Open", "url": .text(link)]]
      },
    ]
    let attachment: JSON = [
      "contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": .null, "content": card,
    ]
    return try .json(
      envelope.receiver.url.reveal(),
      ["type": "message", "summary": .text(message.headline.cut(to: 200)), "attachments": [attachment]])
  }

  private static func body(_ message: Message) -> [JSON] {
    var body: [JSON] = [
      [
        "type": "TextBlock", "text": .text(escaped(message.headline.cut(to: 3000))), "wrap": true, "weight": "Bolder",
        "size": "Medium", "color": .text(color(message.verdict)),
      ]
    ]
    var facts: [JSON] = []
    func flush() {
      if !facts.isEmpty { body.append(["type": "FactSet", "facts": .list(facts)]) }
      facts = []
    }
    for section in message.sections {
      if section.style == .fact {
        let value = escaped(section.plainLines.joined(separator: " ").cut(to: 1000))
        facts.append(["title": .text(section.title), "value": .text(value)])
        continue
      }
      flush()
      body.append(block(section.title, ["weight": "Bolder", "separator": true]))
      let lines = section.plainLines.map { escaped($0.cut(to: 4000)) }
      if section.style == .code {
        body += lines.map { block($0, ["fontType": "Monospace", "spacing": "Small"]) }
      } else {
        body.append(block(lines.joined(separator: "\n\n"), ["spacing": "Small"]))
      }
    }
    flush()
    let origin = escaped(message.origin.joined(separator: " · "))
    return body + [block(origin, ["isSubtle": true, "size": "Small", "separator": true])]
  }

  private static func block(_ text: String, _ more: [String: JSON]) -> JSON {
    .object(more.merging(["type": "TextBlock", "text": .text(text), "wrap": true]) { $1 })
  }

  private static func color(_ verdict: Verdict) -> String {
    switch verdict {
    case .ok: "Good"
    case .warning: "Warning"
    case .critical: "Attention"
    case .unknown: "Default"
    }
  }

  /// What Adaptive Cards' Markdown gives a meaning: emphasis, links, lists at the beginning of a line. `<at>` mentions
  /// nobody without an entity.
  static func escaped(_ text: String) -> String {
    text.reduce(into: "") { result, character in
      if "\\*_[]`".contains(character) { result += "\\" }
      result.append(character)
    }
  }
}
