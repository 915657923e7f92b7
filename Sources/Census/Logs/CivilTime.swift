// Time stamps of logs: dates without a zone, and dates without a year.

package import Model

/// What a reader must be told to understand the stamps of a log.
package struct LogClock: Sendable {
  /// When the log was last written, or now: where a stamp has no year, it is the latest that is not after this time.
  package var reference: Timestamp
  /// Seconds that local time is ahead of UTC, for seconds of local time that are counted as if they were UTC.
  package var offset: @Sendable (Int64) -> Int64

  package init(reference: Timestamp, offset: @escaping @Sendable (Int64) -> Int64 = { _ in 0 }) {
    self.reference = reference
    self.offset = offset
  }
}

/// Turns dates to points in time; remembers the last zone offset, which holds for an hour.
struct CivilClock {
  private let clock: LogClock
  private var hour = Int64.min
  private var offset: Int64 = 0
  private let referenceYear: Int64

  init(_ clock: LogClock) {
    self.clock = clock
    referenceYear = Civil.year(ofDay: Civil.floor(clock.reference.seconds, 86_400))
  }

  /// The point in time of a local time that is counted as if it were UTC.
  mutating func time(local seconds: Int64, microseconds: Int64 = 0) -> Timestamp {
    let hour = Civil.floor(seconds, 3600)
    if hour != self.hour {
      self.hour = hour
      offset = clock.offset(seconds)
    }
    return Timestamp(microseconds: (seconds - offset) * 1_000_000 + microseconds)
  }

  /// The same for a date without its year: the latest such date that is not more than a day after the reference.
  mutating func time(month: Int64, day: Int64, secondOfDay: Int64) -> Timestamp? {
    for year in stride(from: referenceYear + 1, through: referenceYear - 8, by: -1) {
      guard Civil.isDate(year, month, day) else { continue }
      let time = time(local: Civil.day(year, month, day) * 86_400 + secondOfDay)
      if time.seconds <= clock.reference.seconds + 86_400 { return time }
    }
    return nil
  }
}

/// The Gregorian calendar, as far as logs need it.
enum Civil {
  static func floor(_ value: Int64, _ divisor: Int64) -> Int64 {
    let quotient = value / divisor
    return value % divisor < 0 ? quotient - 1 : quotient
  }

  /// Days since 1970-01-01, in eras of 400 years with years that begin in March.
  static func day(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
    let shifted = month <= 2 ? year - 1 : year
    let era = floor(shifted, 400)
    let yearOfEra = shifted - era * 400
    let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
    return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
  }

  static func year(ofDay day: Int64) -> Int64 {
    // Never off by more than one, and then corrected.
    var year = 1970 + floor(day, 366)
    while self.day(year + 1, 1, 1) <= day { year += 1 }
    return year
  }

  static func isLeap(_ year: Int64) -> Bool { year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) }

  static func isDate(_ year: Int64, _ month: Int64, _ day: Int64) -> Bool {
    guard (1...12).contains(month), day >= 1 else { return false }
    switch month {
    case 2: return day <= (isLeap(year) ? 29 : 28)
    case 4, 6, 9, 11: return day <= 30
    default: return day <= 31
    }
  }
}

extension Bytes {
  /// Two digits at a place; nil where there are none.
  @inline(__always) func twoDigits(_ place: Int) -> Int64? {
    guard place + 1 < count else { return nil }
    let (high, low) = (self[place], self[place + 1])
    guard high.isDigit, low.isDigit else { return nil }
    return Int64(high - 0x30) * 10 + Int64(low - 0x30)
  }

  /// `10:22:28` at a place, as seconds of the day.
  @inline(__always) func timeOfDay(_ place: Int) -> Int64? {
    guard place + 7 < count, self[place + 2] == 0x3A, self[place + 5] == 0x3A, let hour = twoDigits(place),
      let minute = twoDigits(place + 3), let second = twoDigits(place + 6), hour < 24, minute < 60, second <= 60
    else { return nil }
    return hour * 3600 + minute * 60 + second
  }

  /// `2026-11-23` at a place, as days since 1970.
  @inline(__always) func date(_ place: Int) -> Int64? {
    guard place + 9 < count, self[place + 4] == 0x2D, self[place + 7] == 0x2D, let century = twoDigits(place),
      let year = twoDigits(place + 2), let month = twoDigits(place + 5), let day = twoDigits(place + 8),
      Civil.isDate(century * 100 + year, month, day)
    else { return nil }
    return Civil.day(century * 100 + year, month, day)
  }

  /// `.123456` or `,123` at a place: microseconds, and where it ends.
  func fraction(_ place: Int) -> (microseconds: Int64, end: Int) {
    guard place + 1 < count, self[place] == 0x2E || self[place] == 0x2C, self[place + 1].isDigit else {
      return (0, place)
    }
    var value: Int64 = 0
    var scale: Int64 = 100_000
    var place = place + 1
    while place < count, self[place].isDigit {
      value += Int64(self[place] - 0x30) * scale
      scale /= 10
      place += 1
    }
    return (value, place)
  }

  /// `Z`, `+0200` or `+02:00` at a place: seconds ahead of UTC, and where it ends.
  func zone(_ place: Int) -> (offset: Int64, end: Int)? {
    guard place < count else { return nil }
    if self[place] == 0x5A || self[place] == 0x7A { return (0, place + 1) }
    guard self[place] == 0x2B || self[place] == 0x2D, let hours = twoDigits(place + 1) else { return nil }
    let colon = place + 3 < count && self[place + 3] == 0x3A ? 1 : 0
    guard let minutes = twoDigits(place + 3 + colon), hours < 24, minutes < 60 else { return nil }
    let offset = (hours * 60 + minutes) * 60
    return (self[place] == 0x2B ? offset : -offset, place + 5 + colon)
  }
}
