// `slack`: a message for an incoming webhook, for people.

internal import Foundation
public import Model

/// A headline, and an attachment in the colour of the verdict with a block for each thing that is known.
///
/// The limits of Slack: 3,000 characters a text block, 2,000 a field, 10 fields a section, 50 blocks; `&`, `<` and `>`
/// are escaped, so that nothing that a zone publishes can mention people or make links.
public struct SlackPayload: PayloadRendering {
  public init() {}

  public var contentType: String { "application/json" }

  public func body(for event: Event) throws -> [UInt8] {
    let text = EventText(event)
    let headline = Self.escaped(TerminalText.line(text.headline), limit: 3000)
    let message = Message(
      text: headline,
      attachments: [Attachment(color: Self.color(event), fallback: headline, blocks: Self.blocks(event, text))])
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(message))
  }

  private static func blocks(_ event: Event, _ text: EventText) -> [Block] {
    var blocks: [Block] = []
    let facts = text.sections.filter { $0.style == .fact }
    if !facts.isEmpty {
      blocks.append(
        Block(
          type: "section",
          fields: facts.prefix(10).map { Text("*\($0.title)*\n" + escaped(joined($0), limit: 1900)) }))
    }
    for section in text.sections where section.style != .fact {
      let content = escaped(joined(section), limit: 2900)
      let body = section.style == .code ? "```\(content.replacing("`", with: "'"))```" : content
      blocks.append(Block(type: "section", text: Text("*\(section.title)*\n" + body)))
    }
    let origin = ["selectord", event.at.readable, event.id, event.incident].compactMap { $0 }
    let context = Block(type: "context", elements: [Text(escaped(origin.joined(separator: " · "), limit: 1900))])
    return blocks.prefix(49) + [context]
  }

  private static func joined(_ section: EventText.Section) -> String {
    let lines = section.lines.map(TerminalText.line)
    let isList = section.style == .text && lines.count > 1
    return lines.map { isList ? "• \($0)" : $0 }.joined(separator: "\n")
  }

  private static func color(_ event: Event) -> String {
    switch event.verdict {
    case .ok: "#2eb67d"
    case .warning: "#ecb22e"
    case .critical: "#e01e5a"
    case .unknown: "#8d8d8d"
    }
  }

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

  private struct Message: Encodable {
    var text: String
    /// The headline is plain: the underscores of a key name are no emphasis.
    var mrkdwn = false
    var attachments: [Attachment]
  }

  private struct Attachment: Encodable {
    var color: String
    var fallback: String
    var blocks: [Block]
  }

  private struct Block: Encodable {
    var type: String
    var text: Text?
    var fields: [Text]?
    var elements: [Text]?
  }

  private struct Text: Encodable {
    var type = "mrkdwn"
    var text: String
    /// Names and URLs stay text.
    var verbatim = true

    init(_ text: String) { self.text = text }
  }
}
