// What the monitor does when zones have changed: their servers are asked again, and nobody else.

internal import Model
internal import Monitoring
internal import Probing

extension Monitor {
  /// Asks the servers of zones that have changed for these keys. What differs is looked at whole, by all views; what does not
  /// ends here. The looks of the interval go on as they would.
  func askSources(of keys: [KeyName]) async {
    guard let view = prober.pulseView?.name, !machine.excludedViews.contains(view) else { return }
    let wanted = keys.filter { key in
      guard let watch = machine.watches[key], !delayed.contains(key) else { return false }
      return watch.views?.contains(view) ?? true
    }
    // Caches know of the change later: resolvers are not asked.
    await sweep(wanted.map { LookRequest(key: $0, views: [view]) }) { _ in }
  }
}
