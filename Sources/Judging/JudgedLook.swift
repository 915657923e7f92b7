// One look with all that was made of it: read, sorted and judged once, and carried as one value from then on.

package import Model

/// A look, sorted and judged.
package struct JudgedLook: Hashable, Sendable {
  /// The answers, sorted; with what each text is worth and what the look was held against.
  package let sorted: SortedLook
  package var judgement: Judgement

  package init(sorted: SortedLook, judgement: Judgement) {
    self.sorted = sorted
    self.judgement = judgement
  }

  package var key: KeyName { judgement.key }
  package var at: Timestamp { judgement.checkedAt }
  package var expectation: Expectation { sorted.expectation }
  package var delegation: Delegation? { sorted.delegation }
}
