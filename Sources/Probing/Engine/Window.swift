// How many questions may be in flight at one server, learned from what comes back.

/// The window of one server: it grows with answers, is halved by losses, and closes to a few probes at a silent server.
struct Window: Hashable, Sendable {
  static let smallest = 8
  /// Knot's receive buffer drops from 200 in flight.
  static let largest = 128
  static let initial = 32
  /// After this many queries in a row without any answer, the server counts as silent.
  static let silence = 16
  /// How many questions a silent server gets at a time.
  static let probes = 4

  private var size = Double(Window.initial)
  private var cutAt: Nanoseconds = .min / 2
  private var unanswered = 0

  /// How many may be in flight.
  var limit: Int { isSilent ? Self.probes : Int(size) }

  /// Whether the last queries, enough of them, were given up without any answer.
  var isSilent: Bool { unanswered >= Self.silence }

  /// A message came.
  mutating func answered() {
    unanswered = 0
    size = min(size + 1 / size, Double(Self.largest))
  }

  /// A try was lost. Losses of one moment count once.
  mutating func lost(now: Nanoseconds) {
    guard now - cutAt > 500_000_000 else { return }
    cutAt = now
    size = max(size / 2, Double(Self.smallest))
  }

  /// A query was given up.
  mutating func gaveUp() { unanswered += 1 }
}
