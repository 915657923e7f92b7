// Rules on what a key may be used for: `h=`, `s=` and `t=`.

internal import Model
internal import Syntax

let scopeRules: [KeyRule] = [
  .key(
    "key-testing", .warning,
    summary: "t=y: the domain is testing DKIM, so receivers may treat its mail as unsigned.",
    remedy: "Remove t=y once the test is over.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard !record.isRevoked, record.isTesting, let tag = record.tag(.t) else { return nil }
      return Observation(record.evidence(tag.spec))
    }),
  .key(
    "key-strict-domain", .info,
    summary: "t=s: i= of a signature must have exactly the domain of d=, no subdomain.",
    remedy: "Remove the flag s if mail of subdomains is signed with this key.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard record.list(.t)?.contains(where: { record.bytes[$0].matches("s") }) == true, let tag = record.tag(.t)
      else { return nil }
      return Observation(record.evidence(tag.spec))
    }),
  .key(
    "key-flag-misread", .warning,
    summary: "t= holds an unknown flag that some receivers take for y or s.",
    remedy: "Write t=y, t=s or t=y:s, or remove t=. Exim looks for the letters anywhere, OpenDKIM ignores their case.",
    source: "RFC 6376, section 3.6.1",
    { record in unknownFlag(record, misread: true) }),
  .key(
    "key-flag-unknown", .info,
    summary: "t= holds an unknown flag; receivers ignore it.",
    remedy: "Remove the flag if it is a typo.",
    source: "RFC 6376, section 3.6.1",
    { record in unknownFlag(record, misread: false) }),
  .key(
    "key-hash-unusable", .critical, .invalid,
    summary: "h= does not allow SHA-256, the only hash allowed in signatures.",
    remedy: "Remove h=, or write h=sha256.",
    source: "RFC 8301, section 3.1",
    { record in
      guard !record.isRevoked, let hashes = record.list(.h), !hashes.isEmpty, let tag = record.tag(.h),
        !hashes.contains(where: { record.bytes[$0].matchesIgnoringCase("sha256") })
      else { return nil }
      return Observation(record.evidence(tag.spec))
    }),
  .key(
    "key-hash-case", .warning,
    summary: "sha256 in h= is not written in lower case.",
    remedy: "Write h=sha256 or remove h=: a receiver that compares exactly finds no hash it may use.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard let hashes = record.list(.h), let tag = record.tag(.h),
        hashes.contains(where: { record.bytes[$0].matchesIgnoringCase("sha256") }),
        !hashes.contains(where: { record.bytes[$0].matches("sha256") })
      else { return nil }
      return Observation(record.evidence(tag.spec))
    }),
  .key(
    "key-hash-sha1", .info,
    summary: "h= still allows SHA-1, which must not be used.",
    remedy: "Remove h=, or write h=sha256.",
    source: "RFC 8301, section 3.1",
    { record in
      guard let hashes = record.list(.h),
        let sha1 = hashes.first(where: { record.bytes[$0].matchesIgnoringCase("sha1") }),
        hashes.contains(where: { record.bytes[$0].matchesIgnoringCase("sha256") })
      else { return nil }
      return Observation(record.evidence(sha1))
    }),
  .key(
    "key-hash-unknown", .info,
    summary: "h= names an unknown hash; receivers ignore it.",
    remedy: "Remove it if it is a typo.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard let hashes = record.list(.h), hashes.contains(where: { record.bytes[$0].matchesIgnoringCase("sha256") })
      else { return nil }
      let unknown = hashes.filter {
        !record.bytes[$0].matchesIgnoringCase("sha256") && !record.bytes[$0].matchesIgnoringCase("sha1")
      }
      return unknown.isEmpty ? nil : Observation(record.evidence(unknown))
    }),
  .key(
    "key-service-unusable", .critical, .invalid,
    summary: "s= does not allow the key for mail.",
    remedy: "Remove s=, or write s=email.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard !record.isRevoked, let services = record.list(.s), !services.isEmpty, let tag = record.tag(.s),
        !services.contains(where: { isForMail(record.bytes[$0]) })
      else { return nil }
      return Observation(record.evidence(tag.spec))
    }),
  .key(
    "key-service-case", .warning,
    summary: "email in s= is not written in lower case.",
    remedy: "Write s=email or remove s=: many receivers compare it exactly.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard let services = record.list(.s), let tag = record.tag(.s),
        services.contains(where: { isForMail(record.bytes[$0]) }),
        !services.contains(where: { record.bytes[$0].matches("*") || record.bytes[$0].matches("email") })
      else { return nil }
      return Observation(record.evidence(tag.spec))
    }),
  .key(
    "key-service-list", .warning,
    summary: "s= lists several services.",
    remedy: "Remove s=, or write s=email: Exim and dkimpy reject the record unless s= is exactly '*' or 'email'.",
    source: "RFC 6376, section 3.6.1",
    { record in
      guard let tag = record.tag(.s), let services = record.list(.s),
        record.bytes[tag.value].contains(UInt8(ascii: ":")),
        services.contains(where: { isForMail(record.bytes[$0]) })
      else { return nil }
      return Observation(record.evidence(tag.spec))
    }),
  .key(
    "key-list-empty", .warning,
    summary: "A list has no element, or an empty one.",
    remedy:
      "Remove the tag or the extra colon: an empty element is not allowed, and strict receivers reject the record.",
    source: "RFC 6376, section 3.6.1",
    { record in
      let names: [TagName] = [.h, .s, .t]
      let empty = names.compactMap { record.tag($0) }.filter { tag in
        record.bytes.colonList(tag.value).contains(where: \.isEmpty)
      }.map(\.spec)
      return empty.isEmpty ? nil : Observation(record.evidence(empty))
    }),
]

private func isForMail(_ service: ArraySlice<UInt8>) -> Bool {
  service.matches("*") || service.matchesIgnoringCase("email")
}

private func unknownFlag(_ record: RecordReading, misread: Bool) -> Observation? {
  let unknown = (record.list(.t) ?? []).filter { flag in
    let bytes = record.bytes[flag]
    let isKnown = bytes.matches("y") || bytes.matches("s")
    let looksKnown = bytes.contains { "ysYS".utf8.contains($0) }
    return !isKnown && looksKnown == misread
  }
  return unknown.isEmpty ? nil : Observation(record.evidence(unknown))
}
