// Durations as people write them: `90s`, `15m`, `1h30m`, `7d`, `5 min`, `3 days`.

internal import Model

/// Reads and prints durations of days, hours, minutes, seconds and milliseconds.
public enum DurationText {
  /// What a duration looks like, for messages.
  public static let expectation = "a duration such as \"90s\", \"15m\", \"1h30m\" or \"7d\""

  /// The longest duration that is read, about 100 years: the sums that are built on it stay far from overflow.
  public static let maximum = Duration.seconds(36_525 * 86_400)

  /// The units from the greatest to the least: the names that are read, of which the first is printed.
  private static let units: [(names: [String], milliseconds: Int64)] = [
    (["d", "day", "days"], 86_400_000), (["h", "hour", "hours"], 3_600_000),
    (["m", "min", "minute", "minutes"], 60_000),
    (["s", "sec", "second", "seconds"], 1000), (["ms", "millisecond", "milliseconds"], 1),
  ]

  /// Matches just what `parse` reads, but for what is too long.
  static let pattern: String = {
    let parts = units.enumerated().map { index, unit in
      "(\(index == 0 ? "" : " *")[0-9]+ *(\(unit.names.joined(separator: "|"))))?"
    }
    return "(?=[0-9])" + parts.joined()
  }()

  /// Reads whole numbers with units, the greater unit first, no unit twice; blanks may stand between them.
  public static func parse(_ text: some StringProtocol) throws(DurationTextError) -> Duration {
    var rest = Array(text.utf8)[...]
    var nextUnit = 0
    var total: Int64 = 0
    var isTooLong = false
    if !rest.contains(where: { $0.isDigit }) { throw .init(text, "is not a duration") }
    if rest.first == 0x20 || rest.last == 0x20 { throw .init(text, "begins or ends with a space") }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isDigit }
      rest = rest[digits.endIndex...].drop { $0 == 0x20 }
      let letters = rest.prefix { $0.isLetter }
      rest = rest[letters.endIndex...].drop { $0 == 0x20 }
      let name = String(decoding: letters, as: UTF8.self)
      if digits.isEmpty, !letters.isEmpty { throw .init(text, "has no number before '\(name)'") }
      if digits.isEmpty { throw .init(text, "is not a list of whole numbers with units") }
      if letters.isEmpty, rest.isEmpty { throw .init(text, "has no unit") }
      if letters.isEmpty { throw .init(text, "is not a list of whole numbers with units") }
      guard let index = units.firstIndex(where: { $0.names.contains(name) }) else {
        throw .init(text, "has the unit '\(name)'; the units are d, h, m (or min), s and ms")
      }
      if index < nextUnit {
        throw .init(text, "has the unit '\(name)' twice or too late; write the larger unit first")
      }
      nextUnit = index + 1
      let number = Int64(String(decoding: digits, as: UTF8.self)) ?? .max
      let (product, overflows) = number.multipliedReportingOverflow(by: units[index].milliseconds)
      let (sum, overflowsSum) = total.addingReportingOverflow(product)
      isTooLong = isTooLong || overflows || overflowsSum || Duration.milliseconds(sum) > maximum
      total = isTooLong ? 0 : sum
    }
    if isTooLong { throw .init(text, "is longer than 100 years", isTooLong: true) }
    return .milliseconds(total)
  }

  /// The shortest text that `parse` reads as the same duration, to whole milliseconds; days from two days up.
  public static func print(_ duration: Duration) -> String {
    let milliseconds = duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000
    var rest = max(0, milliseconds)
    var text = ""
    for (names, milliseconds) in units {
      if names[0] == "d", rest < 2 * milliseconds { continue }
      if rest >= milliseconds { text += "\(rest / milliseconds)\(names[0])" }
      rest %= milliseconds
    }
    return text.isEmpty ? "0s" : text
  }
}

/// Why a text is no duration.
public struct DurationTextError: Error, Hashable, Sendable, CustomStringConvertible {
  /// What was seen and what was expected.
  public let description: String
  /// Whether the form is right, but the duration is longer than `DurationText.maximum`.
  public let isTooLong: Bool

  init(_ text: some StringProtocol, _ reason: String, isTooLong: Bool = false) {
    self.isTooLong = isTooLong
    description = "\(String(text).quoted) \(reason); expected \(DurationText.expectation)"
  }
}
