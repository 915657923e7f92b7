// Rules on `v=`: absent, or the first tag and exactly DKIM1.

internal import Model
internal import Syntax

let versionRules: [KeyRule] = [
  .key(
    "key-version-wrong", .critical, .invalid,
    summary: "The version is not DKIM1, so receivers discard the record.",
    remedy: "Begin the record with exactly v=DKIM1.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard let version = record.tag(.v), !record.bytes[version.value].matchesIgnoringCase("DKIM1"),
        // Another tag behind it, or characters that a panel put around it, are other faults and have their own rules.
        record.missingSemicolon == nil,
        !record.bytes[version.value].unescaped.matches("DKIM1")
      else { return nil }
      return Observation(record.evidence(version.spec))
    }),
  .key(
    "key-version-case", .critical, .invalid,
    summary: "DKIM1 is not in capitals, so most receivers discard the record.",
    remedy: "Begin the record with exactly v=DKIM1. Only mail-auth, mailauth and rspamd ignore the case.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard let version = record.tag(.v), record.bytes[version.value].matchesIgnoringCase("DKIM1"),
        !record.bytes[version.value].matches("DKIM1"),
        // Whoever folded the key has folded this too.
        !(record.encoded.map(isFolded) ?? false)
      else { return nil }
      return Observation(record.evidence(version.spec))
    }),
  .key(
    "key-version-not-first", .warning,
    summary: "v= is not the first tag.",
    remedy: "Begin the record with v=DKIM1. mox rejects the record as it is.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard let version = record.tag(.v), version != record.tags.tags.first else { return nil }
      return Observation(record.evidence(version.spec))
    }),
  .key(
    "key-version-missing", .info,
    summary: "v= is missing; DKIM1 is the default.",
    remedy: "Begin the record with v=DKIM1; the standard recommends it, and some checkers ask for it.",
    source: "RFC 6376, section 3.6.1",
    { record in
      let names = record.tags.tags.map { record.bytes[$0.name] }
      // What a panel put before it hides it, which has its own rule.
      guard !names.contains(where: { $0.last?.lowered == TagName.v.rawValue && ($0.count == 1 || !isTagName($0)) })
      else { return nil }
      return Observation("the record begins with '\(record.excerpt(0..<min(24, record.bytes.count)))'")
    }),
]
