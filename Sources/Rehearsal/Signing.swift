// DNSSEC: whether the parent's DS records would still lead to a key after the move.

internal import DNSSEC
internal import Model
internal import Phrasing

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
        text: "The new servers sign \(zone), but its parent has no DS record: nobody will validate the signatures.",
        remedy: "After the move, ask the registrar to publish: \(lines(of: keys))")
    }
    let signers = delegationSigners.compactMap(DelegationSigner.init)
    if keys.contains(where: { key in signers.contains { $0.announces(key) } }) { return nil }
    let wait = delegationSigners.map(\.ttl).max() ?? 0
    let tags = Phrase.list(signers.map { String($0.keyTag) })
    let found =
      keys.isEmpty
      ? "the new servers do not sign the zone" : "the new servers sign with other keys"
    let after = keys.isEmpty ? "" : " After the move, ask it to publish: \(lines(of: keys))"
    return Notice(
      severity: .critical,
      text:
        "The parent of \(zone) has DS records (\(Phrase.agreeing(signers.count, "key tag", "key tags")) \(tags)), but \(found): validating resolvers would "
        + "answer SERVFAIL for every name of the zone as soon as the delegation moves.",
      remedy:
        "Ask the registrar to remove the DS records, wait \(Phrase.exactDuration(seconds: wait)) until caches have dropped "
        + "them, and only then move."
        + after, short: "DNSSEC would break")
  }

  /// The DS records of the keys that sign keys, as lines of a zone file.
  private func lines(of keys: [ZoneKey]) -> String {
    let entries = keys.filter(\.isEntryPoint)
    return (entries.isEmpty ? keys : entries).map { $0.delegationSigner().zoneFileLine }.joined(separator: "; ")
  }
}
