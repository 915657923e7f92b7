// Causes: DNSSEC.

internal import DNSSEC
internal import Model

enum SecurityCauses {
  static let all: [CauseRule] = [unsignedBelowDS, matchesNoKey, expired, unsigned, denialBroken, broken]

  // MARK: what is asked

  /// The zones on the way whose chain of trust may be broken, the key's own first.
  private static func zones(_ facts: Facts) -> [DomainName] {
    guard facts.finding(RuleID.dnssecBogus) != nil else { return [] }
    let own = [facts.zone] + facts.reading.sources.compactMap(\.server.zone)
    let above = [facts.registrableDomain].filter { zone in own.contains { $0.isWithin(zone) } }
    return Array((own + above).withoutRepeats.filter { !$0.isRoot }.prefix(3))
  }

  private static func ds(_ zone: DomainName) -> Inquiry { Inquiry(zone, .ds, limit: 3) }
  private static func keys(_ zone: DomainName) -> Inquiry { Inquiry(zone, .dnskey, limit: 3) }
  private static func signatures(_ facts: Facts) -> Inquiry {
    Inquiry(facts.reading.with.first?.server.question ?? facts.name, .rrsig, limit: 3)
  }

  private static let asks: @Sendable (Facts) -> [Inquiry] = { facts in
    let zones = zones(facts)
    return zones.isEmpty ? [] : zones.flatMap { [ds($0), keys($0)] } + [signatures(facts)]
  }

  // MARK: what is read

  private static func data(_ inquiry: Inquiry, _ facts: Facts) -> [ResourceRecord] {
    facts.positive(inquiry).flatMap { $0.records(of: inquiry.question.type, at: inquiry.question.name) }.withoutRepeats
  }

  private static func signers(_ zone: DomainName, _ facts: Facts) -> [DelegationSigner] {
    data(ds(zone), facts).compactMap(DelegationSigner.init)
  }

  private static func published(_ zone: DomainName, _ facts: Facts) -> [ZoneKey] {
    data(keys(zone), facts).compactMap(ZoneKey.init)
  }

  private static func mark(_ tag: UInt16, _ algorithm: UInt8) -> String { "key tag \(tag), algorithm \(algorithm)" }

  /// The extended errors that validating resolvers gave (RFC 8914).
  private static func errors(_ facts: Facts) -> Set<UInt16> {
    Set(facts.reading.bogus.flatMap(\.answer.extendedErrors).map(\.code))
  }

  private static func lines(_ records: [ResourceRecord]) -> String {
    records.map { "\($0.owner.absoluteText) DS \($0.dataText)" }.joined(separator: " and ")
  }

  private static func evidence(_ zone: DomainName, _ facts: Facts) -> [String] {
    facts.evidence(ds(zone)) + facts.evidence(keys(zone))
  }

  private static func cause(
    _ text: String, _ certainty: Diagnosis.Certainty, because: String, evidence: [String], _ deed: String
  ) -> Cause {
    Cause(
      text: text, certainty: certainty, because: because, evidence: evidence,
      repair: .deed(deed + " Validating resolvers notice when the TTL of the DS or DNSKEY records has run out."))
  }

  // MARK: rows

  private static let unsignedBelowDS = CauseRule(
    "ds-of-unsigned-zone",
    "The parent has a DS record, and the zone is not signed: it moved to a host that does not sign it.",
    remedy: "Delete the DS record at the registrar, or have the zone signed and enter its new DS record.", asks: asks
  ) { facts in
    for zone in zones(facts) {
      let signers = signers(zone, facts)
      let unsigned = facts.replies(to: keys(zone)).filter {
        $0.answer.outcome == .nodata || $0.answer.outcome == .nxdomain
      }
      guard !signers.isEmpty, !unsigned.isEmpty, published(zone, facts).isEmpty else { continue }
      let moved = facts.delegationChange.map { ", since it moved to \(Wording.names($0.after))" } ?? ""
      return cause(
        "The zone \(zone) is not signed by its name servers\(moved), but the zone above still announces its signatures by a DS "
          + "record: validating receivers take every answer for forged, and see no key.",
        .certain, because: "the parent has a DS record, and the zone's servers have no DNSKEY",
        evidence: evidence(zone, facts),
        "Delete the DS record \(ServerCauses.whoDelegates(zone)): \(lines(signers.map(\.record))). Or have the host sign the "
          + "zone (DNSSEC), and enter the DS record that it gives in place of this one.")
    }
    return nil
  }

  private static let matchesNoKey = CauseRule(
    "ds-matches-no-key", "The DS record at the parent belongs to a key that the zone does not have.",
    remedy: "Replace the DS record at the registrar by that of the zone's present key, or delete it.", asks: asks
  ) { facts in
    for zone in zones(facts) {
      let signers = signers(zone, facts)
      let published = published(zone, facts)
      guard !signers.isEmpty, !published.isEmpty,
        !signers.contains(where: { signer in published.contains { signer.announces($0) } })
      else { continue }
      let keys = published.sorted { $0.keyTag < $1.keyTag }.map { mark($0.keyTag, $0.algorithm) }.withoutRepeats
      let announced = signers.map { mark($0.keyTag, $0.algorithm) }.withoutRepeats
      let entries = published.contains(where: \.isEntryPoint) ? published.filter(\.isEntryPoint) : published
      return cause(
        "The DS record of \(zone) in the zone above is that of another key than the zone is signed with, as after a change of "
          + "the key or of the DNS host: validating receivers take every answer for forged, and see no key.",
        .certain,
        because: "the parent has \(Wording.list(announced)), the zone has \(Wording.list(keys))"
          + (Set(announced).isDisjoint(with: keys) ? "" : ", and the digest in the DS record is not that of the key"),
        evidence: evidence(zone, facts),
        "Replace the DS record \(ServerCauses.whoDelegates(zone)), \(lines(signers.map(\.record))), by "
          + "\(lines(entries.map { $0.delegationSigner() })). Where the zone is not signed on purpose, delete the DS record."
      )
    }
    return nil
  }

