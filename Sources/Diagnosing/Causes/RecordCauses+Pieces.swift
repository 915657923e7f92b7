// Causes: texts that are no key, and keys that stand in several records.

internal import Judging
internal import Model

extension RecordCauses {
  /// Texts that belong elsewhere.
  static let misplacedTexts: [CauseRule] = [
    row(
      "placeholder-published", ["key-placeholder"], "An example was published with its placeholder.",
      remedy: "Put the base64 of the public key instead of the placeholder; whoever runs the signer has it.",
      cause: "holds the placeholder of an example instead of the key: the instructions were copied unchanged",
      because: "p= holds words and no base64"),
    foreign(
      "spf-at-selector", "key-spf-text", "an SPF record", "the domain itself", "it begins with v=spf1"),
    foreign(
      "dmarc-at-selector", "key-dmarc-text", "a DMARC record", "_dmarc below the domain", "it begins with v=DMARC1"),
    foreign(
      "policy-at-selector", "key-policy-text", "a policy of another kind", "the name that its standard gives it",
      "it says itself what it is"),
    foreign(
      "verification-at-selector", "key-verification-text", "a token that proves control over a domain",
      "the name that its issuer asked for", "it has the form of such a token"),
    foreign(
      "other-text-at-selector", "key-not-a-record", "a text of another kind", "the name that it was meant for",
      "it has neither tags nor base64"),
    row(
      "text-beside-key", ["key-foreign-record"], "There is another TXT record beside the key at its name.",
      remedy: "Remove the other TXT record from this name.",
      cause: "is not alone: there is another TXT record beside the key, and receivers that take the first one fail",
      because: "one of the texts is no key record"),
    row(
      "empty-record", ["key-record-empty"], "The TXT record is empty.",
      remedy: "Publish the key record instead of the empty one; whoever runs the signer has it.",
      cause: "is empty: the form was saved without its value", because: "the TXT record has no text"),
  ]

  private static func foreign(
    _ id: String, _ rule: String, _ what: String, _ place: String, _ because: String
  ) -> CauseRule {
    let remedy =
      "Move the text to \(place), and publish the key record at the key name; whoever runs the signer has it."
    return CauseRule(
      id, "\(what.prefix(1).uppercased() + what.dropFirst()) is at the key name.", remedy: remedy,
      asks: { facts in found([rule], in: facts) == nil || facts.lastGood != nil ? [] : swapped(facts) }
    ) { facts in
      // A text that can be made a key record was meant as one.
      guard let finding = found([rule], in: facts), facts.recordRepair == nil else { return nil }
      // Who put this text here may have put the key where the text belongs.
      let key = swapped(facts).lazy.compactMap { inquiry in facts.keyRecord(inquiry).map { (inquiry, $0.record) } }
        .first
      let repair =
        key.map { inquiry, record in
          facts.replacing(
            with: record,
            note:
              "The key is at \(inquiry.question.name) now, where nobody looks for it. Move this text to \(place)")
        } ?? facts.mending(else: remedy, note: "Move this text to \(place)")
      return Cause(
        text:
          "The record at \(facts.name) is \(what) and no key: it was put under the wrong name, and belongs to \(place)"
          + (key.map { "; the key was put at \($0.0.question.name) instead." } ?? "."),
        certainty: confidence(facts), because: "\(because) (\(finding.rule))",
        evidence: evidence(finding) + (key.map { facts.evidence($0.0) } ?? []), repair: repair)
    }
  }

  /// Where the key may have been put by who put another text in its place.
  private static func swapped(_ facts: DiagnosisFacts) -> [Inquiry] {
    ([facts.domain] + [domainKeyTree(facts.domain)].compactMap(\.self)).map { Inquiry($0, .txt, limit: 2) }
  }

  /// Keys in pieces, and keys more than once.
  static let pieces: [CauseRule] = [
    row(
      "split-over-records", ["key-split-over-records"], "The key was entered as several TXT records.",
      remedy: "Put the pieces into one TXT record, as strings of at most 255 bytes.",
      cause: "is only a piece of the key: it was entered as several TXT records instead of one with several strings",
      because: "the pieces joined are one key", note: \.howToEnter),
    row(
      "several-keys", ["key-several-records", "key-repeated"], "There are several key records at one name.",
      remedy:
        "Keep the one record whose key the signer uses, and remove the others; a second key needs a selector of its own.",
      cause:
        "is not the only key there: there are several key records at the name, and receivers use any of them or none",
      because: "a name may hold one key record only"),
    row(
      "record-doubled", ["key-record-doubled", "key-tag-conflict", "key-tag-duplicate"],
      steps: ["label-doubled", "key-twice"],
      "The record, or a part of it, was entered twice into one value.",
      remedy: "Enter the record once; where the form asks for the key alone, enter only the base64.",
      cause: "has its text, or a part of it, twice in one value: it was pasted twice, or pasted whole into a form that "
        + "adds the tags itself",
      because: "the same tags are in it a second time"),
    row(
      "strings-swapped", [], steps: ["strings-order"], "The strings of the record are in the wrong order.",
      remedy: "Put the string that begins with v=DKIM1 first.",
      cause: "has its strings in the wrong order: the beginning comes after what should follow it",
      because: "in the other order they are a key record", note: \.howToEnter),
    CauseRule(
      "cut-at-255", "The record was cut at 255 bytes, where its first string was full.",
      remedy: "Publish the whole record, in strings of at most 255 bytes inside one TXT record."
    ) { facts in
      guard let finding = found(["key-cut-at-255"], in: facts), facts.recordRepair == nil else { return nil }
      return Cause(
        text:
          "The record at \(facts.name) was cut after 255 bytes, the most that one string of a TXT record holds: the "
          + "rest of the key is missing.",
        certainty: confidence(facts), because: "the key announces more bytes than there are, and the string is full",
        evidence: evidence(finding),
        repair: facts.mending(
          else: "Enter the whole record again; whoever runs the signer has it. \(facts.howToEnter).",
          note: facts.howToEnter))
    },
  ]
}
