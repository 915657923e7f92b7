// What the dashboard asks of the daemon: read models, and the few things that people may do.

internal import Model

/// Where pages, API and metrics have their answers from. The daemon stands behind it with its memory and its database.
package protocol DashboardSource: Sendable {
  /// Whether the daemon does its work.
  func health() async -> HealthReport
  /// Everything that is counted and measured; with a series for each watch where that is wanted.
  func metrics(withWatches: Bool) async -> MetricsReport
}

/// Whether the daemon does its work.
package struct HealthReport: Hashable, Sendable {
  /// Whether the loop of the monitor turns.
  package var isAlive: Bool
  /// What keeps the daemon from its work, a sentence each; empty where it does it.
  package var reasons: [String]

  package init(isAlive: Bool, reasons: [String]) {
    self.isAlive = isAlive
    self.reasons = reasons
  }
}
