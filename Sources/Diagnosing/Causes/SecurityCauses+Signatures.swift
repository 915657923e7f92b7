// Causes: signatures and proofs that are missing, too old, or do not fit.

internal import DNSSEC
internal import Judging
internal import Model
internal import Phrasing

extension SecurityCauses {
  static let expired = CauseRule(
    "signatures-expired", "The signatures of the zone have expired, or are not valid yet.",
    remedy: "Sign the zone again, and make sure that this is done regularly.", asks: asks
  ) { facts in
    guard facts.finding(RuleID.dnssecBogus) != nil else { return nil }
    let codes = errors(facts)
    let groups =
      answers(facts).map { ($0.zone, $0.relevant) } + zones(facts).map { ($0, keySignatures($0, facts)) }
    let isOver = groups.first { _, group in !group.isEmpty && group.allSatisfy { $0.hasExpired(at: facts.now) } }
    let isEarly = groups.first { _, group in !group.isEmpty && group.allSatisfy { $0.isYetToCome(at: facts.now) } }
    guard isOver != nil || isEarly != nil || codes.contains(7) || codes.contains(8) else { return nil }
    let early = isOver == nil && (isEarly != nil || codes.contains(8))
    let (zone, spans) = isOver ?? isEarly ?? (facts.sorted.with.first?.server.zone ?? facts.zone, [])
    let end = spans.map { early ? $0.inception : $0.expiration }.max().map {
      Phrase.dateAndTime(Timestamp(seconds: Int64($0)))
    }
    let fault =
      early
      ? end.map { "are not valid before \($0)" } ?? "are not valid yet"
      : end.map { "expired at \($0)" } ?? "have expired"
    return cause(
      "The DNSSEC signatures of \(zone) \(fault): "
        + "validating receivers treat its answers as forged, and get no key.",
      .certain,
      because: isOver != nil || isEarly != nil
        ? "the times in the signatures say so" : "the validating resolver says so (EDE \(early ? 8 : 7))",
      evidence: signatureEvidence(facts) + facts.evidence(keys(zone, facts)),
      early
        ? "Set the clock of the machine that signs \(zone), and sign the zone again."
        : "Sign the zone \(zone) again on its primary (rndc sign, knotc zone-sign, pdnsutil rectify-zone, ldns-signzone) and let "
          + "it be transferred; then find out why it was not signed again in time: a job that stopped, keys that are missing, or a "
          + "secondary that gets no transfers.")
  }

  static let unsigned = CauseRule(
    "signatures-missing", "The zone has keys, but the answer with the key is not signed.",
    remedy: "Sign the whole zone again, on all its servers.", asks: asks
  ) { facts in
    guard facts.finding(RuleID.dnssecBogus) != nil, unproven(facts) == nil else { return nil }
    let answers = answers(facts)
    let bare = answers.filter(\.isUnsigned)
    let keysBare = zones(facts).first { !published($0, facts).isEmpty && keySignatures($0, facts).isEmpty }
    let isTold = errors(facts).contains(10)
    guard !bare.isEmpty || keysBare != nil || isTold else { return nil }
    let zone = bare.first?.zone ?? keysBare ?? facts.sorted.with.first?.server.zone ?? facts.zone
    let isEverywhere = bare.count == answers.count
    let who = isEverywhere ? "" : " at \(Phrase.list(bare.map(\.reply.server).withoutRepeats))"
    let what =
      keysBare != nil && !bare.isEmpty && isEverywhere
      ? "its name servers send no signatures"
      : bare.isEmpty && keysBare != nil
        ? "the set of its keys (DNSKEY) has no signature"
        : bare.first?.isDenial ?? false
          ? "its answer that there is no such name has no signature\(who)"
          : "the record with the key has no signature\(who)"
    return cause(
      "The zone \(zone) is meant to be signed, but \(what): validating receivers treat it as forged.", .certain,
      because: bare.isEmpty && keysBare == nil
        ? "the validating resolver misses the RRSIG (EDE 10)"
        : "the zone has a DNSKEY, and no RRSIG comes with the answer",
      evidence: signatureEvidence(facts) + facts.evidence(keys(zone, facts)),
      "Sign the whole zone \(zone) again on its primary, and check that every server of it serves the signed zone: the key was "
        + "added to a zone file after it was signed, a server got the unsigned file, or signatures were lost in a transfer."
    )
  }

