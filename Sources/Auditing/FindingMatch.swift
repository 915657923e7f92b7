// Which findings of one audit are those of another.

internal import Model

/// Two lists of findings, paired by index.
struct FindingMatch {
  private(set) var pairs: [(old: Int, new: Int)] = []
  /// Those of the earlier list that the later one does not have.
  private(set) var gone: [Int]
  /// Those that only the later one has.
  private(set) var new: [Int] = []

  init(_ earlier: [Finding], _ later: [Finding]) {
    gone = Array(earlier.indices)
    var rest: [Int] = []
    // Findings with the same evidence first; then those of the same rule, whose evidence counts or names something else now.
    for index in later.indices where !pair(index, { earlier[$0].isSame(as: later[index]) }) { rest.append(index) }
    for index in rest where !pair(index, { earlier[$0].rule == later[index].rule }) { new.append(index) }
    pairs.sort { $0.new < $1.new }
  }

  private mutating func pair(_ new: Int, _ isMeant: (Int) -> Bool) -> Bool {
    guard let place = gone.firstIndex(where: isMeant) else { return false }
    pairs.append((gone.remove(at: place), new))
    return true
  }
}

extension Finding {
  fileprivate func isSame(as other: Finding) -> Bool { rule == other.rule && evidence == other.evidence }
}
