// Changes of a whole body that software on the way makes, undone.

internal import Model

/// One row a change: what it is, and how it is undone; nil where there is nothing to undo.
enum BodyEdits {
  typealias Edit = @Sendable ([UInt8]) -> [UInt8]?

  static let all: [(change: BodyChange, edit: Edit)] = [
    (.trailingBlanks, { lines($0) { Array($0.reversed().drop(while: \.isBlank).reversed()) } }),
    (.signatureSeparator, { lines($0) { $0.elementsEqual("--".utf8) ? Array("-- ".utf8) : Array($0) } }),
    (
      .fromQuoting,
      {
        lines($0) {
          $0.drop { $0 == UInt8(ascii: ">") }.starts(with: "From ".utf8) && $0.first == UInt8(ascii: ">")
            ? Array($0.dropFirst()) : Array($0)
        }
      }
    ),
    // The other way: a reader of mboxes that takes away too much.
    (.fromQuoting, { lines($0) { $0.starts(with: "From ".utf8) ? [UInt8(ascii: ">")] + $0 : Array($0) } }),
    (.dots, { lines($0) { $0.starts(with: "..".utf8) ? Array($0.dropFirst()) : Array($0) } }),
    (.dots, { lines($0) { $0.first == UInt8(ascii: ".") ? [UInt8(ascii: ".")] + $0 : Array($0) } }),
    (.lineEnds, { edited($0, doubledLineEnds) }), (.lineEnds, { edited($0, bareCarriageReturns) }),
    (.brokenLines, { edited($0, joinedLines) }), (.blanks, { lines($0) { $0.map { $0 == .tab ? .space : $0 } } }),
  ]

  private static func edited(_ body: [UInt8], _ edit: ([UInt8]) -> [UInt8]) -> [UInt8]? {
    let result = edit(body)
    return result == body ? nil : result
  }

  /// Edits each line without its line end; nil where no line changes.
  private static func lines(_ body: [UInt8], _ edit: (ArraySlice<UInt8>) -> [UInt8]) -> [UInt8]? {
    edited(body) { body in
      var result: [UInt8] = []
      result.reserveCapacity(body.count + 64)
      var start = 0
      while start < body.count {
        let lineFeed = body[start...].firstIndex(of: .lineFeed)
        var end = lineFeed ?? body.count
        if end > start, lineFeed != nil, body[end - 1] == .carriageReturn { end -= 1 }
        result += edit(body[start..<end])
        let next = lineFeed.map { $0 + 1 } ?? body.count
        result += body[end..<next]
        start = next
      }
      return result
    }
  }

  /// CR CR LF, which a text mode makes of CRLF.
  private static func doubledLineEnds(_ body: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for (place, byte) in body.enumerated() {
      if byte == .carriageReturn, place + 1 < body.count, body[place + 1] == .carriageReturn { continue }
      result.append(byte)
    }
    return result
  }

  private static func bareCarriageReturns(_ body: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    for (place, byte) in body.enumerated() {
      result.append(byte)
      if byte == .carriageReturn, place + 1 == body.count || body[place + 1] != .lineFeed { result.append(.lineFeed) }
    }
    return result
  }

  /// Lines of the most that SMTP allows (998 bytes), or of the 990 of sendmail with its `!`, go on in the next one.
  private static func joinedLines(_ body: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var length = 0
    var position = 0
    while position < body.count {
      let byte = body[position]
      let isEnd = byte == .carriageReturn && position + 1 < body.count && body[position + 1] == .lineFeed
      if isEnd || byte == .lineFeed {
        if length >= 989 {
          if result.last == UInt8(ascii: "!") { result.removeLast() }
          position += isEnd ? 2 : 1
          if position < body.count, body[position] == .space { position += 1 }
          length = 0
          continue
        }
        length = 0
      } else {
        length += 1
      }
      result.append(byte)
      if isEnd {
        result.append(.lineFeed)
        position += 1
      }
      position += 1
    }
    return result
  }
}
