// Judges the TXT records at one key name: all rules are asked, the findings make the state and the verdict.

public import Model
internal import Syntax

/// Judges key records offline.
public enum KeyJudge {
  /// What the records are worth together.
  ///
  /// - Parameters:
  ///   - records: the TXT records at the key name, at least one; their order does not matter (RFC 6376, section 6.1.2).
  ///   - minimumBits: the least size that is expected of an RSA key.
  ///   - relations: what the key has in common with others, where that is known.
  /// - Returns: `published`, `revoked` or `invalid`, with the findings, the worst first.
  public static func judge(
    _ records: [TextRecord], minimumBits: Int? = nil, relations: KeyRelations = KeyRelations()
  ) -> KeyJudgement {
    judge(KeyReading(records, minimumBits: minimumBits, relations: relations), records)
  }

  static func judge(_ reading: KeyReading, _ records: [TextRecord]) -> KeyJudgement {
    var findings: [Finding] = []
    var isInvalid = false
    for row in KeyRules.table {
      guard let finding = row.finding(on: reading) else { continue }
      findings.append(finding)
      if case .invalid = row.consequence { isInvalid = true }
    }
    if findings.contains(where: { $0.rule == KeyRules.privateKey }) {
      // What is told and stored must not hold a piece of it.
      for index in findings.indices where findings[index].rule != KeyRules.privateKey {
        findings[index].evidence = "not shown, since the record holds a private key"
      }
    }
    // A stable sort: within a severity the order of the table.
    findings = Severity.allCases.reversed().flatMap { severity in findings.filter { $0.severity == severity } }
    let key = reading.subject.summary
    let state: State =
      if isInvalid { .invalid } else if key?.revoked == true { .revoked } else { .published }
    return KeyJudgement(
      state: state, verdict: findings.first.map { Verdict($0.severity) } ?? .ok,
      summary: summary(state, key, findings), key: key, findings: findings,
      receivers: ReceiverPanel.opinions(on: records, reading))
  }

  private static func summary(_ state: State, _ key: KeySummary?, _ findings: [Finding]) -> String {
    let loud = findings.filter { $0.severity > .info }
    let rest = loud.count > 1 ? counted(loud.count - 1, "more finding") : nil
    guard state == .published, let key else {
      return sentence(loud.first?.text ?? "No receiver can use this record.", [rest])
    }
    let name = key.type == .rsa ? "RSA key of \(key.bits) bits" : "Ed25519 key"
    guard let first = loud.first else { return "\(name), no problems found." }
    return sentence(first.text, [name, rest])
  }

  /// A finding's sentence with remarks in brackets before its full stop.
  private static func sentence(_ text: String, _ remarks: [String?]) -> String {
    let remarks = remarks.compactMap(\.self).joined(separator: ", ")
    guard !remarks.isEmpty else { return text }
    return text.hasSuffix(".") ? "\(text.dropLast()) (\(remarks))." : "\(text) (\(remarks))"
  }
}
