// The rule table: one row a rule, in the order in which a reader would look.

internal import Crypto
public import Model
internal import Syntax

/// The rules on key records.
public enum KeyRules {
  /// All rows, without their functions: the rows of docs/rules.md.
  public static let all: [Rule] = table.map(\.rule)

  /// The rule on keys that share a prime, which only a comparison of all keys finds.
  public static let sharedPrime = "key-shared-prime"

  /// The rules whose findings come of a comparison with many keys.
  public static let foundByComparison: Set<String> = [sharedPrime, "key-prime-known"]

  /// The rule on private keys that stand in DNS.
  public static let privateKey = "key-private"

  /// Changes whenever a judgement may come out otherwise: judgements that were made by another version are made again.
  /// The texts of the rules change it by themselves; whoever changes how a rule looks raises `revision`.
  public static let version: String = {
    let rows = all.flatMap { [$0.id, $0.severity.rawValue, $0.summary, $0.remedy, $0.source] }
    let receivers = ReceiverProfile.all.map(\.name)
    let text = (["\(revision)"] + rows + receivers).joined(separator: "\n")
    return SHA256.hash(data: Array(text.utf8)).prefix(8).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }.joined()
  }()

  private static let revision = 1

  static let table: [KeyRule] =
    recordRules + foreignTextRules + privateKeyRules + syntaxRules + versionRules + characterRules + keyTypeRules
    + valueRules + structureRules + strengthRules + weaknessRules + relationRules + scopeRules + noteRules
}
