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
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
  }
}

extension Timestamp {
  /// The system's clock.
  public static var now: Timestamp {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }
}
