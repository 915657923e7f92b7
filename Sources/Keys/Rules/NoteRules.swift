// Rules on notes and on the historic `g=`.

internal import Model
internal import Syntax

let noteRules: [KeyRule] = [
  .key(
    "key-note-hazard", .warning,
    summary: "The note contains the text of a tag, and rspamd reads it as a tag.",
    remedy: "Remove p= and k= from the note.",
    source: "RFC 6376, section 3.6.1",
    { record in
      for tag in record.tags.tags where record.bytes[tag.name].matchesIgnoringCase("n") {
        let marks: [StaticString] = ["p=", "k="]
        for mark in marks {
          guard let place = record.bytes.place(of: mark, in: tag.value),
            place.lowerBound == tag.value.lowerBound || !record.bytes[place.lowerBound - 1].isLetter
          else { continue }
          return Observation(record.evidence(place.lowerBound..<min(place.lowerBound + 24, tag.value.upperBound)))
        }
      }
      return nil
    }),
  .key(
    "key-granularity", .info,
    summary: "g= is historic; receivers ignore it.",
    remedy: "Remove g=.",
    source: "RFC 4871, section 3.6.1; historic in the IANA registry",
    { record in
      guard let tag = record.tag(.g), record.bytes[tag.value].matches("*") else { return nil }
      return Observation(record.evidence(tag.spec))
    }),
  .key(
    "key-granularity-restricted", .warning,
    summary: "g= limits the key to some addresses, for receivers that still read it.",
    remedy: "Remove g=, which is historic.",
    source: "RFC 4871, section 3.6.1",
    { record in
      guard let tag = record.tag(.g), !tag.value.isEmpty, !record.bytes[tag.value].matches("*") else { return nil }
      return Observation(record.evidence(tag.spec))
    }),
  .key(
    "key-granularity-empty", .warning,
    summary: "g= is empty: receivers that still read it accept the key for no address.",
    remedy: "Remove g=, which is historic. In DomainKeys an empty g= allowed all addresses, in old DKIM none.",
    source: "RFC 4871, section 3.6.1",
    { record in
      guard let tag = record.tag(.g), tag.value.isEmpty else { return nil }
      return Observation(record.evidence(tag.spec))
    }),
]
