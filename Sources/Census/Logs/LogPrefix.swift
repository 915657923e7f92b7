// What stands before the words of a program: the stamps, host and tag of syslog (RFC 3164, RFC 5424, ISO stamps).

internal import Model

/// A line of a log, cut into what the logger and what the program wrote.
struct LogLine {
  var time: Timestamp?
  var host = Bytes.empty
  /// The program, as in `exim` or `postfix/cleanup`, without its process id.
  var tag = Bytes.empty
  var processID = Bytes.empty
  var content: Bytes
}

/// Reads what a logger writes before the words of a program.
struct LogPrefixReader {
  private var clock: CivilClock
  // Stamps come many times: the last one is kept, with what it means.
  private var lastStamp: (high: UInt64, middle: UInt64, low: UInt32) = (0, 0, 0)
  private var lastSeconds: Int64 = 0

  init(_ clock: LogClock) { self.clock = CivilClock(clock) }

  /// A stamp such as `2026-11-23 20:00:00.123 +0200` at the beginning, and where it ends; blanks may follow.
  @inline(__always) mutating func spacedStamp(_ line: Bytes) -> (time: Timestamp, end: Int)? {
    guard line.count >= 20, line[4] == 0x2D, line[10] == 0x20, line[13] == 0x3A else { return nil }
    guard let seconds = seconds(line) else { return nil }
    var end = 19
    var microseconds: Int64 = 0
    if line[end] == 0x2E || line[end] == 0x2C { (microseconds, end) = line.fraction(end) }
    if end + 1 < line.count, line[end] == 0x20, line[end + 1] == 0x2B || line[end + 1] == 0x2D,
      let (offset, zoneEnd) = line.zone(end + 1)
    {
      return (Timestamp(microseconds: (seconds - offset) * 1_000_000 + microseconds), zoneEnd)
    }
    return (clock.time(local: seconds, microseconds: microseconds), end)
  }

  /// The first 19 bytes as seconds of local time.
  @inline(__always) private mutating func seconds(_ line: Bytes) -> Int64? {
    let raw = UnsafeRawPointer(line.start)
    let stamp = (
      high: raw.loadUnaligned(as: UInt64.self), middle: raw.loadUnaligned(fromByteOffset: 8, as: UInt64.self),
      low: raw.loadUnaligned(fromByteOffset: 15, as: UInt32.self)
    )
    if stamp == lastStamp { return lastSeconds }
    guard let day = line.date(0), let second = line.timeOfDay(11) else { return nil }
    lastStamp = stamp
    lastSeconds = day * 86_400 + second
    return lastSeconds
  }

  /// A whole line of a syslog, or of a program that writes its own file.
  mutating func read(_ whole: Bytes, isInner: Bool = false) -> LogLine {
    var line = Self.withoutContainer(whole)
    if line.count > 3, line[0] == UInt8(ascii: "<"), let close = line.index(of: UInt8(ascii: ">")), close <= 4,
      line.slice(1, close).number != nil
    {
      line = line.dropFirst(close + 1)
      if line.hasPrefix("1 ") { return structured(line.dropFirst(2)) }
    }
    if line.count > 4, line[0].isDigit {
      if let (time, end) = isoStamp(line) {
        let rest = line.dropFirst(end)
        // Kubernetes writes so before a line (the log format of CRI), and an F for a line that is whole.
        if !isInner, rest.hasPrefix(" stdout F ") || rest.hasPrefix(" stderr F ") {
          var inner = read(rest.dropFirst(10), isInner: true)
          inner.time = inner.time ?? time
          return inner
        }
        return tagged(rest, time: time, mayLackTag: true)
      }
      if let (time, end) = spacedStamp(line) { return tagged(line.dropFirst(end), time: time, mayLackTag: true) }
    } else if line.count > 15, line[0].isLetter, let (time, end) = oldStamp(line) {
      return tagged(line.dropFirst(end), time: time, mayLackTag: false)
    }
    return tagged(line, time: nil, mayLackTag: true)
  }

  /// Without the name that a supervisor of containers writes before a line: `mail-1  | `.
  private static func withoutContainer(_ line: Bytes) -> Bytes {
    guard let bar = line.slice(0, 48).index(of: " | "), line.slice(0, bar).trimmed.index(of: 0x20) == nil,
      isHost(line.slice(0, bar).trimmed), bar > 0
    else { return line }
    return line.dropFirst(bar + 3)
  }

  /// `2026-11-23T20:00:00.123456+01:00`, and where it ends.
  mutating func isoStamp(_ line: Bytes) -> (time: Timestamp, end: Int)? {
    guard line.count >= 20, line[10] == UInt8(ascii: "T") || line[10] == UInt8(ascii: "t"), let seconds = seconds(line)
    else { return nil }
    let (microseconds, end) = line.fraction(19)
    guard let (offset, zoneEnd) = line.zone(end) else {
      return (clock.time(local: seconds, microseconds: microseconds), end)
    }
    return (Timestamp(microseconds: (seconds - offset) * 1_000_000 + microseconds), zoneEnd)
  }