  static let absentSigner = CauseRule(
    "signatures-of-absent-key", "The answer is signed with a key that the zone does not publish.",
    remedy: "Publish the key that signs as DNSKEY, or sign the zone again with those that are published.", asks: asks
  ) { facts in
    let answer = answers(facts).first { answer in
      !answer.relevant.isEmpty
        && !answer.relevant.contains { signature in published(answer.zone, facts).contains { signature.isBy($0) } }
    }
    guard let answer else { return nil }
    let used = answer.relevant.map { mark($0.keyTag, $0.algorithm) }.withoutRepeats
    let keys = published(answer.zone, facts).map { mark($0.keyTag, $0.algorithm) }.withoutRepeats.sorted()
    return cause(
      "The answers of \(answer.zone) are signed with a key that the zone does not publish, as after a change of the key: "
        + "validating receivers treat them as forged, and get no key.",
      .certain, because: "the signature is by \(Phrase.list(used)), and the zone publishes \(Phrase.list(keys))",
      evidence: signatureEvidence(facts) + evidence(answer.zone, facts),
      "Publish the key that signs \(answer.zone) (\(Phrase.list(used))) as DNSKEY beside the others, or sign the zone again with "
        + "the keys that are published, on all its servers.")
  }

  static let denialBroken = CauseRule(
    "denial-broken", "The proofs that names do not exist (NSEC, NSEC3) are missing or wrong.",
    remedy: "Sign the zone again, and update the server's software.", asks: { asks($0) + proofs($0) }
  ) { facts in
    guard facts.finding(RuleID.dnssecBogus) != nil else { return nil }
    if let gap = unproven(facts) {
      return cause(
        "The zone \(gap.zone) is not signed, and the zone above it, \(gap.above), does not prove so: validating receivers take "
          + "every answer from \(gap.zone) for forged. Nothing in \(gap.zone) itself is wrong.",
        .certain,
        because: "\(gap.above) is signed, and no signed NSEC or NSEC3 record shows that \(gap.zone) has no DS record",
        evidence: facts.evidence(gap.proof) + signatureEvidence(facts),
        "Have the operator of \(gap.above) sign that zone again with its NSEC or NSEC3 chain complete (pdnsutil rectify-zone "
          + "for PowerDNS). Change nothing in \(gap.zone).")
    }
    let answers = answers(facts).filter { !$0.isUnsigned }
    let bare = answers.filter(\.lacksProof)
    let isTold = errors(facts).contains(12)
    // Where keys and signatures are in order, nothing else is left that a denial could fail by.
    let isLeft = isTrusted(facts) && answers.contains(where: \.isDenial)
    guard !bare.isEmpty || isTold || isLeft else { return nil }
    let zone = (bare.first ?? answers.first(where: \.isDenial))?.zone ?? facts.zone
    let isMissing = !bare.isEmpty || isTold
    return cause(
      "The proofs (NSEC or NSEC3) of what does not exist in the zone \(zone) are \(isMissing ? "missing or not signed" : "wrong"), so that "
        + "validating receivers treat its answers as forged.",
      isMissing ? .certain : facts.lastGood == nil ? .likely : .possible,
      because: !bare.isEmpty
        ? "no signed NSEC or NSEC3 record comes with the answer"
        : isTold
          ? "the validating resolver misses them (EDE 12)"
          : "the DS record, the keys and the times of the signatures are in order, and the answer is that there is no record",
      evidence: signatureEvidence(facts),
      "Sign the zone \(zone) again with its NSEC or NSEC3 chain whole (pdnsutil rectify-zone for PowerDNS)."
        + (facts.isAbsent ? " The key itself is missing too: publish it at \(facts.name) before." : ""))
  }

  /// Whether DS records, keys, and the signatures of all answers look well, as far as that shows without verifying them.
  private static func isTrusted(_ facts: DiagnosisFacts) -> Bool {
    let answers = answers(facts)
    return !answers.isEmpty
      && answers.map(\.zone).withoutRepeats.allSatisfy { zone in
        let able = keySigners(zone, facts)
        return signers(zone, facts).contains { signer in able.contains { signer.announces($0) } }
      }
      && answers.allSatisfy { answer in
        let isTimely = answer.relevant.contains {
          !$0.hasExpired(at: facts.now) && !$0.isYetToCome(at: facts.now)
        }
        return !answer.isUnsigned && !answer.lacksProof && isTimely
      }
  }

  static let signatureWrong = CauseRule(
    "signature-wrong", "A signature does not belong to the record beside it: one of them was changed after signing.",
    remedy: "Sign the zone again, on all its servers.", asks: asks
  ) { facts in
    guard facts.finding(RuleID.dnssecBogus) != nil, isTrusted(facts), let answer = answers(facts).first,
      !answers(facts).contains(where: \.isDenial)
    else { return nil }
    return cause(
      "The record with the key and its signature do not belong together: the record was changed in the zone \(answer.zone) after the "
        + "zone was signed, or the signature is damaged, so that validating receivers treat it as forged.",
      .likely,
      because:
        "the DS record, the keys and the times of the signatures are in order, and validation still fails",
      evidence: signatureEvidence(facts) + evidence(answer.zone, facts),
      "Sign the zone \(answer.zone) again on its primary, and let it be transferred to all servers; do not edit the signed file. "
        + "If that was done already, resolvers remember the failure for some minutes.")
  }
}
