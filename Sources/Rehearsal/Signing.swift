// DNSSEC: whether the parent's DS records would still lead to a key after the move.

internal import Crypto
internal import Model

/// What the parent and the servers say of signing.
struct Signing {
  /// The DS records at the parent; nil where nobody said.
  var delegationSigners: [ResourceRecord]?
  /// The DNSKEY records of the future servers that answered.
  var futureKeys: [ResourceRecord]
  var zone: DomainName

  /// What would go wrong; nil where nothing.
  var notice: Notice? {
    guard let delegationSigners else { return nil }
    let keys = futureKeys.filter(\.isZoneKey)
    if delegationSigners.isEmpty {
      guard !keys.isEmpty else { return nil }
      return Notice(
        severity: .info,
        text: "The future servers sign \(zone), and its parent has no DS record: nobody will validate the signatures.",
        remedy: "After the move, have the registrar publish: \(lines(of: keys))")
    }
    if keys.contains(where: { key in delegationSigners.contains { $0.isDelegationSigner(of: key) } }) { return nil }
    let wait = delegationSigners.map(\.ttl).max() ?? 0
    let tags = delegationSigners.compactMap(\.keyTag).map(String.init).joined(separator: ", ")
    let found =
      keys.isEmpty
      ? "the future servers do not sign the zone" : "the future servers sign with no key that they match"
    let after = keys.isEmpty ? "" : " After the move, have it publish: \(lines(of: keys))"
    return Notice(
      severity: .critical,
      text:
        "The parent of \(zone) has DS records (key tag \(tags)), and \(found): resolvers that validate would answer "
        + "SERVFAIL for every name of the zone as soon as the delegation moves.",
      remedy:
        "Have the registrar remove the DS records, wait until their TTL of \(wait) s has passed, and move only then."
        + after, short: "DNSSEC would break")
  }

  /// The DS records of the keys that sign keys, as lines of a zone file.
  private func lines(of keys: [ResourceRecord]) -> String {
    let entries = keys.filter(\.isEntryPoint)
    return (entries.isEmpty ? keys : entries).compactMap(\.delegationSignerLine).joined(separator: "; ")
  }
}

extension ResourceRecord {
  fileprivate var bytes: [UInt8] {
    if case .other(let bytes) = data { bytes } else { [] }
  }

  /// A DNSKEY that signs the zone and is not revoked (RFC 4034, section 2.1.1; RFC 5011, section 2.1).
  fileprivate var isZoneKey: Bool {
    type == .dnskey && bytes.count > 4 && bytes[0] & 1 == 1 && bytes[1] & 0x80 == 0 && bytes[2] == 3
  }

  /// SEP: a key that is meant to be pointed at by a DS record.
  fileprivate var isEntryPoint: Bool { isZoneKey && bytes[1] & 1 == 1 }

  /// The key tag that a DS record names, or that of a DNSKEY (RFC 4034, appendix B).
  fileprivate var keyTag: Int? {
    switch type {
    case .ds: return bytes.count > 4 ? Int(bytes[0]) << 8 | Int(bytes[1]) : nil
    case .dnskey:
      var sum = 0
      for (index, byte) in bytes.enumerated() { sum += index.isMultiple(of: 2) ? Int(byte) << 8 : Int(byte) }
      return (sum + sum >> 16) & 0xFFFF
    default: return nil
    }
  }

  /// Whether this DS record is of `key` (RFC 4034, section 5.1.4).
  fileprivate func isDelegationSigner(of key: ResourceRecord) -> Bool {
    guard bytes.count > 4, keyTag == key.keyTag, bytes[2] == key.bytes[3] else { return false }
    let signed = key.owner.wire + key.bytes
    let digest: [UInt8]
    switch bytes[3] {
    case 1: digest = Array(Insecure.SHA1.hash(data: signed))
    case 2: digest = Array(SHA256.hash(data: signed))
    case 4: digest = Array(SHA384.hash(data: signed))
    // A digest that is not known here counts as a match: tag and algorithm are the same.
    default: return true
    }
    return digest == Array(bytes[4...])
  }

  /// The DS record of this DNSKEY with SHA-256.
  fileprivate var delegationSignerLine: String? {
    guard let tag = keyTag, bytes.count > 4 else { return nil }
    let digest = Array(SHA256.hash(data: owner.wire + bytes))
    let data = [UInt8(tag >> 8), UInt8(tag & 0xFF), bytes[3], 2] + digest
    return ResourceRecord(owner: owner, type: .ds, ttl: 3600, data: .other(data)).zoneFileLine
  }
}
