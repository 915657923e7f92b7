// Reads texts with macros (RFC 7208, section 7.1).

internal import Model

/// Takes a macro-string apart.
struct SPFMacroReader {
  /// Which text it is.
  enum Use {
    /// A domain-spec, or the value of a modifier.
    case names
    /// The text of an explanation: blanks may stand in it, and the letters `c`, `r` and `t`.
    case explanation
  }

  private let text: [UInt8]
  private let range: Range<Int>
  private let term: Range<Int>
  private let use: Use

  init(_ text: [UInt8], _ range: Range<Int>, term: Range<Int>, allows use: Use) {
    self.text = text
    self.range = range
    self.term = term
    self.use = use
  }

  func read() throws(SPFSyntaxError) -> SPFMacroString {
    var string = SPFMacroString()
    var literal: [UInt8] = []
    var position = range.lowerBound
    while position < range.upperBound {
      let byte = text[position]
      guard byte == UInt8(ascii: "%") else {
        guard (0x21...0x7E).contains(byte) || byte == 0x20 && use == .explanation else {
          throw error(.character, position..<(position + 1))
        }
        literal.append(byte)
        position += 1
        continue
      }
      let next = position + 1 < range.upperBound ? text[position + 1] : 0
      switch next {
      case UInt8(ascii: "%"): literal.append(UInt8(ascii: "%"))
      case UInt8(ascii: "_"): literal.append(0x20)
      case UInt8(ascii: "-"): literal += Array("%20".utf8)
      case UInt8(ascii: "{"):
        let (macro, end) = try macro(position)
        if !literal.isEmpty { string.parts.append(.literal(literal)) }
        literal = []
        string.parts.append(.macro(macro))
        position = end
        continue
      default: throw error(.percent, position..<min(position + 2, range.upperBound))
      }
      position += 2
    }
    if !literal.isEmpty { string.parts.append(.literal(literal)) }
    return string
  }

  /// `%{letter digits r delimiters}`; gives the place behind it.
  private func macro(_ start: Int) throws(SPFSyntaxError) -> (SPFMacroString.Macro, Int) {
    guard let close = text[start..<range.upperBound].firstIndex(of: UInt8(ascii: "}")) else {
      throw error(.macro, start..<range.upperBound)
    }
    let whole = start..<(close + 1)
    var position = start + 2
    guard position < close, text[position].isLetter else { throw error(.macro, whole) }
    var macro = SPFMacroString.Macro(letter: text[position].lowered)
    macro.isEscaped = text[position].isUpper
    let letters: [UInt8] = Array("slodiphv".utf8) + (use == .explanation ? Array("crt".utf8) : [])
    guard letters.contains(macro.letter) else { throw error(.macroLetter, position..<(position + 1)) }
    position += 1
    let digits = text[position..<close].prefix(while: \.isDigit)
    if !digits.isEmpty {
      // More parts than a name can have are all of them.
      let value = digits.reduce(0) { min(1000, $0 * 10 + Int($1 - 0x30)) }
      guard value > 0 else { throw error(.macro, whole) }
      macro.kept = value
      position += digits.count
    }
    if position < close, text[position].lowered == UInt8(ascii: "r") {
      macro.isReversed = true
      position += 1
    }
    macro.delimiters = Array(text[position..<close])
    guard macro.delimiters.allSatisfy({ ".-+,/_=".utf8.contains($0) }) else { throw error(.macro, whole) }
    return (macro, close + 1)
  }

  private func error(_ kind: SPFSyntaxError.Kind, _ place: Range<Int>) -> SPFSyntaxError {
    SPFSyntaxError(kind: kind, term: term, place: place)
  }
}
