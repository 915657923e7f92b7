// Text of others on its way to a reader: nothing in it steers a browser, a terminal or the reading direction.

internal import Model

extension String {
  /// The text with every control, and every change of the reading direction, shown as its number.
  var withoutControls: String {
    if !unicodeScalars.contains(where: \.steersTerminal) { return self }
    return unicodeScalars.reduce(into: "") { text, scalar in
      if scalar.steersTerminal {
        text += "\\u{" + scalar.value.digits(4, radix: 16) + "}"
      } else {
        text.unicodeScalars.append(scalar)
      }
    }
  }

  /// The text as a JSON string.
  var jsonText: String { jsonQuoted() }
}

extension String {
  /// The text within markup: nothing in it ends an element or an attribute. By scalars, since a mark that joins a
  /// quotation mark makes another character of it, but not to a browser.
  var markup: String {
    withoutControls.unicodeScalars.reduce(into: "") { text, scalar in
      switch scalar {
      case "&": text += "&amp;"
      case "<": text += "&lt;"
      case ">": text += "&gt;"
      case "\"": text += "&quot;"
      case "'": text += "&#39;"
      default: text.unicodeScalars.append(scalar)
      }
    }
  }
}
