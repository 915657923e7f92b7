// The rules on DMARC records.

internal import Model
internal import Phrasing
internal import Syntax

let dmarcRules: [PolicyRule<DMARCReading>] = [
  PolicyRule(
    "dmarc-several", .critical, .invalid,
    summary: "There are several DMARC records at one name; receivers ignore all of them.",
    remedy: "Keep one record, and delete the others.",
    source: "RFC 9989, section 4.10",
    { reading in
      let policies = reading.text.policies
      guard policies.count > 1 else { return nil }
      return Observation(
        "\(policies.count) records: " + Phrase.list(policies.map(reading.text.shown), limit: 3),
        text: "There are \(policies.count) DMARC records at one name; receivers ignore all of them.")
    }),
  PolicyRule(
    "dmarc-version-malformed", .critical, .invalid,
    summary: "The record does not begin with exactly v=DMARC1, so receivers ignore it.",
    remedy: "Begin the record with v=DMARC1; in capitals, without anything before it.",
    source: "RFC 9989, section 4.7",
    { reading in reading.text.isVersionRight ? nil : Observation(reading.text.beginning) }),
  PolicyRule(
    "dmarc-policy-missing", .critical, .invalid,
    summary: "The record has neither a policy (p=) nor a report address, so receivers do not use it.",
    remedy: "Add p=none, p=quarantine or p=reject as the second tag.",
    source: "RFC 9989, section 4.10.1",
    { reading in
      guard reading.text.isVersionRight, reading.text.tag("p") == nil, reading.record.usedPolicy == nil else {
        return nil
      }
      return Observation(reading.text.beginning)
    }),
  PolicyRule(
    "dmarc-policy-assumed", .warning,
    summary: "The record has no policy (p=); receivers take it as p=none, and some ignore the record.",
    remedy: "Add p=none, p=quarantine or p=reject as the second tag.",
    source: "RFC 9989, section 4.10.1",
    { reading in
      guard reading.text.isVersionRight, reading.text.tag("p") == nil, reading.record.usedPolicy != nil else {
        return nil
      }
      return Observation(reading.text.beginning)
    }),
  PolicyRule(
    "dmarc-policy-invalid", .critical, .invalid,
    summary:
      "A policy is none of none, quarantine and reject, and no address gets reports; receivers ignore the record.",
    remedy: "Write none, quarantine or reject behind p=, sp= and np=.",
    source: "RFC 9989, section 4.10.1",
    { reading in reading.record.usedPolicy == nil ? reading.wrongPolicies : nil }),
  PolicyRule(
    "dmarc-policy-ignored", .warning,
    summary: "A policy is none of none, quarantine and reject; receivers take the record as p=none.",
    remedy: "Write none, quarantine or reject behind p=, sp= and np=.",
    source: "RFC 9989, section 4.10.1",
    { reading in reading.record.usedPolicy != nil ? reading.wrongPolicies : nil }),
  PolicyRule(
    "dmarc-tag-repeated", .critical, .invalid,
    summary: "A tag appears twice; some receivers ignore the record, others take the first or the last.",
    remedy: "Keep one of them.",
    source: "RFC 6376, section 3.2",
    { reading in
      let repeats = reading.text.repeats.map(\.spec)
      return repeats.isEmpty ? nil : Observation(reading.text.evidence(repeats))
    }),
  PolicyRule(
    "dmarc-tag-malformed", .critical, .invalid,
    summary: "A part of the record is not a tag: it has no '='.",
    remedy: "Write each part as name=value, with semicolons between the parts.",
    source: "RFC 9989, section 4.8",
    { reading in
      let strays = reading.text.tags.strays
      return strays.isEmpty ? nil : Observation(reading.text.evidence(strays))
    }),
  PolicyRule(
    "dmarc-semicolon-missing", .critical, .invalid,
    summary: "The semicolon between two tags is missing, so the second one is read as part of the first.",
    remedy: "Put ';' between the tags, as in v=DMARC1; p=reject; rua=mailto:….",
    source: "RFC 9989, section 4.8",
    { reading in reading.missingSemicolon.map { Observation(reading.text.evidence($0)) } }),
  PolicyRule(
    "dmarc-character", .warning,
    summary: "The record has quotation marks or backslashes in it that belong to a zone file.",
    remedy: "Remove them: enter only the text of the record in a form.",
    source: "RFC 9989, section 4.8",
    { reading in
      let places = reading.text.strayCharacters
      return places.isEmpty ? nil : Observation(reading.text.evidence(places))
    }),
  PolicyRule(
    "dmarc-value-invalid", .warning,
    summary: "A tag has a value that DMARC does not define; receivers use the default instead.",
    remedy: "Write adkim= and aspf= with r or s, t= with y or n, psd= with y, n or u, fo= with 0, 1, d and s.",
    source: "RFC 9989, section 4.7",
    { reading in
      let places = reading.wrongValues
      return places.isEmpty ? nil : Observation(reading.text.evidence(places))
    }),
  PolicyRule(
    "dmarc-rua-malformed", .warning,
    summary: "A report address cannot be used, so no reports are sent to it.",
    remedy: "Write mailto: and one mailbox, such as rua=mailto:dmarc@example.org, with commas between several.",
    source: "RFC 9989, section 4.8",
    { reading in
      let addresses = reading.record.aggregateReports + reading.record.failureReports
      let places =
        addresses.filter { address in
          if case .mail = address.form { !address.isUsable } else { true }
        }.map(\.place) + reading.emptyLists
      return places.isEmpty ? nil : Observation(reading.text.evidence(places))
    }),
  PolicyRule(
    "dmarc-policy-none", .warning,
    summary: "The policy is none and nobody gets reports, so the record has no effect.",
    remedy: "Add rua=mailto:… and read the reports; then move to p=quarantine and p=reject.",
    source: "RFC 9989, section 5.1",
    { reading in
      guard reading.isNone, !reading.record.aggregateReports.contains(where: \.isUsable),
        let tag = reading.text.tag("p")
      else { return nil }
      return Observation(reading.text.evidence(tag.spec))
    }),
  PolicyRule(
    "dmarc-policy-monitoring", .info,
    summary: "The policy is none: receivers report, and deliver forged mail as before.",
    remedy: "Read the reports; when all of your own mail passes, move to p=quarantine and then p=reject.",
    source: "RFC 9989, section 5.1",
    { reading in
      guard reading.isNone, reading.record.aggregateReports.contains(where: \.isUsable), let tag = reading.text.tag("p")
      else { return nil }
      return Observation(reading.text.evidence(tag.spec))
    }),
  PolicyRule(
    "dmarc-subdomain-none", .warning,
    summary: "Subdomains are not protected, although the domain itself is: anybody can forge mail of any subdomain.",
    remedy: "Set sp= and np= as strict as p=, or remove them.",
    source: "RFC 9989, section 4.7",
    { reading in
      guard reading.isEnforcing else { return nil }
      let places = ["sp", "np"].compactMap { name -> Range<Int>? in
        reading.text.tags.tags.first { tag in
          reading.name(tag) == name && reading.text.bytes[tag.value].matchesIgnoringCase("none")
        }?.spec
      }
      return places.isEmpty ? nil : Observation(reading.text.evidence(places))
    }),
  PolicyRule(
    "dmarc-test-mode", .warning,
    summary: "The record is in test mode (t=y), so receivers apply the next weaker policy.",
    remedy: "Remove t=y once the reports show that all of your own mail passes.",
    source: "RFC 9989, section 4.7",
    { reading in
      guard reading.record.isTesting, reading.isEnforcing, let tag = reading.text.tag("t") else { return nil }
      return Observation(reading.text.evidence(tag.spec))
    }),
  PolicyRule(
    "dmarc-pct", .warning,
    summary: "The policy is for a part of the mail only (pct=); newer receivers ignore that, and apply it to all.",
    remedy: "Remove pct= once the reports show that all of your own mail passes.",
    source: "RFC 9989, appendix A.6",
    { reading in
      guard reading.record.percentage < 100, reading.isEnforcing, let tag = reading.text.tag("pct") else { return nil }
      return Observation(reading.text.evidence(tag.spec))
    }),
  PolicyRule(
    "dmarc-tags-historic", .info,
    summary: "The record has tags of the former standard, which newer receivers ignore.",
    remedy: "Remove them at the next change.",
    source: "RFC 9989, appendix A.6",
    { reading in
      let tags = reading.text.tags.tags.filter { DMARCReading.historic.contains(reading.name($0)) }.map(\.spec)
      let limits = (reading.record.aggregateReports + reading.record.failureReports).filter { $0.sizeLimit != nil }
      let places = tags + limits.map(\.place)
      return places.isEmpty ? nil : Observation(reading.text.evidence(places))
    }),
  PolicyRule(
    "dmarc-tag-unknown", .info,
    summary: "The record has a tag that DMARC does not define; receivers ignore it.",
    remedy: "Remove the tag if it is a typo.",
    source: "RFC 9989, section 4.7",
    { reading in
      let known = DMARCReading.known + DMARCReading.historic
      let places = reading.text.tags.tags.filter { !known.contains(reading.name($0)) }.map(\.spec)
      return places.isEmpty ? nil : Observation(reading.text.evidence(places))
    }),
  PolicyRule(
    "dmarc-tag-case", .warning,
    summary: "The name of a tag is in capitals, so some receivers ignore the tag.",
    remedy: "Write the name in lower case.",
    source: "RFC 6376, section 3.2",
    { reading in
      let places = reading.text.tags.tags.filter { tag in
        reading.text.bytes[tag.name].contains(where: \.isUpper) && DMARCReading.known.contains(reading.name(tag))
      }.map(\.spec)
      return places.isEmpty ? nil : Observation(reading.text.evidence(places))
    }),
  PolicyRule(
    "dmarc-order", .warning,
    summary: "p= is not the second tag, so receivers that keep to the former standard ignore the record.",
    remedy: "Put p= directly after v=DMARC1.",
    source: "RFC 7489, section 6.4",
    { reading in
      guard let tag = reading.text.tag("p"), reading.text.isVersionRight,
        reading.text.tags.tags.dropFirst().first != tag
      else { return nil }
      return Observation(reading.text.evidence(tag.spec))
    }),
  PolicyRule(
    "dmarc-rua-missing", .info,
    summary: "The record has no report address (rua=), so nobody learns which mail fails.",
    remedy: "Add rua=mailto:… with an address of yours.",
    source: "RFC 9989, section 5.1",
    { reading in
      guard reading.text.isVersionRight, reading.text.tag("rua") == nil, reading.record.usedPolicy != nil else {
        return nil
      }
      return Observation("no rua= in the record")
    }),
  PolicyRule(
    "dmarc-rua-many", .info,
    summary: "The record has more than two report addresses; receivers need not send to more than two.",
    remedy: "Keep two.",
    source: "RFC 7489, section 6.2",
    { reading in
      let places = reading.record.aggregateReports.dropFirst(2).map(\.place)
      return places.isEmpty ? nil : Observation(reading.text.evidence(places))
    }),
  PolicyRule(
    "dmarc-fo-useless", .info,
    summary: "fo= has no effect: it needs ruf=, and 0 beside 1 says nothing.",
    remedy: "Remove fo=, or add ruf=mailto:….",
    source: "RFC 9989, section 4.7",
    { reading in
      guard let tag = reading.text.tag("fo") else { return nil }
      let isBoth = Set(reading.record.failureOptions).isSuperset(of: ["0", "1"])
      guard reading.text.tag("ruf") == nil || isBoth else { return nil }
      return Observation(
        reading.text.evidence(tag.spec),
        text: reading.text.tag("ruf") == nil
          ? "fo= has no effect, since there is no address for reports on single mails (ruf=)."
          : "fo= asks for 0 and 1 at once; 1 includes 0.")
    }),
  PolicyRule(
    "dmarc-strict", .info,
    summary: "Alignment is strict: mail of a provider that signs or sends with a subdomain fails.",
    remedy: "Use relaxed alignment, unless others can send with subdomains of yours.",
    source: "RFC 9989, section 4.4",
    { reading in
      let places = [
        reading.record.dkimAlignment == .strict ? reading.text.tag("adkim")?.spec : nil,
        reading.record.spfAlignment == .strict ? reading.text.tag("aspf")?.spec : nil,
      ].compactMap(\.self)
      return places.isEmpty ? nil : Observation(reading.text.evidence(places))
    }),
  PolicyRule(
    "dmarc-foreign-text", .info,
    summary: "There is another text beside the DMARC record; receivers ignore it.",
    remedy: "Move it to the name where it belongs, or delete it.",
    source: "RFC 9989, section 4.10",
    { reading in
      reading.text.others.first.map { Observation(reading.text.shown($0)) }
    }),
]

