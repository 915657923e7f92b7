// Master-file text (RFC 1035, section 5.1): entries, quoted strings, parentheses, comments.

internal import Model

/// Cuts master-file text into entries and takes the records of one type out of them.
package struct ZoneText {
  /// A quoted string or a word.
  package struct Token: Hashable, Sendable {
    package var bytes: [UInt8]
    package var isQuoted: Bool
    /// From 1.
    package var line: Int
    /// In bytes, from 1.
    package var column: Int
  }

  /// The RDATA of one entry, word by word.
  package struct Data: Hashable, Sendable {
    package var words: [Token]
    /// Whether the type stands before it; else it is only what RDATA of that type may look like.
    package var isNamed: Bool
  }

  private let bytes: [UInt8]
  private var position = 0
  private var line = 1
  private var lineStart = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The TXT records of all entries.
  mutating func records() throws(RecordTextError) -> [TextRecord] {
    var records: [TextRecord] = []
    while let entry = try nextEntry() {
      if let record = try Self.record(entry) { records.append(record) }
    }
    guard !records.isEmpty else {
      throw RecordTextError(
        line: line, column: 1,
        message: "no TXT record was found; expected quoted strings or a resource record of type TXT")
    }
    return records
  }

  /// The RDATA of all entries of one type.
  mutating func data(of type: RecordType) throws(RecordTextError) -> [Data] {
    var found: [Data] = []
    while let entry = try nextEntry() {
      if let data = Self.data(of: entry, type: type) { found.append(data) }
    }
    return found
  }

  /// The next entry that is not empty: the tokens up to a line end outside parentheses.
  private mutating func nextEntry() throws(RecordTextError) -> [Token]? {
    var tokens: [Token] = []
    var open: [(line: Int, column: Int)] = []
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case 0x0A:
        position += 1
        line += 1
        lineStart = position
        if open.isEmpty, !tokens.isEmpty { return tokens }
      case 0x20, 0x09, 0x0D:
        position += 1
      case UInt8(ascii: ";"):
        if let last = tokens.last, !last.isQuoted, position > 0, !bytes[position - 1].isBlank,
          last.bytes.contains(UInt8(ascii: "="))
        {
          throw error(
            "an unquoted ';' begins a comment, so that a server would publish only "
              + "'\(printable(last.bytes))'; put the value between quotation marks")
        }
        while position < bytes.count, bytes[position] != 0x0A { position += 1 }
      case UInt8(ascii: "("):
        open.append((line, position - lineStart + 1))
        position += 1
      case UInt8(ascii: ")"):
        guard open.popLast() != nil else { throw error("')' without '(' before it") }
        position += 1
      default:
        tokens.append(try byte == UInt8(ascii: "\"") ? quoted() : word())
      }
    }
    if let place = open.last {
      throw RecordTextError(line: place.line, column: place.column, message: "'(' without ')'; add the ')'")
    }
    return tokens.isEmpty ? nil : tokens
  }

  private mutating func quoted() throws(RecordTextError) -> Token {
    var token = Token(bytes: [], isQuoted: true, line: line, column: position - lineStart + 1)
    position += 1
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        position += 1
        return token
      case UInt8(ascii: "\\"):
        token.bytes.append(try escaped())
      case 0x0A:
        throw error(
          "the string that begins in column \(token.column) has no closing quotation mark on its line; "
            + "close it, or join the lines")
      case 0x0D where position + 1 < bytes.count && bytes[position + 1] == 0x0A:
        position += 1
      default:
        token.bytes.append(bytes[position])
        position += 1
      }
    }
    throw error("the string that begins in column \(token.column) has no closing quotation mark; add it")
  }

  private mutating func word() throws(RecordTextError) -> Token {
    var token = Token(bytes: [], isQuoted: false, line: line, column: position - lineStart + 1)
    while position < bytes.count {
      let byte = bytes[position]
      if byte.isBlank || "\"();".utf8.contains(byte) { break }
      if byte == UInt8(ascii: "\\"), !(token.bytes.isEmpty && isUnknownFormat) {
        token.bytes.append(try escaped())
      } else {
        token.bytes.append(byte)
        position += 1
      }
    }
    return token
  }

  /// `\#` alone begins RDATA in the notation of RFC 3597.
  private var isUnknownFormat: Bool {
    position + 2 < bytes.count && bytes[position + 1] == UInt8(ascii: "#") && bytes[position + 2].isBlank
  }

  private mutating func escaped() throws(RecordTextError) -> UInt8 {
    guard position + 1 < bytes.count, bytes[position + 1] != 0x0A else {
      throw error("a backslash with nothing after it; write '\\\\' for a backslash")
    }
    let next = bytes[position + 1]
    guard next.isDigit else {
      position += 2
      return next
    }
    guard position + 3 < bytes.count, bytes[position + 2].isDigit, bytes[position + 3].isDigit else {
      throw error("a backslash and a digit; expected three digits, as in \\032")
    }
    let value = bytes[(position + 1)...(position + 3)].reduce(0) { $0 * 10 + Int($1 - 0x30) }
    guard value <= 255 else { throw error("\\\(value) is not a byte; expected at most \\255") }
    position += 4
    return UInt8(value)
  }

  private func error(_ message: String) -> RecordTextError {
    RecordTextError(line: line, column: position - lineStart + 1, message: message)
  }
}
