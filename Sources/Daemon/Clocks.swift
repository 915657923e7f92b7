// The clocks that the daemon reads; tests hand in their own.

internal import Glibc
public import Model

/// The two clocks: the time of day for what is recorded, the time that has passed for what is due.
struct Clocks: Sendable {
  var now: @Sendable () -> Timestamp
  var elapsed: @Sendable () -> Duration

  /// The system's clocks.
  static let system = Clocks(
    now: { .now }, elapsed: { .monotonic })
}

extension Duration {
  /// What the monotonic clock shows; no change of the time of day moves it.
  static var monotonic: Duration {
    let time = reading(of: CLOCK_MONOTONIC)
    return .seconds(time.seconds) + .nanoseconds(time.nanoseconds)
  }
}

extension Timestamp {
  /// The system's clock.
  public static var now: Timestamp {
    let time = reading(of: CLOCK_REALTIME)
    return Timestamp(microseconds: Int64(time.seconds) * 1_000_000 + Int64(time.nanoseconds) / 1000)
  }
}

/// What a clock of the system shows. Without the members of `timespec`, which the compiler takes for those of whichever C
/// module it has read first.
private func reading(of clock: clockid_t) -> (seconds: Int, nanoseconds: Int) {
  withUnsafeTemporaryAllocation(of: timespec.self, capacity: 1) { time in
    guard let place = time.baseAddress else { return (0, 0) }
    clock_gettime(clock, place)
    let words = UnsafeRawBufferPointer(time)
    return (words.load(as: Int.self), words.load(fromByteOffset: MemoryLayout<Int>.stride, as: Int.self))
  }
}
