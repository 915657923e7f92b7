// The clock of the simulation, and chance that is the same whoever asks in whatever order.

import Model

/// Microseconds since the simulation began.
typealias Moment = Int64

extension Moment {
  static let second: Moment = 1_000_000
  static let minute: Moment = 60 * second
  static let hour: Moment = 60 * minute
  static let day: Moment = 24 * hour

  /// 2026-11-23T00:00:00Z, a Monday.
  private static let start = Timestamp(seconds: 1_795_392_000)

  var timestamp: Timestamp { Self.start + .microseconds(self) }
  var duration: Duration { .microseconds(self) }
  init(_ time: Timestamp) { self = (time - Self.start).microseconds }

  /// `Tue 14:05:30`, as a person reads it in a report.
  var clock: String {
    if self >= .max / 2 { return "the end" }
    let days = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    let seconds = self / .second
    func two(_ value: Int64) -> String { value < 10 ? "0\(value)" : "\(value)" }
    return
      "\(days[Int((seconds / 86_400) % 7)]) \(two(seconds / 3600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }
}

extension [Range<Moment>] {
  /// In order; what touches is one.
  var merged: [Range<Moment>] {
    sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { merged, range in
      if let last = merged.last, range.lowerBound <= last.upperBound {
        merged[merged.count - 1] = last.lowerBound..<Swift.max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
  }
}

/// Chance that depends on what is asked and not on when: the model and the oracle see the same.
struct Chance: Hashable, Sendable {
  let seed: UInt64

  /// A number that these values always give.
  func number(_ values: Int64...) -> UInt64 {
    var state = seed &+ 0x9E37_79B9_7F4A_7C15
    for value in values {
      state = (state ^ UInt64(bitPattern: value)) &* 0xBF58_476D_1CE4_E5B9
      state ^= state >> 29
      state = state &* 0x94D0_49BB_1331_11EB
      state ^= state >> 32
    }
    return state
  }

  /// One below `limit`.
  func below(_ limit: Int64, _ values: Int64...) -> Int64 {
    var state = number(limit)
    for value in values { state = Chance(seed: state).number(value) }
    return Int64(state % UInt64(max(1, limit)))
  }
}
