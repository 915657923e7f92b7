// How long a verification goes on, and when it looks again.

public import Model

/// Decides after each look whether there is another one; pure.
public struct VerifyPolling: Sendable {
  /// What to do after a look.
  public enum Action: Hashable, Sendable {
    case finish
    case lookAgain(at: Timestamp)
  }

  private let deadline: Timestamp?
  private var failures: Set<String> = []

  /// How long after a look that nobody's clock bounds.
  private static let usual = Duration.seconds(15)
  /// How often at least, while only clocks run: what is served may change meanwhile.
  private static let longest = Duration.seconds(300)
  private static let confirmation = Duration.seconds(5)

  /// - Parameter wait: how long it may go on; nil for one look.
  public init(wait: Duration?, from start: Timestamp) { deadline = wait.map { start + $0 } }

  /// Waits for clocks, for servers that follow, and for a record that nobody has published yet. What else has to be
  /// changed is believed when a second look agrees.
  public mutating func next(after report: RotationReport, at now: Timestamp) -> Action {
    guard let deadline, report.state != .ready, now < deadline else { return .finish }
    let failed = Set(report.conditions.filter { $0.state == .failed }.map(\.id))
    defer { failures = failed }
    var pause = Self.usual
    switch report.state {
    case .blocked where !report.awaitsRecord:
      if failures == failed { return .finish }
      pause = Self.confirmation
    case .notYet:
      if let readyAt = report.readyAt { pause = min(max(readyAt - now, .seconds(1)), Self.longest) }
    default: break
    }
    return .lookAgain(at: min(now + pause, deadline))
  }
}
