// A line of Exim: stamp, process id, id of the message, and what it says.

package import Model

/// A line of a mainlog, rejectlog or paniclog in its parts.
package struct EximLine {
  package var time: Timestamp?
  package var queueID = Bytes.empty
  package var content: Bytes

  /// Reads what stands behind the stamp; nil where a line with a stamp is no line of Exim.
  @inline(__always) init?(behindStamp line: Bytes, _ end: Int, time: Timestamp) {
    var place = end
    guard place < line.count, line[place] == 0x20 else { return nil }
    place += 1
    if place + 1 < line.count, line[place] == UInt8(ascii: "["), line[place + 1].isDigit {
      guard let close = line.slice(0, place + 12).index(of: UInt8(ascii: "]"), from: place),
        line.slice(place + 1, close).number != nil
      else { return nil }
      place = close + 2
    }
    let rest = line.dropFirst(place)
    let length = Self.idLength(rest)
    if length == 0, !Self.isWithoutID(rest) { return nil }
    self.time = time
    queueID = rest.slice(0, length)
    content = length == 0 ? rest : rest.dropFirst(length + 1)
  }

  /// Reads what stands behind the tag of a syslog; nil where it is no line of Exim.
  init?(_ line: LogLine, _ prefix: inout LogPrefixReader) {
    if let (time, end) = prefix.spacedStamp(line.content) {
      guard let exim = EximLine(behindStamp: line.content, end, time: time) else { return nil }
      self = exim
      return
    }
    var content = line.content
    if content.count > 2, content[0] == UInt8(ascii: "["), content[1].isDigit,
      let close = content.slice(0, 12).index(of: UInt8(ascii: "]")), content.slice(1, close).number != nil
    {
      content = content.dropFirst(close + 2)
    }
    let length = Self.idLength(content)
    if length == 0 {
      let isExim = line.tag.hasPrefix("exim") || line.tag.hasSuffix("/exim") || line.tag.hasSuffix("/exim4")
      // A bare line with the words of a verdict and nothing before them is a piece that somebody cut out.
      guard isExim && Self.isWithoutID(content) || line.tag.isEmpty && content.hasPrefix("DKIM: d=") else { return nil }
      self.init(time: line.time, content: content)
    } else {
      self.init(time: line.time, queueID: content.slice(0, length), content: content.dropFirst(length + 1))
    }
  }

  private init(time: Timestamp?, queueID: Bytes = .empty, content: Bytes) {
    self.time = time
    self.queueID = queueID
    self.content = content
  }

  /// How long the id at the beginning is: 16 bytes, or 23 since Exim 4.97; 0 where there is none.
  @inline(__always) static func idLength(_ bytes: Bytes) -> Int {
    guard bytes.count >= 16, bytes[6] == UInt8(ascii: "-") else { return 0 }
    let middle = bytes[13] == UInt8(ascii: "-") ? 13 : 18
    let length = middle == 13 ? 16 : 23
    guard bytes.count >= length, bytes[middle] == UInt8(ascii: "-"),
      bytes.count == length || bytes[length] == 0x20
    else { return 0 }
    // The dashes and the blank are telling; a look at every letter would cost as much as the rest of the line.
    return bytes[0].isDigit || bytes[0].isLetter ? length : 0
  }

  /// Whether a line without an id is Exim's all the same: what it writes before a message has one.
  private static func isWithoutID(_ rest: Bytes) -> Bool {
    guard rest.count > 2 else { return false }
    switch rest[0] {
    case UInt8(ascii: "H"): return rest[1] == UInt8(ascii: "=")
    case UInt8(ascii: "U"): return rest[1] == UInt8(ascii: "=")
    case UInt8(ascii: "F"): return rest[1] == UInt8(ascii: "=")
    case UInt8(ascii: "D"): return rest.hasPrefix("DKIM: ")
    case UInt8(ascii: "A"): return rest.hasPrefix("Authentication-Results:")
    case UInt8(ascii: "S"): return rest.hasPrefix("Start queue run") || rest.hasPrefix("SMTP ")
    case UInt8(ascii: "E"): return rest.hasPrefix("End queue run")
    case UInt8(ascii: "e"): return rest.hasPrefix("exim ")
    default: return false
    }
  }
}
