// What a zone or a server has sent, as text that steers nothing: Mustache escapes HTML, this the rest.

internal import Model

extension String {
  /// The text with control characters and bidirectional marks as `\u{…}`.
  var visible: String {
    guard unicodeScalars.contains(where: \.steersTerminal) else { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.steersTerminal {
        text += "\\u{\(String(scalar.value, radix: 16, uppercase: true))}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }
}
