// The rules on CAA records.

internal import Model
internal import Phrasing

let caaRules: [PolicyRule<[CAARecord]>] = [
  PolicyRule(
    "caa-critical-unknown", .critical, .invalid,
    summary: "A critical record has a tag that no authority knows, so nobody may issue certificates.",
    remedy: "Correct the tag, or set the flag to 0.",
    source: "RFC 8659, section 4.1",
    { records in
      evidence(records) { ($0.flags ?? 0) & 128 != 0 && !CAARecord.known.contains($0.property) && $0.isWhole }
    }),
  PolicyRule(
    "caa-malformed", .warning, .invalid,
    summary: "The record is not of the form: flags, tag, \"value\".",
    remedy: "Write it as 0 issue \"ca.example\", with the value in quotation marks.",
    source: "RFC 8659, section 4.1.1",
    { records in
      evidence(records) { record in
        record.flags == nil || !record.isWhole || !(1...15).contains(record.propertyTag.count)
          || !record.propertyTag.allSatisfy { $0.isLetter || $0.isDigit }
      }
    }),
  PolicyRule(
    "caa-value-invalid", .warning, .invalid,
    summary: "The value of a property cannot be read, so authorities refuse to issue, or ignore it.",
    remedy:
      "Write the domain name of the authority alone, without https://, or ';' for nobody; iodef takes mailto: or https:.",
    source: "RFC 8659, sections 4.2 and 4.4",
    { records in evidence(records) { $0.isWhole && !$0.hasRightValue } }),
  PolicyRule(
    "caa-flags-unusual", .warning,
    summary: "The flags are neither 0 nor 128; only 128 (critical) has a meaning.",
    remedy: "Set the flags to 0.",
    source: "RFC 8659, section 4.1",
    { records in evidence(records) { record in record.flags.map { $0 != 0 && $0 != 128 } ?? false } }),
  PolicyRule(
    "caa-tag-unknown", .info,
    summary: "A record has a tag that is not registered; authorities ignore it.",
    remedy: "Correct the tag if it is a typo: issue, issuewild and iodef are usual.",
    source: "RFC 8659, section 4.1",
    { records in
      evidence(records) {
        $0.isWhole && ($0.flags ?? 128) & 128 == 0 && !CAARecord.known.contains($0.property)
      }
    }),
  PolicyRule(
    "caa-no-issue", .info,
    summary: "No record names an authority for plain certificates (issue), so every authority may issue them.",
    remedy: "Add a record such as 0 issue \"ca.example\" with the authority that you use.",
    source: "RFC 8659, section 4.2",
    { records in
      let isRestricted = records.contains { $0.property == "issue" }
      let known = records.filter { CAARecord.known.contains($0.property) }
      guard !isRestricted, !known.isEmpty else { return nil }
      return Observation(Phrase.list(records.map { "'\($0.text)'" }, limit: 4))
    }),
  PolicyRule(
    "caa-forbids-all", .info,
    summary: "Nobody may issue certificates for the domain.",
    remedy: "Do nothing if no host of the domain needs one; otherwise add 0 issue \"ca.example\".",
    source: "RFC 8659, section 4.2",
    { records in
      let issue = records.filter { $0.property == "issue" }
      guard !issue.isEmpty, issue.allSatisfy({ $0.authority == nil }) else { return nil }
      return evidence(issue) { _ in true }
    }),
]

/// The records that a rule is about.
private func evidence(_ records: [CAARecord], _ isMeant: (CAARecord) -> Bool) -> Observation? {
  let found = records.filter(isMeant).map { "'\($0.text)'" }
  return found.isEmpty ? nil : Observation(Phrase.list(found, limit: 4))
}
