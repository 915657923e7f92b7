// `googlechat`: a webhook of a Google Chat space, as a card.

internal import HTTPClient
internal import Model

/// A card with a headline and one widget a section; what is told of one incident goes into one thread.
///
/// Google Chat takes 32,000 bytes a message, and a card's text is a subset of HTML, which is escaped.
struct GoogleChatFormat: ReceiverFormat {
  func dispatch(_ message: Message, _ envelope: Envelope) throws -> Dispatch {
    var widgets = [Self.paragraph(Self.escaped(message.lead.cut(to: 2000)))]
    widgets += message.sections.prefix(60).map { section -> JSON in
      let lines = section.plainLines.map { Self.escaped($0.cut(to: 4000)) }
      if section.style == .fact {
        return ["decoratedText": ["topLabel": .text(section.title), "text": .text(lines.joined(separator: " "))]]
      }
      let body = lines.joined(separator: "<br>")
      return Self.paragraph("<b>\(section.title)</b><br>" + (section.style == .code ? "<code>\(body)</code>" : body))
    }
    if let link = message.link {
      widgets.append(["buttonList": ["buttons": [["text": "Open", "onClick": ["openLink": ["url": .text(link)]]]]]])
    }
    let card: JSON = [
      "header": [
        "title": .text(message.title.cut(to: 200)),
        "subtitle": .text(message.origin.joined(separator: " · ").cut(to: 200)),
      ],
      "sections": [["widgets": .list(widgets)]],
    ]
    var body: JSON = [
      "fallbackText": .text(message.headline.cut(to: 1000)),
      "cardsV2": [["cardId": .text(envelope.id), "card": card]],
    ]
    var url = envelope.receiver.url.reveal()
    if let thread = message.threads.first?.id, case .object(var members) = body {
      members["thread"] = ["threadKey": .text(thread)]
      body = .object(members)
      url += (url.contains("?") ? "&" : "?") + "messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"
    }
    return try .http([
      HTTPRequest(
        .post, url, headers: [HTTPRequest.Header("content-type", "application/json; charset=UTF-8")], body: body.bytes()
      )
    ])
  }

  private static func paragraph(_ text: String) -> JSON { ["textParagraph": ["text": .text(text)]] }

  private static func escaped(_ text: String) -> String { text.htmlEscaped }
}
