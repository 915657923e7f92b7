// Cuts an mbox into messages, from chunks; any other file is one message.

internal import Model

/// What comes out of a mailbox.
public enum MailboxPiece: Hashable, Sendable {
  /// A message begins, behind or at this line of the file, counted from 1.
  case message(line: Int)
  /// Bytes of it.
  case bytes([UInt8])
}

/// Takes a file in chunks and hands on the messages in it.
///
/// A file whose first line begins with `From ` is an mbox: a message begins at each such line behind an empty one that
/// has a time too, since a line of a letter may begin with the word. One `>` is taken from lines that begin with
/// `>From `, `>>From ` and so on.
public struct MailboxReader: Sendable {
  /// A beginning of a line that could be a separator, or nothing.
  private var held: [UInt8] = []
  private var isMailbox: Bool?
  private var isAtLineStart = true
  private var previousLineIsEmpty = true
  private var isInSeparator = false
  private var lineIsEmpty = true
  private static let mark = Array("From ".utf8)
  /// More `>` than any mailbox has.
  private static let mostQuotes = 64
  /// A longer line is no separator.
  private static let longestSeparator = 1000
  /// How many lines of an mbox have ended.
  public private(set) var lines = 0

  public init() {}

  /// Whether a line is a separator: `From sender Fri Nov 20 08:00:01 2026`.
  package static func isSeparator(_ line: ArraySlice<UInt8>) -> Bool {
    guard line.starts(with: mark) else { return false }
    return line.indices.contains { place in
      line[place] == UInt8(ascii: ":") && place > line.startIndex && line[place - 1].isDigit
        && place + 2 < line.endIndex && line[place + 1].isDigit && line[place + 2].isDigit
    }
  }

  /// Whether the file is known to be one message, so that its chunks need not be handed through here.
  public var isSingleMessage: Bool { isMailbox == false }

  /// Takes the next chunk.
  public mutating func take(_ chunk: UnsafeRawBufferPointer, _ body: (MailboxPiece) throws -> Void) rethrows {
    if isMailbox == false {
      try body(.bytes(Array(chunk)))
      return
    }
    var bytes = held
    bytes.append(contentsOf: chunk)
    held = []
    try read(bytes[...], isEnd: false, body)
  }

  /// The end of the file.
  public mutating func finish(_ body: (MailboxPiece) throws -> Void) rethrows {
    let rest = held
    held = []
    try read(rest[...], isEnd: true, body)
    if isMailbox == nil { try body(.message(line: 1)) }
  }

  private mutating func read(
    _ bytes: ArraySlice<UInt8>, isEnd: Bool, _ body: (MailboxPiece) throws -> Void
  ) rethrows {
    var rest = bytes
    if isMailbox == nil {
      if rest.count < Self.mark.count, !isEnd, Self.mark.starts(with: rest) {
        held = Array(rest)
        return
      }
      if rest.isEmpty { return }
      isMailbox = rest.starts(with: Self.mark)
      if isMailbox == false {
        try body(.message(line: 1))
        try body(.bytes(Array(rest)))
        return
      }
    }
    var output: [UInt8] = []
    output.reserveCapacity(rest.count)
    while !rest.isEmpty {
      if isAtLineStart, !isInSeparator {
        switch beginning(rest, isEnd: isEnd) {
        case .open where !isEnd:
          held = Array(rest)
          rest = []
          continue
        case .separator:
          if !output.isEmpty { try body(.bytes(output)) }
          output = []
          try body(.message(line: lines + 1))
          isInSeparator = true
        case .quoted: rest.removeFirst()
        case .plain, .open: break
        }
      }
      let end = rest.firstIndex(of: .lineFeed).map { $0 + 1 } ?? rest.endIndex
      let line = rest[..<end]
      let isWhole = line.last == .lineFeed
      if !isInSeparator { output += line }
      let hasContent = line.contains { $0 != .lineFeed && $0 != .carriageReturn }
      lineIsEmpty = (isAtLineStart || lineIsEmpty) && !hasContent
      if isWhole {
        lines += 1
        previousLineIsEmpty = lineIsEmpty && !isInSeparator
        isInSeparator = false
        lineIsEmpty = true
      }
      isAtLineStart = isWhole
      rest = rest[end...]
    }
    if !output.isEmpty { try body(.bytes(output)) }
  }

  private enum Beginning {
    case separator, quoted, plain
    /// More bytes must come to tell.
    case open
  }

  private func beginning(_ rest: ArraySlice<UInt8>, isEnd: Bool) -> Beginning {
    let quotes = rest.prefix(Self.mostQuotes).prefix { $0 == UInt8(ascii: ">") }.count
    let text = rest.dropFirst(quotes)
    if text.starts(with: Self.mark) {
      if quotes > 0 { return .quoted }
      if lines == 0 { return .separator }
      guard previousLineIsEmpty else { return .plain }
      let line = text.prefix(Self.longestSeparator)
      guard let end = line.firstIndex(of: .lineFeed) else {
        return isEnd || line.count == Self.longestSeparator ? (Self.isSeparator(line) ? .separator : .plain) : .open
      }
      return Self.isSeparator(line[..<end]) ? .separator : .plain
    }
    return text.count < Self.mark.count && Self.mark.starts(with: text) ? .open : .plain
  }
}
