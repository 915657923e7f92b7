// What the comparison of keys has found becomes part of what is known.

internal import Model
internal import Monitoring
internal import Scheduling

extension Monitor {
  /// Takes up what a comparison has found, and looks at once at the keys that it changes.
  func relate(_ relations: SharedPrimeIndex, _ affected: Set<KeyName>) {
    known.relations = relations
    for key in affected.union(delayed) where watches[key] != nil {
      // Their answers have not changed: only a look at the whole finds something new.
      uncommitted.insert(key)
      schedule.lookAgain(key, after: .zero, at: clock.elapsed())
    }
    delayed = []
    wakeIfDue()
  }
}
