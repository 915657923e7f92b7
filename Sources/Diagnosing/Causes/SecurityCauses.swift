// Causes: DNSSEC.

internal import DNSSEC
internal import Judging
internal import Model
internal import Phrasing

enum SecurityCauses {
  static let all: [CauseRule] = [
    unsignedBelowDS, matchesNoKey, expired, unsigned, absentSigner, denialBroken, signatureWrong, broken,
  ]

  // MARK: what is asked

  /// The zones on the way whose chain of trust may be broken, the key's own first.
  static func zones(_ facts: DiagnosisFacts) -> [DomainName] {
    guard facts.finding(RuleID.dnssecBogus) != nil else { return [] }
    let own = [facts.zone] + facts.sorted.sources.compactMap(\.server.zone)
    let above = [facts.registrableDomain].filter { zone in own.contains { $0.isWithin(zone) } }
    return Array((own + above).withoutRepeats.filter { !$0.isRoot }.prefix(3))
  }

  static func ds(_ zone: DomainName) -> Inquiry { Inquiry(zone, .ds, limit: 3) }
  static func keys(_ zone: DomainName, _ facts: DiagnosisFacts) -> Inquiry { facts.signed(zone, .dnskey) }

  static let asks: @Sendable (DiagnosisFacts) -> [Inquiry] = { facts in
    let zones = zones(facts)
    return zones.isEmpty
      ? [] : zones.flatMap { [ds($0), keys($0, facts)] } + facts.signedNames.map { facts.signed($0) }
  }

  // MARK: the absence of DS records

  /// The zones on the way that have no DS record and no keys: not signed, which the zone above has to prove. A validating
  /// resolver does not even tell that there is none.
  private static func insecure(_ facts: DiagnosisFacts) -> [DomainName] {
    zones(facts).filter { zone in
      let replies = facts.replies(to: ds(zone))
      return !replies.isEmpty && published(zone, facts).isEmpty
        && replies.allSatisfy {
          $0.answer.outcome == .nodata || $0.isRecursive && $0.answer.outcome.failure == .servfail
        }
    }
  }

  private static func proof(_ zone: DomainName) -> Inquiry { Inquiry(zone, .ds, variant: .signed, limit: 3) }

  static let proofs: @Sendable (DiagnosisFacts) -> [Inquiry] = { facts in insecure(facts).map(proof) }

  /// A zone that is not signed, and the signed one above it that does not prove so (RFC 4035, section 5.2).
  static func unproven(_ facts: DiagnosisFacts) -> (zone: DomainName, above: DomainName, proof: Inquiry)? {
    for zone in insecure(facts) {
      let inquiry = proof(zone)
      guard let answer = facts.answer(to: inquiry), let above = answer.zone ?? zone.parent else { continue }
      let replies = answer.replies.filter { $0.answer.outcome == .nodata }
      let isSigned = !published(above, facts).isEmpty || replies.contains(where: hasSignatures)
      if isSigned, replies.contains(where: { !proves($0, zone) }) { return (zone, above, inquiry) }
    }
    return nil
  }

  private static func hasSignatures(_ reply: InquiryReply) -> Bool {
    (reply.records + reply.authorities).contains { $0.type == .rrsig }
  }

  /// Whether there is a signed NSEC record of the name itself, or NSEC3, whose names only a hash tells.
  private static func proves(_ reply: InquiryReply, _ zone: DomainName) -> Bool {
    let all = reply.records + reply.authorities
    let signatures = all.compactMap(ZoneSignature.init)
    return all.filter(\.type.isProof).contains { proof in
      (proof.type.rawValue != 47 || proof.owner == zone)
        && signatures.contains { $0.owner == proof.owner && $0.covered == proof.type }
    }
  }

  // MARK: what is read

  private static func data(_ inquiry: Inquiry, _ facts: DiagnosisFacts) -> [ResourceRecord] {
    facts.positive(inquiry).flatMap { $0.records(of: inquiry.question.type, at: inquiry.question.name) }.withoutRepeats
  }

  static func signers(_ zone: DomainName, _ facts: DiagnosisFacts) -> [DelegationSigner] {
    data(ds(zone), facts).compactMap(DelegationSigner.init)
  }

  static func published(_ zone: DomainName, _ facts: DiagnosisFacts) -> [ZoneKey] {
    data(keys(zone, facts), facts).compactMap(ZoneKey.init)
  }

  /// The signatures over the zone's keys.
  static func keySignatures(_ zone: DomainName, _ facts: DiagnosisFacts) -> [ZoneSignature] {
    facts.replies(to: keys(zone, facts)).flatMap { $0.records + $0.authorities }.compactMap(ZoneSignature.init)
      .filter { $0.owner == zone && $0.covered == .dnskey }.withoutRepeats
  }

  /// The keys with which the set of the zone's keys is signed.
  static func keySigners(_ zone: DomainName, _ facts: DiagnosisFacts) -> [ZoneKey] {
    let signatures = keySignatures(zone, facts)
    return published(zone, facts).filter { key in signatures.contains { $0.isBy(key) } }
  }

  /// The answers of zones that have keys, so that they have to be signed.
  static func answers(_ facts: DiagnosisFacts) -> [SignedAnswer] {
    guard facts.finding(RuleID.dnssecBogus) != nil else { return [] }
    return facts.signedAnswers.filter { !published($0.zone, facts).isEmpty }
  }

