// DNSSEC: whether the parent's DS records would still lead to a key after the move.

internal import DNSSEC
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
    let keys = futureKeys.compactMap(ZoneKey.init)
    if delegationSigners.isEmpty {
      guard !keys.isEmpty else { return nil }
      return Notice(
        severity: .info,
        text: "The future servers sign \(zone), and its parent has no DS record: nobody will validate the signatures.",
        remedy: "After the move, have the registrar publish: \(lines(of: keys))")
    }
    let signers = delegationSigners.compactMap(DelegationSigner.init)
    if keys.contains(where: { key in signers.contains { $0.announces(key) } }) { return nil }
    let wait = delegationSigners.map(\.ttl).max() ?? 0
    let tags = signers.map { String($0.keyTag) }.joined(separator: ", ")
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
  private func lines(of keys: [ZoneKey]) -> String {
    let entries = keys.filter(\.isEntryPoint)
    return (entries.isEmpty ? keys : entries).map { $0.delegationSigner().zoneFileLine }.joined(separator: "; ")
  }
}
