// The rules on TLSA records of mail servers.

internal import Model
internal import Phrasing

let tlsaRules: [PolicyRule<[TLSARecord]>] = [
  PolicyRule(
    "tlsa-none-usable", .critical, .invalid,
    summary: "No TLSA record can be used: senders that check DANE require TLS, and cannot verify the server.",
    remedy: "Publish 3 1 1 and the SHA-256 of the server's public key in hexadecimal.",
    source: "RFC 7672, section 2.2",
    { records in
      guard !records.contains(where: \.isUsable) else { return nil }
      return evidence(records) { _ in true } ?? Observation("no record")
    }),
  PolicyRule(
    "tlsa-malformed", .warning, .invalid,
    summary: "A TLSA record has undefined numbers, or data of the wrong length.",
    remedy:
      "Publish it again: usage, selector, matching type, then 64 hexadecimal digits of SHA-256 or 128 of SHA-512.",
    source: "RFC 6698, section 2.1",
    { records in evidence(records) { !$0.isWellFormed } }),
  PolicyRule(
    "tlsa-usage-pkix", .warning,
    summary: "A TLSA record has usage 0 or 1, which is not defined for SMTP.",
    remedy: "Publish 3 1 1 in its place; usage 0 and 1 are right for HTTPS only.",
    source: "RFC 7672, section 3.1.3",
    { records in evidence(records) { $0.isWellFormed && ($0.usage == 0 || $0.usage == 1) } }),
  PolicyRule(
    "tlsa-parameters-unusual", .info,
    summary:
      "A TLSA record has parameters that are not recommended: the whole certificate, or the data without a digest.",
    remedy: "Prefer 3 1 1 (the server's key) or 2 0 1 (the authority's certificate).",
    source: "RFC 7672, section 3.1",
    { records in
      evidence(records) { $0.isUsable && ($0.matching == 0 || $0.usage == 3 && $0.selector == 0) }
    }),
  PolicyRule(
    "tlsa-only-sha512", .info,
    summary: "All TLSA records use SHA-512, which clients need not know.",
    remedy: "Add records with SHA-256 (matching type 1).",
    source: "RFC 7671, section 9",
    { records in
      let usable = records.filter(\.isUsable)
      return !usable.isEmpty && usable.allSatisfy { $0.matching == 2 } ? evidence(usable) { _ in true } : nil
    }),
  PolicyRule(
    "tlsa-repeated", .info,
    summary: "The same TLSA record is there twice.",
    remedy: "Delete one of them.",
    source: "RFC 6698, section 2.1",
    { records in
      var met: Set<[Int?]> = []
      let repeats = records.filter { record in
        let data: [Int?] = record.data?.map { Int($0) } ?? []
        return !met.insert([record.usage, record.selector, record.matching] + data).inserted && record.isWellFormed
      }
      return evidence(repeats) { _ in true }
    }),
  PolicyRule(
    "tlsa-no-spare", .info,
    summary: "There is only the record of the present key: a new key is rejected until caches have the new record.",
    remedy: "Publish the record of the next key some days before the server changes to it.",
    source: "RFC 7671, section 8.1",
    { records in
      let usable = records.filter(\.isUsable)
      return usable.count == 1 && usable[0].usage == 3 ? evidence(usable) { _ in true } : nil
    }),
]

/// The records that a rule is about.
private func evidence(_ records: [TLSARecord], _ isMeant: (TLSARecord) -> Bool) -> Observation? {
  let found = records.filter(isMeant).map { "'\($0.text)'" }
  return found.isEmpty ? nil : Observation(Phrase.list(found, limit: 4))
}
