// Points in time without Foundation: microseconds of UTC, read and printed as RFC 3339.

/// A point in time: microseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Sendable, Comparable {
  /// Microseconds since the epoch.
  public let microseconds: Int64

  /// Takes microseconds since the epoch.
  public init(microseconds: Int64) { self.microseconds = microseconds }

  /// Takes whole seconds since the epoch.
  public init(seconds: Int64) { microseconds = seconds * 1_000_000 }

  /// Whole seconds since the epoch, rounded down.
  public var seconds: Int64 { microseconds.flooringDivision(by: 1_000_000) }

  /// The time that is `duration` later.
  public static func + (time: Timestamp, duration: Duration) -> Timestamp {
    Timestamp(microseconds: time.microseconds + duration.microseconds)
  }

  /// The time that is `duration` earlier.
  public static func - (time: Timestamp, duration: Duration) -> Timestamp {
    Timestamp(microseconds: time.microseconds - duration.microseconds)
  }

  /// The time that lies between two points.
  public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
    .microseconds(later.microseconds - earlier.microseconds)
  }

  public static func < (left: Timestamp, right: Timestamp) -> Bool { left.microseconds < right.microseconds }
}

extension Duration {
  /// The whole microseconds of this duration.
  public var microseconds: Int64 {
    components.seconds * 1_000_000 + components.attoseconds / 1_000_000_000_000
  }
}

extension Int64 {
  func flooringDivision(by divisor: Int64) -> Int64 {
    let quotient = self / divisor
    return self % divisor < 0 ? quotient - 1 : quotient
  }
}

extension Timestamp: CustomStringConvertible {
  /// RFC 3339 in UTC with whole seconds, as in `2026-11-23T20:00:00Z`.
  public var description: String { text(fraction: false) }

  /// RFC 3339 in UTC with microseconds, which loses nothing.
  public var preciseDescription: String { text(fraction: true) }

  /// Hours and minutes of the day in UTC, as in `14:05`.
  public var timeOfDay: String {
    let minutes = seconds.flooringDivision(by: 60)
    let ofDay = minutes - minutes.flooringDivision(by: 1440) * 1440
    return "\((ofDay / 60).digits(2)):\((ofDay % 60).digits(2))"
  }

  private func text(fraction: Bool) -> String {
    let days = seconds.flooringDivision(by: 86_400)
    let ofDay = seconds - days * 86_400
    let (year, month, day) = Self.civil(fromDays: days)
    var text = "\(year.digits(4))-\(month.digits(2))-\(day.digits(2))T"
    text += "\((ofDay / 3600).digits(2)):\((ofDay / 60 % 60).digits(2)):\((ofDay % 60).digits(2))"
    if fraction { text += ".\((microseconds - seconds * 1_000_000).digits(6))" }
    return text + "Z"
  }

  /// Reads what `description` and `preciseDescription` print, and offsets such as `+02:00`.
  public init?(_ text: some StringProtocol) {
    let bytes = Array(text.utf8)
    func number(_ range: Range<Int>) -> Int64? {
      guard range.upperBound <= bytes.count else { return nil }
      var value: Int64 = 0
      for byte in bytes[range] {
        guard byte.isDigit else { return nil }
        value = value * 10 + Int64(byte - 0x30)
      }
      return value
    }
    guard bytes.count >= 20, bytes[4] == 0x2D, bytes[7] == 0x2D, bytes[10] | 0x20 == 0x74, bytes[13] == 0x3A,
      bytes[16] == 0x3A, let year = number(0..<4), let month = number(5..<7), let day = number(8..<10),
      let hour = number(11..<13), let minute = number(14..<16), let second = number(17..<19),
      (1...12).contains(month), (1...31).contains(day), hour < 24, minute < 60, second <= 60
    else { return nil }
    var position = 19
    var fraction: Int64 = 0
    if bytes[position] == 0x2E {
      var scale: Int64 = 100_000
      position += 1
      guard position < bytes.count, bytes[position].isDigit else { return nil }
      while position < bytes.count, bytes[position].isDigit {
        fraction += Int64(bytes[position] - 0x30) * scale
        scale /= 10
        position += 1
      }
    }
    guard position < bytes.count else { return nil }
    var offset: Int64 = 0
    switch bytes[position] {
    case 0x5A, 0x7A:
      guard position == bytes.count - 1 else { return nil }
    case 0x2B, 0x2D:
      guard bytes.count == position + 6, bytes[position + 3] == 0x3A,
        let hours = number((position + 1)..<(position + 3)),
        let minutes = number((position + 4)..<(position + 6)), hours < 24, minutes < 60
      else { return nil }
      offset = (hours * 60 + minutes) * 60 * (bytes[position] == 0x2B ? 1 : -1)
    default: return nil
    }
    let days = Self.days(fromYear: year, month: month, day: day)
    // The 31st of a shorter month would silently be a day of the next one.
    guard Self.civil(fromDays: days) == (year, month, day) else { return nil }
    let seconds = days * 86_400 + hour * 3600 + minute * 60 + second - offset
    microseconds = seconds * 1_000_000 + fraction
  }

  // The proleptic Gregorian calendar in eras of 400 years (146,097 days), with years that begin in March.
  private static func days(fromYear year: Int64, month: Int64, day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = shifted.flooringDivision(by: 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  private static func civil(fromDays days: Int64) -> (year: Int64, month: Int64, day: Int64) {
    let shifted = days + 719_468
    let era = shifted.flooringDivision(by: 146_097)
    let dayOfEra = shifted - era * 146_097
    let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let month = shiftedMonth + (shiftedMonth < 10 ? 3 : -9)
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
  }
}

extension Timestamp: Codable {
  public init(from decoder: any Decoder) throws {
    let text = try decoder.singleValueContainer().decode(String.self)
    guard let time = Timestamp(text) else {
      throw DecodingError.dataCorrupted(
        .init(codingPath: decoder.codingPath, debugDescription: "'\(text)' is not an RFC 3339 time"))
    }
    self = time
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(microseconds % 1_000_000 == 0 ? description : preciseDescription)
  }
}
