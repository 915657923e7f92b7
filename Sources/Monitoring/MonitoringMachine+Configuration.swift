// Another configuration, and what a comparison of keys has found.

package import Model
internal import Rotation

extension MonitoringMachine {
  /// Takes up a new configuration; history, open incidents and looks under way stay as they are. Gives the watches whose
  /// expectations changed: they have to be looked at whole, since their answers will not differ.
  package mutating func apply(_ rules: MonitoringRules, watches new: [KeyName: Watch]) -> Set<KeyName> {
    let new = mail.taking(rules.learning, beside: new)
    let changed = Set(new.filter { key, watch in watches[key].map { $0 != watch } ?? false }.keys)
    needsFullLook.formUnion(changed)
    watches = new
    views = rules.views
    health.keep(views.map(\.name), confirmAfter: rules.policy.confirmAfter)
    (watchMachine, zoneMachine, viewMachine, rotationMachine) = rules.machines
    timeDependent = Set(watches.keys.filter { known.memory(of: $0).isTimeDependent })
    unchangedUntil = unchangedUntil.filter { watches[$0.key] != nil }
    needsFullLook.formIntersection(watches.keys)
    known.removeUnconfigured(keepingWatches: Set(watches.keys), views: Set(views.map(\.name)))
    return changed
  }

  /// Takes up what a comparison of keys has found. The keys that it concerns have to be looked at.
  package mutating func relate(_ relations: SharedPrimeIndex, _ affected: Set<KeyName>) {
    known.relations = relations
    // Their answers have not changed: only a look at the whole finds something new.
    needsFullLook.formUnion(affected.filter { watches[$0] != nil })
  }
}
