// A line that a collector has packed into an object of JSON: Docker's files, `journalctl -o json`, rspamd with `log_json`.

internal import Model

/// What such an object says of a line.
struct WrappedLine {
  /// The members that are looked at.
  private enum Name: String {
    case text = "log"
    case message, msg
    case journalText = "MESSAGE"
    case tag = "SYSLOG_IDENTIFIER"
    case program = "_COMM"
    case processID = "_PID"
    case host = "_HOSTNAME"
    case microseconds = "__REALTIME_TIMESTAMP"
    case time
    case stamp = "@timestamp"
    case seconds = "ts"
    case worker = "worker_type"
    case id, module, function
  }

  private var members: [Name: [UInt8]] = [:]

  /// nil where the bytes are no object, or none that holds a line.
  init?(_ bytes: Bytes) {
    var reader = ObjectReader(bytes)
    guard reader.begin() else { return nil }
    while let (name, value) = reader.member() {
      if let value, let name = Name(rawValue: String(decoding: name, as: UTF8.self)) { members[name] = value }
    }
    guard text != nil else { return nil }
  }

  private var text: [UInt8]? {
    members[.journalText] ?? members[.text] ?? members[.message] ?? members[.msg]
  }

  /// Hands on the line as its program wrote it. What it says of itself counts before what the collector says.
  func unwrapped(_ prefix: inout LogPrefixReader, outside: LogLine, _ body: (LogLine) -> Void) {
    let isJournal = members[.journalText] != nil
    let isRspamd = members[.worker] != nil
    var text = text ?? []
    while let last = text.last, last == 0x0A || last == 0x0D { text.removeLast() }
    if isRspamd {
      // As rspamd writes it without JSON.
      text =
        [UInt8(ascii: "<")] + (members[.id] ?? []) + Array(">; ".utf8) + (members[.module] ?? []) + Array("; ".utf8)
        + (members[.function] ?? []) + Array(": ".utf8) + text
    }
    let time = time(&prefix) ?? outside.time
    let host = members[.host] ?? []
    let tag = members[.tag] ?? members[.program] ?? []
    let processID = members[.processID] ?? []
    text.withBytes { text in
      host.withBytes { host in
        tag.withBytes { tag in
          processID.withBytes { processID in
            var line =
              isJournal || isRspamd
              ? LogLine(time: nil, host: host, tag: tag, processID: processID, content: text) : prefix.read(text)
            line.time = line.time ?? time
            body(line)
          }
        }
      }
    }
  }

  private func time(_ prefix: inout LogPrefixReader) -> Timestamp? {
    if let value = members[.microseconds]?.withBytes(\.number) { return Timestamp(microseconds: value) }
    if let value = members[.seconds] {
      let whole = value.prefix { $0.isDigit }
      return Array(whole).withBytes(\.number).map { Timestamp(seconds: $0) }
    }
    guard let value = members[.stamp] ?? members[.time] else { return nil }
    return value.withBytes { prefix.isoStamp($0)?.time }
  }
}

/// Walks through the members of one object of JSON (RFC 8259), as deep as one level; what is broken ends the walk.
private struct ObjectReader {
  private let bytes: Bytes
  private var place = 0
  private var members = 0
  /// More than any collector writes.
  private static let mostMembers = 200

  init(_ bytes: Bytes) { self.bytes = bytes }

  private mutating func skipBlanks() {
    while place < bytes.count, bytes[place].isBlank { place += 1 }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipBlanks()
    guard place < bytes.count, bytes[place] == byte else { return false }
    place += 1
    return true
  }

  mutating func begin() -> Bool { take(UInt8(ascii: "{")) }

  /// The next member; its value is nil where it is neither a text nor a number nor an array of bytes.
  mutating func member() -> (name: [UInt8], value: [UInt8]?)? {
    if members > 0, !take(UInt8(ascii: ",")) { return nil }
    members += 1
    guard members <= Self.mostMembers, take(UInt8(ascii: "\"")), let name = string(), take(UInt8(ascii: ":")) else {
      return nil
    }
    skipBlanks()
    guard place < bytes.count else { return nil }
    switch bytes[place] {
    case UInt8(ascii: "\""):
      place += 1
      return string().map { (name, $0) }
    case UInt8(ascii: "["), UInt8(ascii: "{"):
      let start = place
      guard skipNested() else { return nil }
      return (name, Self.byteArray(bytes.slice(start, place)))
    default:
      let start = place
      while place < bytes.count, bytes[place] != UInt8(ascii: ","), bytes[place] != UInt8(ascii: "}") { place += 1 }
      return (name, bytes.slice(start, place).trimmed.array)
    }
  }

  /// The rest of a string behind its quote, with the quote at its end.
  private mutating func string() -> [UInt8]? {
    var text: [UInt8] = []
    while place < bytes.count {
      let stop = bytes.slice(place, bytes.count).buffer.firstIndex {
        $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\\")
      }
      guard let stop else { return nil }
      text.append(contentsOf: bytes.slice(place, place + stop).buffer)
      place += stop
      if bytes[place] == UInt8(ascii: "\"") {
        place += 1
        return text
      }
      guard place + 1 < bytes.count else { return nil }
      let escape = bytes[place + 1]
      place += 2
      switch escape {
      case UInt8(ascii: "n"): text.append(0x0A)
      case UInt8(ascii: "t"): text.append(0x09)
      case UInt8(ascii: "r"): text.append(0x0D)
      case UInt8(ascii: "b"): text.append(0x08)
      case UInt8(ascii: "f"): text.append(0x0C)
      case UInt8(ascii: "u"):
        guard let scalar = scalar() else { return nil }
        text.append(contentsOf: String(Character(scalar)).utf8)
      default: text.append(escape)
      }
    }
    return nil
  }

  /// Four hexadecimal digits, and four more where they are half of a pair; what is no scalar is replaced.
  private mutating func scalar() -> Unicode.Scalar? {
    guard let first = unit() else { return nil }
    if first >> 10 == 0xD800 >> 10, bytes.holds("\\u", at: place) {
      let before = place
      place += 2
      guard let second = unit() else { return nil }
      if second >> 10 == 0xDC00 >> 10 { return Unicode.Scalar(0x10000 + (first & 0x3FF) << 10 + second & 0x3FF) }
      place = before
    }
    return Unicode.Scalar(first) ?? "\u{FFFD}"
  }

  private mutating func unit() -> UInt32? {
    guard place + 4 <= bytes.count, let value = UInt32(bytes.slice(place, place + 4).text, radix: 16) else {
      return nil
    }
    place += 4
    return value
  }

  /// Passes over an array or an object; strings in it may hold brackets.
  private mutating func skipNested() -> Bool {
    var depth = 0
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      switch byte {
      case UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: "]"), UInt8(ascii: "}"):
        depth -= 1
        if depth == 0 { return true }
      case UInt8(ascii: "\""):
        while place < bytes.count, bytes[place] != UInt8(ascii: "\"") {
          place += bytes[place] == UInt8(ascii: "\\") ? 2 : 1
        }
        place += 1
      default: break
      }
    }
    return false
  }

  /// `[69,88,73]`: how the journal writes what is no UTF-8.
  private static func byteArray(_ list: Bytes) -> [UInt8]? {
    guard list.hasPrefix("["), list.count > 2 else { return nil }
    var result: [UInt8] = []
    for piece in list.slice(1, list.count - 1).buffer.split(separator: UInt8(ascii: ",")) {
      guard let value = UInt8(String(decoding: piece, as: UTF8.self).filter { !$0.isWhitespace }) else { return nil }
      result.append(value)
    }
    return result
  }
}
