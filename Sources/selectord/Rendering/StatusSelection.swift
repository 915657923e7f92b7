// Which watches `status` shows, and in which order.

import Model

/// What the options of `status` choose.
struct StatusSelection: Hashable, Sendable {
  /// What comes first.
  enum Order: String, Hashable, Sendable, CaseIterable {
    /// The worst, then by name.
    case verdict
    case name
    /// What began last.
    case since
  }

  /// Empty for all.
  var states: [State] = []
  var verdicts: [Verdict] = []
  /// As receivers have them: `example.org`, `*.example.org`.
  var domains: [DomainPattern] = []
  var order = Order.verdict

  /// The watches that are wanted, in order.
  func choose(
    from watches: [StatusReport.WatchStatus], verdict: (StatusReport.WatchStatus) -> Verdict
  ) -> [StatusReport.WatchStatus] {
    let chosen = watches.filter { watch in
      (states.isEmpty || states.contains(watch.memory.state))
        && (verdicts.isEmpty || verdicts.contains(verdict(watch)))
        && (domains.isEmpty || domains.contains { $0.matches(watch.key.domain) })
    }
    switch order {
    case .name: return chosen.sorted { $0.key < $1.key }
    case .since:
      return chosen.sorted { left, right in
        left.since == right.since ? left.key < right.key : (left.since ?? .distantPast) > (right.since ?? .distantPast)
      }
    case .verdict:
      return chosen.sorted { left, right in
        let (one, other) = (verdict(left), verdict(right))
        return one == other ? left.key < right.key : one.worse(other) == one
      }
    }
  }
}

extension Timestamp {
  fileprivate static let distantPast = Timestamp(seconds: 0)
}