  static func signatureEvidence(_ facts: DiagnosisFacts) -> [String] {
    facts.signedNames.flatMap { facts.evidence(facts.signed($0)) }
  }

  static func mark(_ tag: UInt16, _ algorithm: UInt8) -> String { "key tag \(tag), algorithm \(algorithm)" }

  /// The extended errors that validating resolvers gave (RFC 8914).
  static func errors(_ facts: DiagnosisFacts) -> Set<UInt16> {
    Set(facts.sorted.bogus.flatMap(\.answer.extendedErrors).map(\.code))
  }

  private static func lines(_ records: [ResourceRecord]) -> String {
    records.map { "\($0.owner.absoluteText) DS \($0.dataText)" }.joined(separator: " and ")
  }

  static func evidence(_ zone: DomainName, _ facts: DiagnosisFacts) -> [String] {
    facts.evidence(ds(zone)) + facts.evidence(keys(zone, facts))
  }

  static func cause(
    _ text: String, _ certainty: Diagnosis.Certainty, because: String, evidence: [String], _ deed: String
  ) -> Cause {
    Cause(
      text: text, certainty: certainty, because: because, evidence: evidence,
      repair: .instruction(
        deed + " Validating resolvers notice the change when the TTL of the DS or DNSKEY records has expired."))
  }

  // MARK: rows

  private static let unsignedBelowDS = CauseRule(
    "ds-of-unsigned-zone",
    "The parent has a DS record, and the zone is not signed: it moved to a host that does not sign it.",
    remedy: "Delete the DS record at the registrar, or have the zone signed and enter its new DS record.", asks: asks
  ) { facts in
    for zone in zones(facts) {
      let signers = signers(zone, facts)
      let unsigned = facts.replies(to: keys(zone, facts)).filter {
        $0.answer.outcome == .nodata || $0.answer.outcome == .nxdomain
      }
      guard !signers.isEmpty, !unsigned.isEmpty, published(zone, facts).isEmpty else { continue }
      let moved = facts.delegationChange.map { ", since it moved to \(Wording.names($0.after))" } ?? ""
      return cause(
        "The zone \(zone) is not signed by its name servers\(moved), but the zone above still announces its signatures by a DS "
          + "record: validating receivers treat every answer as forged, and get no key.",
        .certain, because: "the parent has a DS record, and the zone's servers have no DNSKEY",
        evidence: evidence(zone, facts),
        "Delete the DS record \(Wording.whoDelegates(zone)): \(lines(signers.map(\.record))). Or have the host sign the "
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
      // A key that does not sign the others does not lead on to them.
      let able = keySigners(zone, facts).isEmpty ? published : keySigners(zone, facts)
      guard !signers.isEmpty, !published.isEmpty,
        !signers.contains(where: { signer in able.contains { signer.announces($0) } })
      else { continue }
      let keys = published.sorted { $0.keyTag < $1.keyTag }.map { mark($0.keyTag, $0.algorithm) }.withoutRepeats
      let announced = signers.map { mark($0.keyTag, $0.algorithm) }.withoutRepeats
      let entries = able.contains(where: \.isEntryPoint) ? able.filter(\.isEntryPoint) : able
      let isSilent = signers.contains { signer in published.contains { signer.announces($0) } }
      return cause(
        "The DS record of \(zone) in the zone above is that of another key than the zone is signed with, as after a change of "
          + "the key or of the DNS host: validating receivers treat every answer as forged, and get no key.",
        .certain,
        because: "the parent has \(Phrase.list(announced)), the zone has \(Phrase.list(keys))"
          + (isSilent
            ? ", and the key that is announced does not sign the others"
            : Set(announced).isDisjoint(with: keys) ? "" : ", and the digest in the DS record is not that of the key"),
        evidence: evidence(zone, facts),
        "Replace the DS record \(Wording.whoDelegates(zone)), \(lines(signers.map(\.record))), by "
          + "\(lines(entries.map { $0.delegationSigner() })). If the zone is unsigned on purpose, delete the DS record."
      )
    }
    return nil
  }

  private static let broken = CauseRule(
    RuleID.dnssecBogus, "DNSSEC validation fails.",
    remedy: "Compare the DS records at the parent with the DNSKEY records of the zone, and sign the zone again.",
    asks: asks
  ) { facts in
    guard let finding = facts.finding(RuleID.dnssecBogus) else { return nil }
    let zone = facts.zone
    let hasSigners = zones(facts).contains { !signers($0, facts).isEmpty }
    return cause(
      "DNSSEC validation of \(zone) fails, so that validating receivers get no key; what is served looks complete at first sight.",
      facts.state == .unreachable ? .likely : .possible,
      because: (finding.text.prefix(1).lowercased() + finding.text.dropFirst()).asClause,
      evidence: evidence(zone, facts),
      "Check the chain of trust of \(zone), for instance with delv or dnsviz.net: the digests of its DS records "
        + "\(Wording.whoDelegates(zone)) must be those of its DNSKEY, and its signatures must verify."
        + (hasSigners
          ? " To make the key visible at once, delete the DS records; then sign the zone again and enter the new one."
          : ""))
  }
}
