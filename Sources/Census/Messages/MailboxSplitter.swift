// An mbox (RFC 4155): messages one after another, each behind a line that begins with `From `.

internal import Model

/// Cuts an mbox into messages. `>From ` at the beginning of a line is a quoted one and stays in its message.
package struct MailboxSplitter: Sendable {
  /// The most of a message that is kept; of a longer one the beginning is handed on.
  package static let largestMessage = 32 << 20

  private var splitter = LineSplitter()
  private var message: [UInt8] = []
  private var isOpen = false
  private var lastIsBlank = true
  /// The number of the line that the message began at.
  private var first = 0

  package init() {}

  /// How many lines have been read.
  package var lines: Int { splitter.lines }

  package mutating func feed(
    _ bytes: UnsafeRawBufferPointer, _ body: (_ message: [UInt8], _ line: Int) -> Void
  ) {
    var splitter = self.splitter
    splitter.feed(bytes) { line, number, _ in take(line, number, body) }
    self.splitter = splitter
  }

  package mutating func finish(_ body: (_ message: [UInt8], _ line: Int) -> Void) {
    var splitter = self.splitter
    splitter.finish { line, number, _ in take(line, number, body) }
    self.splitter = splitter
    close(body)
  }

  private mutating func take(_ line: Bytes, _ number: Int, _ body: ([UInt8], Int) -> Void) {
    if lastIsBlank, Self.isSeparator(line) {
      close(body)
      isOpen = true
      first = number
      lastIsBlank = false
      return
    }
    lastIsBlank = line.isEmpty
    guard isOpen else { return }
    let room = Self.largestMessage - message.count
    message.append(contentsOf: line.buffer.prefix(room))
    if room > line.count { message.append(0x0A) }
  }

  private mutating func close(_ body: ([UInt8], Int) -> Void) {
    if isOpen, !message.isEmpty { body(message, first) }
    message.removeAll(keepingCapacity: message.capacity <= 1 << 20)
    isOpen = false
  }

  /// `From sender Fri Nov 20 08:00:01 2026`: with a time, since a line of a letter may begin with the word too.
  static func isSeparator(_ line: Bytes) -> Bool {
    guard line.hasPrefix("From "), line.count > 20 else { return false }
    var place = 5
    while let colon = line.index(of: UInt8(ascii: ":"), from: place) {
      if colon >= 2, line[colon - 1].isDigit, line.twoDigits(colon + 1) != nil { return true }
      place = colon + 1
    }
    return false
  }
}
