// What the comparison of keys has found so far: mostly nothing.

internal import Judging
internal import Keys
internal import Model
internal import Scheduling

/// Which keys share a prime with which others.
struct Relations: Sendable {
  /// The key names of the others, by modulus.
  var partners: [Modulus: [KeyName]] = [:]
  /// Whether all keys of the database have been compared since the start.
  var isComplete = false

  /// What the key in an answer has in common with others.
  func of(_ answer: Answer) -> KeyRelations {
    guard !partners.isEmpty, let modulus = Modulus(answer.records), let names = partners[modulus] else {
      return KeyRelations()
    }
    return KeyRelations(primeSharers: names.map(\.description))
  }

  /// Whether a watch has to wait for the comparison: what was found before a restart is neither over nor new after it.
  func delays(_ memory: WatchMemory) -> Bool {
    !isComplete && memory.findings.contains { $0.rule == KeyRules.sharedPrime }
  }
}

extension Monitor {
  /// Takes up what a comparison has found, and looks at once at the keys that it changes.
  func relate(_ relations: Relations, _ affected: Set<KeyName>) {
    book.relations = relations
    for key in affected.union(delayed) where watches[key] != nil {
      // Their answers have not changed: only a look at the whole finds something new.
      uncommitted.insert(key)
      schedule.lookAgain(key, after: .zero, at: clock.elapsed())
    }
    delayed = []
    wakeIfDue()
  }
}
