// Judges policy texts: all rules of the type are asked, and each tag is told in plain words.

internal import Model
internal import Phrasing

/// Judges policies offline.
public enum PolicyJudge {
  /// What a text is worth.
  public static func judge(_ text: PolicyText) -> PolicyJudgement {
    switch text {
    case .spf(let records):
      let reading = SPFReading(records)
      return judge(.spf, reading, spfRules, reading.tags, reading.gist)
    case .dmarc(let records):
      let reading = DMARCReading(records)
      return judge(.dmarc, reading, dmarcRules, reading.tags, reading.gist)
    case .mtaSTS(let records):
      let reading = TagReading(records, .mtaSTS)
      return judge(.mtaSTS, reading, mtaSTSRules, reading.mtaSTSTags, "MTA-STS record")
    case .mtaSTSPolicy(let file):
      let reading = MTASTSReading(file)
      return judge(.mtaSTSPolicy, reading, mtaSTSPolicyRules, reading.tags, reading.gist)
    case .tlsRPT(let records):
      let reading = TagReading(records, .tlsRPT)
      return judge(.tlsRPT, reading, tlsRPTRules, reading.tlsRPTTags, "TLS-RPT record")
    case .bimi(let records):
      let reading = TagReading(records, .bimi)
      return judge(.bimi, reading, bimiRules, reading.bimiTags, reading.bimiGist)
    case .caa(let records):
      return judge(
        .caa, records, caaRules, records.map(\.tag), Phrase.count(records.count, "CAA record"))
    case .tlsa(let records):
      return judge(
        .tlsa, records, tlsaRules, records.flatMap(\.tags), Phrase.count(records.count, "TLSA record"))
    }
  }

  private static func judge<Reading>(
    _ type: PolicyType, _ reading: Reading, _ rules: [PolicyRule<Reading>], _ tags: [PolicyTag], _ gist: String
  ) -> PolicyJudgement {
    var findings: [Finding] = []
    var isValid = true
    for row in rules {
      guard let finding = row.finding(on: reading) else { continue }
      findings.append(finding)
      if case .invalid = row.consequence { isValid = false }
    }
    // A stable sort: within a severity the order of the table.
    findings = Severity.allCases.reversed().flatMap { severity in findings.filter { $0.severity == severity } }
    let loud = findings.filter { $0.severity > .info }
    let rest = loud.count > 1 ? " (and \(Phrase.count(loud.count - 1, "more finding")))" : ""
    return PolicyJudgement(
      type: type, verdict: findings.first.map { Verdict($0.severity) } ?? .ok, valid: isValid,
      summary: loud.first.map { $0.text.asClause + rest + "." } ?? "\(gist), no problems found.", tags: tags,
      findings: findings)
  }
}
