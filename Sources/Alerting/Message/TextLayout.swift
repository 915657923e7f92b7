// A message as one text for services that take so many characters and no more.

internal import Model

/// How one service marks text up, and how much it takes.
struct TextLayout: Sendable {
  var limit: Int
  /// The length of a text as the service counts it.
  var measure: @Sendable (String) -> Int = { $0.utf16.count }
  var escape: @Sendable (String) -> String = { $0 }
  /// The title of a section, which stands above it or before a fact.
  var title: @Sendable (String) -> String = { $0 }
  /// What stands before and after lines to copy.
  var fence = (open: "", close: "")
  /// What to do with a character that would end the fence.
  var escapeCode: (@Sendable (String) -> String)?
  var lineBreak = "\n"

  /// Summary and sections in their order, as much as fits. What is to be copied is whole or absent, other text may be cut
  /// within a line; either way the last line says that something is left out, and how to see it.
  func text(_ message: Message, lead: Bool = true, footer: [String] = []) -> String {
    let parts = (lead ? [Message.Section("", [message.lead])] : []) + message.sections
    let end = footer.isEmpty ? "" : lineBreak + lineBreak + escape(footer.joined(separator: " · "))
    let whole = whole(parts) + end
    if measure(whole) <= limit { return whole }
    let notice = lineBreak + lineBreak + escape("Cut: this is too long for the service. All of it: \(message.command)")
    return fitted(parts, to: limit - measure(notice + end)) + notice + end
  }

  private func whole(_ sections: [Message.Section]) -> String {
    var result = ""
    var previous: Message.Section?
    for section in sections {
      result += separator(previous, section) + whole(section)
      previous = section
    }
    return result
  }

  /// Facts stand together, everything else by itself.
  private func separator(_ previous: Message.Section?, _ next: Message.Section) -> String {
    guard let previous else { return "" }
    return previous.style == .fact && next.style == .fact ? lineBreak : lineBreak + lineBreak
  }

  private func whole(_ section: Message.Section) -> String {
    let lines = section.plainLines
    if section.style == .fact { return head(section) + escape(lines.joined(separator: " ")) }
    let body = lines.map { line(of: section, $0) }.joined(separator: lineBreak)
    return head(section) + (section.style == .code ? fence.open + body + fence.close : body)
  }

  private func head(_ section: Message.Section) -> String {
    if section.title.isEmpty { return "" }
    return title(escape(section.title) + ":") + (section.style == .fact ? " " : lineBreak)
  }

  private func line(of section: Message.Section, _ text: String) -> String {
    section.style == .code ? (escapeCode ?? escape)(text) : escape(text)
  }

  /// What fits, line by line. No line of text takes more than a sixth of the room, so that what comes after it is seen.
  private func fitted(_ sections: [Message.Section], to room: Int) -> String {
    var result = ""
    var previous: Message.Section?
    for section in sections {
      var section = section
      if section.style != .code {
        section.lines = section.lines.map { TerminalText.line($0).cut(to: max(room / 6, 40), measuredBy: measure) }
      }
      let before = result + separator(previous, section)
      if measure(before + whole(section)) <= room {
        result = before + whole(section)
        previous = section
      } else if section.style != .fact, let some = some(of: section, after: before, room) {
        result = some
        previous = section
      }
    }
    return result
  }

  /// The lines of a section that fit; nil where none does.
  private func some(of section: Message.Section, after before: String, _ room: Int) -> String? {
    let isCode = section.style == .code
    let close = isCode ? fence.close : ""
    var text = before + head(section) + (isCode ? fence.open : "")
    var isEmpty = true
    for plain in section.plainLines {
      let addition = (isEmpty ? "" : lineBreak) + line(of: section, plain)
      if measure(text + addition + close) > room { continue }
      text += addition
      isEmpty = false
    }
    return isEmpty ? nil : text + close
  }
}

extension String {
  /// At most so many of the service's characters, with `…` at the end where something was left out.
  func cut(to limit: Int, measuredBy measure: (String) -> Int = { $0.utf16.count }) -> String {
    if measure(self) <= limit { return self }
    var result = ""
    var length = measure("…")
    for scalar in unicodeScalars {
      length += measure(String(scalar))
      if length > limit { break }
      result.unicodeScalars.append(scalar)
    }
    return result + "…"
  }

  /// The same for a service that counts bytes of UTF-8.
  func cut(toBytes limit: Int) -> String { cut(to: limit) { $0.utf8.count } }

  /// With an invisible break after each `@`, so that no service takes it for a mention.
  var withoutMentions: String { replacing("@", with: "@\u{200B}") }

  /// Percent-encoded as one segment of a path (RFC 3986, section 2.3).
  var pathSegment: String {
    utf8.reduce(into: "") { result, byte in
      switch byte {
      case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E:
        result.unicodeScalars.append(Unicode.Scalar(byte))
      default:
        let digits = String(byte, radix: 16, uppercase: true)
        result += "%" + (digits.utf8.count == 1 ? "0" : "") + digits
      }
    }
  }
}
