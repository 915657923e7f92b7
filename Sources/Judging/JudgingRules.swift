// The rule table of what servers and views say: one row and one function a rule.

public import Model

/// The rules of this stage. Rules on the text of a key record are in `Keys`.
public enum JudgingRules {
  /// All rows, in the order in which their findings are shown. Those that only a diagnosis finds are `CauseRules.findings`.
  public static let all: [Rule] = table.map(\.rule)

  static let table: [LookRule] =
    AbsenceRules.all + DisagreementRules.all + ExpectationRules.all + ChainRules.all + FailureRules.all
    + CacheRules.all + DelegationRules.all + NameRules.all

  /// The row with this id; nil where it is none of this stage.
  package static func row(_ id: String) -> LookRule? { table.first { $0.rule.id == id } }
}
