// Courtesy: how often one server address may be asked.

/// A token bucket in the form of a virtual schedule (the generic cell rate algorithm): one number, no ticking.
///
/// In no span of one second are more than `rate` questions let through. Up to 20 ms worth of them may go at once, since
/// questions in bursts cost a fraction of the same questions one by one.
struct RateLimit: Hashable, Sendable {
  /// How far questions may run ahead of the schedule.
  static let slack: Nanoseconds = 20_000_000

  /// When the next question is due by the schedule.
  private var due: Nanoseconds = .min / 2

  /// Lets a question through at `now`; nil, or else the time at which to ask again.
  mutating func take(rate: Int, now: Nanoseconds) -> Nanoseconds? {
    // 3 % slower than the rate, which pays for the burst.
    let interval = 1_030_000_000 / Nanoseconds(max(rate, 1))
    if now < due - Self.slack {
      // Half of the slack is waited for too, so that the next questions go in one burst.
      return min(due, due - Self.slack / 2)
    }
    due = max(due, now) + interval
    return nil
  }
}
