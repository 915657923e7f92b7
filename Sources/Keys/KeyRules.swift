// The rule table: one row a rule, in the order in which a reader would look.

public import Model

/// The rules on key records.
public enum KeyRules {
  /// All rows, without their functions: the rows of docs/rules.md.
  public static let all: [Rule] = table.map(\.rule)

  /// The rule on keys that share a prime, which only a comparison of all keys finds.
  public static let sharedPrime = "key-shared-prime"

  static let table: [KeyRule] =
    recordRules + foreignTextRules + privateKeyRules + syntaxRules + versionRules + characterRules + keyTypeRules
    + valueRules + structureRules + strengthRules + weaknessRules + relationRules + scopeRules + noteRules
}
