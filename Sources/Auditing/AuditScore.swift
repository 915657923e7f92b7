// The score: what each finding takes off, by area, and the letter that is left.

internal import Model

/// Ten points, less what findings cost.
struct AuditScore: Hashable, Sendable {
  /// The version of the table of points; a report with another one is not compared by its score.
  static let scheme = 1

  /// A finding as the score sees it.
  struct Loss: Hashable, Sendable {
    var area: AuditArea
    /// In tenths.
    var cost: Int
    var severity: Severity
    var cap: AuditGrade?
  }

  /// What each loss really takes off, in tenths, in the order of the losses: an area ends at its budget.
  private(set) var charged: [Int]
  private(set) var lost: [AuditArea: Int] = [:]
  /// What can be lost at all, in tenths: the areas that were judged.
  let total: Int
  private let cap: AuditGrade
  private let marks: Set<AuditMark>

  init(_ losses: [Loss], unjudged: Set<AuditArea>, marks: Set<AuditMark>) {
    charged = losses.map { _ in 0 }
    // The dearest first: the order of findings must not matter.
    for index in losses.indices.sorted(by: { (losses[$0].cost, $1) > (losses[$1].cost, $0) }) {
      let loss = losses[index]
      guard !unjudged.contains(loss.area) else { continue }
      let taken = min(loss.cost, loss.area.budget - lost[loss.area, default: 0])
      charged[index] = taken
      lost[loss.area, default: 0] += taken
    }
    total = AuditArea.allCases.filter { !unjudged.contains($0) }.reduce(0) { $0 + $1.budget }
    self.marks = marks
    cap = losses.map { max($0.cap ?? .aPlus, $0.severity == .critical ? .c : .aPlus) }.max() ?? .aPlus
  }

  /// In tenths.
  var points: Int { total - lost.values.reduce(0, +) }

  /// Whether enough was judged for a letter.
  var isJudged: Bool { total >= 70 }

  /// The letter; nil where too little was judged.
  var grade: AuditGrade? {
    guard isJudged else { return nil }
    let tenths = points * 100 / total
    let byPoints: AuditGrade =
      switch tenths {
      case 100: marks.count == AuditMark.allCases.count ? .aPlus : .a
      case 90...: .a
      case 80...: .b
      case 65...: .c
      case 50...: .d
      case 30...: .e
      default: .f
      }
    return max(byPoints, cap)
  }
}
