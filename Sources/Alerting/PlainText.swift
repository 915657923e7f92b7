// Events for terminals and logs.

public import Model

/// An event as a person reads it in a terminal; nothing in it can steer one.
public enum PlainText {
  /// One line: `CRITICAL zendesk1._domainkey.domain.com: …`.
  public static func line(_ event: Event) -> String { TerminalText.line(EventText(event).headline) }

  /// The headline, and a line or more for each thing that is known; ends without a line break.
  public static func text(_ event: Event) -> String {
    let text = EventText(event)
    let width = text.sections.filter { $0.style != .code }.map(\.title.count).max() ?? 0
    var lines = [TerminalText.line(text.headline)]
    for section in text.sections {
      if section.style == .code {
        lines.append("  \(section.title):")
        lines += section.lines.map { "    " + TerminalText.line($0) }
      } else {
        for (index, line) in section.lines.enumerated() {
          let title = index == 0 ? section.title : ""
          let padding = String(repeating: " ", count: width - title.count)
          lines.append("  \(title)\(padding)  \(TerminalText.line(line))")
        }
      }
    }
    return lines.joined(separator: "\n")
  }
}

/// Text without anything that moves a cursor, colours a screen or turns the writing direction.
enum TerminalText {
  /// One line: line breaks become blanks, other control characters U+FFFD.
  static func line(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\t", "\n", "\r": result.append(" ")
      case _ where scalar.steersTerminal: result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
