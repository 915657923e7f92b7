// The one parser of all profiles: cuts a record into tags as far as a receiver's tolerances go.

internal import Model
internal import Syntax

/// The tags of a record as one receiver sees them.
struct ReceiverTags: Sendable {
  struct Tag: Sendable {
    var name: [UInt8]
    var value: [UInt8]
    /// The value with the white space around it.
    var raw: ArraySlice<UInt8>
    /// No semicolon follows.
    var isLast = false
  }

  /// A part of the text before it is looked at: a name, and a value where there was a `=`.
  private struct Piece {
    var name: ArraySlice<UInt8>
    var value: ArraySlice<UInt8>?
  }

  private(set) var tags: [Tag] = []

  /// The value that counts, nil where the tag is absent.
  func value(_ name: TagName) -> [UInt8]? { tags.last { name.matches($0.name[...]) }?.value }

  init(_ record: [UInt8], _ profile: ReceiverProfile) throws(Objection) {
    let text = profile.text
    let list = profile.list
    var bytes = record.prefix(text.longest)
    if text.endsAtZero { bytes = bytes.prefix { $0 != 0 } }
    if text.dropsBlanks { bytes = text.blanks.drop(bytes) }
    guard !bytes.isEmpty else { throw .emptyRecord }
    if let stranger = bytes.first(where: { !Self.allows($0, text.characters) }) { throw .character(stranger) }
    let pieces = Self.pieces(bytes, list.cut, text.blanks)
    for (place, piece) in pieces.enumerated() {
      let isLast = place == pieces.count - 1
      let name = text.blanks.trim(piece.name)
      guard let value = piece.value else {
        if name.isEmpty {
          try Self.checkEmpty(piece, isLast: isLast, isOnly: pieces.count == 1, list.empties)
        } else {
          switch list.strays {
          case .refused: throw .noTag(Objection.shown(name))
          case .ignored: break
          case .emptyValue:
            tags.append(Tag(name: Self.name(name, list.names, text.blanks), value: [], raw: [], isLast: isLast))
          }
        }
        continue
      }
      try Self.check(name, list, text.blanks)
      let found = Self.name(name, list.names, text.blanks)
      if list.repeats == .refused, tags.contains(where: { $0.name == found }) {
        throw .repeatedTag(Objection.shown(found))
      }
      tags.append(Tag(name: found, value: Self.value(value, list, text.blanks), raw: value, isLast: isLast))
    }
  }

  private static func allows(_ byte: UInt8, _ characters: TextTolerance.Characters) -> Bool {
    switch characters {
    case .any: true
    case .ascii: (0x20...0x7E).contains(byte) || WhitespaceClass.c.contains(byte)
    case .visible: (0x20...0x7E).contains(byte) || byte.isBlank
    }
  }

  private static func checkEmpty(
    _ piece: Piece, isLast: Bool, isOnly: Bool, _ empties: ListTolerance.Empties
  ) throws(Objection) {
    switch empties {
    case .ignored: return
    case .last: if isLast, !isOnly { return }
    case .lastWithoutBlanks: if isLast, !isOnly, piece.name.isEmpty { return }
    }
    throw isOnly ? .emptyRecord : .emptyTag
  }

  private static func check(_ name: ArraySlice<UInt8>, _ list: ListTolerance, _ blanks: WhitespaceClass)
    throws(Objection)
  {
    let isValid =
      switch list.nameGrammar {
      case .any: true
      case .letterFirst: name.first?.isLetter ?? false
      case .alphanumericFirst:
        (name.first.map { $0.isLetter || $0.isDigit } ?? false) && !name.contains { blanks.contains($0) }
      case .tagName: isTagName(list.names == .withBlanks ? blanks.drop(name) : name)
      }
    if !isValid { throw .tagName(Objection.shown(name)) }
  }

  private static func name(_ name: ArraySlice<UInt8>, _ names: ListTolerance.Names, _ blanks: WhitespaceClass)
    -> [UInt8]
  {
    switch names {
    case .exact: Array(name)
    case .first: Array(name.prefix(1))
    case .last: Array(name.suffix(1))
    case .anyCase: name.map(\.lowered)
    case .anyCaseWithBlanks: name.filter { !$0.isBlank }.map(\.lowered)
    case .withBlanks: Array(blanks.drop(name))
    }
  }

