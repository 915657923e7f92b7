// A configuration turned into what the services need.

internal import Config
internal import Model
internal import Monitoring

/// A configuration with its watches by key name and the rules to judge them by.
struct MonitorPlan: Sendable {
  var configuration: Configuration
  var watches: [KeyName: Watch]
  var assessor: Assessor
  var identifiers: IdentifierSource

  init(_ configuration: Configuration, identifiers: IdentifierSource = IdentifierSource()) {
    self.configuration = configuration
    watches = Dictionary(configuration.watches.map { ($0.key, $0) }) { first, _ in first }
    assessor = Assessor(
      policy: configuration.policy, identifiers: identifiers, views: configuration.views,
      zonesWatched: Self.zonesWatched(configuration))
    self.identifiers = identifiers
  }

  /// Signing domains stand for zones here: which zone holds a key name is known only after the first look.
  private static func zonesWatched(_ configuration: Configuration) -> [String: Int] {
    var domains: [String: Set<DomainName>] = [:]
    for watch in configuration.watches {
      for view in watch.views ?? configuration.views.map(\.name) { domains[view, default: []].insert(watch.key.domain) }
    }
    return domains.mapValues(\.count)
  }
}
