// As much of MIME (RFC 2045, RFC 2046) as it takes to undo changes: where parts begin and end, and how they are encoded.

internal import Model

/// The parts of a body, by their places.
struct MIMEOutline {
  /// One part that holds no others.
  struct Leaf {
    /// Its header fields, with the empty line; empty for a message without parts.
    var header: Range<Int>
    var content: Range<Int>
    var encoding: String
    var isText: Bool
  }

  private let body: [UInt8]
  private(set) var leaves: [Leaf] = []
  /// The outermost multipart: where its delimiter lines begin, the last one included.
  private var delimiters: [Int] = []
  /// What the first parts of the nested multiparts hold, from the outermost on.
  private(set) var firstPartContents: [ArraySlice<UInt8>] = []

  private static let deepest = 6
  private static let mostLeaves = 64

  init(header: MessageHeader, body: [UInt8]) {
    self.body = body
    read(header, 0..<0, 0..<body.count, depth: 0)
  }

  private mutating func read(_ header: MessageHeader, _ place: Range<Int>, _ content: Range<Int>, depth: Int) {
    let type = ContentType(header.first("Content-Type")?.value ?? [])
    if let boundary = type.boundary, depth < Self.deepest {
      let marks = Self.delimiters(body, content, boundary)
      if depth == 0 { delimiters = marks.map(\.start) }
      for (number, mark) in marks.enumerated() where !mark.isLast {
        if leaves.count >= Self.mostLeaves { return }
        let end = number + 1 < marks.count ? Self.before(body, marks[number + 1].start, mark.end) : content.upperBound
        guard mark.end <= end else { continue }
        let part = Array(body[mark.end..<end])
        let inner = MessageHeader(part)
        // A part may begin with its empty line: it has no header.
        let start = mark.end + min(inner.length, part.count)
        if number == 0 { firstPartContents.append(body[start..<end]) }
        read(inner, mark.end..<start, start..<end, depth: depth + 1)
      }
      return
    }
    leaves.append(
      Leaf(
        header: place, content: content,
        encoding: (header.first("Content-Transfer-Encoding")?.value ?? []).loweredText, isText: type.isText))
  }

  /// The places of text parts.
  var texts: [Range<Int>] { leaves.filter { $0.isText && !$0.content.isEmpty }.map(\.content) }

  /// The body without the last part of the outermost multipart.
  var withoutLastPart: [UInt8]? {
    guard delimiters.count >= 3 else { return nil }
    let last = delimiters[delimiters.count - 1]
    return Array(body[..<delimiters[delimiters.count - 2]] + body[last...])
  }

  /// The body with all encoded text decoded, once for each way in which the parts may have said so before.
  var decodedBodies: [(encoding: String, body: [UInt8])] {
    let encoded = leaves.filter { ["quoted-printable", "base64"].contains($0.encoding) && $0.isText }
    guard let first = encoded.first else { return [] }
    // A message without parts has its encoding in the header.
    let names = first.header.isEmpty ? [""] : ["8bit", "7bit", "8BIT", "7BIT"]
    return names.map { name in
      var result: [UInt8] = []
      var position = 0
      for leaf in encoded {
        result += body[position..<leaf.header.lowerBound]
        result += Self.renamed(body[leaf.header], leaf.encoding, name)
        let content = body[leaf.content]
        result +=
          leaf.encoding == "base64"
          ? Base64.decode(content.filter { !$0.isFoldingBlank }) ?? Array(content)
          : QuotedPrintable.decodeBody(content)
        position = leaf.content.upperBound
      }
      return (first.encoding, result + body[position...])
    }
  }

  /// The header of a part with another encoding in it.
  private static func renamed(_ header: ArraySlice<UInt8>, _ old: String, _ new: String) -> [UInt8] {
    guard !new.isEmpty else { return Array(header) }
    let old = Array(old.utf8)
    var result = Array(header)
    guard result.count >= old.count else { return result }
    for start in 0...(result.count - old.count)
    where result[start..<(start + old.count)].elementsEqual(old, by: { $0.lowered == $1 }) {
      result.replaceSubrange(start..<(start + old.count), with: new.utf8)
      break
    }
    return result
  }

  private static func delimiters(
    _ body: [UInt8], _ range: Range<Int>, _ boundary: [UInt8]
  ) -> [(start: Int, end: Int, isLast: Bool)] {
    var marks: [(start: Int, end: Int, isLast: Bool)] = []
    let mark = [UInt8(ascii: "-"), UInt8(ascii: "-")] + boundary
    var start = range.lowerBound
    while start < range.upperBound {
      let end = body[start..<range.upperBound].firstIndex(of: .lineFeed).map { $0 + 1 } ?? range.upperBound
      if body[start] == UInt8(ascii: "-"), body[start..<end].starts(with: mark) {
        let rest = body[(start + mark.count)..<end]
        let isLast = rest.starts(with: "--".utf8)
        if isLast || rest.allSatisfy(\.isFoldingBlank) { marks.append((start, end, isLast)) }
        if isLast || marks.count > mostLeaves { break }
      }
      start = end
    }
    return marks
  }

  /// The line end before a delimiter belongs to it (RFC 2046, section 5.1.1).
  private static func before(_ body: [UInt8], _ delimiter: Int, _ lowest: Int) -> Int {
    var end = delimiter
    if end > lowest, body[end - 1] == .lineFeed { end -= 1 }
    if end > lowest, body[end - 1] == .carriageReturn { end -= 1 }
    return max(end, lowest)
  }
}

/// As much of a Content-Type as matters here.
private struct ContentType {
  var isText: Bool
  var boundary: [UInt8]?

  init(_ value: [UInt8]) {
    let tokens = MailToken.tokens(of: value).filter { $0 != .blank && !$0.isComment }
    let type = tokens.first?.word?.lowercased() ?? "text"
    isText = type == "text"
    guard type == "multipart" else { return }
    // `boundary=` and all up to the next semicolon; a boundary may have dots, slashes and equals signs.
    for (place, token) in tokens.enumerated() where token.word?.lowercased() == "boundary" {
      guard place + 1 < tokens.count, tokens[place + 1] == .special(UInt8(ascii: "=")) else { continue }
      let rest = tokens[(place + 2)...].prefix { $0 != .special(UInt8(ascii: ";")) }
      let text = Array(rest.map(\.text).joined().utf8)
      if !text.isEmpty, text.count <= 200 { boundary = text }
      return
    }
  }
}
