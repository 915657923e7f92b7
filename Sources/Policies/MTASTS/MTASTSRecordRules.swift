// The rules on the TXT record of MTA-STS, and what its tags mean.

internal import Model
internal import Phrasing
internal import Syntax

let mtaSTSRules: [PolicyRule<TagReading>] = [
  PolicyRule(
    "mta-sts-several", .warning, .invalid,
    summary: "There are several MTA-STS records at one name; senders act as if there were none.",
    remedy: "Keep one record, and delete the others.",
    source: "RFC 8461, section 3.1",
    { reading in
      guard reading.policies.count > 1 else { return nil }
      return Observation(Phrase.list(reading.policies.map(reading.shown), limit: 3))
    }),
  PolicyRule(
    "mta-sts-version-malformed", .warning, .invalid,
    summary: "The record does not begin with exactly v=STSv1, so senders ignore it.",
    remedy: "Begin the record with v=STSv1; as it is written here.",
    source: "RFC 8461, section 3.1",
    { reading in reading.isVersionRight ? nil : Observation(reading.beginning) }),
  PolicyRule(
    "mta-sts-id-invalid", .warning, .invalid,
    summary: "The record has no usable id: it needs 1 to 32 letters and digits; senders ignore the record.",
    remedy: "Write id= with letters and digits only, such as the time of the last change: id=20260131120000.",
    source: "RFC 8461, section 3.1",
    { reading in
      guard reading.isVersionRight else { return nil }
      guard let tag = reading.tag("id") else {
        return Observation(reading.beginning, text: "The record has no id, so senders ignore it.")
      }
      let value = reading.bytes[tag.value]
      let isRight = (1...32).contains(value.count) && value.allSatisfy { $0.isLetter || $0.isDigit }
      return isRight ? nil : Observation(reading.evidence(tag.spec))
    }),
  PolicyRule(
    "mta-sts-tag-repeated", .warning, .invalid,
    summary: "A tag of the MTA-STS record appears twice.",
    remedy: "Keep one of them.",
    source: "RFC 8461, section 3.1",
    { reading in
      let places = reading.repeats.map(\.spec)
      return places.isEmpty ? nil : Observation(reading.evidence(places))
    }),
  PolicyRule(
    "mta-sts-tag-malformed", .warning, .invalid,
    summary: "A part of the MTA-STS record is not a tag of the form name=value.",
    remedy: "Write the record as v=STSv1; id=…, with one semicolon between two tags.",
    source: "RFC 8461, section 3.1",
    { reading in
      let places = reading.isVersionRight ? reading.malformedParts : reading.tags.strays
      return places.isEmpty ? nil : Observation(reading.evidence(places))
    }),
  PolicyRule(
    "mta-sts-tag-unknown", .info,
    summary: "The record has a tag that MTA-STS does not define; senders ignore it.",
    remedy: "Remove the tag if it is a typo.",
    source: "RFC 8461, section 3.1",
    { reading in
      let places = reading.unknownTags(["v", "id"])
      return places.isEmpty ? nil : Observation(reading.evidence(places))
    }),
]

extension TagReading {
  /// Tags of other names than these; malformed ones have a rule of their own, where there is one.
  func unknownTags(_ known: [String]) -> [Range<Int>] {
    guard isVersionRight else { return [] }
    let malformed = Set(version == .mtaSTS || version == .tlsRPT ? malformedParts : [])
    return tags.tags.filter { tag in
      !known.contains(String(decoding: bytes[tag.name].map(\.lowered), as: UTF8.self)) && !malformed.contains(tag.spec)
    }.map(\.spec)
  }

  /// The tags with their meanings.
  func told(_ meaning: (_ name: String, _ tag: TagList.Tag) -> String) -> [PolicyTag] {
    tags.tags.map { tag in
      let name = String(decoding: bytes[tag.name].map(\.lowered), as: UTF8.self)
      return PolicyTag(bytes[tag.name], bytes[tag.value], meaning(name, tag))
    }
  }

  var mtaSTSTags: [PolicyTag] {
    told { name, _ in
      switch name {
      case "v": isVersionRight ? "This is an MTA-STS record." : "Not the version STSv1: senders ignore the record."
      case "id": "The mark of the present policy file: a new one makes senders fetch the file again."
      default: "MTA-STS does not define it; senders ignore it."
      }
    }
  }
}
