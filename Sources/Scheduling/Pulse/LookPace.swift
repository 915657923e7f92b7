// How often a zone that changes all the time may have its keys looked at for that.

/// Lets the first change through at once, some further ones after a short wait, and then after waits that double up to the
/// longest; as long a time without changes ends that. So a zone whose serial is new every minute soon costs no more than the interval of its keys does, and a
/// zone that is changed by hand is looked at each time.
struct LookPace: Hashable, Sendable {
  /// The first wait, or the interval of the pulse where that is shorter.
  static let firstWait = Duration.seconds(5)
  /// So many changes have to wait for no longer than that: people change a zone several times in a row.
  private static let patience: UInt8 = 4

  private var readyAt = Duration.zero
  private var waits: UInt8 = 0

  /// Whether the keys may be looked at now.
  func isReady(at now: Duration) -> Bool { now >= readyAt }

  /// The keys are looked at.
  mutating func take(at now: Duration, first: Duration, longest: Duration) {
    waits = now - readyAt > longest || readyAt == .zero ? 0 : min(waits + 1, 30)
    readyAt = now + Self.wait(waits, first, longest)
  }

  private static func wait(_ count: UInt8, _ first: Duration, _ longest: Duration) -> Duration {
    min(first * (1 << Int(max(count, patience) - patience)), longest)
  }
}
