// The clocks that the daemon reads; tests hand in their own.

internal import Model

/// The two clocks: the time of day for what is recorded, the time that has passed for what is due.
struct Clocks: Sendable {
  var now: @Sendable () -> Timestamp
  var elapsed: @Sendable () -> Duration

  /// The system's clocks.
  static let system = Clocks(
    now: { .now }, elapsed: { .microseconds(SystemdNotifier.monotonicMicroseconds) })
}
