// Where Keys meets Judging: the texts of a look are judged as keys, then the look by what they are worth.

internal import Judging
internal import Keys
public import Model

extension Look {
  /// What the look means, held against what its watch expects. Each different text is judged once.
  public func judged(against expectation: Expectation) -> Judgement {
    var keys: [Digest: KeyJudgement] = [:]
    for answer in views.lazy.flatMap(\.servers).map(\.answer)
    where answer.outcome == .records && keys[answer.digest] == nil {
      keys[answer.digest] = KeyJudge.judge(answer.records, minimumBits: expectation.minimumBits)
    }
    return Judge.judge(self, keys: keys, expectation: expectation)
  }
}