  /// `Nov 23 20:00:00` or `Nov 23 2026 20:00:00`, and where it ends.
  private mutating func oldStamp(_ line: Bytes) -> (time: Timestamp?, end: Int)? {
    guard line[3] == 0x20, let month = Self.month(line) else { return nil }
    var place = 4
    if line[place] == 0x20 { place += 1 }
    let dayStart = place
    while place < line.count, place - dayStart < 2, line[place].isDigit { place += 1 }
    guard let day = line.slice(dayStart, place).number, (1...31).contains(day), place < line.count, line[place] == 0x20
    else { return nil }
    place += 1
    if place + 13 <= line.count, line[place + 4] == 0x20, let year = line.slice(place, place + 4).number {
      guard let second = line.timeOfDay(place + 5), Civil.isDate(year, month, day) else { return nil }
      return (clock.time(local: Civil.day(year, month, day) * 86_400 + second), place + 13)
    }
    guard let second = line.timeOfDay(place) else { return nil }
    let (_, end) = line.fraction(place + 8)
    return (clock.time(month: month, day: day, secondOfDay: second), end)
  }

  private static func month(_ line: Bytes) -> Int64? {
    let names: StaticString = "JanFebMarAprMayJunJulAugSepOctNovDec"
    for month in 0..<12 where line.start[0] == names.utf8Start[month * 3] {
      if line.start[1] == names.utf8Start[month * 3 + 1], line.start[2] == names.utf8Start[month * 3 + 2] {
        return Int64(month) + 1
      }
    }
    return nil
  }

  /// RFC 5424 behind its version: stamp, host, application, process id, message id, structured data, message.
  private mutating func structured(_ line: Bytes) -> LogLine {
    var rest = line
    func word(_ rest: inout Bytes) -> Bytes {
      let end = rest.index(of: 0x20) ?? rest.count
      let word = rest.slice(0, end)
      rest = rest.dropFirst(end + 1)
      return word.equals("-") ? .empty : word
    }
    let stamp = word(&rest)
    let time = isoStamp(stamp).map(\.time)
    let host = word(&rest)
    let tag = word(&rest)
    let processID = word(&rest)
    _ = word(&rest)
    if rest.hasPrefix("-") {
      rest = rest.dropFirst(1)
    } else {
      // Structured data: brackets, with values in quotes that may hold brackets behind a backslash.
      var place = 0
      while place < rest.count, rest[place] == UInt8(ascii: "[") {
        var isQuoted = false
        place += 1
        while place < rest.count, isQuoted || rest[place] != UInt8(ascii: "]") {
          if rest[place] == UInt8(ascii: "\\") {
            place += 1
          } else if rest[place] == UInt8(ascii: "\"") {
            isQuoted.toggle()
          }
          place += 1
        }
        place += 1
      }
      rest = rest.dropFirst(place)
    }
    if rest.count > 0, rest[0] == 0x20 { rest = rest.dropFirst(1) }
    if rest.hasPrefix("\u{FEFF}") { rest = rest.dropFirst(3) }
    return LogLine(time: time, host: host, tag: tag, processID: processID, content: rest)
  }

  /// ` host tag[pid]: content`, or ` tag[pid]: content`; without a tag all is content.
  private func tagged(_ line: Bytes, time: Timestamp?, mayLackTag: Bool) -> LogLine {
    var start = 0
    while start < line.count, line[start] == 0x20 { start += 1 }
    let rest = line.dropFirst(start)
    if let (tag, processID, content) = Self.tag(rest) {
      return LogLine(time: time, tag: tag, processID: processID, content: content)
    }
    if let blank = rest.index(of: 0x20), blank > 0, Self.isHost(rest.slice(0, blank)) {
      var next = blank + 1
      while next < rest.count, rest[next] == 0x20 { next += 1 }
      let behind = rest.dropFirst(next)
      if let (tag, processID, content) = Self.tag(behind) {
        return LogLine(time: time, host: rest.slice(0, blank), tag: tag, processID: processID, content: content)
      }
      if !mayLackTag { return LogLine(time: time, host: rest.slice(0, blank), content: behind) }
    }
    return LogLine(time: time, content: rest)
  }

  private static func isHost(_ word: Bytes) -> Bool {
    word.buffer.allSatisfy { $0.isLetter || $0.isDigit || "-._:/@".utf8.contains($0) }
  }

  /// `name[123]: ` at the beginning; without a process id, a name such as `exim:` that is no id of a queue.
  private static func tag(_ line: Bytes) -> (tag: Bytes, processID: Bytes, content: Bytes)? {
    var end = 0
    while end < line.count, end < 64, isTagByte(line[end]) { end += 1 }
    guard end > 0, end < line.count else { return nil }
    let tag = line.slice(0, end)
    var processID = Bytes.empty
    if line[end] == UInt8(ascii: "[") {
      guard let close = line.index(of: UInt8(ascii: "]"), from: end), close - end <= 12 else { return nil }
      processID = line.slice(end + 1, close)
      guard processID.number != nil, close + 1 < line.count, line[close + 1] == UInt8(ascii: ":") else { return nil }
      end = close + 1
    } else if line[end] != UInt8(ascii: ":") || !isProgram(tag) {
      return nil
    }
    end += 1
    while end < line.count, line[end] == 0x20 { end += 1 }
    return (tag, processID, line.dropFirst(end))
  }

  private static func isTagByte(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
      || byte == UInt8(ascii: "/") || byte == UInt8(ascii: ".")
  }

  /// A tag without a process id is taken only where it is the name of a program that is known here: ids of queues are
  /// followed by a colon too.
  private static func isProgram(_ tag: Bytes) -> Bool {
    for name in ["exim", "opendkim", "rspamd", "amavis", "opendmarc", "dkimpy", "sendmail", "sm-mta", "journal"] {
      let last = tag.lastIndex(of: UInt8(ascii: "/")).map { tag.dropFirst($0 + 1) } ?? tag
      if last.count >= name.utf8.count, zip(last.buffer, name.utf8).allSatisfy({ $0.lowered == $1 }) { return true }
    }
    return false
  }
}
