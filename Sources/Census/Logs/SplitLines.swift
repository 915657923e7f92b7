// Exim's long lines in a syslog: sent in pieces, `[1/3] ...`, which are put together again.

internal import Model

/// Collects the pieces of split lines, by program and process.
struct SplitLines: Sendable {
  private struct Open: Sendable {
    var owner: [UInt8]
    var time: Timestamp?
    var next: Int
    var total: Int
    var content: [UInt8]
  }
  struct Joined {
    var time: Timestamp?
    var tag: [UInt8]
    var content: [UInt8]
  }

  private var open: [Open] = []
  private static let mostOpen = 16
  private static let longest = 64 << 10

  /// Whether a line begins with `[2/5] ` or `[2\5] `.
  func isPiece(_ line: LogLine) -> Bool { Self.piece(line.content) != nil }

  private static func piece(_ content: Bytes) -> (number: Int, total: Int, endsLine: Bool, text: Bytes)? {
    guard content.count > 5, content[0] == UInt8(ascii: "["),
      let close = content.slice(0, 12).index(of: UInt8(ascii: "]"))
    else { return nil }
    let inside = content.slice(1, close)
    let slash = inside.index(of: UInt8(ascii: "/"))
    guard let middle = slash ?? inside.index(of: UInt8(ascii: "\\")),
      let number = inside.slice(0, middle).number, let total = inside.dropFirst(middle + 1).number, number >= 1,
      number <= total, total <= 999, close + 1 < content.count, content[close + 1] == 0x20
    else { return nil }
    return (Int(number), Int(total), slash == nil, content.dropFirst(close + 2))
  }

  /// Takes a piece; hands out the whole with the last one.
  mutating func join(_ line: LogLine) -> Joined? {
    guard let piece = Self.piece(line.content) else { return nil }
    let owner = line.tag.array + [0x5B] + line.processID.array
    let index = open.firstIndex { $0.owner == owner }
    if piece.number == 1 {
      if let index { open.remove(at: index) }
      if open.count >= Self.mostOpen { open.removeFirst() }
      open.append(Open(owner: owner, time: line.time, next: 1, total: piece.total, content: []))
    }
    guard let place = open.firstIndex(where: { $0.owner == owner }), open[place].next == piece.number,
      open[place].total == piece.total
    else { return nil }
    open[place].content += piece.text.buffer.prefix(max(0, Self.longest - open[place].content.count))
    if piece.endsLine { open[place].content.append(0x0A) }
    open[place].next += 1
    if piece.number < piece.total { return nil }
    let whole = open.remove(at: place)
    return Joined(time: whole.time, tag: line.tag.array, content: whole.content)
  }
}

/// What a logger writes in the place of lines.
enum Repetition {
  /// `message repeated 3 times: [ ...]` of rsyslog.
  case ofContent(Bytes, times: Int)
  /// `last message repeated 3 times` of BSD's syslogd.
  case ofLastLine(times: Int)
  /// Lines that were left out for the sake of a rate.
  case dropped(Int?)

  @inline(__always) static func mayStand(in content: Bytes) -> Bool {
    guard content.count > 16 else { return false }
    let first = content[0]
    return first == UInt8(ascii: "m") || first == UInt8(ascii: "l") || first == UInt8(ascii: "S")
      || first == UInt8(ascii: "i") || first == UInt8(ascii: "-") || first == UInt8(ascii: "b")
  }

  init?(_ content: Bytes) {
    let wanted: StaticString = "message repeated "
    let wantedLast: StaticString = "last message repeated "
    if content.hasPrefix(wanted) || content.hasPrefix(wantedLast) || content.hasPrefix("-- last message repeated ") {
      guard let begin = content.index(of: "repeated ").map({ $0 + 9 }), let end = content.index(of: 0x20, from: begin),
        let times = content.slice(begin, end).number, times >= 1, times <= 1_000_000
      else { return nil }
      if content.hasPrefix(wanted) {
        guard let open = content.index(of: "times: [", from: end) else {
          self = .ofLastLine(times: Int(times))
          return
        }
        let inside = content.dropFirst(open + 8)
        let close = inside.count > 0 && inside[inside.count - 1] == UInt8(ascii: "]") ? inside.count - 1 : inside.count
        self = .ofContent(inside.slice(0, close).trimmed, times: Int(times))
        return
      }
      self = .ofLastLine(times: Int(times))
      return
    }
    if content.hasPrefix("Suppressed "), content.contains(" messages from ") {
      let end = content.index(of: 0x20, from: 11) ?? content.count
      self = .dropped(content.slice(11, end).number.map(Int.init))
      return
    }
    if content.contains("rate-limiting"), content.contains("drop") || content.contains(" lost ") {
      self = .dropped(nil)
      return
    }
    return nil
  }
}
