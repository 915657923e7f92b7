// The tokens of structured fields: words, quoted strings, comments (RFC 5322, section 3.2).

internal import Model

/// One token of a structured field.
enum MailToken: Hashable, Sendable {
  case word(String)
  /// A quoted string without its quotes.
  case quoted(String)
  /// A comment without its outer parentheses.
  case comment(String)
  /// `;`, `=`, `.`, `/`.
  case special(UInt8)
  case blank

  var word: String? {
    switch self {
    case .word(let text), .quoted(let text): text
    default: nil
    }
  }

  var isSpecial: Bool { if case .special = self { true } else { false } }
  var isComment: Bool { if case .comment = self { true } else { false } }

  /// The token as it stood, roughly.
  var text: String {
    switch self {
    case .word(let text), .quoted(let text): text
    case .comment(let text): "(\(text))"
    case .special(let byte): String(UnicodeScalar(byte))
    case .blank: ""
    }
  }

  private static let specials: [UInt8] = Array(";=./".utf8)

  /// Cuts a value into tokens. What is left open at the end counts as closed there.
  static func tokens(of value: some Sequence<UInt8>) -> [MailToken] {
    var tokens: [MailToken] = []
    var text: [UInt8] = []
    var depth = 0
    var isQuoted = false
    var isEscaped = false
    func closeWord() {
      if !text.isEmpty { tokens.append(.word(text.text)) }
      text = []
    }
    for byte in value {
      if byte == .carriageReturn || byte == .lineFeed { continue }
      if depth > 0 {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
          continue
        } else if byte == UInt8(ascii: "(") {
          depth += 1
        } else if byte == UInt8(ascii: ")") {
          depth -= 1
          if depth == 0 {
            tokens.append(.comment(text.text))
            text = []
            continue
          }
        }
        text.append(byte)
      } else if isQuoted {
        if isEscaped {
          isEscaped = false
        } else if byte == UInt8(ascii: "\\") {
          isEscaped = true
          continue
        } else if byte == UInt8(ascii: "\"") {
          isQuoted = false
          tokens.append(.quoted(text.text))
          text = []
          continue
        }
        text.append(byte)
      } else if byte == UInt8(ascii: "(") {
        closeWord()
        depth = 1
      } else if byte == UInt8(ascii: "\"") {
        closeWord()
        isQuoted = true
      } else if byte.isBlank {
        closeWord()
        if tokens.last != .blank { tokens.append(.blank) }
      } else if specials.contains(byte) {
        closeWord()
        tokens.append(.special(byte))
      } else {
        text.append(byte)
      }
    }
    if depth > 0 {
      tokens.append(.comment(text.text))
    } else if isQuoted {
      tokens.append(.quoted(text.text))
    } else {
      closeWord()
    }
    return tokens
  }
}
