// Causes: the text of the record.

internal import Judging
internal import Model
internal import Phrasing

enum RecordCauses {
  static let all: [CauseRule] =
    [privateKey, semicolonBeganComment] + disguises + misplacedTexts + pieces + characters + syntax + keyForms + uses
    + damages + strength + [
      revoked, otherThanPinned,
    ]

  /// A row on what the text of the record shows: it applies where one of these findings was made.
  ///
  /// - Parameters:
  ///   - rules: ids of rules on key records.
  ///   - steps: ids of the repairs that show the same, where no rule can.
  ///   - cause: the sentence; begins after "The record at <name> ".
  ///   - because: what speaks for it.
  ///   - advice: what to do where no record can be given.
  ///   - note: what to know beside the record.
  static func row(
    _ id: String, _ rules: [String], steps: Set<String> = [], _ summary: String, remedy: String, cause: String,
    because: String, certainty: Diagnosis.Certainty = .certain, atLeast severity: Severity = .warning,
    isHarmless: Bool = false,
    note: @escaping @Sendable (DiagnosisFacts) -> String? = { _ in nil }
  ) -> CauseRule {
    CauseRule(id, summary, remedy: remedy) { facts in
      let finding = found(rules, in: facts, atLeast: severity)
      guard finding != nil || isMended(by: steps, in: facts) else { return nil }
      return Cause(
        text: "The record at \(facts.name) \(cause).", certainty: min(certainty, confidence(facts)),
        because: because + (finding.map { " (\($0.rule))" } ?? ""), evidence: finding.map(evidence) ?? [],
        repair: facts.mending(else: remedy, note: note(facts)), isHarmless: isHarmless && facts.judgement.verdict == .ok
      )
    }
  }

  /// The first of these findings.
  static func found(_ rules: [String], in facts: DiagnosisFacts, atLeast severity: Severity = .warning) -> Finding? {
    facts.judgement.findings.first { rules.contains($0.rule) && $0.severity >= severity }
  }

  /// Whether one of these repairs is among those that make a key record of the text.
  static func isMended(by steps: Set<String>, in facts: DiagnosisFacts) -> Bool {
    facts.recordRepair.map { !steps.isDisjoint(with: $0.steps) } ?? false
  }

  static func evidence(_ finding: Finding) -> [String] { finding.evidence.split(separator: "\n").map(String.init) }

  /// The text is in plain sight. But where servers contradict each other, or do not answer, that is the greater trouble.
  static func confidence(_ facts: DiagnosisFacts) -> Diagnosis.Certainty {
    switch facts.state {
    case .invalid, .revoked, .mismatched: .certain
    case .published: isServedWell(facts) ? .certain : .likely
    case .divergent, .unreachable, .missing, .pending: .possible
    }
  }

  private static func isServedWell(_ facts: DiagnosisFacts) -> Bool {
    !facts.judgement.findings.contains { $0.severity > .info && lookRules.contains($0.rule) }
  }

  private static let lookRules = Set((JudgingRules.all + CauseRules.findings).map(\.id))

  private static let privateKey = CauseRule(
    "private-key-published", "The private key is published in DNS instead of the public one.",
    remedy: "Make a new key under a new selector, switch signing to it, and revoke this one: it is compromised."
  ) { facts in
    guard let finding = found(["key-private"], in: facts) else { return nil }
    return Cause(
      text:
        "The private key is published at \(facts.name) instead of the public one: anybody can sign mail as \(facts.domain).",
      certainty: min(.certain, confidence(facts)), because: "the text is that of a private key (\(finding.rule))",
      evidence: evidence(finding),
      repair: facts.replacing(
        with: TextRecord("v=DKIM1; p="),
        note:
          "It revokes the key, which is compromised. Make a new key, publish its public half under a new selector, and "
          + "switch signing to that one; to publish the public half of this key would leave it in strangers' hands"))
  }

  private static let revoked = CauseRule(
    "key-revoked", "The key is revoked: p= is empty.",
    remedy:
      "If it was revoked on purpose, do nothing; otherwise publish the key again, or better a new one under a new selector."
  ) { facts in
    guard facts.state == .revoked, let finding = found(["key-revoked"], in: facts) else { return nil }
    let good = facts.lastGood
    return Cause(
      text: "The key of selector \(facts.key.selector) is revoked: the record is there, but its p= is empty, "
        + (good == nil
          ? "as after a rotation or a leak, or where a form lost the value."
          : "and at \(good.map { Phrase.dateAndTime($0.at) } ?? "") it still held the key."),
      certainty: .likely,
      because: good == nil
        ? "p= is empty at every server that answers" : "the key was there before, and only p= was emptied",
      evidence: evidence(finding),
      repair: facts.mending(
        else:
          "If the key was revoked on purpose and nothing signs with it any longer, do nothing. Otherwise publish the public "
          + "key that belongs to the signer's private one, under this selector, or a new key under a new one."))
  }

  private static let otherThanPinned = CauseRule(
    "other-key-than-pinned", "A key is published, but not the one that the signer is known to use.",
    remedy: "Publish the record of the pinned key, or pin the new one if the change was intended."
  ) { facts in
    guard facts.state == .mismatched, let pinned = facts.input.expectation.fingerprint else { return nil }
    let seen = facts.judgement.keySummary?.fingerprint
    return Cause(
      text: "The key at \(facts.name) is not the one that belongs to the signer's private key: it has the fingerprint "
        + "\(seen ?? "unknown"), and \(pinned) is pinned.",
      certainty: .certain, because: "every server gives a usable key, and it is another one than the pinned",
      evidence: facts.finding("key-not-pinned").map(evidence) ?? [],
      repair: facts.mending(
        else: "Publish the public half of the key that the signer uses (of its private key file: openssl pkey -in FILE "
          + "-pubout), or change the signer and the pin to the key that is published."))
  }
}
