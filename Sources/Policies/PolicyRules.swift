// The rule tables: one row a rule, in the order in which a reader would look.

public import Model

/// The rules on policy texts.
public enum PolicyRules {
  /// The rows of one type, without their functions.
  public static func rules(of type: PolicyType) -> [Rule] {
    switch type {
    case .spf: spfRules.map(\.rule)
    case .dmarc: dmarcRules.map(\.rule)
    case .mtaSTS: mtaSTSRules.map(\.rule)
    case .mtaSTSPolicy: mtaSTSPolicyRules.map(\.rule)
    case .tlsRPT: tlsRPTRules.map(\.rule)
    case .bimi: bimiRules.map(\.rule)
    case .caa: caaRules.map(\.rule)
    case .tlsa: tlsaRules.map(\.rule)
    }
  }

  /// All rows: those of docs/rules.md.
  public static let all: [Rule] = PolicyType.allCases.flatMap(rules)
}
