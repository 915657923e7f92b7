// Another configuration, and what a comparison of keys has found.

package import Model
internal import Rotation

extension MonitoringMachine {
  /// Takes up a new configuration; history, open incidents and looks under way stay as they are. Gives the watches whose
  /// expectations changed: they have to be looked at whole, since their answers will not differ.
  package mutating func apply(_ rules: MonitoringRules, watches configured: WatchTable) -> Set<KeyName> {
    var new = mail.taking(rules.learning, beside: configured)
    let changed = new.succeed(watches)
    needsFullLook.formUnion(changed)
    watches = new
    views = rules.views
    health.keep(views.map(\.name), confirmAfter: rules.policy.confirmAfter)
    (watchMachine, zoneMachine, viewMachine, rotationMachine) = rules.machines
    needsFullLook = needsFullLook.filter(watches.contains)
    known.removeUnconfigured(keeping: watches.contains, views: Set(views.map(\.name)))
    timeDependent = Set(known.watches.lazy.filter { $0.value.isTimeDependent }.map(\.key))
    return changed
  }

  /// The same with watches by their names.
  package mutating func apply(_ rules: MonitoringRules, watches new: [KeyName: Watch]) -> Set<KeyName> {
    apply(rules, watches: WatchTable(new.values))
  }

  /// Takes up what a comparison of keys has found. The keys that it concerns have to be looked at.
  package mutating func relate(_ relations: SharedPrimeIndex, _ affected: Set<KeyName>) {
    known.relations = relations
    // Their answers have not changed: only a look at the whole finds something new.
    needsFullLook.formUnion(affected.filter(watches.contains))
  }
}
