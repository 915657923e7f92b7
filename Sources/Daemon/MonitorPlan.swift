// A configuration turned into what the monitor needs.

internal import Config
internal import Model
internal import Monitoring

/// A configuration, its watches apart in a table that a million of them fit into, and the rules to monitor them by.
struct MonitorPlan: Sendable {
  var configuration: Configuration
  var watches: WatchTable
  var rules: MonitoringRules

  init(_ configuration: Configuration, identifiers: IdentifierSource = IdentifierSource()) {
    self.configuration = configuration
    self.configuration.watches = []
    watches = WatchTable(configuration.watches)
    rules = MonitoringRules(
      policy: configuration.policy, views: configuration.views, learning: configuration.learning,
      identifiers: identifiers)
  }
}

extension Configuration {
  /// What is watched because of mail.
  fileprivate var learning: LearningPolicy {
    let learn = mail.learn
    return LearningPolicy(
      watchesFailing: learn.choice != .none, watchesInUse: learn.choice == .all,
      domains: learn.domains.compactMap(DomainPattern.init), forgetAfter: learn.forgetAfter, maximum: learn.maximum,
      interval: interval)
  }
}
