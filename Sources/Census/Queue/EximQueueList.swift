// What `exim -bp` prints: age, size, id and sender in one line, the recipients below it.

internal import Model

enum EximQueueList {
  static func read(_ bytes: [UInt8], at now: Timestamp) -> QueueList {
    var list = QueueList()
    var number = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      line.withUnsafeBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return }
        let line = Bytes(start: start, count: buffer.count)
        if line.trimmed.isEmpty || line.trimmed.equals("Mail queue is empty") { return }
        if let message = message(line, at: now) {
          list.kind = .exim
          list.messages.append(message)
        } else if line.trimmed.hasPrefix("*** ") {
          note(line.trimmed, number, &list)
        } else if isID(line.trimmed) {
          // Exim could not read the message; the next line says why.
          list.kind = .exim
        } else if line[0].isBlank, let address = recipient(line), !list.messages.isEmpty {
          if let address { list.messages[list.messages.count - 1].recipients.append(address) }
        } else {
          list.unreadable.append(
            UnreadableLine(
              line: number,
              reason:
                "\(line.slice(0, 80).trimmed.text.jsonQuoted()) is no line of a queue; expected what `exim -bp` or "
                + "`postqueue -j` prints"))
        }
      }
    }
    return list
  }

  /// What Exim says below a message: that it is frozen, or that its files in the spool are broken.
  private static func note(_ text: Bytes, _ number: Int, _ list: inout QueueList) {
    if text.contains("*** frozen ***"), !list.messages.isEmpty {
      list.messages[list.messages.count - 1].state = .frozen
    }
    guard text.hasPrefix("*** spool ") else { return }
    list.unreadable.append(
      UnreadableLine(
        line: number, reason: "Exim cannot read this message: \(text.slice(0, 80).text.jsonQuoted()); expected a sender"
      ))
  }

  private static func isID(_ word: Bytes) -> Bool {
    (word.count == 16 || word.count == 23) && EximLine.idLength(word) == word.count
  }

  /// `25m  2.9K 1tBcDe-000000001Ab-0XyZ <alice@example.org> *** frozen ***`; there is no size where Exim has no body.
  private static func message(_ line: Bytes, at now: Timestamp) -> QueuedMessage? {
    var rest = line.trimmed
    guard let age = age(word(&rest)) else { return nil }
    var id = word(&rest)
    var size: Int?
    if !isID(id) {
      guard let read = self.size(id) else { return nil }
      size = read
      id = word(&rest)
    }
    guard isID(id), rest.count > 1, rest[0] == UInt8(ascii: "<"), let end = rest.lastIndex(of: UInt8(ascii: ">"))
    else { return nil }
    // The age is rounded, and counted from when the list was made; the id is exact, unless somebody made it up.
    let listed = now - age
    let exact = arrival(id).flatMap { max($0 - listed, listed - $0) < .seconds(2 * 86_400) ? $0 : nil }
    return QueuedMessage(
      id: id.text, since: exact ?? listed, sender: rest.slice(1, end).text, size: size,
      state: rest.dropFirst(end).contains("*** frozen ***") ? .frozen : .deferred)
  }

  /// The address of a line below a message; nil inside where the message was delivered to it.
  private static func recipient(_ line: Bytes) -> String?? {
    var rest = line.trimmed
    guard !rest.isEmpty else { return nil }
    let isDelivered = rest.hasPrefix("D ") || rest.hasPrefix("+D ")
    if isDelivered { _ = word(&rest) }
    return .some(isDelivered ? nil : rest.text)
  }

  private static func word(_ rest: inout Bytes) -> Bytes {
    let end = rest.index(of: 0x20) ?? rest.count
    let word = rest.slice(0, end)
    rest = rest.dropFirst(end).trimmed
    return word
  }

  /// `25m`, `4h`, `3d`.
  private static func age(_ word: Bytes) -> Duration? {
    guard word.count > 1, let value = word.slice(0, word.count - 1).number else { return nil }
    switch word[word.count - 1] {
    case UInt8(ascii: "m"): return .seconds(value * 60)
    case UInt8(ascii: "h"): return .seconds(value * 3600)
    case UInt8(ascii: "d"): return .seconds(value * 86_400)
    default: return nil
    }
  }

  /// `812`, `2.9K`, `1.1M`.
  private static func size(_ word: Bytes) -> Int? {
    guard let last = word.array.last else { return nil }
    let factor: Double =
      switch last {
      case UInt8(ascii: "K"): 1024
      case UInt8(ascii: "M"): 1_048_576
      default: 1
      }
    let digits = factor == 1 ? word : word.slice(0, word.count - 1)
    guard digits.buffer.allSatisfy({ $0.isDigit || $0 == UInt8(ascii: ".") }), let value = Double(digits.text),
      value < 1e12
    else { return nil }
    return Int(value * factor)
  }

  /// An id begins with its time in seconds, in six digits of base 62 (Exim's specification, section 3.4).
  static func arrival(_ id: Bytes) -> Timestamp? {
    var seconds: Int64 = 0
    for byte in id.slice(0, 6).buffer {
      let digit: UInt8
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
      case UInt8(ascii: "A")...UInt8(ascii: "Z"): digit = byte - UInt8(ascii: "A") + 10
      case UInt8(ascii: "a")...UInt8(ascii: "z"): digit = byte - UInt8(ascii: "a") + 36
      default: return nil
      }
      seconds = seconds * 62 + Int64(digit)
    }
    return Timestamp(seconds: seconds)
  }
}
