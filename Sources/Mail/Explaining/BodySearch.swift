// What happened to a body: undoes the usual changes one after the other until the hash fits. Bounded work.

internal import Model

/// Looks for the body that was signed.
struct BodySearch {
  private let header: MessageHeader
  private let body: [UInt8]
  private let kind: BodyHashKind
  private let wanted: [UInt8]
  /// How many bytes may still be hashed.
  private(set) var budget: Int

  /// Bodies up to this size are searched.
  static let largestBody = 4 << 20
  static let work = 192 << 20
  private static let mostFooterLines = 60
  private static let mostBannerLines = 12
  private static let mostParts = 8

  init(header: MessageHeader, body: [UInt8], kind: BodyHashKind, wanted: [UInt8], work: Int = BodySearch.work) {
    self.header = header
    self.body = body
    self.kind = kind
    self.wanted = wanted
    budget = work
  }

  /// The change without which the hash fits; nil where none was found.
  mutating func change() -> BodyChange? {
    if let lines = footer(of: body[...], before: [], after: []) { return .footer(lines: lines) }
    if let change = wholeBody() { return change }
    let mime = MIMEOutline(header: header, body: body)
    if let change = structure(mime) { return change }
    if let change = encodings(mime) { return change }
    if let lines = banner(body[...], before: []) { return .banner(lines: lines) }
    return parts(mime)
  }

  // MARK: - Hashing

  private mutating func fits(_ candidate: some Collection<UInt8>) -> Bool {
    guard budget > 0 else { return false }
    budget -= candidate.count + 4096
    return BodyHasher.hash(candidate, kind)?.hash == wanted
  }

  // MARK: - Lines added

  /// How few lines must be left out at the end of a piece, with `before` and `after` around it, for the hash to fit.
  private mutating func footer(of piece: ArraySlice<UInt8>, before: ArraySlice<UInt8>, after: ArraySlice<UInt8>) -> Int?
  {
    let starts = Self.lineStarts(piece, last: Self.mostFooterLines)
    guard let first = starts.first, budget > 0, let digest = RunningHash(kind.algorithm) else { return nil }
    // What all candidates have in common is hashed once.
    let sink = BodySink([.init(digest: digest, limit: kind.limit)])
    var machine = BodyMachine(kind.canonicalization)
    func feed(_ bytes: ArraySlice<UInt8>, _ machine: inout BodyMachine, _ sink: BodySink) {
      bytes.withUnsafeBytes { machine.take($0, into: sink) }
    }
    feed(before, &machine, sink)
    feed(piece[..<first], &machine, sink)
    budget -= before.count + piece.count
    var found: Int?
    for (number, start) in starts.enumerated() {
      if number > 0 { feed(piece[starts[number - 1]..<start], &machine, sink) }
      guard budget > 0, let end = sink.copy() else { break }
      budget -= after.count + 4096
      var ending = machine
      feed(after, &ending, end)
      ending.finish(into: end)
      if end.finish().first == wanted { found = starts.count - number }
    }
    return found
  }

  /// The beginnings of the last lines of a piece, from the first of them to the last.
  private static func lineStarts(_ piece: ArraySlice<UInt8>, last count: Int) -> [Int] {
    var starts: [Int] = []
    var position = piece.endIndex
    if position > piece.startIndex, piece[position - 1] == .lineFeed { position -= 1 }
    while position > piece.startIndex, starts.count < count {
      guard let lineFeed = piece[..<position].lastIndex(of: .lineFeed) else { break }
      starts.append(lineFeed + 1)
      position = lineFeed
    }
    if starts.count < count, !piece.isEmpty { starts.append(piece.startIndex) }
    return starts.reversed()
  }

  /// How few lines must be left out at the beginning of a piece.
  private mutating func banner(_ piece: ArraySlice<UInt8>, before: ArraySlice<UInt8>, after: ArraySlice<UInt8> = [])
    -> Int?
  {
    var start = piece.startIndex
    for number in 1...Self.mostBannerLines {
      guard let lineFeed = piece[start...].firstIndex(of: .lineFeed), lineFeed + 1 < piece.endIndex else { return nil }
      start = lineFeed + 1
      if fits(before + piece[start...] + after) { return number }
    }
    return nil
  }

  // MARK: - The whole body

  private mutating func wholeBody() -> BodyChange? {
    if kind.canonicalization == .simple {
      let relaxed = BodyHashKind(.relaxed, kind.algorithm, limit: kind.limit)
      budget -= body.count
      if BodyHasher.hash(body, relaxed)?.hash == wanted { return .trailingBlanks }
    }
    for (change, edit) in BodyEdits.all {
      if let edited = edit(body), fits(edited) { return change }
    }
    return nil
  }

  // MARK: - Parts

  /// A part was added behind the others, or the message was put into a new multipart.
  private mutating func structure(_ mime: MIMEOutline) -> BodyChange? {
    if let shortened = mime.withoutLastPart, fits(shortened) { return .partAdded }
    for content in mime.firstPartContents.prefix(3) where fits(content) { return .wrapped }
    return nil
  }

  private mutating func encodings(_ mime: MIMEOutline) -> BodyChange? {
    for (encoding, candidate) in mime.decodedBodies {
      if fits(candidate) { return .transferEncoding(encoding) }
      // A footer often comes with the new encoding.
      if let lines = footer(of: candidate[...], before: [], after: []) { return .footer(lines: lines) }
    }
    return nil
  }

  private mutating func parts(_ mime: MIMEOutline) -> BodyChange? {
    for range in mime.texts.prefix(Self.mostParts) {
      if let lines = footer(of: body[range], before: body[..<range.lowerBound], after: body[range.upperBound...]) {
        return .partFooter(lines: lines)
      }
      let after = body[range.upperBound...]
      if let lines = banner(body[range], before: body[..<range.lowerBound], after: after) {
        return .banner(lines: lines)
      }
    }
    return nil
  }
}
