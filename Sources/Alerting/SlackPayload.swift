// `slack`: a message for an incoming webhook, for people.

internal import Foundation
public import Model
internal import Phrasing

/// A headline, and an attachment in the colour of the verdict with a block for each thing that is known.
///
/// The limits of Slack: 3,000 characters a text block, 2,000 a field, 10 fields a section, 50 blocks; `&`, `<` and `>`
/// are escaped, so that nothing that a zone publishes can mention people or make links.
public struct SlackPayload: PayloadRendering {
  private let display: NameDisplay

  public init(display: @escaping NameDisplay) { self.display = display }

  public var contentType: String { "application/json" }

  public func body(for events: [Event], detailing: Int) throws -> [UInt8] {
    let text = EventText(events, detailing: detailing, display: display)
    let headline = Self.escaped(TerminalText.line(text.headline), limit: 3000)
    let message = Message(
      text: headline,
      attachments: [Attachment(color: Self.color(events), fallback: headline, blocks: Self.blocks(events, text))])
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return Array(try encoder.encode(message))
  }

  private static func blocks(_ events: [Event], _ text: EventText) -> [Block] {
    var blocks: [Block] = []
    // Facts that follow each other stand beside each other.
    var facts: [Text] = []
    func flush() {
      if !facts.isEmpty { blocks.append(Block(type: "section", fields: facts)) }
      facts = []
    }
    for section in text.sections {
      if section.style == .fact, facts.count < 10 {
        facts.append(Text("*\(section.title)*\n" + escaped(joined(section), limit: 1900)))
        continue
      }
      flush()
      blocks += self.blocks(section)
    }
    flush()
    let ids = events.prefix(3).map(\.id) + (events.count > 3 ? ["and \(events.count - 3) more"] : [])
    let incidents = events.compactMap(\.incident).withoutRepeats.prefix(3)
    let origin = ["selectord"] + [events.map(\.at).max()].compactMap(\.self).map(Phrase.dateAndTime) + ids + incidents
    let context = Block(type: "context", elements: [Text(escaped(origin.joined(separator: " · "), limit: 1900))])
    return blocks.prefix(49) + [context]
  }

  /// A section in as many blocks as its length takes; no line of code is cut in two unless it alone is too long.
  private static func blocks(_ section: EventText.Section) -> [Block] {
    let title = "*\(section.title)*\n"
    guard section.style == .code else {
      return [Block(type: "section", text: Text(title + escaped(joined(section), limit: 2900)))]
    }
    var parts: [String] = []
    for line in section.lines.map({ escaped(TerminalText.line($0).replacing("`", with: "'"), limit: 2800) }) {
      if let last = parts.last, last.utf16.count + line.utf16.count < 2800 {
        parts[parts.count - 1] = last + "\n" + line
      } else {
        parts.append(line)
      }
    }
    return parts.enumerated().map { index, part in
      Block(type: "section", text: Text((index == 0 ? title : "") + "```\(part)```"))
    }
  }

  private static func joined(_ section: EventText.Section) -> String {
    let lines = section.lines.map(TerminalText.line)
    let isList = section.style == .text && lines.count > 1
    return lines.map { isList ? "• \($0)" : $0 }.joined(separator: "\n")
  }

  private static func color(_ events: [Event]) -> String {
    switch events.map(\.verdict).reduce(Verdict.ok, { $0.worse($1) }) {
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