  private static let expired = CauseRule(
    "signatures-expired", "The signatures of the zone have expired, or are not valid yet.",
    remedy: "Sign the zone anew, and see that this is done by itself.", asks: asks
  ) { facts in
    guard facts.finding(RuleID.dnssecBogus) != nil else { return nil }
    let codes = errors(facts)
    let spans = data(signatures(facts), facts).compactMap(SignatureValidity.init)
    let isOver = !spans.isEmpty && spans.allSatisfy { $0.hasExpired(at: facts.now) }
    let isEarly = !spans.isEmpty && spans.allSatisfy { $0.isYetToCome(at: facts.now) }
    guard isOver || isEarly || codes.contains(7) || codes.contains(8) else { return nil }
    let early = isEarly || !isOver && codes.contains(8)
    let zone = facts.reading.with.first?.server.zone ?? facts.zone
    let end = spans.map { early ? $0.inception : $0.expiration }.max()
    let time = end.map { " \(early ? "until" : "since") \(Timestamp(seconds: Int64($0)))" } ?? ""
    return cause(
      "The DNSSEC signatures of \(zone) are \(early ? "not valid yet" : "expired")\(isOver || isEarly ? time : ""): validating "
        + "receivers take its answers for forged, and see no key.",
      .certain,
      because: isOver || isEarly
        ? "the times in the signature say so" : "the validating resolver says so (EDE \(early ? 8 : 7))",
      evidence: facts.evidence(signatures(facts)),
      early
        ? "Set the clock of the machine that signs \(zone), and sign the zone anew."
        : "Sign the zone \(zone) anew on its primary (rndc sign, knotc zone-sign, pdnsutil rectify-zone, ldns-signzone) and let "
          + "it be transferred; then see why the signing was not repeated by itself: a job that stopped, keys that are gone, or a "
          + "secondary that gets no transfers.")
  }

  private static let unsigned = CauseRule(
    "signatures-missing", "The zone has keys, but the answer with the key is not signed.",
    remedy: "Sign the whole zone anew, on all its servers.", asks: asks
  ) { facts in
    guard facts.finding(RuleID.dnssecBogus) != nil else { return nil }
    let zone = facts.reading.with.first?.server.zone ?? facts.zone
    let inquiry = signatures(facts)
    let isUnsigned =
      !facts.replies(to: inquiry).isEmpty && facts.replies(to: inquiry).allSatisfy { $0.answer.outcome == .nodata }
      && !published(zone, facts).isEmpty
    let isTold = errors(facts).contains(10)
    guard isUnsigned || isTold else { return nil }
    return cause(
      "The zone \(zone) is meant to be signed, but the record with the key has no signature: validating receivers take it for "
        + "forged.",
      isTold ? .certain : .likely,
      because: isTold
        ? "the validating resolver misses the RRSIG (EDE 10)"
        : "the zone has a DNSKEY, and its servers have no RRSIG at the key name",
      evidence: facts.evidence(inquiry) + facts.evidence(keys(zone)),
      "Sign the whole zone \(zone) anew on its primary, and look whether every server of it serves the signed zone: the key was "
        + "added to a zone file after it was signed, or a server got the unsigned file.")
  }

  private static let denialBroken = CauseRule(
    "denial-broken", "The proofs that names do not exist (NSEC, NSEC3) are missing or wrong.",
    remedy: "Sign the zone anew, and update the server's software.", asks: asks
  ) { facts in
    guard facts.finding(RuleID.dnssecBogus) != nil, errors(facts).contains(12) else { return nil }
    return cause(
      "The zone \(facts.zone) lacks the proofs (NSEC) of what does not exist in it, so that validating receivers get no answer.",
      .certain, because: "the validating resolver misses them (EDE 12)", evidence: [],
      "Sign the zone \(facts.zone) anew with its NSEC or NSEC3 chain whole (pdnsutil rectify-zone for PowerDNS).")
  }

  private static let broken = CauseRule(
    RuleID.dnssecBogus, "DNSSEC validation fails.",
    remedy: "Compare the DS records at the parent with the DNSKEY records of the zone, and sign the zone anew.",
    asks: asks
  ) { facts in
    guard let finding = facts.finding(RuleID.dnssecBogus) else { return nil }
    let zone = facts.zone
    return cause(
      "DNSSEC validation of \(zone) fails, so that validating receivers see no key; what is served looks whole at first sight.",
      facts.state == .unreachable ? .likely : .possible,
      because: Summary.unpunctuated(finding.text.prefix(1).lowercased() + finding.text.dropFirst()),
      evidence: evidence(zone, facts),
      "Check the chain of trust of \(zone), for instance with delv or dnsviz.net: the digests of its DS records "
        + "\(ServerCauses.whoDelegates(zone)) must be those of its DNSKEY, and its signatures must verify. To make the key seen at "
        + "once, delete the DS records; then sign the zone anew and enter the new one.")
  }
}
