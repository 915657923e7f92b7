// Cuts an mbox into messages, from chunks; any other file is one message.

internal import Model

/// What comes out of a mailbox.
public enum MailboxPiece: Hashable, Sendable {
  /// A message begins.
  case message
  /// Bytes of it.
  case bytes([UInt8])
}

/// Takes a file in chunks and hands on the messages in it.
///
/// A file whose first line begins with `From ` is an mbox: a message begins at each such line behind an empty one, and
/// one `>` is taken from lines that begin with `>From `, `>>From ` and so on.
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

  public init() {}

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
    if isMailbox == nil { try body(.message) }
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
        try body(.message)
        try body(.bytes(Array(rest)))
        return
      }
    }
    var output: [UInt8] = []
    output.reserveCapacity(rest.count)
    while !rest.isEmpty {
      if isAtLineStart, !isInSeparator {
        switch beginning(rest) {
        case .open where !isEnd:
          held = Array(rest)
          rest = []
          continue
        case .separator:
          if !output.isEmpty { try body(.bytes(output)) }
          output = []
          try body(.message)
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

  private func beginning(_ rest: ArraySlice<UInt8>) -> Beginning {
    let quotes = rest.prefix(Self.mostQuotes).prefix { $0 == UInt8(ascii: ">") }.count
    let text = rest.dropFirst(quotes)
    if text.starts(with: Self.mark) { return quotes > 0 ? .quoted : previousLineIsEmpty ? .separator : .plain }
    return text.count < Self.mark.count && Self.mark.starts(with: text) ? .open : .plain
  }
}
