// How the daemon is doing, in numbers and in one line.

internal import Model

/// How the monitor is doing.
struct MonitorStatus: Sendable {
  var sinceLastTurn: Duration
  var watches: Int
  var verdicts: [Verdict: Int]
  var viewsDown: [String]
  var canWrite: Bool

  /// One line for `systemctl status`.
  var statusLine: String {
    let counts = Verdict.allCases.compactMap { verdict in
      verdicts[verdict].map { "\($0) \(verdict.rawValue)" }
    }
    var line = "watching \(watches) selectors"
    if !counts.isEmpty { line += ": " + counts.joined(separator: ", ") }
    if !viewsDown.isEmpty { line += "; views down: " + viewsDown.joined(separator: ", ") }
    if !canWrite { line += "; cannot write to the database" }
    return line
  }
}
