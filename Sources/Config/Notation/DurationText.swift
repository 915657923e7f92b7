// Durations as people write them: `90s`, `15m`, `1h30m`, `7d`, `250ms`.

internal import Model

/// Reads and prints durations of days, hours, minutes, seconds and milliseconds.
public enum DurationText {
  /// What a duration looks like, for messages.
  public static let expectation = "a duration such as \"90s\", \"15m\", \"1h30m\" or \"7d\""

  /// The longest duration that is read, about 100 years: the sums that are built on it stay far from overflow.
  public static let maximum = Duration.seconds(36_525 * 86_400)

  /// The units from the greatest to the least, in milliseconds.
  private static let units: [(name: String, milliseconds: Int64)] = [
    ("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1),
  ]

  /// Reads whole numbers with units, the greater unit first, no unit twice.
  public static func parse(_ text: some StringProtocol) throws(DurationTextError) -> Duration {
    var rest = text.utf8[...]
    var nextUnit = 0
    var total: Int64 = 0
    var isTooLong = false
    if !rest.contains(where: { $0.isDigit }) { throw .init(text, "is no duration") }
    while !rest.isEmpty {
      let digits = rest.prefix { $0.isDigit }
      rest = rest[digits.endIndex...]
      let letters = rest.prefix { $0.isLetter }
      rest = rest[letters.endIndex...]
      let unit = String(decoding: letters, as: UTF8.self)
      if digits.isEmpty, !letters.isEmpty { throw .init(text, "has no number before '\(unit)'") }
      if digits.isEmpty { throw .init(text, "is not made of whole numbers and units") }
      if letters.isEmpty, rest.isEmpty { throw .init(text, "has no unit") }
      if letters.isEmpty { throw .init(text, "is not made of whole numbers and units") }
      guard let index = units.firstIndex(where: { $0.name == unit }) else {
        throw .init(text, "has the unit '\(unit)'; the units are d, h, m, s and ms")
      }
      if index < nextUnit {
        throw .init(text, "names the unit '\(unit)' too late or twice; the greater unit comes first")
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
    for (name, milliseconds) in units {
      if name == "d", rest < 2 * milliseconds { continue }
      if rest >= milliseconds { text += "\(rest / milliseconds)\(name)" }
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
