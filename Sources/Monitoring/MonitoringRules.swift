// By which rules a configuration wants its watches monitored.

package import Model
internal import Diagnosing
internal import Rotation

/// What of a configuration the machine heeds beside the watches.
package struct MonitoringRules: Sendable {
  package var policy: MonitoringPolicy
  package var views: [View]
  package var learning: LearningPolicy
  package var identifiers: IdentifierSource
  /// A label that no zone has, for diagnoses.
  package var randomLabel: @Sendable () -> String

  package init(
    policy: MonitoringPolicy, views: [View], learning: LearningPolicy = LearningPolicy(),
    identifiers: IdentifierSource = IdentifierSource(),
    randomLabel: @escaping @Sendable () -> String = { DiagnosisInput.randomLabel() }
  ) {
    self.policy = policy
    self.views = views
    self.learning = learning
    self.identifiers = identifiers
    self.randomLabel = randomLabel
  }

  var machines: (WatchMachine, ZoneMachine, ViewMachine, RotationMachine) {
    (
      WatchMachine(policy: policy, identifiers: identifiers, randomLabel: randomLabel),
      ZoneMachine(policy: policy, identifiers: identifiers), ViewMachine(policy: policy, identifiers: identifiers),
      RotationMachine(policy: policy, identifiers: identifiers, views: views)
    )
  }
}
