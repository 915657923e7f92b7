// Text of zones and receivers, made harmless for logs, terminals and messages.

internal import Model

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
