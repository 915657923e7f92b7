// Text for a terminal: pieces with a style, freed of everything that could steer the terminal.

import Model

/// A line, or a part of one, that knows how wide it is.
///
/// The only way to print what a zone, a file or a server sent: control characters and bidirectional marks are
/// escaped when a piece is made, so that escape sequences come from `rendered` alone.
struct StyledText: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByStringInterpolation {
  private(set) var pieces: [Piece]

  struct Piece: Hashable, Sendable {
    var text: String
    var style: Style
  }

  init(_ text: String, _ style: Style = .plain) {
    pieces = text.isEmpty ? [] : [Piece(text: text.withoutControls, style: style)]
  }

  init(stringLiteral value: String) { self.init(value) }

  static let empty = StyledText("")

  static func + (left: StyledText, right: StyledText) -> StyledText {
    var sum = left
    sum += right
    return sum
  }

  static func += (left: inout StyledText, right: StyledText) { left.pieces += right.pieces }

  /// Takes the last piece away.
  mutating func dropLast() { pieces.removeLast() }

  /// The columns that it takes.
  var width: Int { pieces.reduce(0) { $0 + $1.text.terminalWidth } }

  var isEmpty: Bool { pieces.isEmpty }

  /// At most `width` columns of it, with `ellipsis` at the end where something was cut off.
  func cut(to width: Int, ellipsis: String) -> StyledText {
    guard self.width > width else { return self }
    var left = max(0, width - ellipsis.terminalWidth)
    var result = StyledText.empty
    cutting: for piece in pieces {
      var kept = ""
      for character in piece.text {
        let columns = character.terminalWidth
        guard columns <= left else {
          result.pieces.append(Piece(text: kept + ellipsis, style: piece.style))
          break cutting
        }
        kept.append(character)
        left -= columns
      }
      result.pieces.append(Piece(text: kept, style: piece.style))
    }
    return result
  }

  /// In lines of at most `width` columns, broken as `String.wrapped` breaks the text.
  func wrapped(to width: Int?) -> [StyledText] {
    let lines = pieces.map(\.text).joined().wrapped(to: width)
    guard lines.count > 1 else { return [self] }
    var rest = pieces.flatMap { piece in piece.text.map { (character: $0, style: piece.style) } }[...]
    return lines.map { line in
      line.reduce(into: StyledText.empty) { result, character in
        // Blanks at which a line was broken are in none of them.
        rest = rest.drop { $0.character != character }
        result.append(character, rest.popFirst()?.style ?? .plain)
      }
    }
  }

  private mutating func append(_ character: Character, _ style: Style) {
    if pieces.last?.style == style {
      pieces[pieces.count - 1].text.append(character)
    } else {
      pieces.append(Piece(text: String(character), style: style))
    }
  }

  /// Each line behind so many blanks, and none wider than the terminal; those that follow the first behind `margin`.
  func lines(indentation: Int, margin: Int? = nil, appearance: Appearance) -> [StyledText] {
    let margin = margin ?? indentation
    return wrapped(to: appearance.columns.map { max(20, $0 - max(indentation, margin)) }).enumerated().map {
      index, line in
      StyledText(String(repeating: " ", count: index == 0 ? indentation : margin)) + line
    }
  }

  /// Pieces with two blanks between, empty ones left out.
  static func joined(_ cells: some Sequence<StyledText>) -> StyledText {
    cells.reduce(into: .empty) { line, cell in
      if !cell.isEmpty { line = line.isEmpty ? cell : line + StyledText("  ") + cell }
    }
  }

  /// Blanks up to `width` columns.
  func padded(to width: Int) -> StyledText {
    self + StyledText(String(repeating: " ", count: max(0, width - self.width)))
  }

  /// The bytes that are printed.
  func rendered(_ appearance: Appearance) -> String {
    pieces.map { piece in
      guard appearance.isColoured, let parameters = piece.style.parameters else { return piece.text }
      return "\u{1B}[\(parameters)m\(piece.text)\u{1B}[0m"
    }.joined()
  }
}

extension String {
  /// The columns that a terminal takes for it.
  var terminalWidth: Int {
    utf8.allSatisfy { $0 < 0x80 } ? utf8.count : reduce(0) { $0 + $1.terminalWidth }
  }

  /// The text in lines of at most `width` columns, broken at blanks; a longer word is cut.
  func wrapped(to width: Int?) -> [String] {
    guard let width, width > 0, terminalWidth > width else { return [self] }
    var lines: [String] = []
    var line = ""
    for word in split(separator: " ", omittingEmptySubsequences: false).map(String.init) {
      if !line.isEmpty, line.terminalWidth + 1 + word.terminalWidth > width {
        lines.append(line)
        line = ""
      } else if !line.isEmpty {
        line += " "
      }
      line += word
      while line.terminalWidth > width {
        var head = ""
        var columns = 0
        while let first = line.first, columns + first.terminalWidth <= width || head.isEmpty {
          columns += first.terminalWidth
          head.append(line.removeFirst())
        }
        lines.append(head)
      }
    }
    return line.isEmpty ? lines : lines + [line]
  }
}

extension Character {
  /// 0, 1 or 2 columns, by the widest of its scalars.
  fileprivate var terminalWidth: Int { unicodeScalars.map(\.terminalWidth).max() ?? 0 }
}

extension Unicode.Scalar {
  /// By Unicode's East Asian Width (UAX #11) and the general category.
  fileprivate var terminalWidth: Int {
    if value < 0x300 { return 1 }
    switch properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: break
    }
    switch value {
    case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0xA4CF, 0xA960...0xA97F,
      0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F,
      0x1F680...0x1F6FF, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
      return 2
    default: return 1
    }
  }
}
