// `template`: a body that the user writes, as a Mustache template.

internal import Foundation
internal import HTTPClient
public import Model
internal import Mustache
internal import Phrasing

/// The template is filled with the values of `context`; they are escaped as the media type of the body demands: as the
/// inside of a JSON string, as HTML, or not at all.
struct TemplateFormat: ReceiverFormat {
  func dispatch(_ message: Message, _ envelope: Envelope) throws -> Dispatch {
    let service = envelope.receiver.service
    let contentType = service.contentType ?? Self.defaultContentType
    let template = try Self.parsed(service.template ?? "", contentType)
    let body = template.render(try Self.context(message, envelope))
    if contentType.lowercased().contains("json"), JSON(Array(body.utf8)) == nil {
      throw TemplateFault(text: "what the template makes is not JSON; put quotes around each {{…}}")
    }
    return .http([
      HTTPRequest(
        .post, envelope.receiver.url.reveal(), headers: [HTTPRequest.Header("content-type", contentType)],
        body: Array(body.utf8))
    ])
  }

  static let defaultContentType = "application/json"

  /// What is wrong with the template of a receiver, in one sentence; nil where nothing is. It is filled in for a try.
  static func fault(of receiver: Receiver) -> String? {
    var event = Event(
      id: "evt_example", type: .selectorMissing, at: Timestamp(seconds: 0), verdict: .critical,
      summary: "The key \"s1\" of\nexample.org is missing.")
    event.since = event.at
    let delivery = Delivery(id: "dlv_example", event: event.id, receiver: receiver.name, createdAt: event.at)
    let message = Message(
      [QueuedDelivery(delivery: delivery, event: event)], detailing: 1, display: { $0.description })
    do {
      _ = try TemplateFormat().dispatch(message, Envelope(receiver: receiver, id: delivery.id, at: event.at))
      return nil
    } catch {
      return "\(error)"
    }
  }

  private static func parsed(_ text: String, _ contentType: String) throws -> MustacheTemplate {
    let kind = contentType.lowercased()
    let name = kind.contains("json") ? "JSON" : kind.contains("html") || kind.contains("xml") ? "HTML" : "TEXT"
    _ = JSONText.isRegistered
    do {
      return try MustacheTemplate(string: "{{% CONTENT_TYPE:\(name)}}" + text)
    } catch let error as MustacheTemplate.ParserError {
      let context = error.context
      let column = context.lineNumber == 1 ? max(1, context.columnNumber - 23) : context.columnNumber
      throw TemplateFault(text: "line \(context.lineNumber), column \(column) of the template: \(error.error)")
    }
  }

  /// What a template can use.
  private static func context(_ message: Message, _ envelope: Envelope) throws -> [String: Any] {
    let first = message.events.first
    let events = try message.events.map { event -> Any in
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      return try JSONSerialization.jsonObject(with: encoder.encode(event))
    }
    var context: [String: Any] = [
      "id": envelope.id, "word": message.word, "verdict": message.verdict.rawValue, "subject": message.subject,
      "summary": message.lead, "headline": message.headline, "title": message.title, "color": message.color,
      "at": message.at.description, "isRecovery": message.isRecovery, "isReminder": message.isReminder,
      "isTest": message.isTest, "command": message.command, "text": TextLayout(limit: 15_000).text(message),
      "events": events, "incident": message.threads.first?.id ?? "", "count": message.events.count,
      "sections": message.sections.map { section -> [String: Any] in
        let lines = section.lines.map(TerminalText.line)
        return [
          "title": section.title, "lines": lines, "text": lines.joined(separator: "\n"),
          "isCode": section.style == .code,
        ]
      },
    ]
    context["event"] = events.first
    context["since"] = first?.since.map(Phrase.dateAndTime)
    context["remedy"] = first?.remedy
    context["record"] = first?.diagnosis?.record
    context["link"] = message.link
    return context
  }
}

extension Receiver {
  /// What is wrong with its template, in one sentence; nil where nothing is, or where it has none.
  public var templateFault: String? { format == .template ? TemplateFormat.fault(of: self) : nil }
}

/// Why a template gives no body.
struct TemplateFault: Error, CustomStringConvertible {
  var text: String
  var description: String { text }
}

/// The inside of a JSON string.
private struct JSONText: MustacheContentType {
  static let isRegistered: Bool = {
    MustacheContentTypes.register(JSONText(), named: "JSON")
    return true
  }()

  // Only what JSON itself demands (RFC 8259, section 7): a service shows what a terminal would obey.
  func escapeText(_ text: String) -> String {
    String(text.jsonQuoted { _ in false }.dropFirst().dropLast())
  }
}
