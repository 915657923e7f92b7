// Where Keys meets Judging: the texts of a look are judged as keys, then the look by what they are worth.

internal import Judging
public import Keys
public import Model

extension Look {
  /// What the look means, held against what its watch expects. Each different text is judged once.
  ///
  /// - Parameter relations: what the key in an answer has in common with others.
  public func judged(
    against expectation: Expectation, relations: (Answer) -> KeyRelations = { _ in KeyRelations() }
  ) -> Judgement {
    Judge.judge(
      self, keys: keyJudgements(minimumBits: expectation.minimumBits, relations: relations), expectation: expectation)
  }

  /// What each different text is worth, by the digest of its answer.
  func keyJudgements(
    minimumBits: Int? = nil, relations: (Answer) -> KeyRelations = { _ in KeyRelations() }
  ) -> [Digest: KeyJudgement] {
    views.lazy.flatMap(\.servers).map(\.answer).reduce(into: [:]) { keys, answer in
      guard answer.outcome == .records, keys[answer.digest] == nil else { return }
      keys[answer.digest] = KeyJudge.judge(answer.records, minimumBits: minimumBits, relations: relations(answer))
    }
  }
}