extension DMARCReading {
  /// The policies that are none of the three words; a missing semicolon has its own rule.
  var wrongPolicies: Observation? {
    guard text.isVersionRight, record.hasWrongPolicy, missingSemicolon == nil else { return nil }
    let words = DMARCRecord.Policy.allCases.map(\.rawValue)
    let places = text.tags.tags.filter { tag in
      ["p", "sp", "np"].contains(name(tag))
        && !words.contains(String(decoding: text.bytes[tag.value].map(\.lowered), as: UTF8.self))
    }.map(\.spec)
    return Observation(text.evidence(places))
  }

  /// Where a tag begins that no semicolon parts from the value before it: `p=none rua=mailto:…`.
  var missingSemicolon: Range<Int>? {
    for tag in text.tags.tags {
      let value = text.bytes[tag.value]
      // Blanks are allowed in lists of addresses alone, and there they stand at commas.
      guard let equals = value.dropFirst().firstIndex(of: UInt8(ascii: "=")) else { continue }
      let word = value[..<equals].reversed().drop(while: \.isBlank).prefix { $0.isLetter }
      let name = String(decoding: word.reversed().map(\.lowered), as: UTF8.self)
      let before = value[..<equals].reversed().drop(while: \.isBlank).dropFirst(word.count).first
      guard (Self.known + Self.historic).contains(name), before?.isBlank == true || before == UInt8(ascii: ",") else {
        continue
      }
      let start = value[..<equals].lastIndex { $0.isBlank || $0 == UInt8(ascii: ",") } ?? tag.value.lowerBound
      return start..<min(start + 25, tag.value.upperBound)
    }
    return nil
  }

  /// `rua` and `ruf` without any address.
  var emptyLists: [Range<Int>] {
    text.tags.tags.filter { tag in
      ["rua", "ruf"].contains(name(tag)) && ReportAddress.list(text.bytes, tag.value).isEmpty
    }.map(\.spec)
  }

  /// Tags whose value is none of those that are defined for them; policies and addresses have rules of their own.
  var wrongValues: [Range<Int>] {
    let words: [String: [String]] = [
      "adkim": ["r", "s"], "aspf": ["r", "s"], "t": ["y", "n"], "psd": ["y", "n", "u"],
    ]
    return text.tags.tags.filter { tag in
      let value = String(decoding: text.bytes[tag.value].map(\.lowered), as: UTF8.self)
      switch name(tag) {
      case "fo":
        let options = value.split(separator: ":", omittingEmptySubsequences: false).map { $0.filter { $0 != " " } }
        return !options.allSatisfy { ["0", "1", "d", "s"].contains($0) }
      case "pct": return Int(value).map { !(0...100).contains($0) } ?? true
      case "ri": return UInt32(value) == nil
      case let name: return words[name].map { !$0.contains(value) } ?? false
      }
    }.map(\.spec)
  }
}