  private static func value(_ value: ArraySlice<UInt8>, _ list: ListTolerance, _ blanks: WhitespaceClass) -> [UInt8] {
    switch list.valueBlanks {
    case .trimmed: Array(blanks.trim(value))
    case .trimmedAtEnd: Array(blanks.trimEnd(value))
    case .dropped: Array(blanks.drop(value))
    }
  }
}

// MARK: - Cutting

extension ReceiverTags {
  private static func pieces(_ bytes: ArraySlice<UInt8>, _ cut: ListTolerance.Cut, _ blanks: WhitespaceClass) -> [Piece]
  {
    switch cut {
    case .atSemicolons: bytes.split(separator: semicolon, omittingEmptySubsequences: false).map(piece)
    case .unlessDoubled: elements(bytes, semicolon, blanks).map { piece($0[...]) }
    case .unlessQuoted: quotedPieces(bytes)
    case .atBlanksToo: loosePieces(bytes, blanks)
    }
  }

  private static let semicolon = UInt8(ascii: ";")
  private static let equals = UInt8(ascii: "=")

  private static func piece(_ bytes: ArraySlice<UInt8>) -> Piece {
    guard let place = bytes.firstIndex(of: equals) else { return Piece(name: bytes) }
    return Piece(name: bytes[..<place], value: bytes[(place + 1)...])
  }

  /// The elements of a list in which a doubled separator stands for one that is text (Exim, "Changing list
  /// separators").
  static func elements(_ bytes: ArraySlice<UInt8>, _ separator: UInt8, _ blanks: WhitespaceClass) -> [[UInt8]] {
    var rest = bytes
    var elements: [[UInt8]] = []
    while true {
      rest = blanks.trimStart(rest)
      guard let first = rest.first else { return elements }
      if first == separator {
        rest = rest.dropFirst()
        guard rest.first == separator else {
          elements.append([])
          continue
        }
      }
      var element: [UInt8] = []
      while true {
        let end = rest.dropFirst().firstIndex(of: separator) ?? rest.endIndex
        element += rest[..<end]
        rest = rest[end...]
        if rest.isEmpty { break }
        rest = rest.dropFirst()
        if rest.first != separator { break }
      }
      elements.append(Array(blanks.trimEnd(element[...])))
    }
  }

  /// `"`, `'` and parentheses hide what is in them, and a backslash doubles all that follows (mailauth).
  private static func quotedPieces(_ bytes: ArraySlice<UInt8>) -> [Piece] {
    enum Mode { case plain, quoted(UInt8), comment }
    var pieces: [Piece] = []
    var name: [UInt8] = []
    var value: [UInt8]?
    var mode = Mode.plain
    var doubles = false
    func add(_ byte: UInt8) { if value == nil { name.append(byte) } else { value?.append(byte) } }
    for byte in bytes {
      switch mode {
      case .comment:
        if byte == UInt8(ascii: "\\") { doubles = true } else if byte == UInt8(ascii: ")") { mode = .plain }
      case .quoted(let quote):
        if byte == UInt8(ascii: "\\") {
          doubles = true
        } else {
          add(byte)
          if byte == quote { mode = .plain }
        }
      case .plain where byte == equals && value == nil: value = []
      case .plain:
        if doubles { add(byte) }
        switch byte {
        case semicolon:
          pieces.append(Piece(name: name[...], value: value.map { $0[...] }))
          name = []
          value = nil
        case UInt8(ascii: "\\"): doubles = true
        case UInt8(ascii: "("): mode = .comment
        case UInt8(ascii: "\""), UInt8(ascii: "'"):
          add(byte)
          mode = .quoted(byte)
        default: add(byte)
        }
      }
    }
    pieces.append(Piece(name: name[...], value: value.map { $0[...] }))
    return pieces
  }

  /// A value ends at white space too, save that of `p=`; what stands before the next `=` is its name (rspamd).
  private static func loosePieces(_ bytes: ArraySlice<UInt8>, _ blanks: WhitespaceClass) -> [Piece] {
    var pieces: [Piece] = []
    var rest = bytes
    while let place = rest.firstIndex(of: equals) {
      let name = rest[..<place]
      rest = blanks.trimStart(rest[(place + 1)...])
      let isKey = blanks.trimEnd(name).last == TagName.p.rawValue
      let end = rest.firstIndex { $0 == semicolon || !isKey && blanks.contains($0) } ?? rest.endIndex
      // A text that ends behind the `=` leaves what was read before.
      if !(isKey && rest.isEmpty) { pieces.append(Piece(name: name, value: rest[..<end])) }
      rest = rest[end...].dropFirst()
    }
    return pieces
  }
}
