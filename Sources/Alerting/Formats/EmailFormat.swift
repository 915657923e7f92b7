// `email`: a mail with a text and an HTML part, by SMTP.

internal import Crypto
internal import Foundation
internal import HTTPClient
internal import Model

/// Mails of one incident are one thread: the first has the Message-ID of the conversation, later ones refer to it. The
/// Message-ID is the same over all tries.
struct EmailFormat: ReceiverFormat {
  var maximumBytes: Int { 200_000 }

  private static let plain = TextLayout(limit: 40_000, title: { "\($0)" }, fence: ("", ""))

  func dispatch(_ message: Message, _ envelope: Envelope) throws -> Dispatch {
    let receiver = envelope.receiver
    let from = receiver.service.from ?? ""
    return .mail(
      MailSubmission(
        url: receiver.url.reveal(), user: receiver.service.user?.reveal(), password: receiver.service.token?.reveal(),
        encryption: MailSubmission.Encryption(receiver.service.encryption), sender: from,
        recipients: receiver.service.to, message: Array(Self.text(message, envelope, from: from).utf8),
        allowsPrivateAddresses: receiver.allowPrivate))
  }

  static func text(_ message: Message, _ envelope: Envelope, from: String) -> String {
    let domain = from.split(separator: "@").last.map(String.init) ?? "localhost"
    let root = message.threads.first
    let rootID = root.map { "<\(identifier($0.id, envelope.receiver.name))@\(domain)>" }
    let own = root?.isKnown == false ? rootID ?? "" : "<\(identifier(envelope.id, envelope.receiver.name))@\(domain)>"
    let references = message.threads.filter(\.isKnown).prefix(20).map {
      "<\(identifier($0.id, envelope.receiver.name))@\(domain)>"
    }
    let boundary = "=_selectord_" + identifier(envelope.id, "boundary")
    var lines = [
      "Date: \(date(envelope.at))", "From: selectord <\(from)>",
      MailHeader.folded("To", envelope.receiver.service.to.map { "<\($0)>" }, separator: ","),
      MailHeader.text("Subject", message.headline.cut(to: 250)), "Message-ID: \(own)",
    ]
    if let first = references.first {
      lines.append("In-Reply-To: \(first)")
      lines.append(MailHeader.folded("References", references, separator: ""))
    }
    lines += [
      "Auto-Submitted: auto-generated", "X-Auto-Response-Suppress: All", "X-Selectord-Delivery: \(envelope.id)",
      "MIME-Version: 1.0", "Content-Type: multipart/alternative; boundary=\"\(boundary)\"", "",
    ]
    let text =
      message.lead + "\n\n" + plain.text(message, lead: false, footer: message.origin)
      + (message.link.map { "\n\($0)" } ?? "") + "\n"
    for (type, content) in [("text/plain", text), ("text/html", EmailHTML.page(message))] {
      lines += [
        "--\(boundary)", "Content-Type: \(type); charset=utf-8", "Content-Transfer-Encoding: base64", "",
        MailHeader.base64Lines(content),
      ]
    }
    return (lines + ["--\(boundary)--", ""]).joined(separator: "\r\n")
  }

  /// Ids of ours are atoms, those of a test too; anything else is digested.
  private static func identifier(_ id: String, _ receiver: String) -> String {
    let digest = SHA256.hash(data: Data("\(id) \(receiver)".utf8)).prefix(6)
    let tail = digest.map { String($0, radix: 16) }.joined()
    return (id.utf8.allSatisfy { $0.isASCIIWord } ? id : "id") + "." + tail
  }

  /// RFC 5322, section 3.3.
  private static func date(_ time: Timestamp) -> String {
    let days = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    // `2026-11-23T20:00:00Z`
    let text = time.description
    let parts = text.prefix(10).split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, (1...12).contains(parts[1]) else { return text }
    let weekday = days[Int(((time.seconds / 86_400) % 7 + 7) % 7)]
    return "\(weekday), \(parts[2]) \(months[parts[1] - 1]) \(parts[0]) \(text.dropFirst(11).prefix(8)) +0000"
  }
}

