// `slack`: an incoming webhook of Slack, Mattermost or Rocket.Chat, for people.

internal import HTTPClient
internal import Model
internal import Phrasing

/// A headline, and an attachment in the colour of the verdict.
///
/// Slack itself gets a block for each thing that is known: it folds older attachments, and the record to add with them.
/// Its limits: 3,000 characters a text block, 2,000 a field, 10 fields a section, 50 blocks. Mattermost, Rocket.Chat and
/// others that take Slack's webhooks know no blocks, and get fields. `&`, `<` and `>` are escaped, so that nothing that a
/// zone publishes can mention people or make links.
struct SlackFormat: ReceiverFormat {
  func dispatch(_ message: Message, _ envelope: Envelope) throws -> Dispatch {
    let url = envelope.receiver.url.reveal()
    let headline = Self.escaped(message.headline, limit: 3000)
    let isSlack = ["https://hooks.slack.com/", "https://hooks.slack-gov.com/"].contains {
      url.lowercased().hasPrefix($0)
    }
    let attachment: JSON =
      isSlack
      ? ["color": "#\(message.color)", "fallback": .text(headline), "blocks": .list(Self.blocks(message))]
      : [
        "color": "#\(message.color)", "fallback": .text(headline), "fields": .list(Self.fields(message)),
        "title": message.link.map { _ in "Open" }, "title_link": message.link.map { .text($0) },
        "footer": .text(Self.escaped(message.origin.joined(separator: " · "), limit: 1900)), "mrkdwn_in": ["fields"],
      ]
    // The headline is plain: the underscores of a key name are no emphasis.
    return try .json(url, ["text": .text(headline), "mrkdwn": false, "attachments": [attachment]])
  }

  /// Slack and Mattermost answer `ok`, Rocket.Chat a JSON object. Whatever else says 200 is somebody else.
  func result(_ response: HTTPResponse, at time: Timestamp) -> AttemptResult {
    let result = AttemptResult(response, at: time)
    guard result.kind == .accepted, !response.body.isEmpty else { return result }
    let text = String(decoding: response.body.prefix(200), as: UTF8.self)
    if text.trimmed == "ok" { return result }
    let reply = JSON(response.body)
    if reply?["success"]?.bool == true || reply?["ok"]?.bool == true { return result }
    let said = "HTTP \(response.status), but the answer is not that of Slack: \(TerminalText.line(text))"
    return AttemptResult(reply == nil ? .failed : .refused, said)
  }

  // MARK: - Slack

  private static func blocks(_ message: Message) -> [JSON] {
    var blocks: [JSON] = []
    // Facts that follow each other stand beside each other.
    var facts: [JSON] = []
    func flush() {
      if !facts.isEmpty { blocks.append(["type": "section", "fields": .list(facts)]) }
      facts = []
    }
    for section in message.sections {
      if section.style == .fact, facts.count < 10 {
        facts.append(text("*\(section.title)*\n" + escaped(joined(section), limit: 1900)))
        continue
      }
      flush()
      blocks += self.blocks(section)
    }
    flush()
    let origin = escaped(message.origin.joined(separator: " · "), limit: 1900)
    let link = message.link.map { "<\(escaped($0, limit: 900).replacing("|", with: "%7C"))|Open> · " } ?? ""
    let context: JSON = ["type": "context", "elements": [text(link + origin)]]
    return blocks.prefix(49) + [context]
  }

  /// A section in as many blocks as its length takes; no line of code is cut in two unless it alone is too long.
  private static func blocks(_ section: Message.Section) -> [JSON] {
    let title = "*\(section.title)*\n"
    guard section.style == .code else {
      return [["type": "section", "text": text(title + escaped(joined(section), limit: 2900))]]
    }
    return parts(of: section, limit: 2800).enumerated().map { index, part in
      ["type": "section", "text": text((index == 0 ? title : "") + "```\(part)```")]
    }
  }

  private static func parts(of section: Message.Section, limit: Int) -> [String] {
    var parts: [String] = []
    for line in section.plainLines.map({ escaped($0.replacing("`", with: "'"), limit: limit) }) {
      if let last = parts.last, last.utf16.count + line.utf16.count < limit {
        parts[parts.count - 1] = last + "\n" + line
      } else {
        parts.append(line)
      }
    }
    return parts
  }

  /// Names and URLs stay text.
  private static func text(_ text: String) -> JSON { ["type": "mrkdwn", "text": .text(text), "verbatim": true] }

  // MARK: - Others

  private static func fields(_ message: Message) -> [JSON] {
    message.sections.flatMap { section -> [JSON] in
      guard section.style == .code else {
        let value = escaped(joined(section), limit: 2900).withoutMentions
        return [["title": .text(section.title), "value": .text(value), "short": .flag(section.style == .fact)]]
      }
      return parts(of: section, limit: 2800).map { part in
        ["title": .text(section.title), "value": .text("```\n\(part)\n```"), "short": false]
      }
    }
  }

  private static func joined(_ section: Message.Section) -> String { section.plainLines.joined(separator: "\n") }

  /// Escapes what mrkdwn gives a meaning, and cuts between characters, so that no escape is cut in two.
  private static func escaped(_ text: String, limit: Int) -> String {
    var result = ""
    var length = 0
    for character in text {
      let piece =
        switch character {
        case "&": "&amp;"
        case "<": "&lt;"
        case ">": "&gt;"
        default: String(character)
        }
      length += piece.utf16.count
      if length >= limit { return result + "…" }
      result += piece
    }
    return result
  }
}

extension String {
  /// Without spaces and line breaks at both ends.
  var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else {
      return ""
    }
    return String(self[first...last])
  }
}
