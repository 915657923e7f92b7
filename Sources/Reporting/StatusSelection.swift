// Which watches `status` shows, and in which order.

package import Model

/// What the options of `status` choose.
package struct StatusSelection: Hashable, Sendable {
  /// What comes first.
  package enum Order: String, Hashable, Sendable, CaseIterable {
    /// The worst, then by name.
    case verdict
    case name
    /// What began last.
    case since
  }

  /// Empty for all.
  package var states: [State]
  package var verdicts: [Verdict]
  /// As receivers have them: `example.org`, `*.example.org`.
  package var domains: [DomainPattern]
  package var order: Order

  package init(
    states: [State] = [], verdicts: [Verdict] = [], domains: [DomainPattern] = [], order: Order = .verdict
  ) {
    self.states = states
    self.verdicts = verdicts
    self.domains = domains
    self.order = order
  }

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
