// How lists, numbers, durations and times are written for people: one form of each, for every stage and verb.

public import Model

/// The words that all texts share.
public enum Phrase {
  /// `a`, `a and b`, `a, b and c`; beyond `limit` the rest is counted.
  public static func list(_ items: [String], limit: Int = 6) -> String {
    if items.count > limit {
      return items.prefix(limit).joined(separator: ", ") + " and \(items.count - limit) more"
    }
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " and " + last
  }

  /// The names as a list.
  public static func names(_ names: [DomainName]) -> String { list(names.map(\.description)) }

  /// `1 watch`, `3 watches`; the plural is the singular with an `s` where none is given.
  public static func count(_ number: some BinaryInteger, _ singular: String, _ plural: String? = nil) -> String {
    "\(number) \(number == 1 ? singular : plural ?? singular + "s")"
  }

  /// The form of a verb, or of any word, that goes with so many subjects.
  public static func agreeing(_ number: some BinaryInteger, _ one: String, _ many: String) -> String {
    number == 1 ? one : many
  }

  /// Subjects with their verb, repeats left out: `a serves`, `a and b serve`.
  public static func clause(_ subjects: [String], _ one: String, _ many: String, limit: Int = 6) -> String {
    let subjects = subjects.withoutRepeats
    return "\(list(subjects, limit: limit)) \(agreeing(subjects.count, one, many))"
  }

  /// `15:02 UTC`, with the date where that is another day than `now`.
  public static func time(_ time: Timestamp, now: Timestamp) -> String {
    let day = time.description.prefix(10)
    return (day == now.description.prefix(10) ? "" : "\(day) ") + "\(time.timeOfDay) UTC"
  }

  /// `2026-11-25 05:10:00 UTC`.
  public static func dateAndTime(_ time: Timestamp) -> String {
    let text = time.description
    return "\(text.prefix(10)) \(text.dropFirst(11).prefix(8)) UTC"
  }

  /// `45 s`, `12 min`, `3 h`, `2 days`: whole units, rounded.
  public static func duration(_ duration: Duration) -> String {
    let seconds = max(0, duration.components.seconds)
    switch seconds {
    case ..<120: return "\(seconds) s"
    case ..<7200: return "\((seconds + 30) / 60) min"
    case ..<172_800: return "\((seconds + 1800) / 3600) h"
    default: return "\((seconds + 43_200) / 86_400) days"
    }
  }

  /// The same without rounding: the largest unit that fits, as in `90 s`, `5 min`, `3 h`, `2 days`.
  public static func exactDuration(seconds: some BinaryInteger) -> String {
    let seconds = Int64(seconds)
    if seconds >= 172_800, seconds % 86_400 == 0 { return "\(seconds / 86_400) days" }
    if seconds >= 7200, seconds % 3600 == 0 { return "\(seconds / 3600) h" }
    if seconds >= 120, seconds % 60 == 0 { return "\(seconds / 60) min" }
    return "\(seconds) s"
  }
}

extension String {
  /// The sentence without its full stop, to go on after a colon or a comma.
  public var asClause: String { hasSuffix(".") ? String(dropLast()) : self }

  /// With a capital at its beginning.
  public var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}

extension Array where Element: Hashable {
  /// Each element once, in the order of its first place.
  public var withoutRepeats: [Element] {
    var met: Set<Element> = []
    return filter { met.insert($0).inserted }
  }
}
