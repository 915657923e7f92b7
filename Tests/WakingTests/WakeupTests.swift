// Who waits for a signal gets one that came before, and only once.

import Testing
import Waking

@Suite struct WakeupTests {
  /// A pause that ends only when it is cancelled.
  private static let forEver: @Sendable (Duration) async throws -> Void = { _ in
    try await Task.sleep(for: .seconds(3600))
  }

  @Test func aSignalEndsTheWait() async {
    let wakeup = Wakeup()
    async let waiting: Void = wakeup.wait(atMost: .seconds(3600), sleep: Self.forEver)
    wakeup.signal()
    await waiting
  }

  @Test func aSignalThatCameBeforeIsNotLost() async {
    let wakeup = Wakeup()
    wakeup.signal()
    wakeup.signal()
    await wakeup.wait(atMost: .seconds(3600), sleep: Self.forEver)
  }

  @Test func withoutASignalTheTimeEndsTheWait() async {
    let wakeup = Wakeup()
    wakeup.signal()
    await wakeup.wait(atMost: .seconds(3600), sleep: Self.forEver)
    // Two signals are one.
    await wakeup.wait(atMost: .seconds(1), sleep: { _ in })
  }
}
