// A configuration turned into what the monitor needs.

internal import Config
internal import Model
internal import Monitoring

/// A configuration with its watches by key name and the rules to monitor them by.
struct MonitorPlan: Sendable {
  var configuration: Configuration
  var watches: [KeyName: Watch]
  var rules: MonitoringRules

  init(_ configuration: Configuration, identifiers: IdentifierSource = IdentifierSource()) {
    self.configuration = configuration
    watches = Dictionary(configuration.watches.map { ($0.key, $0) }) { first, _ in first }
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