extension UInt8 {
  fileprivate var isASCIIWord: Bool {
    (0x30...0x39).contains(self) || (0x41...0x5A).contains(self) || (0x61...0x7A).contains(self) || self == 0x5F
  }
}

/// Header fields whose lines are no longer than RFC 5322 wants them.
enum MailHeader {
  /// Items with line breaks between.
  static func folded(_ name: String, _ items: [String], separator: String) -> String {
    "\(name): " + items.joined(separator: separator + "\r\n ")
  }

  /// Free text: as it is where it is short and ASCII, else as encoded words of RFC 2047, none of which cuts a character.
  static func text(_ name: String, _ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !text.contains("=?")
    if isPlain { return foldedWords(name, text) }
    var chunks: [String] = [""]
    for scalar in text.unicodeScalars {
      if chunks[chunks.count - 1].utf8.count + UTF8.width(scalar) > 42 { chunks.append("") }
      chunks[chunks.count - 1].unicodeScalars.append(scalar)
    }
    return "\(name): "
      + chunks.map { "=?UTF-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\r\n ")
  }

  private static func foldedWords(_ name: String, _ text: String) -> String {
    var lines = ["\(name):"]
    for word in text.split(separator: " ", omittingEmptySubsequences: false) {
      if lines[lines.count - 1].utf8.count + word.utf8.count + 1 > 76, !word.isEmpty, lines.last != "\(name):" {
        lines.append(" \(word)")
      } else {
        lines[lines.count - 1] += " \(word)"
      }
    }
    return lines.joined(separator: "\r\n")
  }

  /// RFC 2045, section 6.8: lines of 76 characters.
  static func base64Lines(_ text: String) -> String {
    Data(text.utf8).base64EncodedString(options: [
      .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
    ])
  }
}

/// The HTML part: what stands in the text, with colour and a fixed-width font; nothing is loaded from anywhere.
enum EmailHTML {
  private static let mono = "font-family:ui-monospace,Consolas,monospace;font-size:13px"

  static func page(_ message: Message) -> String {
    let sections = message.sections.map { section in
      let lines = section.plainLines.map(\.htmlEscaped)
      let title = section.title.htmlEscaped
      return switch section.style {
      case .fact: "<p style=\"margin:4px 0\"><b>\(title):</b> \(lines.joined(separator: " "))</p>"
      case .text: "<p style=\"margin:12px 0\"><b>\(title)</b><br>\(lines.joined(separator: "<br>"))</p>"
      case .code:
        "<p style=\"margin:12px 0 4px\"><b>\(title)</b></p><pre style=\"\(mono);white-space:pre-wrap;"
          + "word-break:break-all;background:#f4f4f4;color:#111;padding:8px;margin:0\">\(lines.joined(separator: "\n"))</pre>"
      }
    }
    let link = message.link.map { "<p><a href=\"\($0.htmlEscaped)\">Open</a></p>" } ?? ""
    return """
      <!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>\(message.title.htmlEscaped)</title></head>
      <body style="font-family:system-ui,sans-serif;font-size:15px;max-width:50em">
      <h1 style="font-size:18px;border-left:6px solid #\(message.color);padding-left:10px">\(message.headline.cut(to: 3000).htmlEscaped)</h1>
      \(sections.joined(separator: "\n"))
      \(link)<p style="color:#666;font-size:12px">\(message.origin.joined(separator: " · ").htmlEscaped)</p>
      </body></html>

      """
  }
}

extension MailSubmission.Encryption {
  init(_ setting: Receiver.Service.Encryption) {
    self =
      switch setting {
      case .required: .required
      case .optional: .optional
      case .none: .none
      }
  }
}
