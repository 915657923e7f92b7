// What `exim_dumpdb -z SPOOL retry` prints: what has failed since when, and when Exim tries it again.

package import Model

/// The retry database of Exim.
package struct EximRetryData: Hashable, Sendable {
  /// One thing that failed: an address, a host, or one message at a host.
  package struct Entry: Hashable, Sendable {
    /// `T:mx.example.net:192.0.2.1:25:1tBcDe-00000001Ab-0X`, `R:alice@example.org`; without what follows it.
    package var key: String
    package var failingSince: Timestamp
    package var nextTry: Timestamp
  }

  package private(set) var entries: [Entry] = []

  package init() {}

  /// Two lines an entry: the key with error and text, and three times: the first failure, the last try, the next one.
  package init(_ bytes: [UInt8]) {
    var key: String?
    for line in bytes.split(separator: UInt8(ascii: "\n")) {
      line.withUnsafeBufferPointer { buffer in
        guard let start = buffer.baseAddress else { return }
        let line = Bytes(start: start, count: buffer.count)
        if let times = Self.times(line), let known = key {
          entries.append(Entry(key: known, failingSince: times.first, nextTry: times.next))
          key = nil
        } else {
          let text = line.trimmed
          key =
            text.hasPrefix("T:") || text.hasPrefix("R:") ? text.slice(0, text.index(of: 0x20) ?? text.count).text : nil
        }
      }
    }
  }

  /// What holds for a message: the entry that is tried first of those that name it, its recipients, or the host that put it off.
  package func entry(of message: QueuedMessage, deferral: String?) -> Entry? {
    let host = deferral.flatMap(Self.host)
    let recipients = message.recipients.map { $0.lowercased() }
    let domains = recipients.compactMap { $0.split(separator: "@").last.map(String.init) }
    return entries.filter { entry in
      if entry.key.hasSuffix(":" + message.id) { return true }
      let name = entry.key.dropFirst(2).lowercased()
      if recipients.contains(where: { name == $0 || name.hasPrefix($0 + ":") }) || domains.contains(String(name)) {
        return true
      }
      guard let host, entry.key.hasPrefix("T:"), !Self.namesMessage(entry.key) else { return false }
      return name == host || name.hasPrefix(host + ":")
    }.min { $0.nextTry < $1.nextTry }
  }

  /// `H=mx.example.net [192.0.2.1]:` as a key has it, `mx.example.net:192.0.2.1`.
  private static func host(_ deferral: String) -> String? {
    guard let begin = deferral.range(of: " H="), let open = deferral.range(of: " [", from: begin.upperBound),
      let close = deferral.range(of: "]", from: open.upperBound)
    else { return nil }
    return (deferral[begin.upperBound..<open.lowerBound] + ":" + deferral[open.upperBound..<close.lowerBound])
      .lowercased()
  }

  private static func namesMessage(_ key: String) -> Bool {
    guard let last = key.split(separator: ":").last else { return false }
    let bytes = Array(last.utf8)
    return bytes.withBytes { $0.count >= 16 && EximLine.idLength($0) == $0.count }
  }

  /// `27-Nov-2026 20:23:56  27-Nov-2026 20:23:56  27-Nov-2026 20:24:01 *`
  private static func times(_ line: Bytes) -> (first: Timestamp, next: Timestamp)? {
    let words = line.trimmed.text.split(separator: " ")
    guard words.count >= 6, let first = time(words[0], words[1]), time(words[2], words[3]) != nil,
      let next = time(words[4], words[5])
    else { return nil }
    return (first, next)
  }

  private static func time(_ day: Substring, _ clock: Substring) -> Timestamp? {
    let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    let parts = day.split(separator: "-")
    guard parts.count == 3, let date = Int64(parts[0]), let month = months.firstIndex(of: String(parts[1])),
      let year = Int64(parts[2]), (1970...9999).contains(year), Civil.isDate(year, Int64(month) + 1, date)
    else { return nil }
    let digits = clock.split(separator: ":").compactMap { Int64($0) }
    guard digits.count == 3, (0...23).contains(digits[0]), (0...59).contains(digits[1]), (0...60).contains(digits[2])
    else { return nil }
    return Timestamp(
      seconds: Civil.day(year, Int64(month) + 1, date) * 86_400 + digits[0] * 3600 + digits[1] * 60 + digits[2])
  }
}

extension String {
  /// The first place of some text, behind a place.
  fileprivate func range(of text: String, from begin: String.Index? = nil) -> Range<String.Index>? {
    self[(begin ?? startIndex)...].firstRange(of: text)
  }
}
